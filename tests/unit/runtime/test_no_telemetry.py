"""Nothing that a worker runs tells anybody of its use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

IDENTITY = "deviceid"
"""The file that ONNX Runtime makes of itself in the home of whom it reports."""


def files_after(code: str, home: Path) -> list[str]:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME")
    }
    subprocess.run([sys.executable, "-c", code], env={**environment, "HOME": str(home)}, check=True)
    return [path.name for path in home.rglob("*") if path.is_file()]


def test_onnx_runtime_makes_no_identity_in_a_worker(tmp_path: Path) -> None:
    assert IDENTITY not in files_after("import workers, onnxruntime", tmp_path)
