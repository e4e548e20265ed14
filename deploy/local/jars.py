"""Kafka's jars: resolved through jgo once, verified against our checksums every time."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from deploy.local.errors import LocalError

_HERE = Path(__file__).parent
COORDINATES = _HERE / "kafka-coordinates.txt"
CHECKSUMS = _HERE / "kafka-checksums.txt"


def coordinates() -> list[str]:
    """Return ``group:artifact:version`` of every jar that Kafka needs."""
    return COORDINATES.read_text().split()


def checksums() -> dict[str, str]:
    """Return the sha256 of every coordinate."""
    pairs = (line.split() for line in CHECKSUMS.read_text().splitlines() if line)
    return {coordinate: digest for digest, coordinate in pairs}


def jar_path(root: Path, coordinate: str) -> Path:
    """Return where the jar of ``coordinate`` lies under ``root``."""
    group, artifact, version = coordinate.split(":")
    return root.joinpath(*group.split("."), artifact, version, f"{artifact}-{version}.jar")


def is_good(root: Path, coordinate: str) -> bool:
    """Whether the jar is there and is the one we know."""
    path = jar_path(root, coordinate)
    if not path.is_file():
        return False
    return hashlib.sha256(path.read_bytes()).hexdigest() == checksums()[coordinate]


def missing(root: Path) -> list[str]:
    """Return the coordinates whose jar is absent or not the one we know."""
    return [each for each in coordinates() if not is_good(root, each)]


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    root.mkdir(parents=True, exist_ok=True)
    with (root / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fetch(root: Path) -> list[Path]:
    """Return the class path, downloading only what is missing: a second run needs no network.

    Raises:
        LocalError: a jar cannot be had, or what was served is not the jar we know.
    """
    with _alone(root):
        wanted = missing(root)
        if wanted:
            _download(root, wanted)
    return [jar_path(root, each) for each in coordinates()]


def _download(root: Path, wanted: list[str]) -> None:
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
        if not is_good(root, coordinate):
            jar_path(root, coordinate).unlink(missing_ok=True)
            raise LocalError(
                f"the jar {coordinate} does not have the checksum in {CHECKSUMS.name}: "
                "it was altered on the way. Run it again."
            )

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(one, wanted))
