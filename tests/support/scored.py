"""Recordings of many sessions and the scores that ClickHouse has of them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from deploy.local.recording import Recorded
from tests.support.answers import answer_records, interleaved
from tests.support.clips import answer_media, candidates
from tests.support.waiting import until

Rows = list[dict[str, Any]]

_BEGAN = 1_790_000_000_000
_LENGTHS = (4.0, 7.5, 5.0, 9.0, 3.0, 6.0)
_PEOPLE = ("attentive", "inattentive", "absent", "attentive", "inattentive", "absent")
_COLUMNS = (
    "session, question, attempt, stage, evidence, gaze, voice, smile, posture, emotion, total, "
    "total_coverage, transcript, words, confidence"
)


def recording(prefix: str, sessions: int) -> list[Recorded]:
    """Return one answer each of ``sessions`` sessions, all open at once.

    The shorter ones end first, so that answers close in another order than they opened.
    """
    people = candidates()
    media = [
        answer_media(people[name].answers[index % 3], _LENGTHS[index])
        for index, name in enumerate(_PEOPLE)
    ]
    groups = [
        answer_records(f"{prefix}_{number:02}", 1, media[number % len(media)], at=_BEGAN)
        for number in range(sessions)
    ]
    return list(interleaved(groups))


def scores(reader: Client, prefix: str) -> Rows:
    """Return the score rows of the sessions with ``prefix``, without the prefix, in their order."""
    found = reader.query(
        f"SELECT {_COLUMNS} FROM viva.scores WHERE startsWith(session, '{prefix}_') "
        "ORDER BY session, question, attempt"
    )
    return [
        {**row, "session": re.sub(r"^[a-z]+_", "", row["session"])} for row in found.named_results()
    ]


def rows_of(reader: Client, sessions: Sequence[str]) -> Rows:
    """Return the score rows of ``sessions``, which are numbered as they were given."""
    found = reader.query(
        f"SELECT {_COLUMNS} FROM viva.scores WHERE session IN {{sessions:Array(String)}} "
        "ORDER BY indexOf({sessions:Array(String)}, session), question, attempt",
        parameters={"sessions": list(sessions)},
    )
    return [{**row, "session": sessions.index(row["session"])} for row in found.named_results()]


async def all_final(reader: Client, prefix: str, sessions: int, seconds: float = 240) -> Rows:
    """Wait until every session has its final score and return the rows."""

    async def finals() -> Rows | None:
        rows = await asyncio.to_thread(scores, reader, prefix)
        return rows if sum(row["stage"] == "final" for row in rows) >= sessions else None

    return await until(finals, f"{sessions} final scores of {prefix}", seconds)


def assert_same(expected: Rows, found: Rows) -> None:
    """Assert equal transcripts, and scores equal to 1e-9; none missing, none twice."""
    assert len(found) == len(expected)
    for one, other in zip(expected, found, strict=True):
        for column, value in one.items():
            if isinstance(value, float):
                assert other[column] == pytest.approx(value, abs=1e-9), (one["session"], column)
            else:
                assert other[column] == value, (one["session"], column)
