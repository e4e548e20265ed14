"""The tables at the end of a run and its last line."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from tests.support.faults import Kind
from tests.support.faults_check import Found
from tests.support.faults_inject import Outcome
from tests.support.faults_memory import Growth


def faults_table(outcomes: Sequence[Outcome]) -> Table:
    """Return how many faults of each kind there were and how many were recovered from."""
    table = Table(title="faults", title_justify="left")
    table.add_column("kind")
    for column in ("injected", "recovered", "median recovery", "slowest recovery"):
        table.add_column(column, justify="right")
    for kind in Kind:
        mine = [each for each in outcomes if each.fault.kind is kind]
        if not mine:
            continue
        took = sorted(each.seconds for each in mine if each.seconds is not None)
        table.add_row(
            kind.value, str(len(mine)), str(len(took)),
            f"{took[len(took) // 2]:.1f} s" if took else "-",
            f"{took[-1]:.1f} s" if took else "-",
        )  # fmt: skip
    table.add_section()
    killed = [each for each in outcomes if each.fault.kills]
    recovered = sum(each.seconds is not None for each in killed)
    table.add_row("of these with kill -9", str(len(killed)), str(recovered))
    return table


def memory_table(growth: Sequence[Growth]) -> Table:
    """Return what each process held, in MB; growth is of its longest life after its warm-up."""
    table = Table(title="resident memory, MB", title_justify="left")
    table.add_column("process")
    for column in ("lives", "longest", "warm", "at its end", "largest ever", "growth an hour"):
        table.add_column(column, justify="right")
    for each in growth:
        rate = "life too short" if each.an_hour is None else f"{each.an_hour:+.0f}"
        table.add_row(
            each.name, str(each.lives), f"{each.longest_s / 60:.1f} min",
            f"{each.after_warm_up:.0f}", f"{each.at_the_end:.0f}", f"{each.largest:.0f}", rate,
        )  # fmt: skip
    return table


def last_line(outcomes: Sequence[Outcome], found: Found, skips: int) -> str:
    """Return the line that says it all; a skipped offset counts as lost."""
    recovered = sum(each.seconds is not None for each in outcomes)
    return (
        f"faults={len(outcomes)} recovered={recovered} lost={len(found.lost) + skips} "
        f"doubled={len(found.doubled)} wrong={len(found.wrong)}"
    )


def is_good(outcomes: Sequence[Outcome], found: Found, skips: int) -> bool:
    """Whether every fault was recovered from and nothing is the matter with any score."""
    recovered = all(each.seconds is not None for each in outcomes)
    return recovered and found.is_clean and not skips
