"""``viva replay``: record topics, publish recordings again, look after dead letters."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from aiokafka.errors import KafkaError
from rich import box
from rich.table import Table

from deploy.local import recording, running
from deploy.local.errors import LocalError
from deploy.local.replay import DeadLetter, dead_letters, play, redeliver
from deploy.local.terminal import out
from schemas.topics import Process
from streams.runtime.backoff import DependencyUnavailable
from streams.runtime.producer import Producer

T = TypeVar("T")

replay = typer.Typer(
    no_args_is_help=True,
    help="Record what gateways published, publish it again, and look after dead letters.",
)

File = Annotated[Path, typer.Argument(help="the recording (gzip of JSON lines)")]


@replay.command("record")
def record(
    file: File,
    session: Annotated[
        list[str] | None, typer.Option(help="only this session (may be repeated)")
    ] = None,
) -> None:
    """Write what the gateways have published until now to FILE."""
    kafka = running.need().kafka
    records = _run(recording.capture(kafka, frozenset(session or ())))
    count = recording.write(file, records)
    out.print(f"{count} records in {file}", soft_wrap=True)


@replay.command("play")
def play_file(
    file: File,
    speed: Annotated[
        float, typer.Option(min=0.0, help="times the recorded speed; 0: as fast as it goes")
    ] = 0.0,
) -> None:
    """Publish FILE again: the same ids come out, so the same scores must."""
    kafka = running.need().kafka

    async def played() -> int:
        async with Producer(kafka, Process.REPLAY) as producer:
            return await play(recording.read(file), producer, speed)

    try:
        count = _run(played())
    except recording.RecordingError as error:
        raise LocalError(str(error)) from error
    out.print(f"{count} records published")


@replay.command("dead-letters")
def show_dead_letters() -> None:
    """List what could not be processed: where it lay, who set it aside and why."""
    letters = _run(dead_letters(running.need().kafka))
    table = Table(box=box.SIMPLE_HEAD)
    for name in ("letter", "was at", "set aside by", "bytes", "reason"):
        table.add_column(name, overflow="fold")
    for each in letters:
        size = str(len(each.value or b""))
        table.add_row(str(each.offset), each.place, each.process, size, each.reason)
    out.print(table if letters else "no dead letters")


@replay.command("redeliver")
def redeliver_letters(
    letter: Annotated[
        list[int] | None, typer.Argument(help="numbers from `dead-letters`; none means all")
    ] = None,
) -> None:
    """Publish dead letters again to the topics they came from, after the cause is mended."""
    kafka = running.need().kafka

    async def redelivered() -> int:
        found = await dead_letters(kafka)
        wanted = set(letter or (each.offset for each in found))
        if absent := wanted - {each.offset for each in found}:
            raise LocalError(f"no dead letter {min(absent)}: see `viva replay dead-letters`")
        chosen: list[DeadLetter] = [each for each in found if each.offset in wanted]
        async with Producer(kafka, Process.REPLAY) as producer:
            return await redeliver(chosen, producer)

    out.print(f"{_run(redelivered())} records published again")


def _run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except (KafkaError, DependencyUnavailable) as error:
        raise LocalError(f"Kafka: {error}. See `viva status`.") from error
