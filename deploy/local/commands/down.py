"""``viva down``: stop the stack."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from typing import Annotated

import typer

from deploy.local import state
from deploy.local.errors import LocalError
from deploy.local.settings import LocalSettings
from deploy.local.terminal import out


def down(
    wait: Annotated[float, typer.Option(min=1.0, help="seconds to wait before giving up")] = 90.0,
) -> None:
    """Stop the stack that runs in the data directory, and what a crashed one left behind."""
    data_dir = LocalSettings().data_dir.resolve()
    found = state.read(data_dir / "state.json")
    if found is None:
        out.print(f"nothing runs in {data_dir}", soft_wrap=True)
        return
    if state.is_alive(found.pid, found.created) and found.phase != "stopped":
        with suppress(ProcessLookupError):
            os.kill(found.pid, signal.SIGTERM)
        deadline = time.monotonic() + wait
        while state.is_alive(found.pid, found.created):
            latest = state.read(data_dir / "state.json")
            # Its process may live on with other work, as a demo's or a test's does; what the
            # next `viva up` needs is the directory.
            if latest is not None and latest.phase == "stopped" and state.is_free(data_dir):
                break
            if time.monotonic() > deadline:
                raise LocalError(
                    f"the supervisor (pid {found.pid}) still runs after {wait:g} s: see "
                    f"{data_dir / 'logs' / 'supervisor.log'}, or run `viva down` again"
                )
            time.sleep(0.1)
        out.print("stopped")
        return
    left = state.sweep(found)
    out.print(f"stopped what was left: {', '.join(left)}" if left else "nothing runs")
