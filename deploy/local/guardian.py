"""Ends the stack's processes if its supervisor dies without doing so.

Run by file name with nothing but the standard library, so that it is small. Its standard input is
a pipe that the supervisor holds: a line ``+PID`` or ``-PID`` each time a process group comes or
goes. The end of the pipe, which the kernel brings about however the supervisor ends, is the sign
to act: SIGTERM to every group left, SIGKILL to what is still there after some seconds.
"""

from __future__ import annotations

import os
import signal
import sys
import time

GRACE_S = 5.0


def _signal(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main() -> None:
    """Watch the pipe, then end what is left."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line.startswith("+"):
            groups.add(group)
        else:
            groups.discard(group)
    left = {group for group in groups if _signal(group, signal.SIGTERM)}
    deadline = time.monotonic() + GRACE_S
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = {group for group in left if _signal(group, 0)}
    for group in left:
        _signal(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
