"""Nothing that a worker runs tells anybody of its use."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

IDENTITY = "deviceid"
"""The file that ONNX Runtime makes of itself in the home of whom it reports."""


def files_after(code: str, home: Path) -> list[str]:
    """Run ``code``; return the files that are in ``home`` then.

    Nothing else is in its environment: under CI the library reports nothing by itself.
    """
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    return [path.name for path in home.rglob("*") if path.is_file()]


def test_onnx_runtime_makes_no_identity_in_a_worker(tmp_path: Path) -> None:
    assert IDENTITY not in files_after("import workers, onnxruntime", tmp_path)
