"""Each process checks itself with its own lock and the code of its image, and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.images import installed, lay_out
from tests.support.locks import EMBEDDED, LOCKS, PROCESS_MODULES, ROOT

pytestmark = [pytest.mark.integration, pytest.mark.requirement("run-own-environment")]


def uv() -> str:
    """Prefer the locked uv of our own environment."""
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    assert found, "uv is missing: run `make setup-tests`"
    return found


def run(*command: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("VIVA_")}
    clean.pop("PYTHONPATH", None)
    return subprocess.run(
        command,
        cwd=folder,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )


def install(python: Path, lock: Path) -> None:
    """Install from uv's cache (hard links, seconds); ask the network only for what it lacks."""
    command = [uv(), "pip", "install", "--python", str(python), "--no-config", "--quiet"]
    command += ["--no-deps", "--require-hashes", "-r", str(lock)]
    if run(*command, "--offline").returncode != 0:
        done = run(*command)
        assert done.returncode == 0, done.stderr


@contextmanager
def environment(lock: Path, folder: Path) -> Iterator[str]:
    """Make an environment that holds ``lock`` alone; yields its Python."""
    done = run(uv(), "venv", "--quiet", "--no-config", "--python", sys.executable, str(folder))
    assert done.returncode == 0, done.stderr
    try:
        install(folder / "bin" / "python", lock)
        yield str(folder / "bin" / "python")
    finally:
        shutil.rmtree(folder)  # all of them together would be 3 GB


def code_of(process: str, folder: Path) -> Path:
    """Return a tree with the code of the process's image; what only runs embedded has none."""
    if process in EMBEDDED:
        return ROOT
    lay_out(process, folder)
    return folder


@pytest.mark.parametrize("process", sorted(PROCESS_MODULES))
def test_process_is_fit_to_run_with_only_its_own_lock(process: str, tmp_path: Path) -> None:
    app = code_of(process, tmp_path / "app")
    with environment(LOCKS / f"{process}.txt", tmp_path / "environment") as python:
        checked = run(
            python,
            *("-m", PROCESS_MODULES[process], "--check"),
            folder=app,
            PYTHONPATH=str(app),
            PYTHONDONTWRITEBYTECODE="1",
            VIVA_DATA_DIR=str(tmp_path / "data"),
            VIVA_MODELS_DIR=str(ROOT / ".viva" / "models"),
            VIVA_CLICKHOUSE_WRITER_PASSWORD="for-the-check",
            VIVA_CLICKHOUSE_READER_PASSWORD="for-the-check",
            VIVA_GATEWAY_API_KEY="for-the-check",
            VIVA_GATEWAY_TOKEN_SECRET="for-the-check-0123456789-0123456789",
        )
        assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("image", "module"),
    [("prepare", "deploy.compose.prepare"), ("models", "deploy.models.__main__")],
)
def test_one_shot_image_has_what_it_imports(image: str, module: str, tmp_path: Path) -> None:
    lay_out(image, tmp_path / "app")
    with environment(installed(image), tmp_path / "environment") as python:
        done = run(
            python,
            *("-c", f"import {module}"),
            folder=tmp_path / "app",
            PYTHONPATH=str(tmp_path / "app"),
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(("process", "file"), [("vision", "face_landmarker.task")])
def test_check_names_a_missing_model(process: str, file: str, tmp_path: Path) -> None:
    checked = run(
        sys.executable,
        *("-m", PROCESS_MODULES[process], "--check"),
        VIVA_DATA_DIR=str(tmp_path),
    )
    assert checked.returncode == 1
    assert file in checked.stderr
    assert "Traceback" not in checked.stderr
