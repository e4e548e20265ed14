"""Holds the pipe that tells the guardian which process groups to end if we die."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

_PROGRAM = Path(__file__).with_name("guardian.py")


class Guard:
    """One guardian process and our end of its pipe."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._pipe: IO[bytes] | None = None

    def start(self) -> None:
        """Start the guardian."""
        reader, writer = os.pipe()
        self._process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-S", str(_PROGRAM)], stdin=reader, start_new_session=True
        )
        os.close(reader)
        self._pipe = os.fdopen(writer, "wb", buffering=0)

    def watch(self, group: int) -> None:
        """Have ``group`` ended if we die."""
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        """The process group is gone."""
        self._tell(f"-{group}\n")

    def close(self) -> subprocess.Popen[bytes] | None:
        """Let the guardian end what is left of its groups and go; return it to be waited for."""
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        ending, self._process = self._process, None
        return ending

    def _tell(self, line: str) -> None:
        if self._pipe is not None:
            with suppress(BrokenPipeError):
                self._pipe.write(line.encode())
