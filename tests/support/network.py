"""Networks of a test's own: namespaces, and wires between them that lose, delay and cut.

A namespace has no name and no file: it is held by a thread and a file descriptor of the test's
process, and a wire's two devices by file descriptors. When the process ends, however it ends, the
kernel takes all of them away; nothing outside is touched at any time.

The kernel need not know netem: what goes through a wire passes this process, which treats packets
as a bad network would.
"""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self, TypeVar

T = TypeVar("T")

_CLONE_NEWNET = 0x4000_0000
_TUNSETIFF = 0x4004_54CA
_IFF_TUN = 0x0001
_IFF_NO_PI = 0x1000
_TUN = "/dev/net/tun"

_libc = ctypes.CDLL(None, use_errno=True)


def why_not() -> str:
    """Return why there can be no networks here; empty if there can."""
    if os.geteuid() != 0:
        return "only root may make network namespaces"
    if not Path(_TUN).exists():
        return f"this kernel has no {_TUN}"
    try:
        Namespace().close()
    except OSError as error:
        return f"network namespaces are not allowed here: {error}"
    return ""


def _checked(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class Namespace:
    """A network namespace with an event loop in it: sockets made there belong to it."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        try:
            self.fd = self._thread.submit(self._unshare).result()
        except BaseException:
            self._thread.shutdown()
            raise
        self.run("ip", "link", "set", "lo", "up")
        self.loop = asyncio.new_event_loop()
        self._looping = threading.Thread(target=self._loop_here, daemon=True)
        self._looping.start()
        self._programs: list[subprocess.Popen[bytes]] = []

    @staticmethod
    def _unshare() -> int:
        _checked(_libc.unshare(_CLONE_NEWNET))
        return os.open("/proc/thread-self/ns/net", os.O_RDONLY)

    def _loop_here(self) -> None:
        _checked(_libc.setns(self.fd, _CLONE_NEWNET))
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()
        self.loop.close()

    def call(self, work: Callable[..., T], *arguments: Any) -> T:
        """Return what ``work`` returns inside the namespace."""
        return self._thread.submit(work, *arguments).result()

    def run(self, *command: str, text: str = "") -> str:
        """Run a program to its end; ``text`` is its input.

        Raises:
            AssertionError: it failed.
        """

        def work() -> str:
            done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{' '.join(command)}: {done.stderr or done.stdout}"
            return done.stdout

        return self.call(work)

    def start(self, *command: str, log: Path, **more: Any) -> subprocess.Popen[bytes]:
        """Start a program, which is killed when the namespace closes."""

        def work() -> subprocess.Popen[bytes]:
            with log.open("ab") as output:
                return subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **more
                )

        program = self.call(work)
        self._programs.append(program)
        return program

    async def inside(self, work: Coroutine[Any, Any, T]) -> T:
        """Await ``work`` in the namespace's own event loop."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.loop))

    def close(self) -> None:
        """Kill what runs and let go; the kernel removes the namespace and all devices in it."""
        for program in self._programs:
            if program.poll() is None:
                program.kill()
            program.wait(10)
        asyncio.run_coroutine_threadsafe(self._cancel_all(), self.loop).result(20)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._looping.join(10)
        self._thread.shutdown()
        os.close(self.fd)

    @staticmethod
    async def _cancel_all() -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Wire:
    """A point-to-point link between two namespaces, good at first.

    ``loss`` is the share of packets that vanish, in each direction. A packet takes ``delay_s``
    and up to ``jitter_s`` more, each its own, so that they overtake each other. While ``cut`` is
    set nothing gets through.
    """

    def __init__(
        self, left: tuple[Namespace, str], right: tuple[Namespace, str], seed: int = 1
    ) -> None:
        self.loss = 0.0
        self.delay_s = 0.0
        self.jitter_s = 0.0
        self.cut = False
        self.passed = 0
        self.lost = 0
        self._choose = random.Random(seed)
        self._ends = [_device(*left, right[1]), _device(*right, left[1])]
        self._stop, self._stopped = os.pipe()
        self._carrier = threading.Thread(target=self._carry, daemon=True)
        self._carrier.start()

    def close(self) -> None:
        """Remove both devices."""
        os.close(self._stopped)
        self._carrier.join(10)
        for fd in (*self._ends, self._stop):
            os.close(fd)

    def _carry(self) -> None:
        other = {self._ends[0]: self._ends[1], self._ends[1]: self._ends[0]}
        under_way: list[tuple[float, int, int, bytes]] = []
        count = 0
        while True:
            wait = max(0.0, under_way[0][0] - time.monotonic()) if under_way else None
            ready, _, _ = select.select([*self._ends, self._stop], [], [], wait)
            if self._stop in ready:
                return
            for fd in ready:
                packet = os.read(fd, 65_535)
                if self.cut or self._choose.random() < self.loss:
                    self.lost += 1
                    continue
                count += 1
                at = time.monotonic() + self.delay_s + self._choose.random() * self.jitter_s
                heapq.heappush(under_way, (at, count, other[fd], packet))
            while under_way and under_way[0][0] <= time.monotonic():
                _, _, fd, packet = heapq.heappop(under_way)
                self.passed += 1
                try:
                    os.write(fd, packet)
                except OSError:
                    return  # the device is gone: its namespace was closed first

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _device(place: Namespace, own: str, peer: str) -> int:
    """Return the open end of a new device with the address ``own`` in ``place``."""

    def work() -> int:
        fd = os.open(_TUN, os.O_RDWR)
        fcntl.ioctl(fd, _TUNSETIFF, struct.pack("16sH22x", b"wire%d", _IFF_TUN | _IFF_NO_PI))
        return fd

    fd = place.call(work)
    name = fcntl.ioctl(fd, 0x8004_54D2, bytes(40))[:16].rstrip(b"\0").decode()
    place.run("ip", "addr", "add", own, "peer", peer, "dev", name)
    place.run("ip", "link", "set", name, "up")
    return fd
