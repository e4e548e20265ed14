"""Reads a résumé in a process of its own, which cannot harm this one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from gateway.resumes.limits import check_size
from gateway.resumes.model import Resume
from gateway.resumes.refusal import Code, Refused, unreadable

logger = logging.getLogger(__name__)

AT_ONCE = 2
"""Files that are read at once: an upload must not take the cores from those who are interviewed."""

MAX_WAITING = 8
"""Files that wait for their turn."""

TIMEOUT_S = 30.0
"""Seconds that a child may take; it gets ten of a core, and waits for others on a busy machine."""

MAX_REPLY = 2 * 1024 * 1024
"""Bytes of a child's reply: text and sections, each character escaped."""

_FAREWELL_S = 5.0

_ROOT = Path(__file__).parents[2]

# Neither the folder it starts in nor the user's packages are looked at for modules.
_CHILD = (sys.executable, "-P", "-s", "-B", "-m", "gateway.resumes.child")


class ResumeReader:
    """Starts a child for each file, a few at once."""

    def __init__(self, command: Sequence[str] = _CHILD, *, timeout_s: float = TIMEOUT_S) -> None:
        """Take the command that starts a child; it gets a file and replies like ``child``."""
        self._command = command
        self._timeout_s = timeout_s
        self._places = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def read(self, data: bytes) -> Resume:
        """Return the résumé in a file.

        Raises:
            Refused: it is not taken; ``unreadable`` where the child died, hung or talked nonsense.
        """
        check_size(data)
        if self._waiting >= MAX_WAITING:
            raise Refused(Code.BUSY, "many files are being read: try again in a minute")
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        try:
            return _resume_in(await self._reply_to(data))
        finally:
            self._places.release()

    async def _reply_to(self, data: bytes) -> bytes:
        """Return what the child said, as far as it got."""
        try:
            child = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={"PYTHONPATH": str(_ROOT), "PYTHONUTF8": "1"},  # no secrets of ours
                cwd="/",
            )
        except OSError as error:
            logger.error("no process to read a résumé", extra={"reason": str(error)})
            raise unreadable() from None
        feeding = asyncio.create_task(_feed(child, data))
        try:
            async with asyncio.timeout(self._timeout_s):
                reply = await _reply(child)
                if len(reply) <= MAX_REPLY and (status := await child.wait()):
                    logger.warning("a résumé's process died", extra={"status": status})
                return reply
        except TimeoutError:
            logger.warning("a résumé took too long to read", extra={"seconds": self._timeout_s})
            raise unreadable() from None
        finally:
            feeding.cancel()
            await _end(child)


async def _feed(child: asyncio.subprocess.Process, data: bytes) -> None:
    assert child.stdin is not None  # noqa: S101
    try:
        child.stdin.write(data)
        await child.stdin.drain()
    except (BrokenPipeError, ConnectionResetError):
        pass  # it died: what it said, or did not say, tells
    finally:
        child.stdin.close()


async def _reply(child: asyncio.subprocess.Process) -> bytes:
    assert child.stdout is not None  # noqa: S101
    reply = b""
    while len(reply) <= MAX_REPLY and (chunk := await child.stdout.read(MAX_REPLY)):
        reply += chunk
    return reply


async def _end(child: asyncio.subprocess.Process) -> None:
    """Kill the child and forget what it still says: unread, it would keep us from seeing the end.

    Whoever else holds the other end of its pipe is not waited for.
    """
    assert child.stdout is not None  # noqa: S101
    if child.returncode is None:
        child.kill()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_FAREWELL_S):
            while await child.stdout.read(MAX_REPLY):
                pass
            await child.wait()


def _resume_in(reply: bytes) -> Resume:
    try:
        found: Any = json.loads(reply)
        if "refused" in found:
            raise Refused(Code(found["refused"]["code"]), str(found["refused"]["message"]))
        if "resume" in found:
            return Resume.model_validate(found["resume"])
        reason = str(found["failed"])
    except Refused:
        raise
    except (ValidationError, ValueError, TypeError, KeyError, RecursionError) as error:
        reason = type(error).__name__
    logger.warning("a résumé could not be read", extra={"reason": reason[:100]})
    raise unreadable()


_reader = ResumeReader()


async def read_resume(data: bytes) -> Resume:
    """Return the résumé in the file ``data``: PDF, DOCX or text.

    Raises:
        Refused: it is not taken; ``code`` is for programs, ``message`` says what to do.
    """
    return await _reader.read(data)
