"""A pool of child processes that survives the death of any of them."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from concurrent.futures import ThreadPoolExecutor

from workers.vision.child import Failure, Job, Reply
from workers.vision.features import Measures
from workers.vision.handle import Child, Died
from workers.vision.jpeg import Undecodable
from workers.vision.service import EngineFactory
from workers.vision.settings import EmotionSettings

logger = logging.getLogger(__name__)

FRAME_TIMEOUT = 30.0
"""Seconds after which a child counts as hung and is killed."""

_DEPTH = 2
"""Frames that a child is given: it has the next one when it is done with the first, and does not
wait until we have heard of that."""

_SMALL = 32 * 1024
"""Bytes that fit in the pipe beside another frame. Larger ones go to a child that is idle, from a
thread: writing them may have to wait for the child to read."""


class Crashed(Exception):  # noqa: N818 - says what the frame did
    """The frame killed a child twice, the second time alone in a fresh one."""


class _Bystander(Exception):  # noqa: N818 - says what the frame was
    """The child died of the frame before this one."""


class _Seat:
    """One child and the frames that it has been given, the oldest first."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.given: deque[asyncio.Future[Reply]] = deque()
        self.down = False
        """It is being started or replaced."""
        self.reserved = False
        """Somebody waits for it to be idle, or has it alone."""
        self.idle = asyncio.Event()
        self.idle.set()
        self.since = 0.0
        """When it began with the oldest frame, on the loop's clock."""
        self.watch: asyncio.TimerHandle | None = None

    @property
    def room(self) -> int:
        """How many frames more it may be given."""
        return 0 if self.down or self.reserved else _DEPTH - len(self.given)


class Pool:
    """Measures frames in ``processes`` children, in each one after the other.

    A child's death costs only the frame it was at. That frame is tried once more, alone in a fresh
    child; if it kills that too, it is the frame's fault. ``threads`` is a child's budget of cores.
    """

    def __init__(
        self,
        factory: EngineFactory,
        *,
        processes: int,
        threads: int,
        settings: EmotionSettings,
    ) -> None:
        self._seats = [
            _Seat(Child(factory, threads, index, settings)) for index in range(processes)
        ]
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._burials: set[asyncio.Task[None]] = set()
        self._stopped = False
        # for a child each: starting it, and writing a large frame to it
        self._threads = ThreadPoolExecutor(2 * processes, thread_name_prefix="vision-child")

    @property
    def device(self) -> str:
        """The device the engines run on."""
        return self._seats[0].child.device

    @property
    def pids(self) -> list[int]:
        """Process ids of the children that live."""
        return [seat.child.pid for seat in self._seats if seat.child.pid is not None]

    async def start(self) -> None:
        """Start the children one after the other; all are warm when this returns.

        Raises:
            DependencyUnavailable: a model could not be loaded.
        """
        for seat in self._seats:
            if seat.child.pipe is None:
                await self._start(seat)

    async def stop(self) -> None:
        """End all children at once, starting ones too; frames in work are lost to their callers."""
        self._stopped = True
        for seat in self._seats:
            self._deafen(seat)
            seat.child.close()
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        await asyncio.gather(*self._burials, return_exceptions=True)
        for seat in self._seats:
            seat.child.stop()
            for future in seat.given:
                future.cancel()
        for waiting in self._waiting:
            waiting.cancel()

    async def analyse(self, jpeg: bytes, *, infer_emotion: bool, locate: bool = False) -> Measures:
        """Return the measurements of one frame.

        Raises:
            Undecodable: the bytes are not a JPEG picture.
            Crashed: the frame kills the native code.
            DependencyUnavailable: there is no child and none can be started.
        """
        job = Job(jpeg, infer_emotion, locate)
        try:
            reply = await self._beside_others(job)
        except Died as first:
            logger.warning("a frame ended a child, trying it alone", extra={"reason": str(first)})
            try:
                reply = await self._alone(job)
            except Died as second:
                raise Crashed(f"the frame crashed the model twice ({second})") from None
        if isinstance(reply, Failure):
            raise Undecodable(reply.reason)
        return reply

    async def _beside_others(self, job: Job) -> Reply:
        while True:
            try:
                if len(job.jpeg) > _SMALL:
                    return await self._alone(job)
                return await self._give(await self._free(), job)
            except _Bystander:
                continue

    async def _alone(self, job: Job) -> Reply:
        seat = await self._free()
        seat.reserved = True
        try:
            while not seat.idle.is_set():  # the child may die between the last answer and us
                await seat.idle.wait()
            if seat.child.pipe is None:
                await self._start(seat)
            return await self._give(seat, job)
        finally:
            seat.reserved = False
            self._wake()

    async def _free(self) -> _Seat:
        """Return the least busy child of those that have room, alive."""
        while True:
            seat = max(self._seats, key=lambda each: each.room)
            if not seat.room:
                await self._turn()
            elif seat.child.pipe is None:
                await self._start(seat)
            else:
                return seat

    async def _turn(self) -> None:
        """Wait until a child may have room."""
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            self._wake()  # it may have been our turn: somebody else's then
            raise

    def _wake(self) -> None:
        room = sum(seat.room for seat in self._seats)
        while room > 0 and self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(None)
                room -= 1

    async def _start(self, seat: _Seat) -> None:
        seat.down = True
        try:
            await asyncio.get_running_loop().run_in_executor(self._threads, seat.child.start)
            self._listen(seat)
        finally:
            seat.down = False
            self._wake()

    async def _give(self, seat: _Seat, job: Job) -> Reply:
        """Return the child's answer.

        Raises:
            Died: the child died of this frame; there is another in its place.
            _Bystander: it died of the one before.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Reply] = loop.create_future()
        seat.given.append(answer)
        seat.idle.clear()
        if len(seat.given) == 1:
            seat.since = loop.time()
            if seat.watch is None:
                self._check(seat)
        try:
            if len(job.jpeg) > _SMALL:
                await loop.run_in_executor(self._threads, seat.child.send, job)
            else:
                seat.child.send(job)
        except Died:
            self._lost(seat)
        return await answer  # a caller that leaves does not keep the child from answering

    def _listen(self, seat: _Seat) -> None:
        pipe = seat.child.pipe
        if pipe is not None and not self._stopped:
            asyncio.get_running_loop().add_reader(pipe.fileno(), self._answered, seat)

    def _deafen(self, seat: _Seat) -> None:
        pipe = seat.child.pipe
        if pipe is not None:
            asyncio.get_running_loop().remove_reader(pipe.fileno())
        if seat.watch is not None:
            seat.watch.cancel()
            seat.watch = None

    def _answered(self, seat: _Seat) -> None:
        try:
            reply = seat.child.receive()
        except Died:
            self._lost(seat)
            return
        answer = seat.given.popleft()
        seat.since = asyncio.get_running_loop().time()
        if not answer.done():
            answer.set_result(reply)
        if not seat.given:
            seat.idle.set()
        self._wake()

    def _check(self, seat: _Seat) -> None:
        """Look whether the oldest frame takes too long, and again when the next one might."""
        seat.watch = None
        if not seat.given:
            return
        loop = asyncio.get_running_loop()
        left = seat.since + FRAME_TIMEOUT - loop.time()
        if left > 0:
            seat.watch = loop.call_later(left, self._check, seat)
        else:
            self._lost(seat, f"no answer within {FRAME_TIMEOUT:.0f} s")

    def _lost(self, seat: _Seat, reason: str = "") -> None:
        """Have a child replaced that is gone, or, with a ``reason``, has to go."""
        if seat.down or self._stopped:
            return
        seat.down = True
        seat.idle.clear()
        self._deafen(seat)
        seat.child.kill()
        task = asyncio.create_task(self._bury(seat, reason))
        self._burials.add(task)
        task.add_done_callback(self._burials.discard)

    async def _bury(self, seat: _Seat, reason: str) -> None:
        given = list(seat.given)
        seat.given.clear()
        loop = asyncio.get_running_loop()
        try:
            how = await loop.run_in_executor(self._threads, seat.child.replace, reason)
        except Exception as error:  # a fault of ours must not leave frames waiting for ever
            if self._stopped:
                for answer in given:
                    answer.cancel()
                return
            logger.exception("child not replaced")
            how = f"unexpected error: {error!r}"
        self._listen(seat)
        for number, answer in enumerate(given):
            if not answer.done():
                answer.set_exception(_Bystander() if number else Died(how))
        seat.down = False
        seat.idle.set()
        self._wake()
