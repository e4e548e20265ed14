"""The simulated candidates' clips as media records carry them: JPEG frames and 16 kHz PCM."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np

from deploy.demo.media import CandidateMedia, MediaClip, build
from deploy.demo.tracks import FPS, read_frames
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
        pcm=_pcm(clip.audio)[: round(seconds * SAMPLE_RATE) * 2],
    )


def _jpeg(frame: av.VideoFrame) -> bytes:
    done, encoded = cv2.imencode(".jpg", frame.to_ndarray(format="bgr24"))
    assert done
    return encoded.tobytes()


def _pcm(path: Path) -> bytes:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    with av.open(str(path)) as container:
        pieces = [
            piece.to_ndarray().reshape(-1)
            for frame in [*container.decode(audio=0), None]
            for piece in resampler.resample(frame)
        ]
    return np.concatenate(pieces).astype("<i2").tobytes()
