"""How much a process may take of the processor while others want it too."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def give_way(pid: int, nice: int) -> None:
    """Have the session that ``pid`` leads give way to other sessions as ``nice`` says.

    Where Linux groups tasks by session (``man 7 sched``, autogroup), it compares a nice value with
    others of its session only, and sessions by a value of their own: both are set. The second is
    left out where there are no such groups, and where it is set twice within a tenth of a second
    by a user that the kernel does not trust with more.
    """
    os.setpriority(os.PRIO_PROCESS, pid, nice)
    with suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(nice), encoding="ascii")
