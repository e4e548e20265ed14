"""``python -m workers.vision`` runs the worker; with ``--check`` it only checks itself."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import sys
from functools import partial

from schemas.models import FACE_LANDMARKER, problems
from schemas.settings import ProcessSettings, VisionSettings
from schemas.topics import Process
from streams.runtime.dead_letters import DeadLetters
from streams.runtime.process import Context, main
from workers.vision.landmarker import build
from workers.vision.plots import without_plots
from workers.vision.pool import Pool
from workers.vision.settings import EmotionSettings
from workers.vision.worker import VisionService

LINGER_MS = 20
"""Features of several frames go out in one request: with one a frame, requests are a third of
what a frame costs around the model. A score waits for its last feature that much longer."""


async def serve(context: Context) -> None:
    """Measure the frames of all candidates: gaze, head, smile, tension, emotion."""
    settings = VisionSettings()
    pool = Pool(
        partial(build, FACE_LANDMARKER.at(context.settings.models)),
        processes=settings.processes,
        threads=settings.threads,
        settings=EmotionSettings(),
    )
    try:
        if not await _started(pool, context):
            return
        service = VisionService(
            pool,
            producer=context.producer,
            dead_letters=DeadLetters(context.producer, Process.VISION),
            health=context.health,
            max_in_flight=settings.max_in_flight,
        )
        context.health.ready(
            pool.device,
            f"face_landmarker in {settings.processes} process(es) of {settings.threads} thread(s)",
        )
        try:
            await context.consumer(service).run(context.stop)
        finally:
            await service.stop()
    finally:
        await pool.stop()


async def _started(pool: Pool, context: Context) -> bool:
    """Start the pool; return False if the process was told to stop before it was warm."""
    starting = asyncio.create_task(context.health.persist(pool.start))
    stopping = asyncio.create_task(context.stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if context.stop.is_set():
        starting.cancel()
        return False
    await starting
    return True


def check(*, thorough: bool) -> list[str]:
    """Return what is missing here; ``thorough`` really imports the libraries, which is slow.

    Raises:
        pydantic.ValidationError: a setting is wrong.
    """
    VisionSettings()
    EmotionSettings()
    found = []
    without_plots()
    for module in ("cv2", "mediapipe", "numpy"):
        try:
            if thorough:
                importlib.import_module(module)
            elif importlib.util.find_spec(module) is None:
                raise ImportError(f"No module named {module!r}")
        except ImportError as error:
            found.append(f"{module} cannot be imported: {error}")
    return found + problems(ProcessSettings().models, FACE_LANDMARKER.name)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(
        main(
            Process.VISION,
            serve,
            partial(check, thorough="--check" in arguments),
            arguments,
            linger_ms=LINGER_MS,
        )
    )
