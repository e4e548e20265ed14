"""Who is let in, what is refused, and how it is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client import REGISTRY

from gateway import tokens
from schemas.ids import now_ms
from schemas.settings import GatewaySettings
from tests.support.candidate import Candidate
from tests.support.gateway import KEY, RunningGateway

pytestmark = pytest.mark.integration

OFFER = (
    (Path(__file__).parents[2] / "unit" / "gateway" / "offers" / "chromium-data-only.sdp")
    .read_bytes()
    .decode()
)


@pytest.fixture
def settings() -> GatewaySettings:
    from tests.support.gateway import gateway_settings

    return gateway_settings(capacity=1)


def code(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, reply.json()["error"]["code"]


@pytest.fixture
async def http(gateway: RunningGateway) -> Any:
    async with httpx.AsyncClient(base_url=gateway.url, timeout=20) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}".strip(), "Content-Type": "application/json"}


async def test_only_the_development_key_creates_sessions(http: httpx.AsyncClient) -> None:
    body = {"language": "en"}
    for headers in ({}, bearer("wrong"), bearer(""), bearer("ü")):
        raw = {k: v.encode() for k, v in headers.items()}
        reply = await http.post("/api/sessions", headers=raw, json=body)
        assert code(reply) == (401, "wrong_key")
    reply = await http.post("/api/sessions", headers=bearer(KEY), json=body)
    assert reply.status_code == 201
    assert isinstance(reply.json()["session"], str)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"language": "fr"},
        {"language": "en", "questions": 0},
        {"language": "en", "questions": "3"},
        {"language": "en", "questions": 51},
        {"language": "en", "fixed": [" "]},
        {"language": "en", "fixed": ["\x1c"]},
        {"language": "en", "fixed": [7]},
        {"language": "en", "fixed": "Why here?"},
        {"language": "en", "questions": 1, "fixed": ["Why here?", "What next?"]},
        {"language": "en", "policy": "none"},
        {"language": "en", "unknown": 1},
        {"language": "en", "position": "x" * 201},
        {"language": "en", "company": "\ud800"},
        [],
        None,
    ],
)
async def test_wrong_sessions_are_refused(http: httpx.AsyncClient, body: Any) -> None:
    reply = await http.post("/api/sessions", headers=bearer(KEY), content=json.dumps(body))
    assert code(reply) == (422, "invalid_request")


async def test_a_snapshot_needs_the_sessions_own_token(
    http: httpx.AsyncClient, gateway: RunningGateway
) -> None:
    one, other = await gateway.create(), await gateway.create(language="ko", policy="hiring")
    path = f"/api/sessions/{one['session']}"
    snapshot = (await http.get(path, headers=bearer(one["token"]))).json()
    assert (snapshot["state"], snapshot["policy"], snapshot["total"]) == ("new", "practice", 3)
    assert code(await http.get(path)) == (401, "no_token")
    assert code(await http.get(path, headers=bearer("x"))) == (401, "bad_token")
    assert code(await http.get(path, headers=bearer(other["token"]))) == (404, "unknown_session")
    secret = gateway.services.settings.token_secret
    expired = tokens.issue(one["session"], secret, now_ms() - 10_000)
    assert code(await http.get(path, headers=bearer(expired))) == (401, "bad_token")
    unknown = tokens.issue("s_nobody", secret, now_ms() + 60_000)
    for end in ("", "/report"):
        reply = await http.get(f"/api/sessions/s_nobody{end}", headers=bearer(unknown))
        assert code(reply) == (404, "unknown_session")


@pytest.mark.requirement("webrtc-session-id")
@pytest.mark.parametrize("session", [1, 1.0, True, None, ["s"], "", "a b", "x" * 65])
async def test_only_strings_are_session_ids(http: httpx.AsyncClient, session: Any) -> None:
    body = {"session": session, "sdp": OFFER, "type": "offer"}
    reply = await http.post("/rtc/offer", headers=bearer("x"), json=body)
    assert reply.status_code in (401, 422)
    token = tokens.issue("1", GatewaySettings(token_secret="0123456789abcdef" * 2).token_secret,
                         now_ms() + 60_000)  # fmt: skip
    reply = await http.post("/rtc/offer", headers=bearer(token), json=body)
    assert code(reply) == (422, "invalid_request")


async def test_bad_offers_are_refused_with_a_reason(
    http: httpx.AsyncClient, gateway: RunningGateway
) -> None:
    created, other = await gateway.create(), await gateway.create()
    limit = gateway.services.settings.max_offer_bytes
    good = {"session": created["session"], "sdp": OFFER, "type": "offer"}

    async def offer(token: str = created["token"], **change: Any) -> tuple[int, str]:
        body = json.dumps({**good, **change})
        reply = await http.post("/rtc/offer", headers=bearer(token), content=body)
        return code(reply)

    before = REGISTRY.get_sample_value("viva_offers_refused_total", {"reason": "not_sdp"}) or 0
    assert await offer(sdp="hello") == (400, "not_sdp")
    assert await offer(sdp="v=0\r\n") == (400, "no_media")
    assert await offer(sdp=OFFER.replace("a=fingerprint", "a=f")) == (400, "not_webrtc")
    assert await offer(sdp=OFFER.replace("UDP/DTLS/SCTP", "x")[:500]) == (400, "not_webrtc")
    assert await offer(sdp=OFFER + "a=x\r\n" * (limit // 5)) == (413, "offer_too_large")
    assert await offer(sdp="v=0" + "a" * 2 * limit) == (413, "too_large")
    assert await offer(sdp="v=0\ud800") == (400, "not_sdp")
    assert await offer(sdp=7) == (422, "invalid_request")
    assert await offer(type="answer") == (422, "invalid_request")
    assert await offer(other["token"]) == (404, "unknown_session")
    assert await offer("") == (401, "no_token")
    reply = await http.post("/rtc/offer", headers=bearer(created["token"]), content=b"{")
    assert code(reply) == (422, "invalid_request")
    after = REGISTRY.get_sample_value("viva_offers_refused_total", {"reason": "not_sdp"})
    assert after == before + 2
    snapshot = (
        await http.get(f"/api/sessions/{created['session']}", headers=bearer(created["token"]))
    ).json()
    assert snapshot["epoch"] == 0, "a refused offer raises no epoch"


async def test_over_capacity_the_offer_is_refused_and_reconnecting_is_not(
    gateway: RunningGateway,
) -> None:
    first = Candidate(gateway.url, await gateway.create())
    await first.connect()
    second = Candidate(gateway.url, await gateway.create())
    reply = await second.offer(OFFER)
    assert code(reply) == (503, "capacity")
    assert int(reply.headers["Retry-After"]) > 0
    again = Candidate(gateway.url, {"session": first.session, "token": first.token})
    await again.connect()
    assert again.epoch == 2
    await first.close()
    await again.close()


async def test_the_report_says_when_clickhouse_is_away(
    gateway: RunningGateway, http: httpx.AsyncClient
) -> None:
    created = await gateway.create()
    reply = await http.get(
        f"/api/sessions/{created['session']}/report", headers=bearer(created["token"])
    )
    assert code(reply) == (503, "clickhouse_away")
    assert "Retry-After" in reply.headers


async def test_health_metrics_documentation_and_headers(
    gateway: RunningGateway, http: httpx.AsyncClient
) -> None:
    ready = await http.get("/readyz")
    assert ready.status_code == 200
    assert {"ready", "device", "build", "waiting_for", "detail"} <= ready.json().keys()
    assert (await http.get("/healthz")).json()["alive"] is True
    metrics = (await http.get("/metrics")).text
    assert "viva_candidates_connected" in metrics
    paths = (await http.get("/openapi.json")).json()["paths"]
    assert paths["/rtc/offer"]["post"]["responses"].keys() >= {"200", "400", "401", "413", "503"}
    assert all(
        operation.get("summary") and operation.get("description")
        for path in paths.values()
        for operation in path.values()
    )
    for path in ("/healthz", "/nothing", "/api/sessions/x"):
        reply = await http.get(path)
        assert "default-src 'self'" in reply.headers["Content-Security-Policy"]
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert code(await http.get("/nothing")) == (404, "not_found")
    assert code(await http.get("/rtc/offer"))[0] in (404, 405)
