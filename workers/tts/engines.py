"""Which engine speaks which language."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path

from schemas.language import Language
from schemas.models import KOKORO, PIPER_JOE, problems
from schemas.settings import TtsSettings
from workers.tts.coqui import CoquiEngine
from workers.tts.kokoro import KokoroEngine
from workers.tts.piper import PiperEngine
from workers.tts.service import SpeechEngine

_AUTO = {Language.ENGLISH: "piper", Language.KOREAN: "kokoro"}


def engines(settings: TtsSettings, models: Path) -> Mapping[Language, SpeechEngine]:
    """Return an engine for every language, nothing loaded yet.

    Raises:
        ValueError: the settings name a voice or a model that is not there.
    """
    return {language: _engine(language, settings, models) for language in Language}


def engine_problems(settings: TtsSettings, models: Path) -> list[str]:
    """Return what is wrong with the settings, and with the models of the engines they name."""
    try:
        chosen = engines(settings, models)
    except ValueError as error:
        return [str(error)]
    found: list[str] = []
    for engine in chosen.values():
        match engine.name:
            case "kokoro":
                found += problems(models, KOKORO.name)
            case "piper":
                if importlib.util.find_spec("piper") is None:
                    found.append("piper-tts is not installed: it comes with the extra `tts`")
                found += problems(models, PIPER_JOE.name)
            case "coqui":
                found += CoquiEngine.problems()
    return found


def _engine(language: Language, settings: TtsSettings, models: Path) -> SpeechEngine:
    is_english = language is Language.ENGLISH
    chosen = settings.english if is_english else settings.korean
    voice = settings.english_voice if is_english else settings.korean_voice
    match _AUTO[language] if chosen == "auto" else chosen:
        case "piper":
            return PiperEngine(models, voice, settings.threads)
        case "kokoro":
            return KokoroEngine(models, voice, settings.threads)
        case _:
            return CoquiEngine(settings.coqui_model, voice, language, settings.device)
