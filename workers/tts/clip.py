"""From an engine's samples to a clip, and how clips are called."""

from __future__ import annotations

import hashlib
import json

from schemas.language import Language
from workers.tts.loudness import levelled
from workers.tts.ogg import encoded
from workers.tts.silence import trimmed
from workers.tts.sound import Speech

PIPELINE = "1"
"""Version of everything between a text and its clip that is not the model: front ends, filters,
codec. A change that can be heard gets a new one, so that clips are made anew."""


def clip_name(engine: str, voice: str, model: str, language: Language, text: str) -> str:
    """Return the name of the clip of ``text``: the same in every session and process.

    ``model`` is a checksum of what speaks.
    """
    parts = [PIPELINE, engine, voice, model, language.value, " ".join(text.split())]
    digest = hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()
    return f"clips/{digest}.ogg"


def clip_of(speech: Speech) -> bytes:
    """Return ``speech`` without silence around it, as loud as every clip, as an Ogg file.

    Raises:
        ValueError: there is no sound in it.
    """
    return encoded(levelled(trimmed(speech)))
