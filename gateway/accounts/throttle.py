"""How long to wait after how many failed attempts: the rule, without clock or storage."""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass

MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class Limit:
    """``free`` failures cost nothing, then the wait doubles from a second, then comes a lock.

    One failure is forgotten every ``leak_ms``.
    """

    free: int
    locked_from: int
    leak_ms: int
    lock_ms: int = 15 * MINUTE_MS

    def wait_ms(self, failures: int) -> int:
        """Return how long after so many failures the next attempt may be made."""
        if failures >= self.locked_from:
            return self.lock_ms
        if failures <= self.free:
            return 0
        return min(1000 << (failures - self.free - 1), self.lock_ms)

    def remembered(self, failures: int, since: int, now: int) -> tuple[int, int]:
        """Return what is left of ``failures``, and since when the next one is being forgotten.

        The second number is not ``now``: then frequent attempts would let nothing be forgotten.
        """
        gone = (now - since) // self.leak_ms
        return (0, now) if gone >= failures else (failures - gone, since + gone * self.leak_ms)


ACCOUNT = Limit(free=4, locked_from=10, leak_ms=15 * MINUTE_MS)
"""At one account from one network: somebody who tries a few passwords of their own never waits, a
guesser has a hundred a day, and locks out nobody elsewhere."""

EVERYWHERE = Limit(free=10, locked_from=17, leak_ms=15 * MINUTE_MS, lock_ms=MINUTE_MS)
"""At one account from anywhere: every network waits so long before its next guess, and no longer,
as otherwise anybody could keep somebody out."""

ADDRESS = Limit(free=30, locked_from=40, leak_ms=MINUTE_MS)
"""Wider: a school or an office has one address, and only failures count."""

SIGN_UP = Limit(free=20, locked_from=30, leak_ms=3 * MINUTE_MS)
"""Accounts made from one address: here each one counts."""


def account_key(email: str) -> str:
    """Return what attempts at an account are counted under, whether there is one or not.

    Hashed: people type their password into the wrong field, and it must not be stored. The keys of
    ``account_from`` begin with it.
    """
    return _key("account", email)[:32]


def account_from(email: str, host: str) -> str:
    """Return what attempts at an account are counted under that come from one network."""
    return account_key(email) + address_key(host, "account")[:32]


def address_key(host: str, purpose: str = "log-in") -> str:
    """Return what attempts from an address are counted under; of IPv6, one network counts."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _key(purpose, host)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return _key(purpose, str(address.ipv4_mapped))
        return _key(purpose, str(ipaddress.ip_network((address, 64), strict=False)))
    return _key(purpose, str(address))


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
