"""Signed tokens: each is for one thing only, and opens nothing else.

Who holds a session's token may take this one interview and read its report.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

import jwt
from pydantic import SecretStr

_ALGORITHM = "HS256"

_LONGEST = 512
"""Characters of a token: ours have about 200. The library's parser fails on what is nested deep."""

_INVALID = "the token is not valid: open the link you were given"


class Purpose(StrEnum):
    """What a token is for: its audience, which every reader checks."""

    SESSION = "viva-session"
    RESET = "viva-reset"
    INVITATION = "viva-invitation"


class BadToken(ValueError):  # noqa: N818 - says what the token is
    """The token is not ours, was changed, or has expired; the message says which."""


class ExpiredToken(BadToken):
    """The token was ours, and its time is over."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says. ``state`` is the fingerprint it was issued with."""

    subject: str
    state: str


def sign(
    purpose: Purpose, subject: str, secret: SecretStr, expires_at: int, state: str = ""
) -> str:
    """Return a token that is good until ``expires_at`` (UTC ms), and while ``state`` stands."""
    claims = {"sub": subject, "aud": purpose.value, "exp": expires_at // 1000}
    if state:
        claims["state"] = state
    return jwt.encode(claims, secret.get_secret_value(), algorithm=_ALGORITHM)


def read(purpose: Purpose, token: str, secret: SecretStr) -> Claims:
    """Return what ``token`` says.

    Raises:
        ExpiredToken: it is over.
        BadToken: it is not valid, or for something else.
    """
    if len(token) > _LONGEST:
        raise BadToken(_INVALID)
    try:
        claims = jwt.decode(
            token,
            secret.get_secret_value(),
            algorithms=[_ALGORITHM],
            audience=purpose.value,
            options={"require": ["sub", "aud", "exp"]},
        )
    except jwt.ExpiredSignatureError:
        raise ExpiredToken("the link has expired: ask for a new one") from None
    except jwt.InvalidTokenError:
        raise BadToken(_INVALID) from None
    return Claims(str(claims["sub"]), str(claims.get("state", "")))


def fingerprint(value: str, secret: SecretStr) -> str:
    """Return what stands for ``value`` in a token without telling it."""
    key = secret.get_secret_value().encode()
    return hmac.new(key, f"state:{value}".encode(), hashlib.sha256).hexdigest()[:32]


def issue(session: str, secret: SecretStr, expires_at: int) -> str:
    """Return a token for ``session`` that is good until ``expires_at`` (UTC ms)."""
    return sign(Purpose.SESSION, session, secret, expires_at)


def session_of(token: str, secret: SecretStr) -> str:
    """Return the session that ``token`` is for.

    Raises:
        BadToken: it is not valid now.
    """
    return read(Purpose.SESSION, token, secret).subject
