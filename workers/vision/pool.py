"""A pool of child processes that survives the death of any of them."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from streams.runtime.backoff import DependencyUnavailable
from workers.vision.child import Failure, Job, Ready, Reply, run
from workers.vision.features import Measures
from workers.vision.jpeg import Undecodable
from workers.vision.service import EngineFactory
from workers.vision.settings import EmotionSettings

logger = logging.getLogger(__name__)

START_TIMEOUT = 120.0
"""Seconds a child may take until it is warm; a cold disk and a busy machine are slow."""

FRAME_TIMEOUT = 30.0
"""Seconds after which a child counts as hung and is killed."""


class Crashed(Exception):  # noqa: N818 - says what the frame did
    """The frame killed a child twice, the second time alone in a fresh one."""


class _Died(Exception):  # noqa: N818 - says what the child did
    """The child ended, or hung and was killed, while it had a frame."""


class _Child:
    """One child process and its pipe. Its methods block: they run in the pool's threads."""

    def __init__(
        self, factory: EngineFactory, threads: int, index: int, settings: EmotionSettings
    ) -> None:
        self._arguments = (factory, threads, index, settings)
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._closed = False
        self.device = ""

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process and wait until it is warm.

        Raises:
            DependencyUnavailable: the model could not be loaded.
        """
        context = multiprocessing.get_context("spawn")  # never fork: the engine would not survive
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=run, args=(theirs, *self._arguments), name="vision-child", daemon=True
        )
        self._process.start()
        theirs.close()
        if self._closed:
            self._process.kill()
        try:
            reply = self._receive(START_TIMEOUT)
        except _Died as error:
            self.stop()
            raise DependencyUnavailable("vision model", f"its process ended: {error}") from None
        if not isinstance(reply, Ready):
            self.stop()
            raise DependencyUnavailable("vision model", str(getattr(reply, "reason", reply)))
        self.device = reply.device

    def call(self, job: Job) -> Reply:
        """Return the child's answer; a child that dies of it is replaced before this raises.

        Raises:
            _Died: the child ended or hung.
            DependencyUnavailable: there was no child and none could be started.
        """
        if self._pipe is None:
            self.start()
        try:
            self._send(job)
            reply = self._receive(FRAME_TIMEOUT)
        except _Died:
            self.stop()
            try:
                if not self._closed:
                    self.start()
            except DependencyUnavailable as error:
                logger.warning("child not replaced", extra={"reason": error.reason})
            raise
        if not isinstance(reply, Measures | Failure):
            raise TypeError(f"unexpected reply {reply!r}")
        return reply

    def _send(self, job: Job) -> None:
        assert self._pipe is not None  # noqa: S101 - start() sets it
        try:
            self._pipe.send(job)
        except OSError as error:
            raise _Died(self._how(error)) from None

    def _receive(self, timeout: float) -> object:
        assert self._pipe is not None  # noqa: S101 - start() sets it
        try:
            if not self._pipe.poll(timeout):
                raise _Died(f"no answer within {timeout:.0f} s")
            return self._pipe.recv()
        except (EOFError, OSError) as error:
            raise _Died(self._how(error)) from None

    def _how(self, error: Exception) -> str:
        if self._process is not None:
            self._process.join(1.0)
            if self._process.exitcode is not None:
                return f"exit status {self._process.exitcode}"
        return repr(error)

    def close(self) -> None:
        """End the process for good, whatever it does; a call in another thread sees it die.

        It holds nothing worth a farewell. The caller still has to ``stop``, which reaps it.
        """
        self._closed = True
        process = self._process
        if process is not None:
            with suppress(ValueError):  # reaped in this moment
                process.kill()

    def stop(self) -> None:
        """Reap the process: it leaves when its pipe closes, and is killed if it does not."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            self._process.join(1.0)
            if self._process.exitcode is None:
                self._process.kill()
                self._process.join()
            self._process.close()
            self._process = None


class Pool:
    """Measures frames in ``processes`` children, one frame at a time in each.

    A child's death costs only the frame it had. That frame is tried once more, alone in a fresh
    child; if it kills that too, it is the frame's fault. ``threads`` is a child's budget of cores.
    """

    def __init__(
        self,
        factory: EngineFactory,
        *,
        processes: int,
        threads: int,
        settings: EmotionSettings,
    ) -> None:
        self._children = [_Child(factory, threads, index, settings) for index in range(processes)]
        self._idle: asyncio.Queue[_Child] = asyncio.Queue()
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="vision-child")

    @property
    def device(self) -> str:
        """The device the engines run on."""
        return self._children[0].device

    @property
    def pids(self) -> list[int]:
        """Process ids of the children that live."""
        return [child.pid for child in self._children if child.pid is not None]

    async def start(self) -> None:
        """Start the children one after the other; all are warm when this returns.

        Raises:
            DependencyUnavailable: a model could not be loaded.
        """
        loop = asyncio.get_running_loop()
        for child in self._children:
            if child.pid is None:
                await loop.run_in_executor(self._threads, child.start)
                self._idle.put_nowait(child)

    async def stop(self) -> None:
        """End all children at once, starting ones too; frames in work are lost to their callers."""
        for child in self._children:
            child.close()
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        for child in self._children:
            child.stop()

    async def analyse(self, jpeg: bytes, *, infer_emotion: bool) -> Measures:
        """Return the measurements of one frame.

        Raises:
            Undecodable: the bytes are not a JPEG picture.
            Crashed: the frame kills the native code.
            DependencyUnavailable: there is no child and none can be started.
        """
        job = Job(jpeg, infer_emotion)
        try:
            reply = await self._call(job)
        except _Died as first:
            logger.warning("a frame ended a child, trying it alone", extra={"reason": str(first)})
            try:
                reply = await self._call(job)
            except _Died as second:
                raise Crashed(f"the frame crashed the model twice ({second})") from None
        if isinstance(reply, Failure):
            raise Undecodable(reply.reason)
        return reply

    async def _call(self, job: Job) -> Reply:
        child = await self._idle.get()
        future = asyncio.get_running_loop().run_in_executor(self._threads, child.call, job)
        # A caller that is cancelled leaves, but its child is busy until it has answered.
        future.add_done_callback(lambda done: self._back(child, done))
        return await asyncio.shield(future)

    def _back(self, child: _Child, done: asyncio.Future[Reply]) -> None:
        self._idle.put_nowait(child)
        if not done.cancelled():
            done.exception()  # looked at, so that a caller that left leaves no warning behind
