"""``python -m workers.vision`` checks itself and says what is wrong in one line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration


def check(**changes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "workers.vision", "--check"],
        env={**os.environ, **changes},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_fit(models: Path) -> None:
    done = check(VIVA_MODELS_DIR=str(models))
    assert (done.returncode, done.stderr) == (0, "")
    assert "fit to run" in done.stdout


def test_missing_and_damaged_models_are_named(models: Path, tmp_path: Path) -> None:
    missing = check(VIVA_MODELS_DIR=str(tmp_path))
    assert missing.returncode == 1
    assert "face_landmarker.task is missing" in missing.stderr
    assert "Traceback" not in missing.stderr
    data = bytearray((models / "face_landmarker.task").read_bytes())
    data[1000] ^= 1
    (tmp_path / "face_landmarker.task").write_bytes(data)
    damaged = check(VIVA_MODELS_DIR=str(tmp_path))
    assert damaged.returncode == 1
    assert "expected checksum" in damaged.stderr


def test_a_wrong_setting_is_named(models: Path) -> None:
    done = check(VIVA_MODELS_DIR=str(models), VIVA_VISION_PROCESSES="none")
    assert done.returncode == 1
    assert "processes" in done.stderr
    assert "Traceback" not in done.stderr
