"""Reads the Dockerfile: its stages, and what each image would hold; no Docker needed."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.locks import ROOT

DOCKERFILE = ROOT / "deploy" / "Dockerfile"


@dataclass(frozen=True, slots=True)
class Copy:
    """One COPY: from the checkout, or from another stage."""

    sources: tuple[str, ...]
    target: str
    stage: str = ""


@dataclass(slots=True)
class Stage:
    """One FROM and what follows it."""

    name: str
    parent: str
    copies: list[Copy] = field(default_factory=list)
    env: dict[str, str] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    user: str = ""
    command: list[str] = field(default_factory=list)
    healthcheck: str = ""


def stages() -> dict[str, Stage]:
    """Return the Dockerfile's stages by name."""
    text = DOCKERFILE.read_text(encoding="utf-8")
    text = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    found: dict[str, Stage] = {}
    current: Stage | None = None
    for line in text.replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        rest = rest.strip()
        if word == "FROM":
            parent, _, name = rest.partition(" AS ")
            current = found[name] = Stage(name, parent)
        elif word and current is not None:
            _read(current, word, rest)
    return found


def _read(stage: Stage, word: str, rest: str) -> None:
    if word == "COPY":
        words = rest.split()
        source = words.pop(0).removeprefix("--from=") if rest.startswith("--from=") else ""
        stage.copies.append(Copy(tuple(words[:-1]), words[-1], source))
    elif word == "ENV":
        stage.env |= dict(re.findall(r'(\w+)=("[^"]*"|\S*)', rest))
    elif word == "RUN":
        stage.runs.append(rest)
    elif word == "USER":
        stage.user = rest
    elif word == "CMD":
        stage.command = json.loads(rest)
    elif word == "HEALTHCHECK":
        stage.healthcheck = rest


def lineage(name: str) -> list[Stage]:
    """Return a stage and its parents among ours, the oldest first."""
    known = stages()
    chain: list[Stage] = []
    while name in known:
        chain.insert(0, known[name])
        name = known[name].parent
    return chain


def environment(name: str) -> dict[str, str]:
    """Return the variables that an image sets."""
    return {key: value for stage in lineage(name) for key, value in stage.env.items()}


def installed(name: str) -> Path:
    """Return the lock that an image's Python packages come from.

    Raises:
        LookupError: not exactly one.
    """
    known = stages()
    locks = [
        source
        for stage in lineage(name)
        for copy in stage.copies
        if copy.stage and copy.target == "/opt/viva"
        for own in known[copy.stage].copies
        for source in own.sources
    ]
    if len(locks) != 1:
        raise LookupError(f"{name} takes its packages from {locks}")
    return ROOT / locks[0]


def lay_out(name: str, app: Path) -> None:
    """Copy into ``app`` what the image holds in /app."""
    for stage in lineage(name):
        for copy in stage.copies:
            if copy.stage or copy.target.startswith("/"):
                continue
            for source in copy.sources:
                _copy(ROOT / source, app / copy.target, many=copy.target.endswith("/"))


def _copy(source: Path, target: Path, *, many: bool) -> None:
    if source.is_dir():
        skip = shutil.ignore_patterns("__pycache__")
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=skip)
        return
    place = target / source.name if many else target
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, place)
