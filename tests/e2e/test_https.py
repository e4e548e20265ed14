"""The pages over HTTPS at this machine's address on its network, as a phone opens them."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser

from deploy.local import lan
from deploy.local.stack import Stack, background
from tests.e2e.browser import SLOW_MS, Tab
from tests.e2e.sessions import create, snapshot

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

ANSWERS = """
    window.answers = [];
    const describe = RTCPeerConnection.prototype.setRemoteDescription;
    RTCPeerConnection.prototype.setRemoteDescription = function (answer) {
      window.answers.push(answer.sdp);
      return describe.call(this, answer);
    };
"""
"""Keeps what the gateway answers."""


@pytest.fixture(scope="module")
def reached() -> Iterator[Stack]:
    """A gateway that this machine's network reaches, and the broker behind it."""
    if not lan.addresses():
        pytest.skip("this machine has no address on a network")
    with background(Stack(only=["kafka", "gateway"], lan=True)) as running:
        yield running


@pytest.fixture
def phone(browser: Browser, tmp_path: Path) -> Iterator[Tab]:
    """A tab whose owner has gone on after the warning."""
    opened = Tab.open(browser, tmp_path, warned=True)
    yield opened
    assert opened.complaints == []


def address(stack: Stack) -> str:
    assert stack.https is not None
    return stack.https.urls[0]


def published(stack: Stack) -> float:
    """Return how many pictures the gateway has published."""
    said = httpx.get(f"{stack.gateway_url}/metrics").text
    found = re.search(r'^viva_frames_total{outcome="published"} (\S+)', said, re.MULTILINE)
    return float(found[1]) if found else 0.0


@pytest.mark.requirement("pages-environment")
def test_a_phone_reaches_the_device_check_and_sends_media(reached: Stack, phone: Tab) -> None:
    page = phone.page
    page.add_init_script(ANSWERS)
    session, token = create(reached, language="ko", questions=1)
    phone.visit(address(reached), "interview.html", session=session, token=token)
    assert page.evaluate("isSecureContext")
    phone.agree()
    phone.try_devices("ko-https")
    (answer,) = page.evaluate("window.answers")
    host = urlsplit(address(reached)).hostname
    assert re.search(rf"^a=candidate:.* {re.escape(str(host))} ", answer, re.MULTILINE), answer
    phone.see("#calibrate").click()
    phone.see("#calibration-progress")
    for _ in range(SLOW_MS // 200):
        if published(reached) > 5:
            break
        page.wait_for_timeout(200)
    assert published(reached) > 5
    assert snapshot(reached, session, token)["epoch"] == 1


@pytest.mark.requirement("pages-accounts")
def test_who_logs_in_there_has_a_cookie_for_https_alone(reached: Stack, phone: Tab) -> None:
    page = phone.page
    phone.visit(address(reached), "login.html", lang="en")
    ask = """async ([method, path, body]) => {
        const headers = { "Content-Type": "application/json" };
        const reply = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
        return reply.status;
    }"""
    person = {"email": "p@example.org", "name": "P", "password": "nobody guesses this"}
    assert page.evaluate(ask, ["POST", "/api/accounts/sign-up", person]) == 201
    (cookie,) = page.context.cookies()
    assert (cookie.get("secure"), cookie.get("httpOnly")) == (True, True)
    assert page.evaluate(ask, ["GET", "/api/accounts/me", None]) == 200
    assert page.evaluate(ask, ["POST", "/api/accounts/log-out-everywhere", {}]) == 204
    assert page.evaluate(ask, ["GET", "/api/accounts/me", None]) == 401
    phone.complaints.clear()  # the browser logs each refused request as an error


def test_the_plain_page_and_the_rest_stay_on_this_machine(reached: Stack) -> None:
    host = urlsplit(address(reached)).hostname
    for port in (reached.ports["gateway"], reached.ports["kafka"]):
        with pytest.raises(OSError, match=r"refused|timed out"):
            socket.create_connection((host, port), timeout=3)
    found = json.loads(reached.state_path.read_text())
    assert found["https"][0] == address(reached)
