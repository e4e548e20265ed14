"""The simulated candidates' faces and voices, built once from recordings that packages bring."""

from __future__ import annotations

from deploy.demo.media.build import MediaError, build
from deploy.demo.media.model import BrowserMedia, CandidateMedia, MediaClip

__all__ = ["BrowserMedia", "CandidateMedia", "MediaClip", "MediaError", "build"]
