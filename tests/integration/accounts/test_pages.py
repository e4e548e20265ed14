"""The pages of people with accounts, in a real browser, on a desktop and on a phone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import httpx
import pytest
from aioice.ice import _mdns
from playwright.sync_api import Route, expect

from gateway.accounts.model import Role
from gateway.accounts.reset import reset_address, reset_token
from gateway.api import invitations
from gateway.api.jobs import NewJob
from gateway.db.invitations import Invitation, Invited
from gateway.db.jobs import Job
from gateway.session import machine
from gateway.session.model import Interview, State
from gateway.tokens import issue
from schemas.ids import now_ms
from tests.e2e.browser import Tab, chromium, fake_devices, require_chromium
from tests.support.gateway import RunningGateway
from tests.support.hostile import bearer, gateway_alone
from tests.support.people import PASSWORD, make

pytestmark = pytest.mark.integration

EMAIL = "recruiter@example.org"
HTML = "<b onclick=alert(1)>Kim</b>"
TO_WHO_LEFT = {"en": "answers that were saved", "ko": "저장된 답변"}
PREVIEW_ENDS = {"en": "The preview ends here", "ko": "미리 보기는 여기까지입니다"}
TO_WHO_STAYED = {"en": "get in touch with you", "ko": "연락드립니다"}
LONG = "Engineer " + "very long " * 12
POSITIONS = {"en": ("Backend engineer", "Sales manager"), "ko": ("백엔드 개발자", "영업 관리자")}
COMPANY = {"en": "Northwind", "ko": "한빛물류"}
CANDIDATES = {"en": ("Grace Miller", "Daniel Park"), "ko": ("김서연", "박준호")}
SET_PASSWORD = {"en": "Set the password", "ko": "비밀번호 저장"}
NEW_PASSWORD = {"en": "New password", "ko": "새 비밀번호"}
WITHDRAWN = {"en": "withdrawn", "ko": "취소된 초대"}


@pytest.fixture
async def gateway(tmp_path: Path) -> AsyncIterator[RunningGateway]:
    """One database is enough to look at pages."""
    require_chromium()
    # aioice shares a lock among all connections of a thread; it belongs to the loop that first
    # waited for it, and each test has a loop of its own.
    vars(_mdns).clear()
    async with gateway_alone(tmp_path) as running:
        yield running


async def in_browser(
    gateway: RunningGateway,
    pictures: Path,
    language: str,
    look: Callable[[Tab, str], None],
    switches: Sequence[str] = (),
) -> None:
    """Run ``look`` in a thread: the gateway needs the loop."""

    def run() -> None:
        with chromium([f"--lang={language}", *switches]) as browser:
            tab = Tab.open(browser, pictures)
            tab.page.set_default_timeout(15_000)
            tab.page.add_init_script(
                f"Object.defineProperty(navigator, 'languages', {{get: () => ['{language}']}})"
            )
            look(tab, gateway.url)
            # A browser writes every refusal to its console: those are meant.
            errors = [each for each in tab.complaints if "Failed to load resource" not in each]
            assert errors == []

    await asyncio.to_thread(run)


def logged_in(tab: Tab, url: str, password: str = PASSWORD) -> None:
    tab.visit(url, "login.html")
    tab.see("#form")
    tab.page.fill("[name=email]", EMAIL)
    tab.page.fill("[name=password]", password)
    tab.page.click("#go")


def log_in_and_come_back(tab: Tab, page: str) -> None:
    tab.page.wait_for_url(f"**/login.html#then={page}**")
    tab.page.fill("[name=email]", EMAIL)
    tab.page.fill("[name=password]", PASSWORD)
    tab.page.click("#go")
    tab.page.wait_for_url(f"**/{page}#**")


def make_job(tab: Tab, url: str, position: str) -> None:
    tab.page.goto(f"{url}/jobs.html")
    tab.page.fill("[name=position]", position)
    tab.page.click("form button.primary")
    tab.page.wait_for_url("**/job.html**")
    tab.see("#none")


@pytest.mark.requirement("pages-accounts")
@pytest.mark.parametrize("language", ["en", "ko"])
async def test_a_recruiter_sets_up_an_interview(
    gateway: RunningGateway, tmp_path: Path, language: str
) -> None:
    await make(gateway, Role.RECRUITER, EMAIL)

    def look(tab: Tab, url: str) -> None:
        page = tab.page
        page.goto(f"{url}/job.html#job=j_nothing")
        page.wait_for_url("**/login.html**")
        logged_in(tab, url, "a wrong password")
        expect(page.get_by_role("alert")).to_be_visible()
        tab.look(f"wrong-{language}")
        logged_in(tab, url)
        page.wait_for_url("**/jobs.html")
        tab.see("#none")
        page.fill("[name=position]", POSITIONS[language][0])
        page.fill("[name=company]", COMPANY[language])
        page.fill("[name=fixed]", "Why us?\n\nWhat is your greatest strength?")
        tab.look(f"jobs-{language}")
        page.click("form button.primary")
        page.wait_for_url("**/job.html**")
        tab.see("#none")
        page.fill("#form [name=name]", CANDIDATES[language][0])
        page.keyboard.press("Enter")
        expect(page.locator("#rows tr")).to_have_count(1)
        expect(page.locator("#rows th")).to_have_text(CANDIDATES[language][0])
        assert page.evaluate("document.documentElement.lang") == language
        tab.look(f"job-{language}")
        page.fill("[name=name]", CANDIDATES[language][1])
        page.select_option("[name=extra_time]", "1.5")
        page.check("[name=unseen]")
        tab.look(f"job-easier-{language}")
        page.click("#form button")
        expect(page.locator("#rows tr")).to_have_count(2)
        expect(page.locator("#rows th .hint")).to_have_count(2)
        expect(page.locator("#rows")).to_contain_text("1.5")
        expect(page.locator("[name=unseen]")).not_to_be_checked()
        tab.look(f"job-eased-{language}")
        # The line below a row goes from end to end: what holds the buttons is a cell as well.
        cells = page.locator("#rows tr:first-child > *").evaluate_all(
            "cells => cells.map((cell) => getComputedStyle(cell).display)"
        )
        assert cells == ["table-cell"] * 4
        page.click("#rows tr:first-child .actions button:last-child")
        expect(page.locator("#rows button")).to_have_count(2)
        expect(page.locator("#actions")).to_be_visible()
        page.click("#rows .actions button:last-child")
        expect(page.locator("#rows button")).to_have_count(0)
        expect(page.locator("#actions")).to_be_hidden()
        expect(page.locator("#rows tr:first-child > *")).to_have_count(3)
        expect(page.locator("#rows td:nth-child(3)")).to_have_text(["–", "–"])
        for name in CANDIDATES[language]:  # whom nobody let in
            expect(page.locator("#rows")).not_to_contain_text(name)
        page.click("#archive")
        tab.see("#archived")
        tab.look(f"archived-{language}")
        page.context.clear_cookies()
        page.click("#archive")
        log_in_and_come_back(tab, "job.html")
        tab.see("#archived")
        make_job(tab, url, POSITIONS[language][1])
        page.goto(f"{url}/jobs.html")
        expect(page.locator("#jobs li")).to_have_count(2)
        tab.look(f"jobs-made-{language}")
        make_job(tab, url, LONG)
        page.fill("#form [name=name]", HTML)
        page.keyboard.press("Enter")
        expect(page.locator("#rows th")).to_have_text(HTML)
        assert page.locator("#rows b").count() == 0
        tab.look(f"job-long-{language}")
        page.click("#log-out")
        page.wait_for_url("**/login.html")
        page.goto(f"{url}/report.html#session=s_nobody")
        log_in_and_come_back(tab, "report.html")
        expect(page.locator("#status.danger")).to_be_visible()
        page.context.clear_cookies()
        page.goto(f"{url}/jobs.html")
        page.wait_for_url("**/login.html**")

    await in_browser(gateway, tmp_path, language, look)


@pytest.mark.requirement("pages-accounts")
@pytest.mark.parametrize("language", ["en", "ko"])
async def test_a_candidate_signs_up(gateway: RunningGateway, tmp_path: Path, language: str) -> None:
    def look(tab: Tab, url: str) -> None:
        page = tab.page
        tab.visit(url, "login.html")
        tab.see("#form")
        tab.look(f"log-in-{language}")
        page.click("#other")
        page.fill("[name=name]", CANDIDATES[language][0])
        page.fill("[name=email]", "candidate@example.org")
        page.fill("[name=password]", "short")
        tab.look(f"sign-up-{language}")
        page.click("#go")
        assert page.evaluate("document.querySelector('[name=password]').validity.tooShort")
        page.fill("[name=password]", PASSWORD)
        page.click("#go")
        expect(page.locator("#title")).to_contain_text(CANDIDATES[language][0])
        tab.look(f"signed-up-{language}")
        page.goto(f"{url}/jobs.html")
        expect(page.get_by_role("alert")).to_be_visible()
        tab.visit(url, "login.html")
        page.click("#log-out")
        tab.see("#form")
        page.click("#other")
        page.fill("[name=name]", HTML)
        page.fill("[name=email]", "another@example.org")
        page.fill("[name=password]", PASSWORD)
        page.click("#go")
        expect(page.locator("#title")).to_contain_text(HTML)
        assert page.locator("#title b").count() == 0

    await in_browser(gateway, tmp_path, language, look)


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_a_new_password_is_chosen_by_the_link(
    gateway: RunningGateway, tmp_path: Path, language: str
) -> None:
    person = await make(gateway, Role.RECRUITER, EMAIL)
    account = await gateway.services.store.people.get(person.person)
    assert account is not None
    token = reset_token(account, gateway.services.settings.token_secret, now_ms())

    def look(tab: Tab, url: str) -> None:
        page = tab.page
        for outcome in ("success", "danger"):
            page.goto(url + reset_address(token))  # the second time, only the fragment changes
            expect(page.locator("#go")).to_have_text(SET_PASSWORD[language])
            expect(page.get_by_label(NEW_PASSWORD[language])).to_be_visible()
            tab.look(f"reset-{language}")
            page.fill("[name=password]", "an entirely new one")
            page.click("#go")
            tab.see(f".message.{outcome}")
        logged_in(tab, url, "an entirely new one")
        page.wait_for_url("**/jobs.html")

    await in_browser(gateway, tmp_path, language, look)


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_an_invitation_leads_into_the_interview_or_says_why_not(
    gateway: RunningGateway, tmp_path: Path, language: str
) -> None:
    store = gateway.services.store
    owner = await make(gateway, Role.RECRUITER, EMAIL)
    wish = NewJob(language="ko", position="개발자", policy="hiring").model_dump_json()
    await store.jobs.add(Job("j_1", owner.person, wish, 0))
    for name in ("good", "gone"):
        await store.invitations.add(Invitation(f"i_{name}", "j_1", name, "", 0, now_ms() + 60_000))
    links = {
        each.invitation.name: invitations._reply(gateway.services, Invited(each.invitation)).link
        for each in await store.invitations.of("j_1")
    }
    await store.invitations.revoke("i_gone", now_ms())

    def look(tab: Tab, url: str) -> None:
        page = tab.page
        page.goto(f"{url}{links['good']}")
        page.wait_for_url("**/interview.html**")
        session, token = tab.access()
        assert session.startswith("s_")
        assert token
        assert page.evaluate("document.documentElement.lang") == "ko", (
            "the job's, not the browser's"
        )
        page.goto("about:blank")
        page.goto(f"{url}{links['gone']}")
        expect(page.get_by_role("alert")).to_contain_text(WITHDRAWN[language])
        tab.look(f"withdrawn-{language}")

    await in_browser(gateway, tmp_path, language, look)


@pytest.mark.requirement("pages-accounts")
@pytest.mark.parametrize("language", ["en", "ko"])
async def test_a_job_is_changed_and_previewed(
    gateway: RunningGateway, tmp_path: Path, language: str
) -> None:
    store = gateway.services.store
    owner = await make(gateway, Role.RECRUITER, EMAIL)
    wish = NewJob(
        language="en" if language == "ko" else "ko", position="Engineer", company="ACME",
        policy="hiring", questions=2, fixed=("Why us?",),
    ).model_dump_json()  # fmt: skip
    await store.jobs.add(Job("j_1", owner.person, wish, 0))

    def look(tab: Tab, url: str) -> None:
        page = tab.page
        page.goto(f"{url}/interview.html#preview=j_1")
        log_in_and_come_back(tab, "interview.html")
        tab.see("#welcomed")
        expect(page.locator("#preview")).to_have_attribute("lang", language)
        assert page.evaluate("document.documentElement.lang") != language
        expect(page.locator("#welcome-job")).to_have_text("Engineer · ACME")
        expect(page.locator("#welcome-lead")).to_contain_text("2")
        tab.look(f"preview-welcome-{language}")
        page.click("#welcomed")
        for purpose in ("audio", "video"):
            tab.choose(purpose, True)
        tab.look(f"preview-consent-{language}")
        page.click("#agree")
        expect(tab.panel("previewed")).to_be_visible()
        expect(tab.panel("previewed").locator(f"[lang={language}]")).to_have_count(3)
        expect(tab.panel("previewed")).to_contain_text(PREVIEW_ENDS[language])
        expect(page.locator("#preview")).to_be_hidden()
        expect(page.locator("#steps")).to_be_hidden()
        tab.look(f"preview-end-{language}")
        page.click("#preview-job")
        page.wait_for_url("**/job.html**")

        page.click("#editing summary")
        expect(page.locator("#edit [name=position]")).to_have_value("Engineer")
        expect(page.locator("#edit [name=fixed]")).to_have_value("Why us?")
        page.fill("#edit [name=position]", "Cook")
        page.fill("#edit [name=questions]", "5")
        page.fill("#edit [name=answer_limit_s]", "90")
        page.fill("#edit [name=retakes]", "2")
        page.check("#edit [name=show_report]")
        page.click("#edit fieldset[data-rubric] > button")
        page.locator(".criterion input").nth(0).fill("Tools!")
        page.locator(".criterion input").nth(1).fill("Knows the tools.")
        page.click("#edit button.primary")
        assert page.evaluate("document.querySelector('.criterion input').validity.patternMismatch")
        page.locator(".criterion input").nth(0).fill("tools")
        tab.look(f"job-edit-{language}")
        page.click("#edit button.primary")
        expect(page.locator("#position")).to_have_text("Cook")
        tab.see(".message.success")
        page.reload()
        page.click("#editing summary")
        expect(page.locator("#edit [name=answer_limit_s]")).to_have_value("90")
        expect(page.locator("#edit [name=show_report]")).to_be_checked()
        expect(page.locator(".criterion input").nth(1)).to_have_value("Knows the tools.")
        page.click(".criterion button")
        page.fill("#edit [name=answer_limit_s]", "")
        page.check("#edit [name=policy][value=practice]")
        expect(page.locator("#edit [name=show_report]")).to_be_hidden()
        page.click("#edit button.primary")
        tab.see(".message.success")
        page.goto("about:blank")
        page.goto(f"{url}/interview.html#preview=j_nobodys")
        tab.see("#failure-title")

    await in_browser(gateway, tmp_path, language, look)
    found = await store.jobs.get("j_1")
    assert found is not None
    job = NewJob.model_validate_json(found.wish)
    assert (job.position, job.company, job.questions, job.fixed) == (
        "Cook",
        "ACME",
        5,
        ("Why us?",),
    )
    assert (job.policy, job.show_report, job.retakes) == ("practice", False, 2)
    assert (job.answer_limit_s, job.rubric) == (None, ())
    assert await store.invitations.of("j_1") == []


@pytest.mark.requirement("pages-delete")
@pytest.mark.parametrize("language", ["en", "ko"])
async def test_an_owner_and_a_candidate_delete_data(
    gateway: RunningGateway, tmp_path: Path, language: str
) -> None:
    store = gateway.services.store
    owner = await make(gateway, Role.RECRUITER, EMAIL)
    wish = NewJob(language=language, position="Engineer", policy="hiring")
    await store.jobs.add(Job("j_1", owner.person, wish.model_dump_json(), 0))
    sessions = []
    for name in (HTML, "Lee"):
        invitation = Invitation(f"i_{len(sessions)}", "j_1", name, "", 0, now_ms() + 600_000)
        await store.invitations.add(invitation)
        sessions.append(await invitations._open(gateway.services, wish, invitation))

    mine = sessions[1]
    await store.change(mine, lambda it: machine.leave(it, now=now_ms()))
    token = issue(mine, gateway.services.settings.token_secret, now_ms() + 600_000)

    def look(tab: Tab, url: str) -> None:
        page = tab.page
        page.goto(f"{url}/job.html#job=j_1")
        log_in_and_come_back(tab, "job.html")
        expect(page.locator("#rows tr")).to_have_count(2)
        row = page.locator("#rows tr").filter(has_text=HTML)
        for answer in ("stay", "delete"):
            row.locator("button").last.click()
            expect(page.locator("#delete-title")).to_contain_text(HTML)
            assert page.locator("#delete-title b").count() == 0
            tab.look(f"job-delete-{language}")
            page.click(f"#delete-dialog [value={answer}]")
        tab.see(".message.success")
        expect(page.locator("#rows")).not_to_contain_text(HTML)
        expect(page.locator("#rows tr")).to_have_count(2)
        ended = page.locator("#rows tr").filter(has_text="Lee")
        deleted = page.locator("#rows tr").filter(has_not_text="Lee")
        expect(deleted.locator("td:nth-child(3)")).to_have_text("–")
        expect(ended.locator("td:nth-child(3)")).to_contain_text("20")  # a date: it leads back
        expect(ended.locator("button")).to_have_count(1)  # nothing to withdraw, all to delete
        expect(ended.locator("a")).to_have_attribute("aria-label", re.compile(": Lee$"))
        tab.look(f"job-deleted-{language}")

        tab.visit(url, "interview.html", session=mine, token=token)
        expect(tab.see("#ended-next")).to_contain_text(TO_WHO_LEFT[language])
        expect(page.locator("#steps .past")).to_have_count(0)  # who was not even asked
        expect(page.locator("#report")).to_be_hidden()
        page.click("#delete")
        tab.look(f"ended-delete-{language}")
        page.keyboard.press("Escape")
        page.click("#delete")
        page.click("#delete-dialog [value=delete]")
        expect(tab.panel("deleted")).to_be_visible()
        tab.look(f"deleted-{language}")
        page.reload()
        expect(tab.panel("deleted")).to_be_visible()

    await in_browser(gateway, tmp_path, language, look)
    for session in sessions:
        assert await store.deletions.has(session)
    assert [each.is_deleted for each in await store.invitations.of("j_1")] == [True, True]


@pytest.mark.parametrize("language", ["en", "ko"])
async def test_what_happens_next_fits_who_stayed_and_who_left(
    gateway: RunningGateway, tmp_path: Path, language: str
) -> None:
    made = await gateway.create(language=language, policy="hiring", questions=1)

    def end(it: Interview) -> None:
        it.state, it.answered = State.ENDED, {1: 1}

    left = await gateway.create(language=language, policy="hiring", questions=1)
    await gateway.services.store.change(made["session"], end)

    def look(tab: Tab, url: str) -> None:
        tab.visit(url, "interview.html", session=made["session"], token=made["token"])
        expect(tab.see("#ended-next")).to_contain_text(TO_WHO_STAYED[language])
        tab.look(f"ended-{language}")
        tab.visit(url, "interview.html", session=left["session"], token=left["token"])
        tab.agree()
        tab.try_devices()
        tab.see("#leave").click()
        tab.page.locator("#leave-dialog button[value=leave]").click()
        expect(tab.see("#ended-next")).to_contain_text(TO_WHO_LEFT[language])
        expect(tab.page.locator("#ended-next")).not_to_contain_text(TO_WHO_STAYED[language])
        tab.look(f"left-{language}")

    await in_browser(gateway, tmp_path, language, look, fake_devices())


@pytest.mark.requirement("pages-delete")
@pytest.mark.parametrize("request_path", ["/consent", "/rtc/offer"])
async def test_a_candidate_whose_data_were_deleted_meanwhile_is_told_so(
    gateway: RunningGateway, tmp_path: Path, request_path: str
) -> None:
    """Their page hears of it by the request that comes next."""
    made = await gateway.create(consent=None)

    def delete_first(route: Route) -> None:
        path = f"{gateway.url}/api/sessions/{made['session']}"
        assert httpx.delete(path, headers=bearer(made["token"])).status_code == 204
        route.continue_()

    def look(tab: Tab, url: str) -> None:
        tab.page.route(f"**{request_path}", delete_first)
        tab.visit(url, "interview.html", session=made["session"], token=made["token"])
        tab.agree()
        if request_path == "/rtc/offer":
            tab.see("#allow").click()
        expect(tab.panel("deleted")).to_be_visible()
        expect(tab.page.locator("#link")).to_be_hidden()
        assert tab.page.evaluate("document.getElementById('video').srcObject") is None

    await in_browser(gateway, tmp_path, "en", look, fake_devices())
