"""Writing: what a typed answer tells. Its words, and nothing about how they were said."""

from __future__ import annotations

from streams.scoring.speech import Speech


def writing(text: str) -> Speech:
    """Return ``text`` as the whole of an answer: neither pace, pauses nor fillers are looked for.

    A word is what stands between white space, as in a transcript. What somebody types on purpose is
    no filler, and how fast they type says nothing about the answer.
    """
    return Speech(
        transcript=text,
        words=len(text.split()),
        words_per_minute=None,
        fillers=0,
        confidence=None,
        speech_ms=0,
        pauses=0,
        pause_ms=0,
        longest_pause_ms=0,
    )
