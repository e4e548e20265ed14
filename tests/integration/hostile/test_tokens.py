"""Tokens that are forged, expired, of somebody else, or no tokens: one answer, and no data."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import jwt
import pytest

from gateway import tokens
from schemas.ids import now_ms
from tests.support.gateway import CONSENT, KEY, SECRET, RunningGateway
from tests.support.hostile import bearer

pytestmark = pytest.mark.integration

LATER = now_ms() // 1000 + 3_600
OFFER = "v=0\r\nm=application 9 x 0\r\na=ice-ufrag:a\r\na=ice-pwd:b\r\na=fingerprint:c\r\n"


@pytest.fixture
async def http(gateway: RunningGateway) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=gateway.url, timeout=20) as client:
        yield client


def part(data: Any) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(header: Any, claims: Any, key: bytes = SECRET.encode()) -> str:
    text = f"{part(header)}.{part(claims)}"
    return f"{text}.{part(hmac.new(key, text.encode(), hashlib.sha256).digest())}"


def forged(session: str, token: str) -> dict[str, str]:
    """Return tokens for ``session`` that must not be taken, by what is wrong with them."""
    claims = {"sub": session, "aud": "viva-session", "exp": LATER}
    header = {"alg": "HS256", "typ": "JWT"}
    head, body, signature = token.split(".")
    return {
        "alg none": jwt.encode(claims, None, algorithm="none"),
        "alg none, signed": f"{part({'alg': 'none'})}.{body}.{signature}",
        "alg NoNe": f"{part({'alg': 'NoNe'})}.{part(claims)}.",
        "no alg": signed({"typ": "JWT"}, claims),
        "alg is a list": signed({"alg": ["HS256"]}, claims),
        "HS384": jwt.encode(claims, SECRET * 2, algorithm="HS384"),
        "another key": jwt.encode(claims, "x" * 32, algorithm="HS256"),
        "empty key": signed(header, claims, b""),
        "no signature": f"{head}.{body}.",
        "half a signature": token[:-20],
        "a bit off": token[:-2] + ("AA" if not token.endswith("AA") else "BB"),
        "another session, old signature": f"{head}.{part(claims)}x.{signature}",
        "another audience": signed(header, claims | {"aud": "viva"}),
        "audience is a list of others": signed(header, claims | {"aud": ["a", "b"]}),
        "no audience": signed(header, {k: v for k, v in claims.items() if k != "aud"}),
        "no end": signed(header, {k: v for k, v in claims.items() if k != "exp"}),
        "end is text": signed(header, claims | {"exp": "never"}),
        "end is infinite": signed(header, b'{"sub":"s","aud":"viva-session","exp":Infinity}'),
        "end is beyond numbers": signed(header, b'{"sub":"s","aud":"viva-session","exp":1e999}'),
        "no subject": signed(header, {"aud": "viva-session", "exp": LATER}),
        "subject is a number": signed(header, claims | {"sub": 1}),
        "subject is a list": signed(header, claims | {"sub": [session]}),
        "claims are a list": signed(header, [claims]),
        "claims are no JSON": signed(header, b"\xff\xfe"),
        "header is nested deep": f"{part(b'[' * 20_000)}.{body}.{signature}",
        "header is no JSON": f"{part(b'nothing')}.{body}.{signature}",
        "unknown critical header": signed(header | {"crit": ["x"], "x": 1}, claims),
        "key by reference": signed(
            header | {"kid": "../../etc/passwd", "jku": "http://x"}, claims
        ).replace(".", ".", 1)[:-1],
        "not base64": "\u00fc.\u00fc.\u00fc",
        "one part": "x" * 400,
        "many parts": ".".join("x" * 300),
        "long": "x" * 30_000,
        "development key": KEY,
        "empty": "",
        "spaces": "a b c",
    }


def routes(session: str) -> list[tuple[str, str, dict[str, Any] | None]]:
    """Every route that belongs to a session."""
    offer = {"session": session, "sdp": OFFER, "type": "offer"}
    return [
        ("GET", f"/api/sessions/{session}", None),
        ("GET", f"/api/sessions/{session}/report", None),
        ("GET", f"/api/sessions/{session}/questions/1/audio", None),
        ("PUT", f"/api/sessions/{session}/consent", {**CONSENT, "video": False}),
        ("DELETE", f"/api/sessions/{session}", None),
        ("POST", "/rtc/offer", offer),
        ("GET", "/rtc/ice-servers", None),
    ]


async def test_these_are_all_routes_that_take_a_session(http: httpx.AsyncClient) -> None:
    paths = (await http.get("/openapi.json")).json()["paths"]
    protected = {
        (method.upper(), path.replace("{session}", "s").replace("{question}", "1"))
        for path, operations in paths.items()
        for method, operation in operations.items()
        if any("HTTPBearer" in each for each in operation.get("security", ()))
    }
    by_key = {("POST", "/api/sessions"), ("POST", "/api/resumes")}
    assert protected == {(method, path) for method, path, _ in routes("s")} | by_key


async def test_a_forged_token_opens_nothing(
    gateway: RunningGateway, http: httpx.AsyncClient
) -> None:
    created = await gateway.create(position="secret position")
    session = created["session"]
    answers = set()
    ways = routes(session)
    for number, (name, token) in enumerate(forged(session, created["token"]).items()):
        for method, path, body in (ways[number % len(ways)], ways[(number + 1) % len(ways)]):
            headers = {"Authorization": f"Bearer {token}".strip().encode("latin-1")}
            reply = await http.request(method, path, headers=headers, json=body)
            assert reply.status_code == 401, (name, path, reply.text)
            assert reply.headers["WWW-Authenticate"] == "Bearer"
            assert session not in reply.text
            if token:
                answers.add(reply.text)
    assert len(answers) <= 2, f"the reply tells what is wrong with the token: {answers}"


async def test_an_expired_token_is_told_from_a_forged_one_by_its_signature(
    gateway: RunningGateway, http: httpx.AsyncClient
) -> None:
    session = (await gateway.create())["session"]
    old = tokens.issue(session, gateway.services.settings.token_secret, now_ms() - 5_000)
    stale = jwt.encode(
        {"sub": session, "aud": "viva-session", "exp": 1}, "x" * 32, algorithm="HS256"
    )
    for method, path, body in routes(session):
        mine = await http.request(method, path, headers=bearer(old), json=body)
        theirs = await http.request(method, path, headers=bearer(stale), json=body)
        assert (mine.status_code, theirs.status_code) == (401, 401)
        assert "expired" in mine.text
        assert "expired" not in theirs.text


async def test_nobody_reads_or_takes_another_session(
    gateway: RunningGateway, http: httpx.AsyncClient
) -> None:
    """The answer is the same whether the other session exists, was deleted, or never was."""
    victim = await gateway.create(position="a position only the victim knows", company="victims")
    deleted = await gateway.create()
    path = f"/api/sessions/{deleted['session']}"
    reply = await http.delete(path, headers=bearer(deleted["token"]))
    assert reply.status_code == 204
    attacker = await gateway.create()
    replies = set()
    others = (victim["session"], deleted["session"], "s_nobody")
    for target in (*others, attacker["session"] + "%0A", "x" * 64):
        for method, path, body in routes(target):
            if target not in path and body is None:
                continue  # tells nothing of a session
            reply = await http.request(method, path, headers=bearer(attacker["token"]), json=body)
            assert reply.status_code in (404, 422), (path, reply.text)
            assert "victim" not in reply.text
            if target in others:
                replies.add((reply.status_code, reply.text))
    assert replies == {(404, reply) for _, reply in replies}
    assert len(replies) == 1
    snapshot = await http.get(f"/api/sessions/{victim['session']}", headers=bearer(victim["token"]))
    assert snapshot.json()["epoch"] == 0
    for scheme in ("Basic", "bearer", "Token", ""):
        reply = await http.get(
            f"/api/sessions/{victim['session']}",
            headers={"Authorization": f"{scheme} {attacker['token']}".strip()},
        )
        assert reply.status_code in (401, 404)
