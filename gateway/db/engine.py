"""Opening the gateway's database: SQLite by default, PostgreSQL where a setting names one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg"}
"""A URL may leave the driver out: only these two wait without holding up candidates' media."""

_PRAGMAS = ("busy_timeout=10000", "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON")
"""The timeout first: switching to WAL may have to wait for another process that does the same."""


def open_engine(url: str, data_dir: Path) -> AsyncEngine:
    """Return the engine for a SQLAlchemy URL; an empty one means SQLite in ``data_dir``."""
    if not url:
        folder = data_dir / "gateway"
        folder.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{folder / 'sessions.db'}"
    target = make_url(url)
    if target.drivername in _DRIVERS:
        target = target.set(drivername=_DRIVERS[target.drivername])
    engine = create_async_engine(target, pool_pre_ping=True)
    if target.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
