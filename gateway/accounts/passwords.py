"""Hashing and checking passwords with argon2id, never on the event loop."""

from __future__ import annotations

import asyncio
import secrets
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 200
"""Characters of a password. The limit above keeps nobody from a long sentence."""

_AT_ONCE = 2
_WAITING = 64
"""A hash takes 64 MiB and a tenth of a second: two at a time leave candidates' media their share,
and more than so many in the queue would wait for longer than people do."""

T = TypeVar("T")


class Busy(Exception):  # noqa: N818 - says what the hasher is
    """Too many passwords wait to be checked."""


class Passwords:
    """The library's own parameters (RFC 9106, second choice), which it raises over the years."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="passwords")
        self._waiting = 0
        self._nobodys = self._hasher.hash(secrets.token_hex())

    async def hash(self, password: str) -> str:
        """Return what to store of a password.

        Raises:
            Busy: try again in a moment.
        """
        return await self._run(lambda: self._hasher.hash(_normal(password)))

    async def fits(self, password_hash: str, password: str) -> bool:
        """Return whether ``password`` is the one of ``password_hash``.

        An empty hash fits nothing and takes as long as any: the time tells nobody who has an
        account.

        Raises:
            Busy: try again in a moment.
        """
        known = password_hash or self._nobodys
        return await self._run(lambda: self._verify(known, password)) and bool(password_hash)

    def is_dated(self, password_hash: str) -> bool:
        """Return whether the library would hash with other parameters today."""
        return self._hasher.check_needs_rehash(password_hash)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, _normal(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= _WAITING:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1


def _normal(password: str) -> str:
    """One keyboard composes Hangul and accents, another one does not: both type one password."""
    return unicodedata.normalize("NFKC", password)
