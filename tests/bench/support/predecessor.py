"""The design before this one: every frame decoded at full size, faces found in the same process.

Kinder to it than it was: the landmarker runs in a thread, so that packets are not starved.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from aiortc import MediaStreamTrack
from av import VideoFrame

from deploy.local.settings import LocalSettings
from schemas.models import FACE_LANDMARKER
from tests.bench.support import bare
from workers.vision.landmarker import FaceLandmarkerEngine


class Done:
    """Reads tracks and counts what it found in them."""

    def __init__(self) -> None:
        self._engine = FaceLandmarkerEngine(FACE_LANDMARKER.at(LocalSettings().models))
        self._thread = ThreadPoolExecutor(1)
        self._sound = bare.Done()
        self._received = self._frames = self._faces = 0

    def counts(self) -> dict[str, int]:
        """Return how many frames came, how many were looked at, and the faces in them."""
        return {
            "received": self._received,
            "frames": self._frames,
            "faces": self._faces,
            "chunks": self._sound.counts()["chunks"],
        }

    async def video(self, track: MediaStreamTrack) -> None:
        """Look for faces in five frames a second."""
        loop = asyncio.get_running_loop()
        shown = -bare.FRAME_S
        while True:
            frame = await track.recv()
            self._received += 1
            if frame.time < shown + bare.FRAME_S - bare.TOLERANCE_S:
                continue
            shown = frame.time
            self._faces += await loop.run_in_executor(self._thread, self._look, frame)
            self._frames += 1

    async def audio(self, track: MediaStreamTrack) -> None:
        """Make the same chunks as the bare loop."""
        await self._sound.audio(track)

    def _look(self, frame: VideoFrame) -> int:
        return len(self._engine.faces(frame.to_ndarray(format="rgb24")))
