"""``viva ask``: the question that a résumé leads to."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from schemas.language import Language


def ask(
    resume: Annotated[
        Path,
        typer.Argument(help="the résumé: PDF, DOCX or text", exists=True, dir_okay=False),
    ],
    position: Annotated[str, typer.Option(help="what the candidate applies for")] = "",
    company: Annotated[str, typer.Option(help="where")] = "",
    language: Annotated[Language, typer.Option(help="of the question")] = Language.ENGLISH,
    after: Annotated[
        str, typer.Option(metavar="ANSWER", help="what was just said: the question follows it up")
    ] = "",
) -> None:
    """Print the question that an interview would ask, what it rests on, its source and timings.

    The model server of the running stack is asked, or the one that VIVA_QUESTIONS_URL and
    VIVA_QUESTIONS_MODEL name. Without one the question is a template's or the bank's.

    Exit status: 0 printed, 1 the résumé cannot be read.
    """
    from deploy.local.ask import print_question  # imports much: only when it is asked for

    asyncio.run(
        print_question(resume.name, resume.read_bytes(), position, company, language, after)
    )
