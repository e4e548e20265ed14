"""A process's own start: settings, --check, faults."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from schemas.topics import Process
from streams.runtime.process import Context, main

ROOT = Path(__file__).resolve().parents[3]


async def serve(context: Context) -> None:
    """Serve nothing."""
    await context.stop.wait()


def test_check_says_what_is_wrong_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    wrong = ["the model is missing: viva doctor", "cannot import cv2"]
    assert main(Process.VISION, serve, lambda: wrong, ["--check"]) == 1
    assert capsys.readouterr().err.splitlines() == [f"vision: {each}" for each in wrong]


def test_check_passes_without_starting_anything(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(Process.VOICE, serve, list, ["--check"]) == 0
    assert capsys.readouterr().out == "voice: fit to run\n"


def test_a_wrong_setting_is_named_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIVA_HEALTH_PORT", "99999")
    assert main(Process.VOICE, serve, list, []) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "health_port" in line
    assert "65535" in line


@pytest.mark.requirement("run-own-environment")
def test_the_agent_checks_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "streams.app", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "agent: fit to run"), done.stderr


async def test_told_to_stop_while_the_broker_never_answered_it_ends_at_once() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "streams.app",
        cwd=ROOT,
        env={"PATH": "/usr/bin", "VIVA_KAFKA_BOOTSTRAP": "127.0.0.1:9"},
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    async with asyncio.timeout(60):
        async for line in process.stderr:
            if b"waiting for kafka" in line:
                break
        process.terminate()
        await process.stderr.read()
        assert await process.wait() == 0
