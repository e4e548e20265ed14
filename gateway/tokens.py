"""Session tokens: who holds one may take this one interview and read its report."""

from __future__ import annotations

import jwt
from pydantic import SecretStr

_ALGORITHM = "HS256"
_AUDIENCE = "viva-session"

_LONGEST = 512
"""Characters of a token: ours have about 200. The library's parser fails on what is nested deep."""

_INVALID = "the token is not valid: open the link you were given"


class BadToken(ValueError):  # noqa: N818 - says what the token is
    """The token is not ours, was changed, or has expired; the message says which."""


def issue(session: str, secret: SecretStr, expires_at: int) -> str:
    """Return a token for ``session`` that is good until ``expires_at`` (UTC ms)."""
    claims = {"sub": session, "aud": _AUDIENCE, "exp": expires_at // 1000}
    return jwt.encode(claims, secret.get_secret_value(), algorithm=_ALGORITHM)


def session_of(token: str, secret: SecretStr) -> str:
    """Return the session that ``token`` is for.

    Raises:
        BadToken: it is not valid now.
    """
    if len(token) > _LONGEST:
        raise BadToken(_INVALID)
    try:
        claims = jwt.decode(
            token,
            secret.get_secret_value(),
            algorithms=[_ALGORITHM],
            audience=_AUDIENCE,
            options={"require": ["sub", "aud", "exp"]},
        )
    except jwt.ExpiredSignatureError:
        raise BadToken("the link has expired: ask for a new one") from None
    except jwt.InvalidTokenError:
        raise BadToken(_INVALID) from None
    return str(claims["sub"])
