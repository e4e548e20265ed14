"""``viva demo``: three simulated candidates take an interview."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

import typer

from deploy.local import running
from deploy.local.errors import LocalError
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack
from deploy.local.state import ProcessState
from deploy.local.terminal import out, process_line


def demo(
    candidate: Annotated[
        list[str] | None,
        typer.Option(
            help="attentive, inattentive or absent; may be repeated, in the order of starting",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Let three simulated candidates take a three-question interview over real WebRTC.

    A stack that runs is used; otherwise one is started on free ports and stopped at the end.
    Prints each candidate's report, read back from ClickHouse, and where it lies as a page.
    """
    # The demo's imports (video, WebRTC) take seconds: only when it is asked for.
    from deploy.demo.candidate import CandidateError
    from deploy.demo.media.build import MediaError
    from deploy.demo.run import DEFAULT_ORDER

    try:
        asyncio.run(_demo(tuple(candidate or DEFAULT_ORDER)))
    except (CandidateError, MediaError) as error:
        raise LocalError(str(error)) from error


async def _demo(order: tuple[str, ...]) -> None:
    from deploy.demo.run import demo as interviews

    settings = LocalSettings()
    data_dir, cache_dir = settings.data_dir.resolve(), settings.cache_dir.resolve()
    pages = data_dir / "reports"
    pages.mkdir(parents=True, exist_ok=True)
    found = running.find(settings)
    if found is not None:
        if found.state.phase != "ready":
            raise LocalError(f"the stack is {found.state.phase}: try again when it is ready")
        await interviews(
            found.gateway_url, found.secrets.api_key, cache_dir, pages, order, console=out
        )
        return

    def report(process: ProcessState) -> None:
        if process.condition in ("ready", "backoff"):
            out.print(process_line(process))

    out.print("starting the stack", style="bold")
    began = time.monotonic()
    async with Stack(data_dir, report=report, settings=settings) as stack:
        out.print(f"up in {time.monotonic() - began:.1f} s; the interviews begin", style="bold")
        await interviews(stack.gateway_url, stack.api_key, cache_dir, pages, order, console=out)
