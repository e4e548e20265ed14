from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local import programs


def put(folder: Path, name: str) -> str:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.touch(mode=0o755)
    return str(program)


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Where programs are installed, and where they are unpacked."""
    installed, unpacked = tmp_path / "installed", tmp_path / "unpacked"
    monkeypatch.setenv("PATH", str(installed))
    monkeypatch.setattr(programs, "_UNPACKED", unpacked)
    return installed, unpacked


def test_an_installed_program_is_preferred_to_an_unpacked_one(places: tuple[Path, Path]) -> None:
    installed, unpacked = places
    assert programs.find("prometheus") is None
    second = put(unpacked, "prometheus")
    assert programs.find("prometheus") == second
    first = put(installed, "prometheus")
    assert programs.find("prometheus") == first


def test_either_chromium_will_do(places: tuple[Path, Path]) -> None:
    installed, unpacked = places
    shell = put(unpacked, "chromium-headless-shell")
    assert programs.find(*programs.CHROMIUM) == shell
    whole = put(installed, "chromium")
    assert programs.find(*programs.CHROMIUM) == whole
