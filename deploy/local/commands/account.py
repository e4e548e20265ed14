"""``viva account``: who may log in."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from deploy.local import running
from deploy.local.settings import LocalSettings
from deploy.local.terminal import out
from gateway.accounts.model import Role

T = TypeVar("T")

account = typer.Typer(
    no_args_is_help=True,
    help="Make and look after accounts: the first administrator's, and all others.",
)

Email = Annotated[str, typer.Argument(help="the person's e-mail address")]


@account.command("create")
def create(
    email: Email,
    role: Annotated[Role, typer.Option(help="what the person may do")] = Role.RECRUITER,
    name: Annotated[str, typer.Option(help="as others see it; default: from the address")] = "",
    generate: Annotated[
        bool, typer.Option("--generate", help="print a password instead of asking for one")
    ] = False,
) -> None:
    """Make an account. The password is asked for, or made and printed once where nobody can answer.

    Exit status: 0 made, 1 the address or the password cannot be used.
    """
    from gateway.accounts import care  # imports much: only when it is asked for

    made = generate or not sys.stdin.isatty()
    password = care.new_password() if made else _asked()
    person = _with_store(lambda store: care.create(store, email, name, role, password))
    out.print(f"{person.email} is {person.role.value}: {person.person}", soft_wrap=True)
    if made:
        out.print(f"password: {password}", markup=False, soft_wrap=True)


@account.command("reset")
def reset(
    email: Email,
    url: Annotated[
        str, typer.Option(help="the gateway's address as the person sees it", show_default=False)
    ] = "",
) -> None:
    """Print a link at which the person chooses a new password; it works once and for an hour.

    Viva sends no mail: hand the link over yourself, and only to that person. Whoever is locked out
    by wrong passwords may log in again at once.

    Exit status: 0 printed, 1 there is no such account.
    """
    from deploy.local.accounts import link_secret
    from gateway.accounts import care

    link = _with_store(lambda store: care.reset_link(store, email, link_secret()))
    out.print(f"{(url or _gateway_url()).rstrip('/')}{link}", markup=False, soft_wrap=True)


@account.command("list")
def list_all() -> None:
    """List all accounts, the oldest first."""
    people = _with_store(lambda store: store.people.everyone())
    table = Table(box=box.SIMPLE_HEAD)
    for title in ("e-mail", "role", "name", "log-in"):
        table.add_column(title, overflow="fold")
    for each in people:
        allowed = "disabled" if each.disabled else "allowed"
        table.add_row(*map(escape, (each.email, each.role.value, each.name, allowed)))
    out.print(table if people else "no accounts: make one with `viva account create`")


@account.command("role")
def role(
    email: Email,
    new: Annotated[Role, typer.Argument(metavar="ROLE", help="what the person may do from now on")],
) -> None:
    """Give somebody another role. They are logged out everywhere; what they have set up stays.

    Exit status: 0 done, 1 there is no such account.
    """
    from gateway.accounts import care

    person = _with_store(lambda store: care.set_role(store, email, new))
    out.print(f"{person.email} is {person.role.value} and logged out everywhere", soft_wrap=True)


@account.command("disable")
def disable(email: Email) -> None:
    """Lock somebody out, at once and everywhere. What they have set up stays."""
    from gateway.accounts import care

    person = _with_store(lambda store: care.set_disabled(store, email, disabled=True))
    out.print(f"{person.email} is disabled and logged out everywhere", soft_wrap=True)


@account.command("enable")
def enable(email: Email) -> None:
    """Let somebody log in again who was disabled."""
    from gateway.accounts import care

    person = _with_store(lambda store: care.set_disabled(store, email, disabled=False))
    out.print(f"{person.email} may log in again", soft_wrap=True)


def _asked() -> str:
    password: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _with_store(work: Callable[[Any], Awaitable[T]]) -> T:
    from deploy.local.accounts import opened

    async def run() -> T:
        async with opened() as store:
            return await work(store)

    return asyncio.run(run())


def _gateway_url() -> str:
    """Return where the stack of the data directory listens, or would."""
    found = running.find()
    return found.gateway_url if found else f"http://127.0.0.1:{LocalSettings().gateway_port}"
