"""Which code is running, and whether the checkout has moved on since."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def checkout_commit() -> str:
    """Return the checkout's commit, with ``+`` when tracked files differ; empty outside git."""
    try:
        commit = _git("rev-parse", "--short=10", "HEAD")
        return commit + ("+" if _git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return ""


def running_build(configured: str) -> str:
    """Return the build to report: the configured one, else the checkout's at this moment."""
    return configured or checkout_commit() or "unknown"


def is_stale(running: str) -> bool:
    """Whether the running code is older than the checkout."""
    current = checkout_commit()
    return bool(current) and running not in ("unknown", current)


def _git(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603
        ["git", "-C", str(ROOT), *arguments],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
        timeout=5,
    )
    return done.stdout.strip()
