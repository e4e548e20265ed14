"""A session's report in the terminal: `viva report SESSION` and the demo print it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from gateway.reports import COMPONENTS, HEARD, QuestionReport, Report, ReportReader, component
from schemas.settings import ClickHouseSettings
from streams.runtime.backoff import DependencyUnavailable

INSUFFICIENT = "insufficient evidence"
NONE = "–"
NOTHING_HEARD = "(nothing heard)"
NOTHING_WRITTEN = "(nothing written)"
WRITTEN = "answered in writing: nothing but the words is measured"

_WIDE = 120

_GAPS = {
    "model_failed": "no assessment from the model",
    "not_judged": "no usable assessment from the model",
    "quote_not_found": "no words of the answer support it",
}

_STAGES = {"pending": " scoring", "behaviour": " hearing", "final": ""}


def shown_components(report: Report) -> Sequence[str]:
    """Return the components that policy and candidate let anyone see."""
    if report.typed:
        return ()
    if not report.video:
        return HEARD
    return [name for name in COMPONENTS if name != "emotion" or report.policy.infers_emotion]


def render(report: Report, title: str = "") -> RenderableType:
    """Return the table, a row a question and the mean last, and below it what was asked.

    It is readable from 80 columns on: the questions' texts have lines of their own.
    """
    names = shown_components(report)
    table = Table(
        title=title or f"Session {report.session}",
        box=box.SIMPLE_HEAD,
        title_justify="left",
        title_style="bold",
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column("question", no_wrap=True)
    for name in names:
        width = len("insufficient") if name == "total" else len(name)
        no_wrap = name != "total"  # the total says in two lines that there is none
        table.add_column(name, justify="right", min_width=max(width, 5), no_wrap=no_wrap)
    if report.typed:
        table.add_column("first words written", ratio=1)
    else:
        table.add_column("coverage", justify="right", no_wrap=True)
        table.add_column("first words heard", ratio=1)
    for question in report.questions:
        table.add_row(*_cells(question, names, typed=report.typed))
    if not report.typed:
        table.add_section()
        means = (_points(name, getattr(report.means, name)) for name in names)
        table.add_row(
            Text("mean"), *means, share(report.means.coverage), Text(_count(report)), style="bold"
        )
    asked = (line for each in report.questions for line in _asked(each))
    return Group(table, *asked, Text(caption(report), style="dim"))


def _asked(question: QuestionReport) -> Iterator[Text]:
    """Yield the question, and a line for each criterion that was judged."""
    yield Text(f"{question.question}. {question.question_text}")
    for each in question.judgements:
        if each.level is not None:
            yield Text(f"   {each.criterion} {each.level}/5: “{each.quote}” {each.reason}")
        elif each.gap not in ("no_model", "no_speech"):
            yield Text(f"   {each.criterion}: {_GAPS.get(each.gap, INSUFFICIENT)}", style="dim")


def caption(report: Report) -> str:
    """Return the line below the table: language, policy, duration, lag, formula."""
    missing = WRITTEN if report.typed else f"{NONE} {INSUFFICIENT}"
    parts = [missing, f"{report.language}, {report.policy.value}"]
    if not report.video and not report.typed:
        parts.append("gaze, smile, posture: not measured (no camera)")
    if report.duration_s is not None:
        parts.append(f"duration {report.duration_s:.1f} s")
    for stage in ("behaviour", "final"):
        lags = [
            lag
            for question in report.questions
            if (lag := getattr(question, f"lag_{stage}_s")) is not None
        ]
        if lags:
            parts.append(f"{stage} score readable after at most {max(lags):.2f} s")
    if report.formula_version:
        parts.append(f"formula {report.formula_version}")
    return " · ".join(parts)


def _points(name: str, value: float | None) -> Text:
    """Return a score with one decimal; a total says in words that there is none."""
    if value is not None:
        return Text(f"{value:.1f}")
    return Text(INSUFFICIENT if name == "total" else NONE, style="dim")


def share(value: float | None) -> Text:
    """Return a share of 0 to 1 in percent."""
    return Text(NONE) if value is None else Text(f"{value:.0%}")


def print_report(
    session: str, settings: ClickHouseSettings, console: Console | None = None, title: str = ""
) -> int:
    """Print the report of ``session``; return the exit status.

    1: nothing is stored of the session; 2: ClickHouse is away.
    """
    console = console or Console()
    if not console.is_terminal:
        console.width = max(console.width, _WIDE)  # a file has no edge
    try:
        report = asyncio.run(_load(session, settings))
    except DependencyUnavailable as error:
        console.print(Text(f"No report: {error}. Is the stack up? See `viva status`."))
        return 2
    if report.is_empty:
        console.print(Text(f"Nothing is stored of session {session}: check the session's id."))
        return 1
    console.print(render(report, title))
    return 0


async def _load(session: str, settings: ClickHouseSettings) -> Report:
    reader = ReportReader(settings)
    try:
        return await reader.load(session)
    finally:
        await reader.close()


def _cells(question: QuestionReport, names: Sequence[str], *, typed: bool) -> list[Text]:
    number = Text(f"{question.question}{_STAGES[question.stage]}")
    heard = question.first_words
    if not heard:
        nothing = NOTHING_WRITTEN if typed else NOTHING_HEARD
        heard = nothing if question.stage == "final" else "…"
    elif question.words > len(heard.split()):
        heard += " …"
    return [
        number,
        *(_value(question, name) for name in names),
        *([] if typed else [share(question.total.coverage)]),
        Text(heard),
    ]


def _value(question: QuestionReport, name: str) -> Text:
    found = component(question, name)
    if question.stage == "pending":
        return Text("…", style="dim")
    return _points(name, None if found is None else found.value)


def _count(report: Report) -> str:
    planned = max(report.questions_planned, report.question_count)
    return f"{report.question_count} of {planned} questions scored"
