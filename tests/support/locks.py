"""Reads the locks and the extras of pyproject.toml, offline."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ROOT / "deploy" / "locks"

PROCESS_MODULES: dict[str, str] = {
    "gateway": "gateway.app",
    "agent": "streams.app",
    "vision": "workers.vision",
    "voice": "workers.voice",
    "stt": "workers.stt",
    "questions": "workers.questions",
    "assessment": "workers.assessment",
    "tts": "workers.tts",
    "sink": "workers.sink",
    "clickhouse": "deploy.local.clickhouse",
    "llm": "deploy.local.llm",
}
EMBEDDED = frozenset({"clickhouse", "llm"})
"""Those that a cluster has a server of its own for: they have no image."""

"""Extra and lock of each process, and the module that starts it."""


@dataclass(frozen=True, slots=True)
class Pin:
    """One line of a lock."""

    name: str
    version: str
    hashes: tuple[str, ...]


def pins(name: str) -> dict[str, Pin]:
    """Return the pins of ``deploy/locks/<name>.txt`` by canonical package name.

    Raises:
        ValueError: a line is neither a comment nor an exact pin with hashes.
    """
    text = (LOCKS / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, Pin] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        match = re.fullmatch(
            r"([A-Za-z0-9._-]+)==([^\s;]+)((?:\s+--hash=sha256:[0-9a-f]{64})*)", line
        )
        if match is None:
            raise ValueError(f"{name}.txt: not an exact pin: {line[:80]}")
        package = canonicalize_name(match[1])
        found[package] = Pin(package, match[2], tuple(match[3].split()))
    return found


def project() -> dict[str, Any]:
    """Return pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def base_requirements() -> list[Requirement]:
    """Return what every process needs."""
    return [Requirement(line) for line in project()["project"]["dependencies"]]


def extra_requirements(extra: str) -> list[Requirement]:
    """Return what ``extra`` names, with the extras of ours that it includes."""
    extras = project()["project"]["optional-dependencies"]
    found = []
    for line in extras[extra]:
        requirement = Requirement(line)
        if requirement.name == "viva":
            for included in sorted(requirement.extras):
                found += extra_requirements(included)
        else:
            found.append(requirement)
    return found


def group_requirements(group: str) -> list[Requirement]:
    """Return what a dependency group names."""
    return [Requirement(line) for line in project()["dependency-groups"][group]]
