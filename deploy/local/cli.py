"""The command ``viva``."""

from __future__ import annotations

import sys

import typer
from pydantic import ValidationError

from deploy.local.commands import account, ask, demo, doctor, down, replay, report, status, up
from deploy.local.commands.status import NOT_RUNNING
from deploy.local.errors import LocalError, NotRunning
from deploy.local.terminal import err
from streams.runtime.process import describe

app = typer.Typer(
    name="viva",
    help="Viva on one machine: real Kafka, the ClickHouse engine, and every process of Viva.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (up.up, down.down, status.status, doctor.doctor, report.report, demo.demo, ask.ask):
    app.command()(command)
app.add_typer(replay.replay, name="replay")
app.add_typer(account.account, name="account")


def main() -> None:
    """Run the command line; a mistake of the user's is one line and an exit status above 0."""
    try:
        app()
    except NotRunning as error:
        _say(str(error))
        sys.exit(NOT_RUNNING)
    except LocalError as error:
        _say(str(error))
        sys.exit(1)
    except OSError as error:
        _say(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
        sys.exit(1)
    except ValidationError as error:
        for each in error.errors():
            _say(describe(("VIVA_" + str(each["loc"][0]).upper(),), each["msg"]))
        sys.exit(2)


def _say(text: str) -> None:
    err.print(f"viva: {text}", markup=False, soft_wrap=True)


if __name__ == "__main__":
    main()
