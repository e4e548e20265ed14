"""What came of copies, against what came of the same answers undisturbed."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from urllib3.exceptions import HTTPError

from tests.support.faults_copies import Copy, Original

Row = dict[str, Any]

COLUMNS = (
    "session, question, attempt, stage, evidence, gaze, voice, smile, posture, emotion, total, "
    "gaze_coverage, voice_coverage, total_coverage, transcript, words, confidence"
)
_NAMES = frozenset({"session"})
TOLERANCE = 1e-9


@dataclass(slots=True)
class Found:
    """Names of copies that were lost, doubled or wrong, each with what is the matter."""

    lost: dict[str, str] = field(default_factory=dict)
    doubled: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether nothing is the matter."""
        return not (self.lost or self.doubled or self.wrong)

    def add(self, other: Found) -> None:
        """Take over what ``other`` found."""
        for mine, theirs in (
            (self.lost, other.lost),
            (self.doubled, other.doubled),
            (self.wrong, other.wrong),
        ):
            mine.update(theirs)

    def lines(self) -> list[str]:
        """Return one line a finding."""
        return [
            f"{what} {name}: {why}"
            for what, names in (
                ("lost", self.lost),
                ("doubled", self.doubled),
                ("wrong", self.wrong),
            )
            for name, why in names.items()
        ]


@dataclass(frozen=True, slots=True)
class Stored:
    """What ClickHouse's FINAL views have of some sessions."""

    scores: list[Row]
    frames: Mapping[str, int]
    chunks: Mapping[str, int]
    transcripts: Mapping[str, int]
    differences: Mapping[str, float]
    """Largest difference of a score from the one that SQL works out from the features."""

    @property
    def rows(self) -> int:
        """How much there is."""
        counted = (self.frames, self.chunks, self.transcripts)
        return len(self.scores) + sum(sum(each.values()) for each in counted)


def stored(reader: Client, sessions: Sequence[str]) -> Stored:
    """Return what there is of ``sessions``.

    Raises:
        ClickHouseError, OSError: ClickHouse is away.
    """
    these = {"sessions": list(sessions)}
    where = "WHERE session IN {sessions:Array(String)}"

    def counts(table: str) -> dict[str, int]:
        query = f"SELECT session, count() FROM viva.{table} {where} GROUP BY session"
        return {row[0]: int(row[1]) for row in reader.query(query, parameters=these).result_rows}

    recomputed = f"SELECT session, max(difference) FROM viva.recomputed_scores {where} GROUP BY 1"
    return Stored(
        list(
            reader.query(
                f"SELECT {COLUMNS} FROM viva.scores {where}", parameters=these
            ).named_results()
        ),
        counts("vision_features FINAL"),
        counts("voice_features FINAL"),
        counts("transcripts"),
        {
            row[0]: float(row[1])
            for row in reader.query(recomputed, parameters=these).result_rows
            if row[1] is not None
        },
    )


class Checker:
    """Knows the undisturbed scores and says what is the matter with copies."""

    def __init__(self, reader: Client) -> None:
        self._reader = reader
        self._expected: dict[Original, Row] = {}

    async def learn(self, copies: Iterable[Copy], patience_s: float) -> None:
        """Take the scores of ``copies``, one of each original, as what is right.

        Raises:
            AssertionError: one has no final score, or is not whole.
        """
        copies = list(copies)
        found, there = await self._settled(copies, patience_s)
        assert found.is_clean, found.lines()
        rows = {row["session"]: row for row in there.scores}
        self._expected = {copy.original: rows[copy.name] for copy in copies}

    def know(self, original: Original, row: Row) -> None:
        """Take ``row`` as what is right for ``original``."""
        self._expected[original] = row

    def expected(self, original: Original) -> Row:
        """Return the undisturbed score of ``original``."""
        return self._expected[original]

    async def check(self, copies: Sequence[Copy], patience_s: float) -> Found:
        """Wait until all is there, then say what is the matter.

        What has not come when nothing came for ``patience_s`` seconds is lost: a machine that is
        busy with other things takes longer.
        """
        found, _ = await self._settled(copies, patience_s)
        return found

    async def _settled(self, copies: Sequence[Copy], patience_s: float) -> tuple[Found, Stored]:
        deadline = time.monotonic() + patience_s
        sessions = [copy.name for copy in copies]
        most = 0
        while True:
            try:
                there = await asyncio.to_thread(stored, self._reader, sessions)
            except (ClickHouseError, HTTPError, OSError):
                if time.monotonic() > deadline + 120:
                    raise
            else:
                if there.rows > most:
                    most, deadline = there.rows, time.monotonic() + patience_s
                found = self.judge(copies, there)
                if found.is_clean or time.monotonic() > deadline:
                    return found, there
            await asyncio.sleep(0.7)

    def judge(self, copies: Sequence[Copy], there: Stored) -> Found:
        """Say what is the matter with ``copies``, given what is stored of them."""
        found = Found()
        rows: dict[str, list[Row]] = {copy.name: [] for copy in copies}
        for row in there.scores:
            rows[row["session"]].append(row)
        for copy in copies:
            name, mine = copy.name, rows[copy.name]
            finals = [row for row in mine if row["stage"] == "final"]
            if not finals:
                found.lost[name] = f"no final score, {mine[0]['stage'] if mine else 'none at all'}"
                continue
            if len(mine) > 1:
                found.doubled[name] = f"{len(mine)} score rows"
            self._judge_evidence(copy, there, found)
            expected = self._expected.get(copy.original)
            if expected is not None and (which := differences(expected, finals[0])):
                found.wrong[name] = which
            elif there.differences.get(name, math.inf) > 1e-6:
                found.wrong[name] = f"SQL differs by {there.differences.get(name)}"
        return found

    @staticmethod
    def _judge_evidence(copy: Copy, there: Stored, found: Found) -> None:
        for what, due, counts in (
            ("frames", copy.frames, there.frames),
            ("chunks", copy.chunks, there.chunks),
        ):
            have = counts.get(copy.name, 0)
            if have < due:
                found.lost[copy.name] = f"{have} of {due} features of {what}"
            elif have > due:
                found.doubled[copy.name] = f"{have} features of {due} {what}"
        if there.transcripts.get(copy.name, 0) != 1:
            kind = found.doubled if there.transcripts.get(copy.name) else found.lost
            kind[copy.name] = f"{there.transcripts.get(copy.name, 0)} transcripts"


def differences(expected: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Return which columns differ and how; empty if the scores are the same to 1e-9."""
    return "; ".join(
        f"{name} is {row[name]!r:.120}, not {value!r:.120}"
        for name, value in expected.items()
        if name not in _NAMES and not _same(value, row[name])
    )


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=0, abs_tol=TOLERANCE)
    return one == other


def out_of_order(copies: Sequence[Copy]) -> int:
    """Return how many pairs of copies close in another order than they open."""
    times = [
        [
            next(each.timestamp for each in copy.records if each.type == kind)
            for kind in ("answer.started", "answer.ended")
        ]
        for copy in copies
    ]
    return sum(
        (one[0] - other[0]) * (one[1] - other[1]) < 0
        for at, one in enumerate(times)
        for other in times[:at]
    )
