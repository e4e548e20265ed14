"""Links that let somebody choose a new password: signed, for an hour, and good once."""

from __future__ import annotations

import hmac

from pydantic import SecretStr

from gateway import tokens
from gateway.accounts.model import Account
from gateway.tokens import BadToken, Purpose

TTL_MS = 60 * 60 * 1000


def reset_token(account: Account, secret: SecretStr, now: int) -> str:
    """Return a token for ``account``.

    It carries a fingerprint of the password's hash: with the new password the hash is another one,
    and the link is used up. Nothing needs to be stored.
    """
    state = tokens.fingerprint(account.password_hash, secret)
    return tokens.sign(Purpose.RESET, account.person.person, secret, now + TTL_MS, state)


def check_unused(account: Account, secret: SecretStr, state: str) -> None:
    """Check that the password is still the one the link was made for.

    Raises:
        BadToken: it was used already, or the password was changed in another way.
    """
    if not hmac.compare_digest(tokens.fingerprint(account.password_hash, secret), state):
        raise BadToken("this link was used already: ask for a new one")


def reset_address(token: str) -> str:
    """Return the page's address below the gateway's; the secret is in the fragment."""
    return f"/login.html#reset={token}"
