"""Faults of the machine: a disk without room, clocks that jump. Nothing outside is touched.

The disk is a small tmpfs in a mount namespace of our own: it is gone with the last process in it,
however that ends. Each process has a clock of its own, and the system's goes on.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from tests.support.faults import WORKERS

_CLOCK = Path(__file__).with_name("clock")
_INSIDE = "VIVA_TORTURE_NAMESPACE"
_PAGE = 4096


def enter_own_mounts(arguments: Sequence[str]) -> None:
    """Replace this process by itself in a mount namespace of its own; return if it is in one.

    Returns at once, too, when it may not make one: ``may_mount`` then says so.
    """
    if os.environ.get(_INSIDE) or os.geteuid() != 0 or shutil.which("unshare") is None:
        return
    command = ["unshare", "--mount", "--propagation", "private", "--", sys.executable, *arguments]
    trial = subprocess.run([*command[:5], "true"], check=False, capture_output=True)
    if trial.returncode == 0:
        os.execvpe(command[0], command, {**os.environ, _INSIDE: "1"})  # noqa: S606 - no shell wanted


def may_mount() -> bool:
    """Whether this process has mounts of its own."""
    return bool(os.environ.get(_INSIDE))


class Disk:
    """A tmpfs of ``megabytes`` at ``path``, in our own mount namespace only."""

    def __init__(self, path: Path, megabytes: int) -> None:
        if not may_mount():
            raise PermissionError("no mount namespace of our own")
        self.path = path
        self._ballast = path / "ballast"
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "tmpfs", str(path)],
            check=True,
        )

    def fill(self) -> None:
        """Leave no room at all; again and again, because what others give back is to go too."""
        descriptor = os.open(self._ballast, os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            step = self.free_bytes
            while step >= _PAGE:
                size = os.fstat(descriptor).st_size
                try:
                    os.posix_fallocate(descriptor, size, step)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    step //= 2
                else:
                    step = min(step, self.free_bytes)
        finally:
            os.close(descriptor)

    def free(self) -> None:
        """Take the ballast away."""
        self._ballast.unlink(missing_ok=True)

    @property
    def free_bytes(self) -> int:
        """How much room there is."""
        found = os.statvfs(self.path)
        return found.f_bavail * found.f_frsize

    def unmount(self) -> None:
        """Take it away, used or not."""
        with suppress(subprocess.CalledProcessError):
            subprocess.run(["umount", "--lazy", str(self.path)], check=True)


class Clocks:
    """Clocks that can be set, one for each process of ours written in Python."""

    NAMES = WORKERS

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in self.NAMES:
            self.set(name, 0)

    def env(self, name: str) -> Mapping[str, str]:
        """Environment in which the process ``name`` looks at its own clock."""
        return {"PYTHONPATH": str(_CLOCK), "VIVA_TEST_CLOCK": str(self._file(name))}

    def set(self, name: str, seconds: float) -> None:
        """Put the clock of ``name`` ahead by ``seconds``; it is seen within 0.2 s."""
        part = self._file(name).with_suffix(".part")
        part.write_text(f"{seconds:.0f}")
        part.replace(self._file(name))

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.clock"
