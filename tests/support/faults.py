"""What can go wrong, and a plan of it that a seed makes the same each time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of faults; the value is what the table calls them."""

    KILL = "kill -9 of a process"
    CHILD = "kill -9 of a pool child"
    STOP = "SIGSTOP, later SIGCONT"
    KAFKA_KILL = "kafka: kill -9"
    KAFKA_RESTART = "kafka: clean restart"
    KAFKA_FREEZE = "kafka: frozen"
    CLICKHOUSE_KILL = "clickhouse: kill -9"
    CLICKHOUSE_RESTART = "clickhouse: clean restart"
    CLICKHOUSE_FREEZE = "clickhouse: frozen"
    DISK_FULL = "data directory full"
    CLOCK = "clock jumps there and back"
    REBALANCE = "member joins and leaves"
    POISON = "picture that aborts the model"
    OVERSIZE = "records larger than allowed"
    JUNK = "records of junk"


WORKERS = ("vision", "voice", "stt", "questions", "tts", "assessment", "agent", "sink", "gateway")
SHARED = ("vision", "voice", "stt", "agent")
"""What a second member of the group can help with."""

DECK: Mapping[Kind, int] = {
    Kind.KILL: 26,
    Kind.CHILD: 2,
    Kind.STOP: 4,
    Kind.KAFKA_KILL: 2,
    Kind.KAFKA_RESTART: 1,
    Kind.KAFKA_FREEZE: 1,
    Kind.CLICKHOUSE_KILL: 2,
    Kind.CLICKHOUSE_RESTART: 1,
    Kind.CLICKHOUSE_FREEZE: 1,
    Kind.DISK_FULL: 1,
    Kind.CLOCK: 2,
    Kind.REBALANCE: 2,
    Kind.POISON: 1,
    Kind.OVERSIZE: 1,
    Kind.JUNK: 1,
}
"""How many of each in one deck; two of three are kills. Decks follow each other, shuffled."""

HEAVY = frozenset(
    {Kind.KAFKA_KILL, Kind.KAFKA_RESTART, Kind.KAFKA_FREEZE, Kind.CLICKHOUSE_KILL,
     Kind.CLICKHOUSE_RESTART, Kind.CLICKHOUSE_FREEZE, Kind.DISK_FULL}
)  # fmt: skip
"""Faults that everybody feels: one at a time, beside at most one of the others."""

_FREEZES_S = (3.0, 8.0, 20.0, 60.0)
_JUMPS_S = (-90_000.0, -3_700.0, -7.0, 7.0, 3_700.0, 90_000.0)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. ``seconds`` is how long it lasts, ``gap`` how long to wait before it.

    ``amount`` is the jump of a clock in seconds; how a member leaves: -9 or -15.
    """

    number: int
    kind: Kind
    target: str
    seconds: float
    gap: float
    amount: float = 0.0

    @property
    def is_heavy(self) -> bool:
        """Whether all processes feel it."""
        return self.kind in HEAVY

    @property
    def kills(self) -> bool:
        """Whether something dies of SIGKILL."""
        return self.kind in _KILLS or (self.kind is Kind.REBALANCE and self.amount == -9)

    def __str__(self) -> str:
        more = f", {self.seconds:.0f} s" if self.seconds else ""
        if self.kind is Kind.CLOCK:
            more = f", by {self.amount:+.0f} s{more}"
        elif self.kind is Kind.REBALANCE:
            more = f", {'kill -9' if self.amount == -9 else 'SIGTERM'}{more}"
        return f"{self.kind} ({self.target}{more})"


_KILLS = frozenset({Kind.KILL, Kind.CHILD, Kind.KAFKA_KILL, Kind.CLICKHOUSE_KILL})


def plan(seed: int, without: frozenset[Kind] = frozenset()) -> Iterator[Fault]:
    """Yield faults for ever, the same for the same seed."""
    choose = random.Random(seed)
    number = 0
    while True:
        deck = [kind for kind, count in DECK.items() for _ in range(count)]
        choose.shuffle(deck)
        victims = [WORKERS[at % len(WORKERS)] for at in range(DECK[Kind.KILL])]
        choose.shuffle(victims)
        for kind in deck:
            number += 1
            victim = victims.pop() if kind is Kind.KILL else ""
            fault = _fault(number, kind, victim, choose)
            if kind not in without:
                yield fault


def _fault(number: int, kind: Kind, victim: str, choose: random.Random) -> Fault:
    target, seconds, amount = victim, 0.0, 0.0
    gap = choose.uniform(6, 14) if kind in HEAVY else choose.uniform(0.3, 3.0)
    match kind:
        case Kind.CHILD | Kind.POISON:
            target = "vision"
        case Kind.STOP:
            target, seconds = choose.choice(WORKERS), 60 ** choose.random()
        case Kind.KAFKA_KILL | Kind.KAFKA_RESTART:
            target = "kafka"
        case Kind.KAFKA_FREEZE:
            target, seconds = "kafka", choose.choice(_FREEZES_S)
        case Kind.CLICKHOUSE_KILL | Kind.CLICKHOUSE_RESTART:
            target = "clickhouse"
        case Kind.CLICKHOUSE_FREEZE:
            target, seconds = "clickhouse", choose.choice(_FREEZES_S)
        case Kind.DISK_FULL:
            target, seconds = "disk", choose.uniform(3, 20)
        case Kind.CLOCK:
            target, seconds = choose.choice(WORKERS), choose.uniform(2, 12)
            amount = choose.choice(_JUMPS_S)
        case Kind.REBALANCE:
            target, seconds = choose.choice(SHARED), choose.uniform(2, 10)
            amount = choose.choice((-9.0, -15.0))
        case Kind.OVERSIZE | Kind.JUNK:
            target = "topics"
        case Kind.KILL:
            pass
    return Fault(number, kind, target, round(seconds, 1), round(gap, 2), amount)
