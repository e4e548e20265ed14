"""``python -m workers.voice``: the worker; ``--check``: is it fit to run."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np

from schemas.media import SAMPLE_RATE
from schemas.topics import Process
from streams.runtime.process import Context, main
from workers.voice.features import measure
from workers.voice.worker import Voice


async def serve(context: Context) -> None:
    """Measure loudness, speaking share, pitch and pauses of every audio chunk."""
    measure(np.ones(SAMPLE_RATE // 2, np.int16))  # the first FFT plans and allocates
    service = Voice(context.producer, context.health)
    context.health.ready("cpu", "numpy")
    try:
        await context.consumer(service).run(context.stop)
    finally:
        await service.stop()


def check() -> Sequence[str]:
    """Return what is wrong: nothing can be, there is no model and the imports have succeeded."""
    return ()


if __name__ == "__main__":
    sys.exit(main(Process.VOICE, serve, check, sys.argv[1:]))
