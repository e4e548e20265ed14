"""What a candidate agrees to, purpose by purpose, before anything of them is taken."""

from __future__ import annotations

from gateway.session.checks import Refused
from gateway.session.model import Consent, Interview, State
from schemas.events import ConsentGiven

TEXT_VERSION = "4"
"""Of the text that the pages show (``consent.*`` in ``web/texts.*.js``): raised with every change
of its meaning, and kept with each consent, so that anyone can tell what was agreed to."""


def is_open(interview: Interview) -> bool:
    """Whether the consent may still be changed: nothing was recorded, not even part of it."""
    begun = interview.typed and interview.has_begun
    return interview.state is not State.ENDED and not interview.calibrations and not begun


def give(
    interview: Interview,
    *,
    audio: bool,
    video: bool,
    text: bool = False,
    text_version: str,
    now: int,
) -> bool:
    """Keep what the candidate says and publish it; return whether that is news.

    Raises:
        Refused: the interview has ended, the text is another one, something was agreed to that
            the interview does not ask for, or the calibration or the first answer has begun. All
            scores of an interview rest on the same senses: who changes their mind then, leaves.
    """
    if interview.state is State.ENDED:
        raise Refused("session_ended", "this interview has ended; open its report instead")
    if text_version != TEXT_VERSION:
        raise Refused("text_changed", f"show the text of version {TEXT_VERSION}: reload the page")
    if (audio or video) if interview.typed else text:
        asked = "text" if interview.typed else "audio and video"
        raise Refused("not_asked_for", f"this interview asks for {asked} alone: reload the page")
    given = Consent(audio=audio, video=video, text=text, text_version=text_version, at=now)
    known = interview.consent
    if known is not None and known.model_copy(update={"at": now}) == given:
        return False
    if not is_open(interview):
        raise Refused("too_late", "the interview has begun: leave it to withdraw")
    interview.consent = given
    interview.publish(
        ConsentGiven(
            session=interview.session,
            seq=interview.consents,
            at=now,
            language=interview.language,
            text_version=text_version,
            audio=audio,
            video=video,
            text=text,
        )
    )
    interview.consents += 1
    return True
