"""One child process of the pool and its pipe, as the parent sees them."""

from __future__ import annotations

import logging
import multiprocessing
import threading
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from streams.runtime.backoff import DependencyUnavailable
from workers.vision.child import Failure, Job, Ready, Reply, run
from workers.vision.features import Measures
from workers.vision.service import EngineFactory
from workers.vision.settings import EmotionSettings

logger = logging.getLogger(__name__)

START_TIMEOUT = 120.0
"""Seconds a child may take until it is warm; a cold disk and a busy machine are slow."""


_REAPING = threading.Lock()
"""Held to start, join and close a process: starting one also reaps others that have ended, and who
joins one that was reaped in this moment is told that it still runs."""


class Died(Exception):  # noqa: N818 - says what the child did
    """The child ended, or hung and was killed, while it had a frame."""


class Child:
    """A child process. ``start``, ``replace`` and ``stop`` block: they belong in a thread."""

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
        """The process id, None while there is no process."""
        return self._process.pid if self._process else None

    @property
    def pipe(self) -> Connection | None:
        """Readable when there is an answer, or when the child is gone; None while there is none."""
        return self._pipe

    def start(self) -> None:
        """Start the process and wait until it is warm.

        Raises:
            DependencyUnavailable: the model could not be loaded.
        """
        context = multiprocessing.get_context("spawn")  # never fork: the engine would not survive
        ours, theirs = context.Pipe()
        self._process = context.Process(
            target=run, args=(theirs, *self._arguments), name="vision-child", daemon=True
        )
        with _REAPING:
            self._process.start()
        theirs.close()
        if self._closed:
            self._process.kill()
        try:
            reply = ours.recv() if ours.poll(START_TIMEOUT) else None
        except (EOFError, OSError) as error:
            reply = Failure(f"its process ended: {self._how(error)}")
        if isinstance(reply, Ready):
            self.device, self._pipe = reply.device, ours
            return
        ours.close()
        self.stop()
        reason = reply.reason if isinstance(reply, Failure) else f"unexpected answer {reply!r}"
        raise DependencyUnavailable("vision model", reason)

    def send(self, job: Job) -> None:
        """Give the child a frame; blocks while the pipe is full.

        Raises:
            Died: the child is gone.
        """
        if self._pipe is None:
            raise Died("it is gone")
        try:
            self._pipe.send(job)
        except OSError as error:
            raise Died(repr(error)) from None

    def receive(self) -> Reply:
        """Return the answer to the oldest frame; blocks until it is there.

        Raises:
            Died: the child is gone.
            TypeError: it is no answer.
        """
        if self._pipe is None:
            raise Died("it is gone")
        try:
            reply = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise Died(repr(error)) from None
        if not isinstance(reply, Measures | Failure):
            raise TypeError(f"unexpected reply {reply!r}")
        return reply

    def kill(self) -> None:
        """End the process, whatever it does; it holds nothing worth a farewell."""
        process = self._process
        if process is not None:
            with suppress(ValueError):  # reaped in this moment
                process.kill()

    def close(self) -> None:
        """End the process for good. The caller still has to ``stop``, which reaps it."""
        self._closed = True
        self.kill()

    def replace(self, reason: str) -> str:
        """Reap a process that died and start another; return what became of it.

        A process that ended by itself says more than ``reason``, so that is empty for those.
        """
        found = reason or self._how(EOFError())
        self.stop()
        if not self._closed:
            try:
                self.start()
            except DependencyUnavailable as error:
                logger.warning("child not replaced", extra={"reason": error.reason})
        return found

    def stop(self) -> None:
        """Reap the process: it leaves when its pipe closes, and is killed if it does not."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._process is not None:
            with _REAPING:
                self._process.join(1.0)
                if self._process.exitcode is None:
                    self._process.kill()
                    self._process.join()
                self._process.close()
            self._process = None

    def _how(self, error: Exception) -> str:
        if self._process is not None:
            with _REAPING:
                self._process.join(1.0)
                status = self._process.exitcode
            if status is not None:
                return f"exit status {status}"
        return repr(error)
