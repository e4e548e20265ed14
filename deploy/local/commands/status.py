"""``viva status``: what runs, how it is, and how far behind."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from typing import Annotated

import aiohttp
import psutil
import typer
from aiokafka.errors import KafkaError
from rich import box
from rich.table import Table
from rich.text import Text

from deploy.local import kafka, running, state
from deploy.local.lag import group_lags
from deploy.local.processes import KAFKA, Readiness, ask
from deploy.local.running import Running
from deploy.local.state import ProcessState
from deploy.local.terminal import out
from schemas.topics import Process
from streams.runtime.build import is_stale

NOT_RUNNING = 3
UNWELL = 1

_GROUPS = tuple(each.value for each in Process if each not in (Process.GATEWAY, Process.REPLAY))


@dataclass(frozen=True, slots=True)
class Row:
    """What ``viva status`` says of one process; ``memory_mb`` with its children."""

    name: str
    condition: str
    port: int
    health: str
    pid: int
    device: str
    build: str
    memory_mb: int
    restarts: int
    detail: str
    lag: dict[str, int] | None


def status(
    as_json: Annotated[bool, typer.Option("--json", help="print JSON instead")] = False,
) -> None:
    """Show every process: health, device, build, memory, what it waits for, and its lag.

    Exit status: 0 all ready, 1 something is not, 3 no stack runs.
    """
    found = running.find()
    if found is None:
        if as_json:
            out.print_json('{"running": false}')
        else:
            out.print("no stack runs: start one with `viva up`")
        raise typer.Exit(NOT_RUNNING)
    rows, trouble = asyncio.run(_look(found))
    stale = is_stale(found.state.build)
    if as_json:
        data = {
            "running": True, "phase": found.state.phase, "build": found.state.build,
            "stale": stale, "processes": [asdict(row) for row in rows],
        }  # fmt: skip
        out.print_json(json.dumps(data))
    else:
        out.print(_table(found, rows))
        if found.state.https:
            out.print(f"for phones: {' or '.join(found.state.https)}", soft_wrap=True)
        if trouble:
            out.print(trouble, style="red")
        if stale:
            out.print(
                f"The running code ({found.state.build}) is not the checkout's: "
                "`viva down` and `viva up` bring it up to date.",
                style="yellow",
            )
    if found.state.phase != "ready" or any(row.condition != "ready" for row in rows):
        raise typer.Exit(UNWELL)


async def _look(found: Running) -> tuple[list[Row], str]:
    names = list(found.state.processes)
    trouble = ""
    lags: dict[str, dict[str, int] | None] = {}
    up = KAFKA in names and await kafka.is_up(found.kafka.bootstrap)
    if up:
        groups = {found.kafka.group(name): name for name in _GROUPS if name in names}
        try:
            answers = await group_lags(found.kafka, list(groups))
            lags = {groups[group]: dict(lag) if lag else None for group, lag in answers.items()}
        except (KafkaError, OSError) as error:
            trouble = f"lag unknown: {error}"
    async with aiohttp.ClientSession() as session:

        async def one(process: ProcessState) -> Row:
            if process.name == KAFKA:
                said = Readiness(up, "jvm", "" if up else "does not answer")
            else:
                said = await ask(session, f"{process.health}/readyz")
            return _row(process, said, found.state.build, lags.get(process.name))

        rows = await asyncio.gather(*(one(each) for each in found.state.processes.values()))
    return list(rows), trouble


def _row(process: ProcessState, said: Readiness, build: str, lag: dict[str, int] | None) -> Row:
    condition = process.condition
    shown = "waiting" if condition == "ready" and not said.ready else condition
    alive = state.is_alive(process.pid, process.created)
    return Row(
        process.name, shown, process.port, process.health, process.pid,
        said.device or process.device, said.build or build,
        _memory_mb(process.pid) if alive else 0, process.restarts,
        process.detail if condition == "backoff" else said.detail, lag,
    )  # fmt: skip


def _memory_mb(pid: int) -> int:
    total = 0
    try:
        process = psutil.Process(pid)
        for each in (process, *process.children(recursive=True)):
            total += each.memory_info().rss
    except psutil.Error:
        pass
    return round(total / 1e6)


def _table(found: Running, rows: list[Row]) -> Table:
    memory = sum(row.memory_mb for row in rows)
    table = Table(
        title=f"{found.data_dir}: {found.state.phase}, build {found.state.build}",
        caption=f"{memory} MB resident in all; lag: records not yet committed; port: of health",
        box=box.SIMPLE_HEAD, title_justify="left", caption_justify="left", pad_edge=False,
    )  # fmt: skip
    for name in ("process", "condition", "port", "device", "MB", "lag"):
        table.add_column(name, justify="right" if name in ("port", "MB") else "left", no_wrap=True)
    table.add_column("says", overflow="fold")
    for row in rows:
        style = "green" if row.condition == "ready" else "red"
        says = [f"build {row.build}"] if row.build != found.state.build else []
        if row.restarts:
            says.append(f"restarted {row.restarts}×")
        behind = row.lag or {}
        says += [f"{count} behind on {topic}" for topic, count in behind.items() if count]
        lag = "–" if row.lag is None else f"{sum(behind.values())}"
        port = row.port or row.health.rpartition(":")[2]
        table.add_row(
            row.name, Text(row.condition, style), str(port), row.device, str(row.memory_mb), lag,
            "; ".join([*says, row.detail] if row.detail else says),
        )  # fmt: skip
    return table
