"""What a phrase of a candidate can be: how it stands in a sentence, and what it tells."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """How a phrase stands in a sentence."""

    PAST = "past"
    """*you* …"""
    PRESENT = "present"
    """*you* …, as a habit"""
    GERUND = "gerund"
    """*the hardest part of* …"""
    CLAUSE = "clause"
    """*You said* “…”"""


class Deed(StrEnum):
    """What kind of doing a verb is."""

    CHANGE = "change"
    """Something is different afterwards: was it better?"""
    CARRY = "carry"
    """Something is held together over time: how?"""
    LOOK = "look"
    """Something is looked into: what came out?"""
    SPEAK = "speak"
    """Somebody is dealt with: how did it turn out?"""


class Tells(StrEnum):
    """What a clause tells."""

    OWN = "own"
    """What the candidate did."""
    PAST = "past"
    """What somebody else did, or what came of it."""
    MET = "met"
    """What the candidate had before them."""
    MUST = "must"
    """What the candidate had to do."""
    REGRET = "regret"
    """What the candidate should have done."""
    HABIT = "habit"
    TRAIT = "trait"
    WISH = "wish"


@dataclass(frozen=True, slots=True)
class Building:
    """A phrase that fits into a sentence."""

    text: str
    form: Form
    kind: Deed | Tells | None
    """Of a past deed or a clause."""
    said: bool
    """In the last answer; otherwise written in the résumé."""
