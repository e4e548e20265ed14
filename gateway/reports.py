"""A session's report, read from ClickHouse's FINAL views."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import clickhouse_connect
from aiohttp import ClientError
from clickhouse_connect.driver.exceptions import ClickHouseError
from pydantic import BaseModel, ConfigDict

from schemas.events import Component
from schemas.formula import Policy
from schemas.settings import ClickHouseSettings
from streams.runtime.backoff import DependencyUnavailable

Row = Mapping[str, Any]

COMPONENTS = ("gaze", "voice", "smile", "posture", "emotion", "total")
"""In the order in which a report shows them."""

HEARD = ("voice", "total")
"""What there is of a candidate whose camera is not used."""


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class JudgementReport(_View):
    """What an answer shows of one criterion; level 1 to 5 with a quote, None with ``gap``: why."""

    criterion: str
    level: int | None
    reason: str
    quote: str
    start_ms: int
    end_ms: int
    gap: str


class QuestionReport(_View):
    """One question: its score, what was heard, and how long it took to be there to read.

    A component's ``value`` None means insufficient evidence, or, where the report's ``video`` is
    false and it needs the camera, that it was not measured; where the report's ``typed`` is true
    nothing was. ``emotion`` is None as a whole where the policy does not infer it. Times are UTC
    ms, lags and durations seconds.
    """

    question: int
    attempt: int
    stage: Literal["pending", "behaviour", "final"]
    question_text: str
    gaze: Component
    voice: Component
    smile: Component
    posture: Component
    emotion: Component | None
    total: Component
    transcript: str = ""
    first_words: str = ""
    words: int = 0
    words_per_minute: float | None = None
    fillers: int = 0
    confidence: float | None = None
    pauses: int = 0
    pause_ms: int = 0
    longest_pause_ms: int = 0
    started_at: int
    ended_at: int
    duration_s: float
    lag_behaviour_s: float | None = None
    lag_final_s: float | None = None
    judgements: tuple[JudgementReport, ...] = ()


class Means(_View):
    """Means over the questions that have a value; None where none has."""

    gaze: float | None = None
    voice: float | None = None
    smile: float | None = None
    posture: float | None = None
    emotion: float | None = None
    total: float | None = None
    coverage: float | None = None


class Report(_View):
    """All there is to say about a session. ``questions`` holds answered ones, in their order.

    ``video`` says whether the candidate let their camera be analysed: without, there is only what
    was heard. ``typed`` says that they answered in writing: then there are their words alone, as
    transcript, and what the rubric finds in them.

    ``duration_s`` runs from the first answer's start to the last one's end; ``formula_version``
    is empty until the first score is there.
    """

    session: str
    policy: Policy
    video: bool = True
    typed: bool = False
    language: str
    position: str
    company: str
    created_at: int | None
    closed_at: int | None
    end_reason: str
    questions_planned: int
    question_count: int
    duration_s: float | None
    answering_s: float | None
    formula_version: str
    questions: tuple[QuestionReport, ...]
    means: Means

    @property
    def is_empty(self) -> bool:
        """Whether ClickHouse has nothing of this session."""
        return self.created_at is None and not self.questions


_SESSION = """
SELECT
    anyIf(policy, type = 'session.started') AS policy,
    anyIf(language, type = 'session.started') AS language,
    anyIf(position, type = 'session.started') AS position,
    anyIf(company, type = 'session.started') AS company,
    maxIf(questions, type = 'session.started') AS planned,
    minOrNullIf(toUnixTimestamp64Milli(at), type = 'session.started') AS created_at,
    maxOrNullIf(toUnixTimestamp64Milli(at), type = 'session.ended') AS closed_at,
    anyIf(reason, type = 'session.ended') AS end_reason
FROM {db}.session_events FINAL
WHERE session = {session:String}
"""

_CONSENT = """
SELECT video, text
FROM {db}.consents FINAL
WHERE session = {session:String}
ORDER BY seq DESC
LIMIT 1
"""

_SCORES = """
SELECT
    * EXCEPT (started_at, ended_at, inserted_at),
    toUnixTimestamp64Milli(started_at) AS started_at,
    toUnixTimestamp64Milli(ended_at) AS ended_at
FROM {db}.scores
WHERE session = {session:String}
ORDER BY scores.inserted_at, question, attempt
"""

_ENDED = """
SELECT
    question, attempt, question_text,
    toUnixTimestamp64Milli(assumeNotNull(started_at)) AS started_at,
    toUnixTimestamp64Milli(assumeNotNull(ended_at)) AS ended_at
FROM {db}.answer_attempts
WHERE session = {session:String} AND state = 'ended' AND answer_attempts.started_at IS NOT NULL
ORDER BY question, attempt
"""

_LAG = """
SELECT question, attempt, stage, lag_s
FROM {db}.scoring_lag
WHERE session = {session:String} AND formula_version = {formula:String}
"""

_JUDGEMENTS = """
SELECT question, attempt, criterion, level, reason, quote, start_ms, end_ms, gap
FROM {db}.judgements
WHERE session = {session:String}
ORDER BY epoch
"""

_MEANS = """
SELECT
    gaze, voice, smile, posture, emotion, total, total_coverage,
    questions, duration_s, answering_s
FROM {db}.interviews
WHERE session = {session:String} AND formula_version = {formula:String}
"""


async def load_report(client: Any, session: str, database: str = "viva") -> Report:
    """Read the report of ``session`` with clickhouse-connect's async client ``client``.

    Where answers were scored under more than one formula, the report is of the formula whose
    score came in last. A session that ClickHouse knows nothing of gives an empty report.

    Raises:
        DependencyUnavailable: ClickHouse is away, or its tables are not there yet.
    """

    async def rows(sql: str, **parameters: str) -> list[Row]:
        return await _query(
            client, sql.replace("{db}", database), {"session": session, **parameters}
        )

    about = (await rows(_SESSION))[0]
    consents = await rows(_CONSENT)
    scores = await rows(_SCORES)
    formula = str(scores[-1]["formula_version"]) if scores else ""
    latest = {
        int(row["question"]): row
        for row in sorted(scores, key=lambda row: int(row["attempt"]))
        if row["formula_version"] == formula
    }
    pending = {int(row["question"]): row for row in await rows(_ENDED)}
    lags = {
        (int(row["question"]), int(row["attempt"]), str(row["stage"])): float(row["lag_s"])
        for row in await rows(_LAG, formula=formula)
    }
    judged: dict[tuple[int, int], dict[str, JudgementReport]] = {}
    for row in await rows(_JUDGEMENTS):
        by_criterion = judged.setdefault((int(row["question"]), int(row["attempt"])), {})
        by_criterion[str(row["criterion"])] = JudgementReport.model_validate(row)
    found = await rows(_MEANS, formula=formula)
    means: Row = found[0] if found else {}
    policy = Policy(about["policy"] or next((row["policy"] for row in scores), "practice"))
    return Report(
        session=session,
        policy=policy,
        video=all(bool(row["video"]) for row in consents),
        typed=any(bool(row["text"]) for row in consents)
        or any(bool(row["typed"]) for row in latest.values()),
        language=about["language"] or next((row["language"] for row in scores), "en"),
        position=about["position"],
        company=about["company"],
        created_at=about["created_at"],
        closed_at=about["closed_at"],
        end_reason=about["end_reason"],
        questions_planned=about["planned"],
        question_count=int(means.get("questions", 0)),
        duration_s=means.get("duration_s"),
        answering_s=means.get("answering_s"),
        formula_version=formula,
        questions=tuple(
            _question(latest.get(number), pending.get(number), lags, judged, policy)
            for number in sorted({*latest, *pending})
        ),
        means=Means(
            **{name: means.get(name) for name in COMPONENTS if _shown(name, policy)},
            coverage=means.get("total_coverage"),
        ),
    )


def _shown(component: str, policy: Policy) -> bool:
    return component != "emotion" or policy.infers_emotion


def _question(
    score: Row | None,
    ended: Row | None,
    lags: Mapping[tuple[int, int, str], float],
    judged: Mapping[tuple[int, int], Mapping[str, JudgementReport]],
    policy: Policy,
) -> QuestionReport:
    if score is None or (ended is not None and ended["attempt"] > score["attempt"]):
        assert ended is not None  # noqa: S101 - a question is here for one of the two
        return _unscored(ended, policy)
    key = int(score["question"]), int(score["attempt"])
    return QuestionReport(
        question=key[0],
        attempt=key[1],
        stage=score["stage"],
        question_text=score["question_text"],
        **{
            name: Component(value=score[name], coverage=score[f"{name}_coverage"] or 0.0)
            if _shown(name, policy)
            else None
            for name in COMPONENTS
        },
        transcript=score["transcript"],
        first_words=score["first_words"],
        words=score["words"],
        words_per_minute=score["words_per_minute"],
        fillers=score["fillers"],
        confidence=score["confidence"],
        pauses=score["pauses"],
        pause_ms=score["pause_ms"],
        longest_pause_ms=score["longest_pause_ms"],
        started_at=score["started_at"],
        ended_at=score["ended_at"],
        duration_s=score["duration_s"],
        lag_behaviour_s=lags.get((*key, "behaviour")),
        lag_final_s=lags.get((*key, "final")),
        judgements=tuple(judged.get(key, {}).values()),
    )


def _unscored(ended: Row, policy: Policy) -> QuestionReport:
    nothing = Component(value=None, coverage=0.0)
    return QuestionReport(
        question=ended["question"],
        attempt=ended["attempt"],
        stage="pending",
        question_text=ended["question_text"],
        **{name: nothing if _shown(name, policy) else None for name in COMPONENTS},
        started_at=ended["started_at"],
        ended_at=ended["ended_at"],
        duration_s=(ended["ended_at"] - ended["started_at"]) / 1000,
    )


async def _query(client: Any, sql: str, parameters: Mapping[str, str]) -> list[Row]:
    try:
        found = await client.query(sql, parameters=dict(parameters))
    except (ClickHouseError, ClientError, OSError) as error:
        raise _away(error) from error
    return list(found.named_results())


def _away(error: Exception) -> DependencyUnavailable:
    return DependencyUnavailable("clickhouse", " ".join(str(error).split())[:300] or repr(error))


class ReportReader:
    """Loads reports, connecting when the first is asked for."""

    def __init__(self, settings: ClickHouseSettings) -> None:
        self._settings = settings
        self._client: Any = None
        self._connecting = asyncio.Lock()

    async def load(self, session: str) -> Report:
        """Return the report of ``session``.

        Raises:
            DependencyUnavailable: ClickHouse is away, refuses us, or its tables are not there yet.
        """
        return await load_report(await self._connected(), session, self._settings.database)

    async def close(self) -> None:
        """Disconnect."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _connected(self) -> Any:
        async with self._connecting:
            if self._client is None:
                settings = self._settings
                try:
                    self._client = await clickhouse_connect.get_async_client(
                        host=settings.host,
                        port=settings.port,
                        username=settings.user,
                        password=settings.password.get_secret_value(),
                        secure=settings.secure,
                        connect_timeout=5,
                        send_receive_timeout=30,
                        autogenerate_session_id=False,
                        client_name="viva-reports",
                    )
                except (ClickHouseError, ClientError, OSError) as error:
                    raise _away(error) from error
            return self._client


def component(view: QuestionReport, name: str) -> Component | None:
    """Return the component ``name`` of a question's score; None where it is not inferred.

    Raises:
        KeyError: there is no such component.
    """
    if name not in COMPONENTS:
        raise KeyError(name)
    found: Component | None = getattr(view, name)
    return found


__all__: Sequence[str] = (
    "COMPONENTS",
    "HEARD",
    "Means",
    "QuestionReport",
    "Report",
    "ReportReader",
    "component",
    "load_report",
)
