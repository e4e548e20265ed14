"""How the CLI shows processes: one line each, aligned, the same everywhere."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from rich.console import Console
from rich.text import Text

from deploy.local.processes import NAMES
from deploy.local.state import ProcessState

_PIPED_WIDTH = 120


def _console(stream: TextIO, *, stderr: bool) -> Console:
    """A terminal has its own width; a pipe or a file gets lines that hold a report's table."""
    width = None if stream.isatty() or "COLUMNS" in os.environ else _PIPED_WIDTH
    return Console(stderr=stderr, highlight=False, width=width)


out = _console(sys.stdout, stderr=False)
err = _console(sys.stderr, stderr=True)

_WIDTH = max(len(name) for name in NAMES)
_STYLES = {"ready": "green", "starting": "yellow", "backoff": "red", "stopped": "dim"}


def process_line(process: ProcessState) -> Text:
    """Return the line of a process: name, condition, port, device, seconds or what is wrong."""
    line = Text(f"  {process.name:<{_WIDTH}}  ")
    line.append(f"{process.condition:<8}", style=_STYLES[process.condition])
    if process.condition == "ready":
        port = process.port or int(process.health.rpartition(":")[2] or 0)
        line.append(f"  port {port:<5}  {process.device:<5}  {process.seconds:5.1f} s")
        if process.restarts:
            line.append(f"  (restart {process.restarts})", style="yellow")
    elif process.detail and process.condition == "backoff":
        line.append(f"  {process.detail}")
    return line
