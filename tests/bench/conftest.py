"""Every benchmark gives rows to one table; `make bench` writes it to `tests/bench/RESULTS.md`."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import psutil
import pytest

_ROWS = pytest.StashKey[list["Row"]]()


@dataclass(frozen=True)
class Row:
    """One line of the table; ``notes`` are lines below it, such as where the time goes."""

    what: str
    reach: str
    measured: str
    reached: bool
    notes: list[str] = field(default_factory=list)


Report = Callable[[Row], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--results", type=Path, help="write the table of all benchmarks to this file")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_ROWS] = []


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    """Add a row to the table and print it."""

    def add(row: Row) -> None:
        request.config.stash[_ROWS].append(row)
        print(f"\n{row.what}: {row.measured} (reach {row.reach}): {_yes(row.reached)}")
        for note in row.notes:
            print(f"  {note}")

    return add


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = cast("Path | None", session.config.getoption("--results"))
    rows = session.config.stash[_ROWS]
    if path is not None and rows:
        path.write_text(table(rows))


def table(rows: list[Row]) -> str:
    """Return the results as Markdown."""
    memory = psutil.virtual_memory().total / 2**30
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Ratios are between two things measured in the same run; absolute",
        "figures belong to this machine and this hour.",
        "",
        f"- Machine: {psutil.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, no GPU, "
        f"Linux {platform.release()}, Python {platform.python_version()}",
        f"- Date: {dt.datetime.now(dt.UTC):%Y-%m-%d}",
        "",
        "| what | reach | measured | reached |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| {r.what} | {r.reach} | {r.measured} | {_yes(r.reached)} |" for r in rows]
    for row in rows:
        if row.notes:
            lines += ["", f"**{row.what}**", "", *(f"- {note}" for note in row.notes)]
    return "\n".join(lines) + "\n"


def _yes(reached: bool) -> str:
    return "yes" if reached else "no"


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
