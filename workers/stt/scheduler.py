"""Who is recognised next: a queue in front of the threads that run the model."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from schemas import metrics
from schemas.language import Language
from schemas.topics import Process
from streams.runtime.metrics import gauge, histogram
from workers.stt.pcm import Samples
from workers.stt.service import Heard, Transcriber


@dataclass(frozen=True, eq=False, slots=True)
class _Job:
    number: int
    is_urgent: Callable[[], bool]
    samples: Samples
    language: Language
    result: asyncio.Future[Heard]


class Scheduler:
    """Calls a transcriber in a thread, so that the event loop goes on polling.

    Packs of answers that have ended go first, because a candidate waits for their score; otherwise
    the oldest goes first.
    """

    def __init__(self, transcriber: Transcriber, *, capacity: int = 64) -> None:
        self._transcriber = transcriber
        self._capacity = capacity
        self._waiting: list[_Job] = []
        self._changed = asyncio.Condition()
        self._numbers = count()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="transcriber")
        self._runner: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to work on the queue."""
        self._runner = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Give up what is waiting. A call of the model that has begun runs to its end."""
        if self._runner is not None:
            self._runner.cancel()
            with suppress(asyncio.CancelledError):
                await self._runner
        for job in self._waiting:
            job.result.cancel()
        self._waiting.clear()
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def room(self) -> None:
        """Wait until fewer packs than the capacity are waiting: memory stays bounded."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self._waiting) < self._capacity)

    async def transcribe(
        self, samples: Samples, language: Language, is_urgent: Callable[[], bool]
    ) -> Heard:
        """Return what is heard in ``samples``; ``is_urgent`` is asked anew at every choice.

        Raises:
            Exception: whatever the model raised.
        """
        job = _Job(
            next(self._numbers),
            is_urgent,
            samples,
            language,
            asyncio.get_running_loop().create_future(),
        )
        async with self._changed:
            self._waiting.append(job)
            self._measure()
            self._changed.notify_all()
        return await job.result

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._waiting)
                job = min(self._waiting, key=lambda each: (not each.is_urgent(), each.number))
                self._waiting.remove(job)
                self._measure()
                self._changed.notify_all()
            if job.result.cancelled():
                continue
            started = time.monotonic()
            try:
                heard = await loop.run_in_executor(
                    self._thread, self._transcriber.transcribe, job.samples, job.language
                )
            except Exception as error:  # handed to whoever waits for it
                if not job.result.cancelled():
                    job.result.set_exception(error)
            else:
                seconds = time.monotonic() - started
                histogram(metrics.WORK_SECONDS, process=Process.STT.value).observe(seconds)
                if not job.result.cancelled():
                    job.result.set_result(heard)

    def _measure(self) -> None:
        gauge(metrics.PACKS_WAITING).set(len(self._waiting))
