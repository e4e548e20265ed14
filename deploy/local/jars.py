"""Jars: resolved through jgo once, verified against our checksums every time."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import LocalError

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Jars:
    """Which jars are wanted: a file of ``group:artifact:version``, and one of their sha256."""

    coordinates: Path
    checksums: Path


KAFKA = Jars(_HERE / "kafka-coordinates.txt", _HERE / "kafka-checksums.txt")
TYPESCRIPT = Jars(_HERE / "typescript-coordinates.txt", _HERE / "typescript-checksums.txt")


def coordinates(which: Jars = KAFKA) -> list[str]:
    """Return ``group:artifact:version`` of every jar that is wanted."""
    return which.coordinates.read_text().split()


def checksums(which: Jars = KAFKA) -> dict[str, str]:
    """Return the sha256 of every coordinate."""
    pairs = (line.split() for line in which.checksums.read_text().splitlines() if line)
    return {coordinate: digest for digest, coordinate in pairs}


def jar_path(root: Path, coordinate: str) -> Path:
    """Return where the jar of ``coordinate`` lies under ``root``."""
    group, artifact, version = coordinate.split(":")
    return root.joinpath(*group.split("."), artifact, version, f"{artifact}-{version}.jar")


def is_good(root: Path, coordinate: str, which: Jars = KAFKA) -> bool:
    """Whether the jar is there and is the one we know."""
    path = jar_path(root, coordinate)
    if not path.is_file():
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == checksums(which)[coordinate]


def missing(root: Path, which: Jars = KAFKA) -> list[str]:
    """Return the coordinates whose jar is absent or not the one we know."""
    return [each for each in coordinates(which) if not is_good(root, each, which)]


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Be the only one that changes what is below ``root``; others wait."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fetch(root: Path, which: Jars = KAFKA) -> list[Path]:
    """Return the jars' paths, downloading only what is missing: a second run needs no network.

    Raises:
        LocalError: a jar cannot be had, or what was served is not the jar we know.
    """
    with alone(root):
        wanted = missing(root, which)
        if wanted:
            _download(root, wanted, which)
    return [jar_path(root, each) for each in coordinates(which)]


def _download(root: Path, wanted: list[str], which: Jars) -> None:
    from jgo.maven import MavenContext

    context = MavenContext(repo_cache=root, timeout=60)

    def one(coordinate: str) -> None:
        jar_path(root, coordinate).unlink(missing_ok=True)  # cut off or altered
        try:
            context.create_dependency(coordinate).artifact.resolve()
        except Exception as error:
            raise LocalError(
                f"cannot get the jar {coordinate}: {error}. Check the network and run it again; "
                "what has arrived is kept."
            ) from error
        if not is_good(root, coordinate, which):
            jar_path(root, coordinate).unlink(missing_ok=True)
            raise LocalError(
                f"the jar {coordinate} does not have the checksum in {which.checksums.name}: "
                "it was altered on the way. Run it again."
            )

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, wanted))
