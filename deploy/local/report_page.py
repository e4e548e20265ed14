"""A report as one HTML file that needs no server: what the demo leaves behind."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path

from deploy.local.report import INSUFFICIENT, caption, shown_components
from gateway.reports import QuestionReport, Report, component

_STYLE = """
:root { color-scheme: light; --ink: #1d2530; --dim: #5c6875; --line: #dfe4ea; --tint: #f5f7fa; }
body { margin: 0 auto; max-width: 72rem; padding: 2rem 1.25rem; color: var(--ink);
  font: 1rem/1.5 system-ui, "Noto Sans", "Noto Sans KR", "Noto Sans CJK KR", "Apple SD Gothic Neo",
    "Malgun Gothic", NanumGothic, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; }
p { color: var(--dim); margin: .25rem 0 1.5rem; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: .6rem .75rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
th { color: var(--dim); font-weight: 600; white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.none { color: var(--dim); }
td.question { min-width: 12rem; } td.words { min-width: 14rem; }
tr.mean { background: var(--tint); font-weight: 600; }
"""


def write(report: Report, path: Path, title: str) -> Path:
    """Write ``report`` to ``path`` and return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(report, title), encoding="utf-8")
    return path


def page(report: Report, title: str) -> str:
    """Return the page: a row a question, the mean last; of what was written there is no mean."""
    names = shown_components(report)
    words = ("written",) if report.typed else ("coverage", "heard")
    head = "".join(
        f'<th scope="col"{_number(name)}>{escape(name)}</th>'
        for name in ("question", *names, *words)
    )
    rows = "".join(_row(question, names, typed=report.typed) for question in report.questions)
    return (
        f'<!doctype html>\n<html lang="{escape(report.language)}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n"
        f"<h1>{escape(title)}</h1>\n<p>{escape(caption(report))}</p>\n"
        f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{rows}'
        f"{'' if report.typed else _mean(report, names)}"
        "</tbody></table></div>\n</html>\n"
    )


def _mean(report: Report, names: Iterable[str]) -> str:
    means = "".join(_cell(name, getattr(report.means, name)) for name in names)
    return (
        f'<tr class="mean"><th scope="row">mean</th>{means}'
        f"{_share(report.means.coverage)}<td>{report.question_count} questions</td></tr>"
    )


def _row(question: QuestionReport, names: Iterable[str], *, typed: bool) -> str:
    values = ""
    for name in names:
        found = component(question, name)
        values += _cell(name, found.value if found else None)
    return (
        f'<tr><td class="question">{question.question}. {escape(question.question_text)}</td>'
        f"{values}{'' if typed else _share(question.total.coverage)}"
        f'<td class="words">{escape(question.transcript) or "–"}</td></tr>'
    )


def _cell(name: str, value: float | None) -> str:
    if value is None:
        return f'<td class="number none">{INSUFFICIENT if name == "total" else "–"}</td>'
    return f'<td class="number">{value:.1f}</td>'


def _share(value: float | None) -> str:
    return '<td class="number">–</td>' if value is None else f'<td class="number">{value:.0%}</td>'


def _number(name: str) -> str:
    return "" if name in ("question", "heard", "written") else ' class="number"'
