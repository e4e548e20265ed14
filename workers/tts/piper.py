"""The engine ``piper``: English, by a Piper voice in a child process."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Literal

from schemas.models import PIPER_JOE
from workers.tts.checksum import checksum_of
from workers.tts.piper_child import ChildDied, PiperChild
from workers.tts.service import SpeechFailed
from workers.tts.sound import Speech

logger = logging.getLogger(__name__)

VOICES = {PIPER_JOE.name: PIPER_JOE}

_TRIES = 2
"""The first child may have died of something else than this text."""


class PiperEngine:
    """Keeps one child warm; one that died or hangs is replaced."""

    name: Literal["piper"] = "piper"
    device = "cpu"

    def __init__(self, models: Path, voice: str, threads: int) -> None:
        """Prepare the engine for a voice in the folder ``models``.

        Raises:
            ValueError: there is no such voice.
        """
        if voice not in VOICES:
            raise ValueError(f"piper has no voice {voice!r}; there is {', '.join(VOICES)}")
        self.voice = voice
        self._file = VOICES[voice].at(models) / f"{voice}.onnx"
        self._threads = threads
        self._child: PiperChild | None = None

    @property
    def model(self) -> str:
        """Checksum of the voice."""
        return checksum_of(VOICES[self.voice])

    @property
    def pid(self) -> int | None:
        """The process id of the child, None while there is none."""
        return self._child.pid if self._child else None

    async def load(self) -> str:
        """Start a child; see ``SpeechEngine``."""
        try:
            await self._warm()
        except (ChildDied, OSError) as error:
            raise SpeechFailed(f"piper does not start: {error}") from None
        return f"piper {self.voice}"

    async def speak(self, text: str) -> Speech:
        """Say ``text``; see ``SpeechEngine``."""
        why = ""
        for _ in range(_TRIES):
            try:
                child = await self._warm()
                return await child.say(_line(text))
            except (ChildDied, OSError) as error:
                why = str(error)
                logger.warning("piper is replaced", extra={"reason": why})
                await self.close()
            except BaseException:  # cancelled: its next answer would be to this text
                await self.close()
                raise
        raise SpeechFailed(f"piper ended: {why}")

    async def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is not None:
            await child.stop()

    async def _warm(self) -> PiperChild:
        if self._child is None or not self._child.is_alive:
            await self.close()
            child = PiperChild(self._file, self._threads)
            await child.start()
            self._child = child
        return self._child


def _line(text: str) -> str:
    """Return ``text`` as one line; Piper would read what stands in ``[[`` as phonemes."""
    printable = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(re.sub(r"\[(?=\[)", "[ ", printable).split())
