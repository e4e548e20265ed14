"""Each process checks itself in an environment that holds its own lock and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.locks import LOCKS, PROCESS_MODULES, ROOT

pytestmark = [pytest.mark.integration, pytest.mark.requirement("run-own-environment")]


def uv() -> str:
    """Prefer the locked uv of our own environment."""
    beside = Path(sys.executable).with_name("uv")
    found = str(beside) if beside.exists() else shutil.which("uv")
    assert found, "uv is missing: run `make setup-tests`"
    return found


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("VIVA_")}
    clean.pop("PYTHONPATH", None)
    return subprocess.run(
        command,
        cwd=ROOT,
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


@pytest.mark.parametrize("process", sorted(PROCESS_MODULES))
def test_process_is_fit_to_run_with_only_its_own_lock(process: str, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    done = run(uv(), "venv", "--quiet", "--no-config", "--python", sys.executable, str(environment))
    assert done.returncode == 0, done.stderr
    python = environment / "bin" / "python"
    try:
        install(python, LOCKS / f"{process}.txt")
        checked = run(
            str(python),
            *("-m", PROCESS_MODULES[process], "--check"),
            PYTHONPATH=str(ROOT),
            PYTHONDONTWRITEBYTECODE="1",
            VIVA_DATA_DIR=str(tmp_path / "data"),
            VIVA_MODELS_DIR=str(ROOT / ".viva" / "models"),
            VIVA_GATEWAY_API_KEY="for-the-check",
            VIVA_GATEWAY_TOKEN_SECRET="for-the-check-0123456789-0123456789",
        )
        assert checked.returncode == 0, checked.stdout + checked.stderr
    finally:
        shutil.rmtree(environment)  # the eight of them together would be 3 GB


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
