"""What ``--check`` looks at."""

from __future__ import annotations

import importlib
import importlib.util

from gateway import tls
from schemas.settings import GatewaySettings

_MIN_SECRET = 32

_STARTED = ("pypdf",)
"""Imported by a child process alone: here it is enough to know that it is there."""

_IMPORTS = (
    "aiokafka",
    "aiortc",
    "aiosqlite",
    "alembic",
    "argon2",
    "asyncpg",
    "av",
    "clickhouse_connect",
    "cv2",
    "jwt",
    "uvicorn",
)


def problems(settings: GatewaySettings) -> list[str]:
    """Return one line for each thing that keeps the gateway from running."""
    found = []
    for module in _IMPORTS:
        try:
            importlib.import_module(module)
        except ImportError as error:
            found.append(f"cannot import {module} ({error}): install the gateway's lock file")
    found += [
        f"{module} is not installed: install the gateway's lock file"
        for module in _STARTED
        if importlib.util.find_spec(module) is None
    ]
    if len(settings.token_secret.get_secret_value()) < _MIN_SECRET:
        found.append(f"set VIVA_GATEWAY_TOKEN_SECRET to {_MIN_SECRET} or more random characters")
    if not settings.api_key.get_secret_value():
        found.append("set VIVA_GATEWAY_API_KEY to the key that may create sessions")
    if misfit := tls.problem(settings):
        found.append(misfit)
    return found
