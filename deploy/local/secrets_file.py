"""Secrets of a development stack: made at the first start, readable by their owner alone."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local.errors import LocalError


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What the processes of one stack share. Never logged: it has no repr."""

    api_key: str
    token_secret: str
    clickhouse_writer: str
    clickhouse_reader: str


def load(path: Path) -> Secrets:
    """Return the secrets in ``path``, making them if it does not exist.

    Raises:
        LocalError: the file is not ours.
    """
    if not path.exists():
        made = Secrets(
            api_key="viva_dev_" + secrets.token_urlsafe(18),
            token_secret=secrets.token_urlsafe(48),
            clickhouse_writer=secrets.token_urlsafe(24),
            clickhouse_reader=secrets.token_urlsafe(24),
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w") as out:
            json.dump(asdict(made), out, indent=1)
        return made
    try:
        return Secrets(**json.loads(path.read_text()))
    except (ValueError, TypeError) as error:
        raise LocalError(
            f"{path} cannot be read ({error}): delete it, and the ClickHouse clients and session "
            "links that used it get new ones"
        ) from None
