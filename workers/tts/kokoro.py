"""The engine ``kokoro``: Korean, by Kokoro-82M on ONNX Runtime behind a Korean front end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnxruntime

from schemas.models import KOKORO
from workers.tts.checksum import checksum_of
from workers.tts.korean.phonemes import of_sentence
from workers.tts.korean.reading import sentences
from workers.tts.sentences import SentenceCache
from workers.tts.service import SpeechFailed
from workers.tts.silence import trimmed
from workers.tts.sound import Samples, Speech

RATE = 24_000
"""Hz."""

VOICES = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo")

_MOST_SYMBOLS = 480
"""The model takes 510 with its two marks; a sentence that is longer is said in parts."""

_SPEED = 1.1
"""Of 1.0 the voices take their time, more than an interviewer would."""

_PAUSE_S = 0.3
"""Silence between two sentences."""

_WARM_UP = "안녕하세요."


@dataclass(frozen=True, slots=True)
class _Loaded:
    session: Any
    symbols: dict[str, int]
    styles: Samples
    """Shape ``(510, 1, 256)``: a style for each number of symbols."""


class KokoroEngine:
    """Runs the model in a thread of its own, sentence after sentence."""

    name: Literal["kokoro"] = "kokoro"
    device = "cpu"

    def __init__(self, models: Path, voice: str, threads: int) -> None:
        """Prepare the engine for a voice; the model is in the folder ``models``.

        Raises:
            ValueError: there is no such voice.
        """
        if voice not in VOICES:
            raise ValueError(f"kokoro has no voice {voice!r}; there are {', '.join(VOICES)}")
        self.voice = voice
        self._folder = KOKORO.at(models)
        self._threads = threads
        self._loaded: _Loaded | None = None
        self._sentences = SentenceCache()
        # One thread: a sentence that was given up in the middle is over before the next begins.
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="kokoro")

    @property
    def model(self) -> str:
        """Checksum of the model and its voices."""
        return checksum_of(KOKORO)

    async def load(self) -> str:
        """Load the model and say something; see ``SpeechEngine``."""
        loop = asyncio.get_running_loop()
        try:
            self._loaded = await loop.run_in_executor(self._pool, self._load)
        except Exception as error:  # ONNX Runtime has no base class for what it raises
            raise SpeechFailed(f"kokoro does not load: {error}") from None
        await self.speak(_WARM_UP)
        return f"kokoro {self.voice}"

    async def speak(self, text: str) -> Speech:
        """Say ``text``; see ``SpeechEngine``."""
        loaded = self._loaded
        if loaded is None:
            raise SpeechFailed("kokoro is not loaded")
        loop = asyncio.get_running_loop()
        pause = np.zeros(round(_PAUSE_S * RATE), np.float32)
        parts: list[Samples] = []
        for symbols in _spoken(text):
            said = self._sentences.get(symbols)
            if said is None:
                try:
                    made = await loop.run_in_executor(self._pool, _say, loaded, symbols)
                except Exception as error:
                    raise SpeechFailed(f"kokoro failed: {error}") from None
                said = self._sentences.put(symbols, made)
            parts += [pause, said] if parts else [said]
        if not parts:
            raise SpeechFailed("there is nothing to say in it")
        return Speech(np.concatenate(parts), RATE)

    async def close(self) -> None:
        """Let the model go, after the sentence that is being said."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._loaded = None

    def _load(self) -> _Loaded:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(
            str(self._folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        vocabulary = json.loads((self._folder / "vocab.json").read_text(encoding="utf-8"))
        with np.load(self._folder / "voices.npz") as voices:
            styles = np.asarray(voices[self.voice], np.float32)
        return _Loaded(session, vocabulary["vocab"], styles)


def _spoken(text: str) -> Iterator[str]:
    """Yield the symbols of ``text`` in parts that the model takes."""
    for tokens in sentences(text):
        symbols = of_sentence(tokens)
        while len(symbols) > _MOST_SYMBOLS:
            cut = max(symbols.rfind(mark, 0, _MOST_SYMBOLS) for mark in (", ", " "))
            cut = cut if cut > 0 else _MOST_SYMBOLS
            yield symbols[:cut]
            symbols = symbols[cut:].strip()
        yield symbols


def _say(loaded: _Loaded, symbols: str) -> Samples:
    numbers = [loaded.symbols[each] for each in symbols]
    style = loaded.styles[min(len(numbers), len(loaded.styles)) - 1].reshape(1, 256)
    made = loaded.session.run(
        None,
        {
            "tokens": np.array([[0, *numbers, 0]], np.int64),
            "style": style,
            "speed": np.array([_SPEED], np.float32),
        },
    )
    return trimmed(Speech(np.asarray(made[0], np.float32).reshape(-1), RATE)).samples
