"""``viva report``: one interview's report from ClickHouse."""

from __future__ import annotations

from typing import Annotated

import typer

from deploy.local import running
from deploy.local.errors import LocalError
from deploy.local.terminal import out
from schemas.ids import parse_session_id


def report(
    session: Annotated[str, typer.Argument(help="the session's id, as POST /api/sessions gave it")],
) -> None:
    """Print an interview's scores, question by question, read back from ClickHouse.

    Exit status: 0 printed, 1 nothing is stored of the session, 2 ClickHouse is away.
    """
    from deploy.local.report import print_report  # imports much: only when it is asked for

    try:
        parse_session_id(session)
    except ValueError as error:
        raise LocalError(str(error)) from error
    raise typer.Exit(print_report(session, running.need().clickhouse, out))
