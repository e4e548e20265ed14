"""A candidate deletes their data at the end of a real interview."""

from __future__ import annotations

import clickhouse_connect
import httpx
import pytest
from playwright.sync_api import expect

from deploy.local.stack import Stack
from tests.e2e.browser import IN_KOREAN, SLOW_MS, Tab, calibrate
from tests.e2e.sessions import enter
from tests.support.session_rows import KEPT, rows

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.mark.requirement("pages-delete")
@IN_KOREAN
def test_a_candidate_deletes_everything(stack: Stack, tab: Tab, language: str) -> None:
    page = tab.page
    session, token = enter(stack, tab, language=language, policy="hiring", questions=1)
    calibrate(tab)
    expect(page.locator("#scores")).to_be_hidden()
    tab.answer(6)
    expect(tab.see("#ended-next")).not_to_be_empty()
    expect(page.locator("#report")).to_be_hidden()
    expect(page.locator("#scores")).to_be_hidden()
    tab.look(f"{language}-9-thanks")
    with clickhouse_connect.get_client(**stack.clickhouse_client()) as reader:
        assert rows(reader, session)["session_events"] > 0
        tab.see("#delete").click()
        tab.look(f"{language}-9-delete")
        page.keyboard.press("Escape")
        expect(tab.see("#delete")).to_be_enabled()
        page.locator("#delete").click()
        page.locator("#delete-dialog .danger").click()
        expect(tab.panel("deleted")).to_be_visible(timeout=SLOW_MS)
        tab.look(f"{language}-9-deleted")
        for _ in range(180):
            left = [table for table, number in rows(reader, session).items() if number]
            if left == [KEPT]:
                break
            page.wait_for_timeout(1_000)
        assert left == [KEPT]
    reply = httpx.get(
        f"{stack.gateway_url}/api/sessions/{session}", headers={"Authorization": f"Bearer {token}"}
    )
    assert reply.status_code == 410
    page.reload()
    expect(tab.panel("deleted")).to_be_visible()
    tab.complaints.clear()  # the browser logs the refused request as an error
