from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from streams.runtime.objects import FolderStore


def names(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()]


async def test_what_was_put_can_be_got_by_another_store_of_the_folder(tmp_path: Path) -> None:
    await FolderStore(tmp_path).put("resumes/3f2a", b"bytes")
    assert await FolderStore(tmp_path).get("resumes/3f2a") == b"bytes"


async def test_what_was_never_put_is_none(tmp_path: Path) -> None:
    assert await FolderStore(tmp_path / "not there").get("resumes/3f2a") is None


@pytest.mark.parametrize(
    "name", ["", "/etc/passwd", "../secret", "a/../b", "a//b", "a/", ".hidden", "A", "a b", "a\n"]
)
async def test_a_name_cannot_leave_the_folder(tmp_path: Path, name: str) -> None:
    store = FolderStore(tmp_path)
    with pytest.raises(ValueError, match="is no name"):
        await store.put(name, b"x")
    with pytest.raises(ValueError, match="is no name"):
        await store.get(name)
    with pytest.raises(ValueError, match="is no name"):
        await store.remove(name)
    with pytest.raises(ValueError, match="is no name"):
        await store.remove_old(name, 1)
    assert names(tmp_path) == []


async def test_the_same_object_put_by_many_at_once_is_there_once_and_whole(tmp_path: Path) -> None:
    store, data = FolderStore(tmp_path), b"x" * 300_000
    await asyncio.gather(*(store.put("resumes/one", data) for _ in range(8)))
    assert await store.get("resumes/one") == data
    assert names(tmp_path / "resumes") == ["one"]


async def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    (tmp_path / "resumes" / "taken").mkdir(parents=True)
    with pytest.raises(OSError, match="taken"):
        await store.put("resumes/taken", b"x")
    assert names(tmp_path / "resumes") == ["taken"]


async def test_only_its_owner_may_read_an_object(tmp_path: Path) -> None:
    await FolderStore(tmp_path / "objects").put("resumes/one", b"x")
    assert (tmp_path / "objects" / "resumes" / "one").stat().st_mode & 0o077 == 0


async def test_what_was_removed_is_gone_and_may_be_removed_again(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    for name in ("clips/one.ogg", "clips/two.ogg"):
        await store.put(name, b"x")
    for _ in range(2):
        await store.remove("clips/one.ogg")
    await store.remove("nowhere/at-all")
    assert names(tmp_path / "clips") == ["two.ogg"]


async def test_only_old_objects_of_the_folder_are_removed(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    for name, seconds in (("clips/old", 10), ("clips/new", 30), ("resumes/old", 10)):
        await store.put(name, b"x")
        os.utime(tmp_path / name, (seconds, seconds))
    assert await store.remove_old("clips", before=20_000, wanted={"clips/old"}) == 0
    assert await store.remove_old("clips", before=20_000) == 1
    assert await store.remove_old("clips", before=20_000) == 0
    assert await store.remove_old("nothing", before=20_000) == 0
    assert names(tmp_path / "clips") == ["new"]
    assert names(tmp_path / "resumes") == ["old"]
