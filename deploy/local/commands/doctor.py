"""``viva doctor``: what this machine lacks and how to get it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from deploy.local.doctor import examine
from deploy.local.settings import LocalSettings
from deploy.local.terminal import out


def doctor(
    deep: Annotated[
        bool, typer.Option("--deep", help="also let each process check its environment (slower)")
    ] = False,
) -> None:
    """Say what is missing on this machine, and exactly how to get it.

    Exit status: 0 everything needed is there, 1 something needed is missing.
    """
    missing = 0
    for finding in examine(LocalSettings(), deep=deep):
        if finding.found:
            mark = Text("  ok       ", "green")
        elif finding.needed:
            mark, missing = Text("  missing  ", "red"), missing + 1
        else:
            mark = Text("  absent   ", "yellow")
        out.print(Text.assemble(mark, f"{finding.name:<17} ", finding.detail), soft_wrap=True)
        if not finding.found and finding.remedy:
            out.print(Text(f"{'':11}{'':17} → {finding.remedy}"), soft_wrap=True)
    if missing:
        out.print(f"{missing} missing", style="red")
        raise typer.Exit(1)
    out.print("Everything needed is there.", style="green")
