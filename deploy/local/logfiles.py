"""Log files of the processes: begun anew at each start, kept from filling the disk."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_LARGEST = 64 << 20
_EVERY_S = 30.0


def tail(path: Path, lines: int = 8) -> str:
    """Return the last lines of a log file."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 16_384))
            return b"\n".join(file.read().splitlines()[-lines:]).decode(errors="replace")
    except OSError:
        return ""


def keep_previous(path: Path) -> None:
    """Begin a new log file; the last one stays as ``NAME.log.1``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        path.replace(path.with_name(path.name + ".1"))


async def trim(paths: Sequence[Path], largest: int = _LARGEST, every_s: float = _EVERY_S) -> None:
    """For ever: move what is in a file larger than ``largest`` bytes to ``NAME.log.1``.

    Its writer keeps the file open for appending, so the file is copied and emptied, not renamed;
    lines written in between are lost.
    """
    while True:
        await asyncio.sleep(every_s)
        for path in paths:
            with suppress(OSError):
                await asyncio.to_thread(_cut, path, largest)


def _cut(path: Path, largest: int) -> None:
    if not path.exists() or path.stat().st_size <= largest:
        return
    previous = path.with_name(path.name + ".1")
    try:
        shutil.copyfile(path, previous)
    except OSError:  # no room: half a copy helps nobody, and what is written on must not grow
        previous.unlink(missing_ok=True)
    os.truncate(path, 0)
