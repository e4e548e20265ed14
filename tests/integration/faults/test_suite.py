"""The fault suite's own parts: a plan that repeats, a checker that misses nothing."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from aiokafka import TopicPartition

from schemas.settings import KafkaSettings
from schemas.topics import Process, Topic
from tests.support.faults import DECK, Fault, Kind, plan
from tests.support.faults_check import Checker, Found, Stored
from tests.support.faults_copies import Copy, Original
from tests.support.faults_inject import Outcome
from tests.support.faults_report import is_good, last_line
from tests.support.faults_watch import CommitWatch, Unit

ORIGINAL = Original("s_1", 1)
ROW = {"session": "a", "stage": "final", "total": 71.25, "transcript": "I built it", "words": 3}


def first(seed: int, count: int) -> list[Fault]:
    return list(itertools.islice(plan(seed), count))


def test_a_seed_makes_the_same_faults() -> None:
    assert first(3, 200) == first(3, 200)
    assert first(3, 200) != first(4, 200)


def test_every_deck_has_every_fault_and_most_are_kills() -> None:
    size = sum(DECK.values())
    faults = first(1, 4 * size)
    for at in range(4):
        deck = faults[at * size : (at + 1) * size]
        assert Counter(each.kind for each in deck) == DECK
        assert sum(each.kills for each in deck) > 0.6 * size
        assert all(0 <= each.seconds <= 60 for each in deck)
    assert {each.target for each in faults if each.kind is Kind.KILL} >= {"stt", "agent", "sink"}


def test_what_cannot_be_done_here_is_left_out() -> None:
    without = frozenset({Kind.DISK_FULL, Kind.CLOCK})
    faults = itertools.islice(plan(1, without), 100)
    assert not without & {each.kind for each in faults}


class Knowing(Checker):
    """Knows one undisturbed score."""

    def __init__(self) -> None:
        self._expected = {ORIGINAL: dict(ROW, session="the original")}


def copies(*names: str) -> list[Copy]:
    return [Copy(name, ORIGINAL, [], 2, 1) for name in names]


def stored(rows: Sequence[dict[str, Any]], frames: int = 2, transcripts: int = 1) -> Stored:
    names = {row["session"] for row in rows}
    return Stored(
        list(rows),
        frames=dict.fromkeys(names, frames),
        chunks=dict.fromkeys(names, 1),
        transcripts=dict.fromkeys(names, transcripts),
        differences=dict.fromkeys(names, 0.0),
    )


def judged(there: Stored, *names: str) -> Found:
    return Knowing().judge(copies(*names), there)


def test_the_same_scores_are_nothing() -> None:
    close = dict(ROW, session="b", total=71.25 + 1e-10)
    assert judged(stored([ROW, close]), "a", "b").is_clean


def test_what_is_missing_is_lost() -> None:
    found = judged(stored([ROW]), "a", "b")
    assert (list(found.lost), found.doubled, found.wrong) == (["b"], {}, {})
    behaviour = judged(stored([dict(ROW, stage="behaviour")]), "a")
    assert "behaviour" in behaviour.lost["a"]
    assert "1 of 2 features" in judged(stored([ROW], frames=1), "a").lost["a"]
    assert "0 transcripts" in judged(stored([ROW], transcripts=0), "a").lost["a"]


def test_what_is_there_twice_is_doubled() -> None:
    assert "2 score rows" in judged(stored([ROW, ROW]), "a").doubled["a"]
    assert "3 features" in judged(stored([ROW], frames=3), "a").doubled["a"]
    assert "2 transcripts" in judged(stored([ROW], transcripts=2), "a").doubled["a"]


@pytest.mark.parametrize(
    ("column", "value"), [("total", 71.2500001), ("total", None), ("transcript", "I build it")]
)
def test_what_differs_is_wrong(column: str, value: object) -> None:
    assert column in judged(stored([ROW | {column: value}]), "a").wrong["a"]


def test_a_score_that_sql_does_not_confirm_is_wrong() -> None:
    there = stored([ROW])
    apart = Stored(there.scores, there.frames, there.chunks, there.transcripts, {"a": 0.5})
    assert "SQL differs" in judged(apart, "a").wrong["a"]


class Committed(CommitWatch):
    """A watch that is told what is committed."""

    def __init__(self, offset: int) -> None:
        super().__init__(KafkaSettings())
        self._offset = offset

    async def _committed(self) -> dict[tuple[Process, Topic, int], int]:
        return {(Process.AGENT, Topic.EVENTS, 2): self._offset}

    async def _ends(self) -> dict[TopicPartition, int]:
        return {}


@pytest.mark.parametrize(("offset", "skips"), [(6, 0), (7, 0), (8, 1)])
async def test_a_commit_past_an_open_unit_is_noticed_once(offset: int, skips: int) -> None:
    watch = Committed(offset)
    watch.opened(Unit(Process.AGENT, Topic.EVENTS, 2, 7, "s:1:1:1:question.scored:1"))
    await watch.compare()
    await watch.compare()
    assert len(watch.skips) == skips
    watch.forget(["s"])
    assert watch.open_units == 0


def test_the_last_line_says_it_all() -> None:
    fault = Fault(1, Kind.KILL, "stt", 0, 1)
    good, bad = Outcome(fault, 2.0), Outcome(fault, None, "never")
    assert last_line([good], Found(), 0) == "faults=1 recovered=1 lost=0 doubled=0 wrong=0"
    assert is_good([good], Found(), 0)
    assert not is_good([good, bad], Found(), 0)
    found = Found(lost={"a": "x"}, wrong={"b": "y", "c": "z"})
    assert last_line([good, bad], found, 2) == "faults=2 recovered=1 lost=3 doubled=0 wrong=2"
    assert not is_good([good], found, 0)
    assert not is_good([good], Found(), 1)
