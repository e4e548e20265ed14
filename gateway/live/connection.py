"""One accepted offer: its peer, its commands one after the other, its recording and clocks."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from typing import Any, Literal

from gateway.db.store import UnknownSession
from gateway.live import commands, outbox, unused, writing
from gateway.live.services import Services
from gateway.live.writing import Step, Unrecorded
from gateway.rtc.audio import AudioReader
from gateway.rtc.frames import FrameReader
from gateway.rtc.guide import GuideFrames
from gateway.rtc.peer import Peer
from gateway.rtc.recorder import Recorder, RecordingFailed, Subject
from gateway.session import allowance, checks, machine, questions, turns
from gateway.session.checks import Command, Refused
from gateway.session.guide import Guide
from gateway.session.model import Ack, FinalMarker, Interview, Open, State
from gateway.session.snapshot import snapshot
from schemas.events import EpochCounts, FaceSeen
from schemas.ids import AnswerKey, now_ms
from schemas.media import GUIDE_ATTEMPT, GUIDE_STALE_MS

logger = logging.getLogger(__name__)

_CONNECT_WITHIN = 30.0
_TICK = 1.0
_WAITING_COMMANDS = 32


class Superseded(Exception):  # noqa: N818 - reads as what happened
    """A newer connection owns the session: this one must not touch it any more."""


class Connection:
    """A candidate who is here. The session's lock is held whenever state and recording change."""

    def __init__(
        self,
        services: Services,
        session: str,
        gone: Callable[[Connection, str], None],
        *,
        video: bool,
        audio: bool = True,
    ) -> None:
        """What is False of ``video`` and ``audio`` is declined, and dropped where it comes."""
        self.session = session
        self.epoch = 0
        self._services = services
        self._gone = gone
        self._lock = services.lock(session)
        self._video = FrameReader(services.settings, services.pool)
        self._audio = AudioReader()
        self.peer = Peer(
            services.network, self._video if video else None, self._audio if audio else None
        )
        self._recorder: Recorder | Unrecorded | None = None
        self._guide_frames: GuideFrames | None = None
        self._guide = Guide()
        self._opened: Open | None = None
        self._queue: asyncio.Queue[str | Open] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._unused_since: float | None = None
        self._shown = 0
        self._latest: Interview | None = None

    def begin(self, epoch: int) -> None:
        """Take over the session as ``epoch``."""
        self.epoch = epoch
        self.peer.listen(self)
        self._spawn(self._handle_commands())
        self._spawn(self._tick())
        self._spawn(self._publish_pending())

    def opened(self) -> None:
        """Send the first snapshot."""
        self._spawn(self._send_stored_snapshot())

    def received(self, text: str) -> None:
        """Queue a command; a page that floods is told so."""
        if self._queue.qsize() >= _WAITING_COMMANDS:
            self.notify("too_many_commands", "wait for the acknowledgement before sending more")
            return
        # One that is too long is refused when its turn comes, and does not wait in memory.
        self._queue.put_nowait(text[: commands.MAX_MESSAGE_CHARACTERS + 1])

    def lost(self, reason: str) -> None:
        """Say that the connection is gone."""
        self._gone(self, reason)

    def notify(self, code: str, message: str) -> None:
        """Send a notice."""
        self.peer.send({"notice": {"code": code, "message": message}})

    def notify_deleted(self) -> None:
        """Tell the candidate that their data are deleted."""
        self.notify("deleted", "the data of this interview are deleted")

    def send_snapshot(self, interview: Interview) -> None:
        """Send the whole state, unless a newer one went out before."""
        if interview.version < self._shown:
            return
        self._shown = interview.version
        self._latest = interview
        self.peer.send({"snapshot": snapshot(interview, self._services.settings)})

    def sighted(self, event: FaceSeen) -> None:
        """Tell the candidate what to do about their picture."""
        if event.epoch != self.epoch or now_ms() - event.at > GUIDE_STALE_MS:
            return
        advice = self._guide.see(event)
        if advice is not None:
            self.peer.send({"guide": {"advice": advice.value}})

    @property
    def behind_s(self) -> float:
        """For how long audio that is being recorded has waited for Kafka, seconds."""
        return self._recorder.behind_s if self._recorder is not None else 0.0

    def unused_for(self, now: float) -> float:
        """Return for how many seconds too long media has come in with nothing recording it."""
        arriving = now - max(self._video.last_seen, self._audio.last_seen) < 2 * _TICK
        if self._recorder is not None or not arriving:
            self._unused_since = None
        elif self._unused_since is None:
            self._unused_since = now
        if self._unused_since is None:
            return 0.0
        return max(0.0, now - self._unused_since - unused.allowed_s(self._latest))

    async def retire(self) -> FinalMarker | None:
        """Stop recording for good; return the marker of what was open. The lock is held."""
        return await self._cancel_recording()

    async def close(self) -> None:
        """Close the peer and stop all work."""
        current = asyncio.current_task()
        tasks = [task for task in self._tasks if task is not current]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._guide_frames is not None:
            await self._guide_frames.close()
        await self.peer.close()

    async def _handle_commands(self) -> None:
        while True:
            item = await self._queue.get()
            if isinstance(item, Open):
                async with self._lock:
                    await self._end_in_time(item)
                continue
            try:
                request = commands.parse(item)
            except commands.Malformed as error:
                self.notify("malformed", str(error))
                continue
            async with self._lock:
                await self._handle(request)

    async def _handle(self, request: commands.Request) -> None:
        interview = await self._load()
        try:
            ack = machine.stored_ack(interview, request.seq)
        except Refused as refused:
            self._acknowledge(request.seq, Ack(ok=False, error=refused.fault))
            return
        if ack is None:
            ack, interview = await self._obey(interview, request)
        else:
            interview = await outbox.flush(self._services, interview)
        # In this order, so that a page which has its acknowledgement knows the state it led to.
        self.send_snapshot(interview)
        self._acknowledge(request.seq, ack)

    async def _obey(self, interview: Interview, request: commands.Request) -> tuple[Ack, Interview]:
        try:
            command = _known(request.command)
            checks.check(interview, command)
            step = await self._prepare(interview, command, request.text)
        except Refused as refused:
            ack = Ack(ok=False, error=refused.fault)
            return ack, await self._change(lambda it: machine.settle(it, request.seq, ack))
        ack = Ack(ok=True)

        def obey(it: Interview) -> None:
            step(it)
            machine.settle(it, request.seq, ack)

        interview = await self._change(obey)
        self._record(interview)
        if command is Command.GUIDE:
            self._look(interview)
        if command is Command.REPEAT and interview.current is not None:
            self.peer.send({"event": interview.current.model_dump(mode="json")})
        return ack, interview

    async def _prepare(self, interview: Interview, command: Command, text: object) -> Step:
        """Do what comes before the change of state, and return the change."""
        formula, now = self._services.settings.formula, now_ms()
        match command:
            case Command.READY:
                return lambda it: machine.ready(it, now=now)
            case Command.CALIBRATE:
                return lambda it: machine.start_calibration(it, formula=formula, now=now)
            case Command.ANSWER_START:
                return lambda it: machine.start_answer(it, formula=formula, now=now)
            case Command.ANSWER_TEXT:
                return writing.draft(text)
            case Command.ANSWER_END if interview.state is State.ANSWERING:
                last = writing.last(interview, text)
                return writing.then(last, await self._closing("done"))
            case Command.PLAYING:
                return lambda it: turns.playing(it, now=now)
            case Command.RETAKE:
                marker = await self._cancel_recording()
                return lambda it: machine.retake(it, now=now, marker=marker)
            case Command.LEAVE:
                marker = await self._cancel_recording()
                return lambda it: machine.leave(it, now=now, marker=marker)
            case _:
                return lambda _: None

    async def _closing(self, reason: Literal["done", "limit"]) -> Step:
        """Finish the recording and return the change that closes the answer or calibration.

        Raises:
            Refused: the recording is incomplete; the attempt is abandoned.
        """
        ended_at = now_ms()
        opened = self._opened
        try:
            counts = await self._finish_recording()
        except RecordingFailed as error:
            await self._give_up(str(error))
            raise Refused(
                "recording_lost", "the answer could not be saved: please answer once more"
            ) from None
        if opened is not None and opened.question == 0:
            return lambda it: machine.end_calibration(it, counts=counts, now=ended_at)
        return lambda it: machine.end_answer(it, counts=counts, reason=reason, now=ended_at)

    def _look(self, interview: Interview) -> None:
        """Have the candidate looked at until something is recorded, where they agreed to it."""
        if self._recorder is not None or not interview.video:
            return
        if self._guide_frames is None:
            nothing = AnswerKey(self.session, 0, GUIDE_ATTEMPT)
            subject = self._subject(interview, nothing, self.epoch)
            self._guide_frames = GuideFrames(subject, self._services.publish_media)
        self._guide_frames.begin()
        self._video.record(self._guide_frames)

    def _subject(self, interview: Interview, answer: AnswerKey, epoch: int) -> Subject:
        return Subject(
            answer=answer,
            epoch=epoch,
            gw=self._services.settings.slot,
            language=interview.language,
            policy=interview.policy,
        )

    def _record(self, interview: Interview) -> None:
        """Start recording what has just been opened: its start is acknowledged by Kafka."""
        opened = interview.open
        if opened is None or self._recorder is not None:
            return
        self._opened = opened
        if interview.typed:
            self._recorder = Unrecorded(opened.epoch)
        else:
            self._record_media(interview, opened)
        settings = self._services.settings
        is_answer = opened.question > 0
        limit_s = (
            allowance.answer_limit_s(interview, settings) if is_answer else settings.calibration_s
        )
        self._spawn(self._stop_in_time(opened, limit_s))

    def _record_media(self, interview: Interview, opened: Open) -> None:
        if self._guide_frames is not None:
            self._guide_frames.end()  # or the frame that is being encoded would be followed by ours
        answer = AnswerKey(self.session, opened.question, opened.attempt)
        self._recorder = recorder = Recorder(
            self._subject(interview, answer, opened.epoch),
            self._services.publish_media,
            self._services.pool,
            self._recording_failed,
        )
        # Asked again here: the consent may have changed at another gateway since the offer.
        self._video.record(recorder if interview.video else None)
        self._audio.record(recorder)

    async def _finish_recording(self) -> EpochCounts:
        recorder = self._recorder
        if recorder is None:
            raise RecordingFailed("nothing is being recorded")
        self._video.record(None)
        self._audio.record(None)
        counts = await recorder.finish()
        self._recorder = self._opened = None
        return counts

    async def _cancel_recording(self) -> FinalMarker | None:
        self._video.record(None)
        self._audio.record(None)
        recorder, self._recorder, self._opened = self._recorder, None, None
        return await recorder.cancel() if recorder is not None else None

    def _recording_failed(self, reason: str) -> None:
        self._spawn(self._abandon_failed(reason))

    async def _abandon_failed(self, reason: str) -> None:
        async with self._lock:
            if self._recorder is not None:
                interview = await self._give_up(reason)
                self.notify("recording_lost", "the answer could not be saved: answer once more")
                self.send_snapshot(interview)

    async def _give_up(self, reason: str) -> Interview:
        marker = await self._cancel_recording()
        return await self._change(
            lambda it: machine.abandon(it, reason=reason, now=now_ms(), marker=marker)
        )

    async def _stop_in_time(self, opened: Open, limit_s: float) -> None:
        """End the calibration after its time, and an answer at its limit, ``limit_s`` seconds.

        In the order of the commands: what the page said before the end counts, even if it has to
        wait, for Kafka say, until after it.
        """
        await asyncio.sleep(limit_s)
        self._queue.put_nowait(opened)

    async def _end_in_time(self, opened: Open) -> None:
        if self._opened != opened:
            return
        try:
            interview = await self._change(await self._closing("limit"))
        except Refused as refused:
            self.notify(refused.fault.code, refused.fault.message)
            interview = await self._load()
        else:
            if opened.question > 0:
                self.notify("answer_time_limit", "the time for this answer is over; it is saved")
        self.send_snapshot(interview)

    async def _tick(self) -> None:
        started, ended = time.monotonic(), 0.0
        while True:
            await asyncio.sleep(_TICK)
            if not self.peer.is_connected and time.monotonic() - started > _CONNECT_WITHIN:
                self.lost("no connection came about")
                return
            if (
                self.peer.is_connected
                and self.peer.silent_s > self._services.settings.peer_timeout_s
            ):
                self.lost("nothing comes from the candidate any more")
                return
            # From memory: a query a second and candidate would add up. Whether another gateway
            # has taken the session over, the sweeper asks for all of them at once.
            interview = self._latest
            if interview is None:
                continue
            if interview.state is State.ENDED:
                ended = ended or time.monotonic()
                if time.monotonic() - ended > self._services.settings.reconnect_grace_s:
                    self.lost("the interview is over")
                    return
            if questions.is_awaited(interview, now=now_ms()):
                # It may have come to another gateway: the first one goes to who made the session.
                stored = await self._load()
                if stored.version > interview.version:
                    self.send_snapshot(stored)
                    interview = stored
            await self._check_guide()
            if interview.outbox:
                await self._publish_pending()
            if questions.is_overdue(interview, now=now_ms()):
                async with self._lock:
                    await self._change(lambda it: questions.request_again(it, now=now_ms()))

    async def _check_guide(self) -> None:
        """Look no more where the consent was changed, be it at another gateway."""
        frames = self._guide_frames
        if frames is not None and frames.is_open and not (await self._load()).video:
            frames.end()

    async def _publish_pending(self) -> None:
        async with self._lock:
            # Remembered, or the clock would publish again what is out already.
            self._latest = await outbox.flush(self._services, await self._load())

    async def _send_stored_snapshot(self) -> None:
        self.send_snapshot(await self._load())

    async def _load(self) -> Interview:
        interview = await self._services.store.get(self.session)
        if interview.epoch != self.epoch:
            raise Superseded
        return interview

    async def _change(self, step: Step) -> Interview:
        """Store a change and publish what it caused; the lock is held."""

        def fenced(interview: Interview) -> None:
            if interview.epoch != self.epoch:
                raise Superseded
            step(interview)

        interview = await self._services.store.change(self.session, fenced)
        return await outbox.flush(self._services, interview)

    def _acknowledge(self, seq: int, ack: Ack) -> None:
        self.peer.send({"ack": seq, **ack.model_dump(exclude_none=True)})

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._watched(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watched(self, work: Coroutine[Any, Any, None]) -> None:
        """Run ``work``; if it fails the connection ends, as the candidate can come back."""
        try:
            await work
        except Superseded:
            self.notify("superseded", "this interview goes on in another window")
            self.lost("superseded")
        except UnknownSession:  # deleted, maybe at another gateway
            self.notify_deleted()
            self.lost("deleted")
        except Exception:
            logger.exception("connection failed", extra={"session": self.session})
            self.lost("internal error")


def _known(command: str) -> Command:
    try:
        return Command(command)
    except ValueError:
        raise Refused("unknown_command", f"send one of: {', '.join(Command)}") from None
