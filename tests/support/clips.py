"""The simulated candidates' clips as media records carry them: JPEG frames and 16 kHz PCM."""

from __future__ import annotations

import av
import cv2

from deploy.demo.media import CandidateMedia, MediaClip, build
from deploy.demo.tracks import FPS, read_frames, read_samples
from deploy.local.settings import LocalSettings
from schemas.media import SAMPLE_RATE
from tests.support.answers import AnswerMedia


def candidates() -> dict[str, CandidateMedia]:
    """Return the demo's candidates, building their media when that was not done yet."""
    return build(LocalSettings().cache_dir)


def answer_media(clip: MediaClip, seconds: float) -> AnswerMedia:
    """Return the first ``seconds`` of a clip."""
    frames = read_frames(clip.video)[: round(seconds * FPS)]
    return AnswerMedia(
        frames=[_jpeg(frame) for frame in frames],
        pcm=read_samples(clip.audio, SAMPLE_RATE)[: round(seconds * SAMPLE_RATE)].tobytes(),
    )


def _jpeg(frame: av.VideoFrame) -> bytes:
    done, encoded = cv2.imencode(".jpg", frame.to_ndarray(format="bgr24"))
    assert done
    return encoded.tobytes()
