"""The child process: one engine, one frame at a time, over a pipe.

It lives apart from the worker because a picture may crash the native code, and because the
engine's threads are this process's budget and nobody else's.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

from workers.vision.features import Measures, measure
from workers.vision.jpeg import Undecodable, decode
from workers.vision.service import Engine, EngineFactory
from workers.vision.settings import EmotionSettings
from workers.vision.sight import sight


@dataclass(frozen=True, slots=True)
class Job:
    """One frame to measure."""

    jpeg: bytes
    infer_emotion: bool
    locate: bool = False
    """Whether to say where the candidate is (``Measures.seen``), which few frames need."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The engine is loaded and warm."""

    device: str


@dataclass(frozen=True, slots=True)
class Failure:
    """The engine could not be built, or the frame could not be measured."""

    reason: str


Reply = Measures | Failure


def run(
    pipe: Connection,
    factory: EngineFactory,
    threads: int,
    index: int,
    settings: EmotionSettings,
) -> None:
    """Build the engine, say ``Ready``, then answer each ``Job`` until the pipe closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    try:
        _keep_to_budget(threads, index)
        with _stderr_closed():
            engine = factory()
    except Exception as error:  # whatever it is, the parent must hear of it
        pipe.send(Failure(f"{type(error).__name__}: {error}"))
        return
    pipe.send(Ready(engine.device))
    try:
        while True:
            pipe.send(answer(engine, pipe.recv(), settings))
    except (EOFError, OSError):
        pass  # the parent is gone or wants no more
    finally:
        engine.close()


def answer(engine: Engine, job: Job, settings: EmotionSettings) -> Reply:
    """Return the measurements of a frame, or why there are none."""
    try:
        image = decode(job.jpeg)
        faces = engine.faces(image)
    except Undecodable as error:
        return Failure(str(error))
    except Exception as error:  # the engine refused this picture, not all pictures
        return Failure(f"{type(error).__name__}: {error}"[:300])
    found = measure(faces, infer_emotion=job.infer_emotion, settings=settings)
    return replace(found, seen=sight(faces, image)) if job.locate else found


def core_budget(every: Sequence[int], threads: int, index: int, parent: int) -> set[int]:
    """Return the ``threads`` cores of child number ``index``.

    Children of one worker get different cores as long as there are enough; workers beside each
    other start at different ones, because their process ids differ.
    """
    first = parent + index * threads
    return {every[(first + step) % len(every)] for step in range(min(threads, len(every)))}


def _keep_to_budget(threads: int, index: int) -> None:
    """Bind this process to its cores: the engine has no setting for how many threads it uses."""
    if hasattr(os, "sched_setaffinity"):
        every = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, core_budget(every, threads, index, os.getppid()))


@contextmanager
def _stderr_closed() -> Iterator[None]:
    """Drop what native libraries write to stderr while they start: it is no log of ours."""
    kept = os.dup(2)
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nothing)
