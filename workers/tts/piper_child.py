"""Piper as a program of its own, one text at a time.

Piper is under the GPL: nothing of ours imports it. Its command line takes a line of text on
standard input, writes a WAV file into a folder and says so on standard error.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import sys
import tempfile
import wave
from contextlib import suppress
from pathlib import Path

import numpy as np

from workers.tts.sound import Speech

logger = logging.getLogger(__name__)

START_S = 120.0
"""Until the voice is loaded and warm; a cold disk and a busy machine are slow."""

_PAUSE_S = 0.35
"""Silence between two sentences."""

_WROTE = re.compile(r"Wrote (?P<path>/.+\.wav)\s*$")
_WARM_UP = "Hello there."
_SAYS = 200
_LONGEST_LINE = 1 << 20


class ChildDied(Exception):  # noqa: N818 - says what the child did
    """The program ended; the message is the last thing that it said."""


class PiperChild:
    """One run of the program. A run that has died or was killed stays dead: make another."""

    def __init__(self, voice: Path, threads: int) -> None:
        self._voice = voice
        self._threads = threads
        self._process: asyncio.subprocess.Process | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def pid(self) -> int | None:
        """The process id, None before it was started."""
        return self._process.pid if self._process else None

    @property
    def is_alive(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start the program and wait until it has said something.

        Raises:
            ChildDied: it ended, or was not ready in time.
        """
        self._folder = tempfile.TemporaryDirectory(prefix="viva-piper-")
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "piper", "--model", str(self._voice.resolve())),
            *("--output-dir", self._folder.name, "--sentence-silence", str(_PAUSE_S)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            cwd=self._folder.name,
            env=_environment(),
            limit=_LONGEST_LINE,
        )
        _keep_to_budget(self._process.pid, self._threads)
        try:
            async with asyncio.timeout(START_S):
                await self.say(_WARM_UP)
        except TimeoutError:
            await self.stop()
            raise ChildDied(f"it was not ready after {START_S:g} s") from None
        except BaseException:
            await self.stop()
            raise

    async def say(self, text: str) -> Speech:
        """Return one line of text as speech.

        Raises:
            ChildDied: the program ended.
        """
        process = self._process
        if process is None or process.stdin is None or process.stderr is None:
            raise ChildDied("it was not started")
        with suppress(ConnectionError):  # what it said last tells why
            process.stdin.write(f"{text}\n".encode())
            await process.stdin.drain()
        last = ""
        while line := await process.stderr.readline():
            said = line.decode(errors="replace").strip()
            if found := _WROTE.search(said):
                return await asyncio.to_thread(_taken, Path(found["path"]))
            last = said or last
        status = await process.wait()
        raise ChildDied(last[:_SAYS] if last and status > 0 else f"exit status {status}")

    async def stop(self) -> None:
        """End the program, whatever it does, and remove its folder."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        if self._folder is not None:
            await asyncio.to_thread(self._folder.cleanup)
            self._folder = None


def _taken(path: Path) -> Speech:
    """Return what is in a WAV file, which is removed."""
    with wave.open(str(path), "rb") as file:
        rate, data = file.getframerate(), file.readframes(file.getnframes())
    path.unlink()
    return Speech(np.frombuffer(data, "<i2").astype(np.float32) * np.float32(1 / 32768), rate)


def _environment() -> dict[str, str]:
    """Return this process's environment without our settings, some of which are secrets."""
    return {name: value for name, value in os.environ.items() if not name.startswith("VIVA_")}


def _keep_to_budget(pid: int, threads: int) -> None:
    """Bind a process to ``threads`` cores: Piper has no setting for how many it uses."""
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        mine = {cores[(pid + step) % len(cores)] for step in range(min(threads, len(cores)))}
        with suppress(ProcessLookupError):
            os.sched_setaffinity(pid, mine)
