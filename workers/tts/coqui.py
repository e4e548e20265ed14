"""The engine ``coqui``: any language that a Coqui TTS model on disk speaks; an option.

``coqui-tts`` needs torch and comes with the extra ``coqui`` alone. It is imported when the engine
loads, by the name ``TTS.api``, and asked for nothing but the model in the named folder.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import importlib.util
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Literal

import numpy as np

from schemas.language import Language
from schemas.models import sha256_of
from workers.tts.service import SpeechFailed
from workers.tts.sound import Speech

_MODEL, _CONFIG = "model.pth", "config.json"

_WARM_UP = {Language.ENGLISH: "Hello there.", Language.KOREAN: "안녕하세요."}


class CoquiEngine:
    """One model and one of its speakers, in a thread of its own."""

    name: Literal["coqui"] = "coqui"

    def __init__(
        self,
        folder: Path | None,
        voice: str,
        language: Language,
        device: Literal["auto", "cpu", "cuda"],
    ) -> None:
        """Prepare the engine for the model in ``folder``.

        Raises:
            ValueError: there is no model in it.
        """
        if folder is None:
            raise ValueError("coqui needs VIVA_TTS_COQUI_MODEL, a folder with its model")
        for name in (_MODEL, _CONFIG):
            if not (folder / name).is_file():
                raise ValueError(f"{folder / name} is missing: coqui's model goes there")
        self.voice = voice
        self._folder = folder
        self._language = language
        self._wanted = device
        self._device = "cpu"
        self._checksum = ""
        self._api: Any = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="coqui")

    @staticmethod
    def problems() -> list[str]:
        """Return what is missing for this engine to run."""
        if importlib.util.find_spec("TTS") is None:
            return ["coqui-tts is not installed: it comes with the extra `coqui`"]
        return []

    @property
    def device(self) -> str:
        """Where the model runs."""
        return self._device

    @property
    def model(self) -> str:
        """Checksum of model and configuration, known once it is loaded."""
        return self._checksum

    async def load(self) -> str:
        """Load the model and say something; see ``SpeechEngine``."""
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._pool, self._load)
        except Exception as error:  # whatever torch raises
            raise SpeechFailed(f"coqui does not load: {error}") from None
        await self.speak(_WARM_UP[self._language])
        return f"coqui {self._folder.name} on {self._device}"

    async def speak(self, text: str) -> Speech:
        """Say ``text``; see ``SpeechEngine``."""
        if self._api is None:
            raise SpeechFailed("coqui is not loaded")
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, self._say, text)
        except Exception as error:
            raise SpeechFailed(f"coqui failed: {error}") from None

    async def close(self) -> None:
        """Let the model go, after what is being said."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._api = None

    def _load(self) -> None:
        torch, coqui = importlib.import_module("torch"), importlib.import_module("TTS.api")
        on_gpu = self._wanted == "cuda" or (self._wanted == "auto" and torch.cuda.is_available())
        device = "cuda" if on_gpu else "cpu"
        api = coqui.TTS(
            model_path=str(self._folder / _MODEL),
            config_path=str(self._folder / _CONFIG),
            progress_bar=False,
        ).to(device)
        parts = "".join(sha256_of(self._folder / name) for name in (_MODEL, _CONFIG))
        self._checksum = hashlib.sha256(parts.encode()).hexdigest()
        self._device = device
        self._api = api

    def _say(self, text: str) -> Speech:
        options: dict[str, str] = {}
        if self._api.is_multi_speaker:
            options["speaker"] = self.voice
        if self._api.is_multi_lingual:
            options["language"] = self._language.value
        samples = self._api.tts(text=text, **options)
        rate = int(self._api.synthesizer.output_sample_rate)
        return Speech(np.asarray(samples, np.float32).reshape(-1), rate)
