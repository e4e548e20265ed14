"""Where bytes are kept that are too large for an event or a row."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Protocol

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,127}(?:/[a-z0-9][a-z0-9._-]{0,127}){0,3}")


class ObjectStore(Protocol):
    """Keeps objects by name, such as ``clips/3f2a.ogg``: letters, digits, ``.``, ``_``, ``-``.

    An object is there as a whole or not at all, and stays what it is: names follow from contents.
    """

    async def put(self, name: str, data: bytes) -> None:
        """Keep ``data``, for good when this returns.

        Raises:
            ValueError: it is no name.
            OSError: it cannot be kept.
        """

    async def get(self, name: str) -> bytes | None:
        """Return an object, None where there is none.

        Raises:
            ValueError: it is no name.
            OSError: it cannot be read.
        """

    async def remove(self, name: str) -> None:
        """Remove an object for good; one that is not there is removed already.

        Raises:
            ValueError: it is no name.
            OSError: it cannot be removed.
        """

    async def remove_old(self, folder: str, before: int, wanted: Collection[str] = ()) -> int:
        """Remove the objects of ``folder`` that were kept before ``before`` (UTC ms).

        Those ``wanted``, by their names, stay. Return how many went.

        Raises:
            ValueError: it is no name.
            OSError: one cannot be removed; others may be gone.
        """


class FolderStore:
    """Objects as files of a folder, which only this user may read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, name: str, data: bytes) -> None:
        """Keep ``data``; see ``ObjectStore``."""
        await asyncio.to_thread(self._write, self._path(name), data)

    async def get(self, name: str) -> bytes | None:
        """Return an object; see ``ObjectStore``."""
        return await asyncio.to_thread(_read, self._path(name))

    async def remove(self, name: str) -> None:
        """Remove an object; see ``ObjectStore``."""
        await asyncio.to_thread(_remove, self._path(name))

    async def remove_old(self, folder: str, before: int, wanted: Collection[str] = ()) -> int:
        """Remove old objects; see ``ObjectStore``."""
        stay = {self._path(name) for name in wanted}
        return await asyncio.to_thread(_remove_old, self._path(folder), before, stay)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name[:100]!r} is no name of an object")
        return self._folder / name

    def _write(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number, temporary = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
            _sync(path.parent)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


def _sync(folder: Path) -> None:
    """Make sure that the names in ``folder`` survive a loss of power, as the contents do."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    if path.parent.is_dir():
        _sync(path.parent)


def _remove_old(folder: Path, before: int, stay: Collection[Path]) -> int:
    count = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        if path in stay:
            continue
        try:
            if path.is_file() and path.stat().st_mtime_ns // 1_000_000 < before:
                path.unlink()
                count += 1
        except FileNotFoundError:
            continue  # another gateway was faster
    if count:
        _sync(folder)
    return count


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
