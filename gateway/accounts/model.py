"""A person with an account, and what they may do."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum

LONGEST_EMAIL = 254
LONGEST_NAME = 100

_UNPRINTABLE = "\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
NAME_PATTERN = f"^[^{_UNPRINTABLE}]+$"
"""No control characters, which PostgreSQL does not store, and none of those that turn a text's
direction, with which one name looks like another."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_EMAIL = re.compile(rf"[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})*")
"""What HTML takes for an e-mail address, lower-cased. Browsers turn other scripts into it."""


class Role(StrEnum):
    """What a person is here for."""

    CANDIDATE = "candidate"
    COACH = "coach"
    RECRUITER = "recruiter"
    ADMIN = "admin"

    @property
    def sets_up_interviews(self) -> bool:
        """Whether jobs of one's own and their interviews are this role's work."""
        return self is not Role.CANDIDATE


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; ``created_at`` is UTC ms, ``email`` is normalised and unique."""

    person: str
    email: str
    name: str
    role: Role
    created_at: int
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """A person and what their password is checked against; empty: nobody can log in yet."""

    person: Person
    password_hash: str = field(repr=False)


def new_person_id() -> str:
    """Return an unguessable id."""
    return "p_" + secrets.token_hex(12)


def normal_name(text: str) -> str:
    """Return a name as it is stored.

    Raises:
        ValueError: it cannot be one.
    """
    found = " ".join(text.split())
    if len(found) > LONGEST_NAME or not re.fullmatch(NAME_PATTERN, found):
        raise ValueError(f"a name has 1 to {LONGEST_NAME} characters that can be printed")
    return found


def normal_email(text: str) -> str:
    """Return the one way in which an e-mail address is stored and looked up.

    Raises:
        ValueError: it is no e-mail address.
    """
    found = text.strip().lower()
    if len(found) > LONGEST_EMAIL or not _EMAIL.fullmatch(found):
        raise ValueError("this is not an e-mail address, such as name@example.org")
    return found
