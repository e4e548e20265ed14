"""The least that a gateway could do with aiortc: receive, sample, encode; no Kafka, no session."""

from __future__ import annotations

import cv2
from aiortc import MediaStreamTrack
from av import AudioResampler

FRAME_S = 0.2
TOLERANCE_S = 0.01
"""By how much a frame may come early: times are rounded to the stream's clock."""

SIZE = (320, 240)
QUALITY = 75
CHUNK_BYTES = 16_000
"""Half a second of 16-bit samples at 16 kHz."""


class Done:
    """Reads tracks and counts what it made of them."""

    def __init__(self) -> None:
        self._frames = self._jpeg_bytes = self._chunks = 0

    def counts(self) -> dict[str, int]:
        """Return how many JPEGs and chunks there were."""
        return {"frames": self._frames, "jpeg_bytes": self._jpeg_bytes, "chunks": self._chunks}

    async def video(self, track: MediaStreamTrack) -> None:
        """Make a JPEG of five frames a second."""
        shown = -FRAME_S
        while True:
            frame = await track.recv()
            if frame.time < shown + FRAME_S - TOLERANCE_S:
                continue
            shown = frame.time
            width, height = SIZE
            image = frame.reformat(width, height, "bgr24").to_ndarray()
            _, jpeg = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
            self._frames += 1
            self._jpeg_bytes += len(bytes(jpeg))

    async def audio(self, track: MediaStreamTrack) -> None:
        """Make chunks of 16 kHz mono PCM."""
        resampler = AudioResampler(format="s16", layout="mono", rate=16_000)
        pcm = bytearray()
        while True:
            for done in resampler.resample(await track.recv()):
                pcm += done.to_ndarray().tobytes()
            while len(pcm) >= CHUNK_BYTES:
                bytes(pcm[:CHUNK_BYTES])
                del pcm[:CHUNK_BYTES]
                self._chunks += 1
