"""Three simulated candidates take an interview at the same time, then their reports are read."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from rich.console import Console

from deploy.demo.candidate import CandidateError, Clip, SimulatedCandidate, load
from deploy.demo.media import CandidateMedia, MediaClip, build
from deploy.local import report, report_page
from gateway.reports import Report
from gateway.session.consent import TEXT_VERSION

DEFAULT_ORDER = ("attentive", "inattentive", "absent")

CONSENT = {"audio": True, "video": True, "text_version": TEXT_VERSION}
"""Simulated candidates agree to everything."""

_REPORT_PATIENCE = 120.0
"""Seconds to wait, after the interviews, for the last final score to be queryable."""


@dataclass
class Interviewed:
    """One candidate's interview: where it is and what its report says."""

    name: str
    session: str
    token: str
    page: str
    report: Report | None = None
    snapshot: dict[str, Any] = field(default_factory=dict)
    heard: list[int] = field(default_factory=list)


class Gateway:
    """The gateway's HTTP API, as the demo needs it."""

    def __init__(self, url: str, api_key: str) -> None:
        self.url = url
        self._http = httpx.AsyncClient(base_url=url, timeout=30)
        self._key = api_key

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def create(self, name: str, language: str, questions: int, policy: str) -> Interviewed:
        """Create a session whose candidate agrees to be seen and heard.

        Raises:
            CandidateError: the gateway refused.
        """
        answer = await self._http.post(
            "/api/sessions",
            headers={"Authorization": f"Bearer {self._key}"},
            json={
                "language": language,
                "questions": questions,
                "policy": policy,
                "show_report": True,
                "consent": CONSENT,
            },
        )
        if answer.status_code != 201:
            raise CandidateError(f"{name}: no session: {answer.text[:300]}")
        body = answer.json()
        session, token = body["session"], body["token"]
        page = f"{self.url}/report.html#session={session}&token={token}"
        return Interviewed(name, session, token, page)

    async def final_report(self, candidate: Interviewed, answers: int) -> Report:
        """Return the report when all of its answers have their final score.

        Raises:
            CandidateError: that takes longer than two minutes.
        """
        deadline = asyncio.get_running_loop().time() + _REPORT_PATIENCE
        while True:
            answer = await self._http.get(
                f"/api/sessions/{candidate.session}/report",
                headers={"Authorization": f"Bearer {candidate.token}"},
            )
            if answer.status_code == 200:
                found = Report.model_validate(answer.json())
                if sum(each.stage == "final" for each in found.questions) >= answers:
                    return found
            if asyncio.get_running_loop().time() > deadline:
                raise CandidateError(
                    f"{candidate.name}: the report is not complete after {_REPORT_PATIENCE:.0f} s "
                    f"({answer.status_code}: {answer.text[:200]})"
                )
            await asyncio.sleep(1.0)


async def interviews(
    gateway: Gateway,
    media: Mapping[str, CandidateMedia],
    order: Sequence[str] = DEFAULT_ORDER,
    *,
    language: str = "en",
    policy: str = "practice",
    stagger_s: float = 1.0,
    console: Console | None = None,
) -> list[Interviewed]:
    """Let the named candidates take their interviews at the same time; return them with reports.

    Args:
        gateway: the gateway to talk to.
        media: what each candidate shows and says, by name.
        order: who starts when; a name may occur more than once.
        language: of the interview.
        policy: ``practice`` or ``hiring``.
        stagger_s: seconds between two starts.
        console: where to show what is happening.

    Raises:
        CandidateError: an interview could not be finished, or a report did not come.
    """
    console = console or Console()
    for name in dict.fromkeys(order):
        for each in (media[name].calibration, *media[name].answers):
            await load(_clip(each))  # beforehand: encoding must not disturb the interviews
    running: list[asyncio.Task[Interviewed]] = []
    async with asyncio.TaskGroup() as group:
        for place, name in enumerate(order):
            task = _interview(gateway, media[name], place * stagger_s, language, policy, console)
            running.append(group.create_task(task))
    return [task.result() for task in running]


async def _interview(
    gateway: Gateway,
    media: CandidateMedia,
    wait_s: float,
    language: str,
    policy: str,
    console: Console,
) -> Interviewed:
    await asyncio.sleep(wait_s)
    interviewed = await gateway.create(media.name, language, len(media.answers), policy)

    def say(text: str) -> None:
        console.print(f"  [bold]{media.name:<12}[/] {text}", highlight=False)

    candidate = SimulatedCandidate(
        media.name, gateway.url, interviewed.session, interviewed.token, say
    )
    await candidate.interview(_clip(media.calibration), [_clip(answer) for answer in media.answers])
    interviewed.snapshot = candidate.snapshot
    interviewed.heard = candidate.heard
    interviewed.report = await gateway.final_report(interviewed, len(media.answers))
    return interviewed


def _clip(media: MediaClip) -> Clip:
    return Clip(Path(media.video), Path(media.audio))


async def demo(
    gateway_url: str,
    api_key: str,
    cache_dir: Path,
    pages: Path,
    order: Sequence[str] = DEFAULT_ORDER,
    *,
    console: Console | None = None,
) -> list[Interviewed]:
    """Run the interviews against a stack that is up, and print every candidate's report.

    Args:
        gateway_url: where the gateway is.
        api_key: the development key.
        cache_dir: where the packaged recordings are.
        pages: folder for the reports as HTML files.
        order: who starts when.
        console: where to print.

    Raises:
        CandidateError: an interview could not be finished, or a report did not come.
        MediaError: the candidates' media could not be built.
    """
    console = console or Console()
    media = await asyncio.to_thread(build, cache_dir, lambda line: console.print(f"  {line}"))
    if unknown := set(order) - set(media):
        raise CandidateError(f"no candidate {min(unknown)!r}; there are {', '.join(media)}")
    gateway = Gateway(gateway_url, api_key)
    try:
        found = await interviews(gateway, media, order, console=console)
    except BaseExceptionGroup as group:
        first = group.exceptions[0]
        raise (first if isinstance(first, CandidateError) else group) from None
    finally:
        await gateway.close()
    for each in found:
        if each.report is None:
            continue
        title = f"{each.name}: {media[each.name].story}"
        console.print()
        console.print(report.render(each.report, title))
        path = report_page.write(each.report, pages / f"{each.session}.html", title)
        console.print(f"report as a page: {path.resolve().as_uri()}", soft_wrap=True)
        console.print(f"while the stack is up: {each.page}", soft_wrap=True, style="dim")
    return found
