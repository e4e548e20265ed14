"""``python -m gateway.accounts``: an operator's work in a container, which has no ``viva``."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from gateway.accounts import care
from gateway.accounts.model import Role
from gateway.db.store import UNUSABLE, Store, open_store, why_unusable
from schemas.settings import GatewaySettings, ProcessSettings
from streams.runtime.process import describe


def main(arguments: Sequence[str]) -> int:
    """Do what was asked and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m gateway.accounts", description="accounts")
    parser.add_argument("action", choices=("create", "reset", "role", "disable", "enable"))
    parser.add_argument("email")
    parser.add_argument(
        "--role", type=Role, choices=list(Role), help="of a new account, by default recruiter"
    )
    parser.add_argument("--name", default="", help="of a new account")
    options = parser.parse_args(arguments)
    if options.action == "role" and options.role is None:
        parser.error("say which one with --role")
    try:
        print(asyncio.run(_done(options)))  # noqa: T201
    except care.CareError as error:
        print(f"accounts: {error}", file=sys.stderr)  # noqa: T201
        return 1
    except ValidationError as error:
        for each in error.errors():
            print(f"accounts: {describe(each['loc'], each['msg'])}", file=sys.stderr)  # noqa: T201
        return 1
    except UNUSABLE as error:
        print(f"accounts: {why_unusable(error)}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


async def _done(options: argparse.Namespace) -> str:
    settings = GatewaySettings()
    store = open_store(settings.database_url, ProcessSettings().data_dir)
    try:
        await store.start()
        return await _do(options, settings, store)
    finally:
        await store.stop()


async def _do(options: argparse.Namespace, settings: GatewaySettings, store: Store) -> str:
    if options.action == "create":
        password = care.new_password()
        role = options.role or Role.RECRUITER
        person = await care.create(store, options.email, options.name, role, password)
        return f"{person.email} is {person.role.value}, password: {password}"
    if options.action == "reset":
        return await care.reset_link(store, options.email, settings.token_secret)
    if options.action == "role":
        person = await care.set_role(store, options.email, options.role)
        return f"{person.email} is {person.role.value}"
    is_disabled = options.action == "disable"
    person = await care.set_disabled(store, options.email, disabled=is_disabled)
    return f"{person.email} {'is disabled' if is_disabled else 'may log in again'}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
