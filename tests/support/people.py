"""People at their browsers, as the gateway's HTTP interface sees them."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from gateway.accounts.model import Account, Person, Role, new_person_id
from gateway.accounts.passwords import Passwords
from gateway.api.login import COOKIE
from schemas.ids import now_ms
from tests.support.gateway import RunningGateway

PASSWORD = "correct horse battery"
OURS = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
"""What a browser sends with a request of one of our own pages."""

JOB = {"language": "en", "position": "Engineer", "policy": "hiring", "questions": 2}


_TLS = ssl.create_default_context()
"""Made once: a client of its own would take longer for it than for all that it asks."""


class Browser:
    """One browser with its cookies."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.request("POST", path, body, **headers)

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(path)

    async def request(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> httpx.Response:
        return await self.http.request(method, path, json=body or {}, headers={**OURS, **headers})

    async def log_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        return await self.post("/api/accounts/log-in", {"email": email, "password": password})

    async def become(self, gateway: RunningGateway, person: Person) -> None:
        """Log somebody in without a password, which takes a while to check."""
        store = gateway.services.store
        account = await store.people.get(person.person)
        assert account is not None
        token = await store.logins.add(account, now_ms(), 3_600_000)
        assert token is not None
        self.http.cookies.set(COOKIE, token, domain="127.0.0.1")

    async def who(self) -> int:
        """Return the status of asking who is logged in."""
        return (await self.get("/api/accounts/me")).status_code

    @property
    def cookie(self) -> str | None:
        return self.http.cookies.get(COOKIE)


@asynccontextmanager
async def browser(gateway: RunningGateway) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(base_url=gateway.url, timeout=20, verify=_TLS) as http:
        yield Browser(http)


async def make(gateway: RunningGateway, role: Role, email: str) -> Person:
    """Make an account as ``viva account create`` does; the password is ``PASSWORD``."""
    person = Person(new_person_id(), email, f"The {role.value}", role, now_ms())
    account = Account(person, await _hash())
    await gateway.services.store.people.add(account)
    return person


_HASHED: list[str] = []


async def _hash() -> str:
    if not _HASHED:
        _HASHED.append(await Passwords().hash(PASSWORD))
    return _HASHED[0]


def error(reply: httpx.Response) -> tuple[int, str]:
    """Return status and code of a refusal."""
    return reply.status_code, reply.json()["error"]["code"]
