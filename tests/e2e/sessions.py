"""Interviews of the running stack, over its HTTP interface."""

from __future__ import annotations

import httpx

from deploy.local.stack import Stack
from tests.e2e.browser import Tab


def create(stack: Stack, **wish: object) -> tuple[str, str]:
    """Return session and token of a new interview."""
    answer = httpx.post(
        f"{stack.gateway_url}/api/sessions",
        headers={"Authorization": f"Bearer {stack.api_key}"},
        json=wish,
    )
    assert answer.status_code == 201, answer.text
    body = answer.json()
    return body["session"], body["token"]


def enter(stack: Stack, tab: Tab, **wish: object) -> tuple[str, str]:
    """Open the page of a new interview; return its session and token."""
    session, token = create(stack, **wish)
    tab.visit(stack.gateway_url, "interview.html", session=session, token=token)
    return session, token


def snapshot(stack: Stack, session: str, token: str) -> dict[str, object]:
    """Return what the gateway knows of the interview."""
    found: dict[str, object] = httpx.get(
        f"{stack.gateway_url}/api/sessions/{session}", headers={"Authorization": f"Bearer {token}"}
    ).json()
    return found
