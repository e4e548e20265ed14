"""``python -m workers.stt``: the worker; ``--check``: is it fit to run; FILE: transcribe a file."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from schemas.language import Language
from schemas.settings import ProcessSettings, SttSettings
from schemas.topics import Process
from streams.runtime.process import Context, describe, main
from workers.stt.decode import UndecodableError, decode
from workers.stt.device import choose_device, model_folder, model_problems
from workers.stt.faster_whisper import FasterWhisper
from workers.stt.packing import Packer
from workers.stt.scheduler import Scheduler
from workers.stt.transcript import transcript_of
from workers.stt.vad import SileroDetector, SileroModel, model_path
from workers.stt.worker import SpeechToText


def load(settings: SttSettings, models: Path) -> tuple[FasterWhisper, SileroModel]:
    """Return the engine, warm, and the speech detector.

    Raises:
        ValueError: the settings name a model or a device that is not there.
        FileNotFoundError: a model file is missing.
        RuntimeError: a model does not load.
    """
    engine = FasterWhisper(model_folder(settings, models), settings, choose_device(settings))
    engine.warm_up()
    return engine, SileroModel()


async def serve(context: Context) -> None:
    """Turn the audio of answers into transcripts."""
    settings = SttSettings()
    context.health.waiting("model", f"loading {settings.model}")
    engine, silero = await asyncio.to_thread(load, settings, context.settings.models)
    context.health.arrived("model")
    scheduler = Scheduler(engine)
    service = SpeechToText(
        scheduler, context.producer, context.health, lambda: Packer(SileroDetector(silero))
    )
    scheduler.start()
    context.health.ready(engine.device, engine.description)
    try:
        await context.consumer(service, notes=True).run(context.stop)
    finally:
        await service.stop()
        await scheduler.stop()


def check() -> Sequence[str]:
    """Return what is wrong with imports, settings, device and model files."""
    settings = SttSettings()
    found: list[str] = []
    try:
        model_path()
        choose_device(settings)
    except (ImportError, OSError, ValueError) as error:
        found.append(str(error))
    return [*found, *model_problems(settings, ProcessSettings().models)]


def transcribe_file(arguments: Sequence[str]) -> int:
    """Print what is said in a file; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m workers.stt")
    parser.add_argument("file", type=Path, help="webm, wav, mp3, ...")
    parser.add_argument("--language", choices=[each.value for each in Language], default="en")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING)
    try:
        samples = decode(options.file)
        problems = check()
        if problems:
            raise ValueError("; ".join(problems))
        engine, silero = load(SttSettings(), ProcessSettings().models)
    except ValidationError as error:
        first = error.errors()[0]
        return _complain(describe(first["loc"], first["msg"]))
    except (UndecodableError, OSError, ValueError, RuntimeError) as error:
        return _complain(str(error))
    packer = Packer(SileroDetector(silero))
    for start, end, text in transcript_of(samples, Language(options.language), engine, packer):
        sys.stdout.write(f"[{start / 1000:7.2f} - {end / 1000:7.2f}] {text}\n")
    return 0


def _complain(message: str) -> int:
    sys.stderr.write(f"stt: {message}\n")
    return 1


def run(arguments: Sequence[str]) -> int:
    """Start the worker, or transcribe the file that is named."""
    if any(not each.startswith("-") for each in arguments):
        return transcribe_file(arguments)
    return main(Process.STT, serve, check, arguments)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
