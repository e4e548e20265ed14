"""A few frames a second for the vision worker to look at while a candidate sits down.

Nothing waits for them and nothing counts them: what is late is dropped.
"""

from __future__ import annotations

import asyncio
import logging
import time

from gateway.rtc.recorder import Publish, Subject
from schemas import metrics
from schemas.media import MAX_FRAME_BYTES, FrameMeta
from schemas.topics import Topic
from streams.runtime.metrics import counter

logger = logging.getLogger(__name__)

_APART_MS = 350
"""At least, so that of five frames a second every second one is looked at."""

_LONGEST_S = 20.0
"""Without being asked again: the page asks while its candidate is at the calibration."""


class GuideFrames:
    """Publishes one frame at a time between ``begin`` and ``end``; numbers run on in between."""

    def __init__(self, subject: Subject, publish: Publish) -> None:
        self._subject = subject
        self._publish = publish
        self._until = 0.0
        self._seq = 0
        self._last_at = 0
        self._sending: asyncio.Task[None] | None = None

    @property
    def is_open(self) -> bool:
        """Whether frames are still taken."""
        return time.monotonic() < self._until

    def begin(self) -> None:
        """Take frames from now on, for some seconds."""
        self._until = time.monotonic() + _LONGEST_S

    def end(self) -> None:
        """Take no more."""
        self._until = 0.0

    async def close(self) -> None:
        """Take no more, and give up the one that is on its way."""
        self.end()
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)

    def frame(self, jpeg: bytes, at: int) -> None:
        """Take one JPEG that was seen at ``at`` (UTC ms), unless another is on its way."""
        busy = self._sending is not None and not self._sending.done()
        if busy or not self.is_open or at - self._last_at < _APART_MS:
            return
        if len(jpeg) > MAX_FRAME_BYTES:
            counter(metrics.FRAMES, outcome="dropped").inc()
            return
        self._last_at = at
        meta = FrameMeta(**self._subject.fields(), seq=self._seq, at=at)
        self._seq += 1
        self._sending = asyncio.create_task(self._send(meta, jpeg))

    async def _send(self, meta: FrameMeta, jpeg: bytes) -> None:
        try:
            await self._publish(Topic.FRAMES, meta.session.encode(), jpeg, meta.to_headers())
        except Exception:  # the candidate goes without this look
            logger.exception("a frame to look at was not published")
        else:
            counter(metrics.FRAMES, outcome="published").inc()
