"""The gateway's database and secret, as ``viva account`` finds them, with or without a gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr, ValidationError

from deploy.local import secrets_file
from deploy.local.errors import LocalError
from deploy.local.settings import LocalSettings
from gateway.accounts.care import CareError, UnknownAccount
from gateway.db.store import UNUSABLE, Store, open_store, why_unusable
from schemas.settings import GatewaySettings


@asynccontextmanager
async def opened() -> AsyncIterator[Store]:
    """Open the database of the stack in the data directory, or the one that a setting names.

    Raises:
        LocalError: it cannot be used, or what is done with it cannot be done.
    """
    store = open_store(_gateway().database_url, LocalSettings().data_dir.resolve())
    try:
        await store.start()
        yield store
    except UNUSABLE as error:
        raise LocalError(why_unusable(error)) from None
    except UnknownAccount as error:
        raise LocalError(f"{error}; `viva account list` shows all accounts") from None
    except CareError as error:
        raise LocalError(str(error)) from None
    finally:
        await store.stop()


def link_secret() -> SecretStr:
    """Return what the gateway checks links with.

    Raises:
        LocalError: the stack's secrets cannot be read.
    """
    gateway = _gateway()
    if gateway.database_url and gateway.token_secret.get_secret_value():
        return gateway.token_secret  # an installation elsewhere, which has secrets of its own
    path = LocalSettings().data_dir.resolve() / "secrets.json"
    return SecretStr(secrets_file.load(path).token_secret)


def _gateway() -> GatewaySettings:
    try:
        return GatewaySettings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"VIVA_GATEWAY_{str(first['loc'][0]).upper()}"
        raise LocalError(f"{name}: {first['msg']}") from None
