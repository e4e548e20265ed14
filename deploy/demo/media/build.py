"""Builds the media once and finds them again by their content."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import deploy.demo.media as package
from deploy.demo.media.model import BrowserMedia, CandidateMedia, MediaClip
from deploy.demo.media.picture import Film, pictures, write_browser_video, write_video
from deploy.demo.media.recipes import RECIPES, CandidateRecipe, ClipRecipe, Source
from deploy.demo.media.sound import Samples, read_wav, sound, write_wav
from schemas.models import sha256_of

Progress = Callable[[str], None]

_INDEX = "index.json"


class MediaError(Exception):
    """The media could not be built; the message is one line that says what to do."""


def build(data_dir: Path, progress: Progress = print) -> dict[str, CandidateMedia]:
    """Return each candidate's media by name, building them below ``data_dir/media`` if needed.

    Raises:
        MediaError: the recordings are missing or unreadable.
    """
    media = data_dir / "media"
    folder = media / f"candidates-{_key(media / 'source')}"
    if not _is_whole(folder):
        progress("building the simulated candidates' video and audio (a few seconds, once)")
        try:
            _make(folder, media / "source", progress)
        except (OSError, ValueError) as error:
            raise MediaError(f"the demo's media could not be built: {error}") from error
        for old in media.glob("candidates-*"):
            if old != folder:
                shutil.rmtree(old, ignore_errors=True)
    return {name: _described(folder, name, recipe) for name, recipe in RECIPES.items()}


def _key(sources: Path) -> str:
    """Return a digest of the recordings and of the code that cuts them."""
    digest = hashlib.sha256()
    code = sorted(Path(place) for root in package.__path__ for place in Path(root).glob("*.py"))
    for path in [*(sources / source.value for source in Source), *code]:
        try:
            digest.update(sha256_of(path).encode())
        except OSError:
            raise MediaError(f"{path} is missing: run `python -m deploy.models install`") from None
    return digest.hexdigest()[:12]


def _is_whole(folder: Path) -> bool:
    try:
        sizes = json.loads((folder / _INDEX).read_text())
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError):
        return False


def _make(folder: Path, sources: Path, progress: Progress) -> None:
    """Build everything beside ``folder`` and move it there when it is whole."""
    films = {source: Film(sources / source.value) for source in (Source.MAN, Source.WOMAN)}
    reading = read_wav(sources / Source.READER.value)
    with tempfile.TemporaryDirectory(prefix="building-", dir=folder.parent) as scratch:
        made = Path(scratch) / "made"
        made.mkdir()
        for name, recipe in RECIPES.items():
            progress(f"  {name}: {recipe.story}")
            _make_candidate(made, name, recipe, films, reading)
        sizes = {path.name: path.stat().st_size for path in sorted(made.iterdir())}
        (made / _INDEX).write_text(json.dumps(sizes, indent=1))
        shutil.rmtree(folder, ignore_errors=True)
        made.rename(folder)


def _make_candidate(
    made: Path,
    name: str,
    recipe: CandidateRecipe,
    films: dict[Source, Film],
    reading: Samples,
) -> None:
    for stem, clip in _clips(name, recipe):
        write_video(made / f"{stem}.mp4", pictures(clip.shots, films))
        seed = int.from_bytes(hashlib.sha256(stem.encode()).digest()[:4], "big")
        write_wav(made / f"{stem}.wav", sound(clip.voice, clip.seconds, reading, seed))
    if recipe.for_browser:
        answer = recipe.answers[0]
        write_browser_video(made / "chromium.mjpeg", pictures(answer.shots, films))
        write_wav(made / "chromium.wav", sound(answer.voice, answer.seconds, reading, 0))


def _clips(name: str, recipe: CandidateRecipe) -> list[tuple[str, ClipRecipe]]:
    answers = [(f"{name}-answer-{n}", clip) for n, clip in enumerate(recipe.answers, start=1)]
    return [(f"{name}-calibration", recipe.calibration), *answers]


def _described(folder: Path, name: str, recipe: CandidateRecipe) -> CandidateMedia:
    clips = [
        MediaClip(folder / f"{stem}.mp4", folder / f"{stem}.wav", clip.seconds)
        for stem, clip in _clips(name, recipe)
    ]
    browser = BrowserMedia(folder / "chromium.mjpeg", folder / "chromium.wav")
    return CandidateMedia(
        name=name,
        story=recipe.story,
        calibration=clips[0],
        answers=tuple(clips[1:]),
        browser=browser if recipe.for_browser else None,
    )
