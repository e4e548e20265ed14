"""What the worker asks of an engine, and the worker itself."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from schemas import metrics
from schemas.events import QuestionAsked, QuestionDrafted, QuestionSpoken, SessionEnded
from schemas.language import Language
from schemas.topics import Process
from streams.runtime.metrics import counter, histogram
from streams.runtime.objects import ObjectStore
from streams.runtime.producer import Producer
from streams.runtime.turns import Turns
from workers.tts.clip import clip_name, clip_of
from workers.tts.ogg import BadClip, length_ms
from workers.tts.sound import Speech
from workers.tts.unasked import Unasked

logger = logging.getLogger(__name__)

_FAILURE_CHARACTERS = 300

_STUCK_S = 120.0
"""An engine that takes so long for one text will not end; a start from cold is part of it."""


class SpeechFailed(Exception):  # noqa: N818 - says what happened
    """An engine could not say a text; the message says why."""


class SpeechEngine(Protocol):
    """Says texts of one language in one voice. It is asked for one text at a time."""

    @property
    def name(self) -> Literal["kokoro", "piper", "coqui"]:
        """Which engine it is."""

    @property
    def voice(self) -> str:
        """Its voice."""

    @property
    def device(self) -> str:
        """Where it runs: ``cpu`` or ``cuda``."""

    @property
    def model(self) -> str:
        """A checksum of what speaks: another model makes other clips."""

    async def load(self) -> str:
        """Load and warm the model, and return a line on what was loaded.

        Raises:
            SpeechFailed: it does not load.
        """

    async def speak(self, text: str) -> Speech:
        """Return ``text`` as speech. When this is cancelled, the next call works all the same.

        Raises:
            SpeechFailed: it cannot be said.
        """

    async def close(self) -> None:
        """End what runs for this engine."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A clip in the store. ``cached``: it was there already."""

    clip: str
    duration_ms: int
    cached: bool


@dataclass(slots=True)
class _Making:
    """A clip in the making, and how many wait for it."""

    task: asyncio.Task[Spoken] = field(init=False)
    callers: int = 0


class SpeakingService:
    """Publishes a clip for each question that is asked; a draft's clip is made ahead of it.

    Whatever happens to a question, ``question.spoken`` says it: one without a clip is shown.
    """

    def __init__(
        self,
        engines: Mapping[Language, SpeechEngine],
        store: ObjectStore,
        producer: Producer,
        *,
        deadline_s: float,
    ) -> None:
        self._engines = engines
        self._store = store
        self._producer = producer
        self._deadline_s = deadline_s
        self._turns = {id(engine): Turns() for engine in engines.values()}
        self._drafts: dict[str, int] = {}
        """Number of the newest draft in work, by session."""
        self._unasked = Unasked(store)
        self._making: dict[tuple[str, bool], _Making] = {}
        """By name, and whether it is for a draft: a question does not wait in a draft's place."""
        self._asked_at = time.monotonic()

    @property
    def idle_s(self) -> float:
        """Seconds since a question or a draft came, or since the start."""
        return time.monotonic() - self._asked_at

    async def answer(
        self, question: QuestionAsked | QuestionDrafted | SessionEnded, gw: int
    ) -> None:
        """Publish ``question`` as a clip, or why it has none, to the gateway at the slot ``gw``.

        Of a draft nothing is published: it may never be asked. Then its clip is removed, when
        another question is asked or at the end of the session.

        Raises:
            DependencyUnavailable: the broker is away.
        """
        if isinstance(question, SessionEnded):
            await self._unasked.end(question.session)
            return
        self._asked_at = time.monotonic()
        if isinstance(question, QuestionAsked):
            spoken = await self.spoken(question)
            await self._producer.publish(spoken, gw=gw)
            await self._unasked.settle(question.session, spoken.clip)
        else:
            await self._prepare(question)

    async def spoken(self, question: QuestionAsked) -> QuestionSpoken:
        """Return the event for ``question``; its clip, if it has one, is in the store."""
        began = time.monotonic()
        engine = self._engines[question.language]
        self._drafts.pop(question.session, None)
        made, failure = Spoken("", 0, cached=False), ""
        try:
            async with asyncio.timeout(self._deadline_s):
                made = await self._clip(engine, question.language, question.text)
        except TimeoutError:
            failure = f"took longer than {self._deadline_s:g} s"
        except SpeechFailed as error:
            failure = str(error) or "the engine does not say why"
        except OSError as error:
            failure = f"the object store: {error.strerror or error}"
        except Exception as error:  # a fault of ours must not keep the question from being shown
            logger.exception("unexpected error", extra={"id": question.id})
            failure = f"unexpected error: {error!r}"
        took = time.monotonic() - began
        outcome = "failed" if failure else "cached" if made.cached else "made"
        counter(metrics.CLIPS, engine=engine.name, outcome=outcome).inc()
        histogram(metrics.WORK_SECONDS, process=Process.TTS.value).observe(took)
        told = {"id": question.id, "outcome": outcome, "seconds": took, "failure": failure}
        (logger.warning if failure else logger.info)("spoken", extra=told)
        return QuestionSpoken(
            session=question.session,
            question=question.question,
            attempt=question.attempt,
            epoch=question.epoch,
            seq=question.seq,
            at=question.at,
            language=question.language,
            text=question.text,
            clip=made.clip,
            duration_ms=made.duration_ms,
            engine=engine.name,
            voice=engine.voice,
            cached=made.cached,
            took_ms=round(took * 1000),
            failure=failure[:_FAILURE_CHARACTERS],
        )

    async def _prepare(self, draft: QuestionDrafted) -> None:
        """Make the clip of a draft, unless a newer one of its session comes before its turn."""
        self._drafts[draft.session] = draft.seq
        engine = self._engines[draft.language]
        try:
            async with asyncio.timeout(self._deadline_s):
                made = await self._clip(
                    engine,
                    draft.language,
                    draft.text,
                    wanted=lambda: self._drafts.get(draft.session) == draft.seq,
                )
            if not made.cached:
                await self._unasked.made(draft, made.clip)
        except (TimeoutError, SpeechFailed, OSError) as error:  # it is tried again once it is asked
            logger.info("not ahead", extra={"id": draft.id, "why": str(error)})
        except Exception:  # a fault of ours is told once the question is asked, if it ever is
            logger.exception("unexpected error", extra={"id": draft.id})
        finally:
            if self._drafts.get(draft.session) == draft.seq:
                del self._drafts[draft.session]

    async def ahead(self, language: Language, text: str) -> bool:
        """Make the clip of a text that may be asked some day; say whether it was made just now."""
        try:
            clip = await self._clip(self._engines[language], language, text, wanted=lambda: True)
        except (SpeechFailed, OSError) as error:  # it is tried again once it is asked
            logger.info("not ahead", extra={"text": text, "why": str(error)})
            return False
        except Exception:  # a fault of ours must not keep the other texts from being said
            logger.exception("unexpected error", extra={"text": text})
            return False
        return not clip.cached

    async def _clip(
        self,
        engine: SpeechEngine,
        language: Language,
        text: str,
        wanted: Callable[[], bool] | None = None,
    ) -> Spoken:
        """Return the clip of ``text``; one that may not be ``wanted`` in the end lets others by.

        What has begun is finished, whoever gives up waiting for it: a clip half made would cost
        the next one a warm engine as well.
        """
        if not any(each.isalnum() for each in text):
            raise SpeechFailed("there is nothing to say in it")
        name = clip_name(engine.name, engine.voice, engine.model, language, text)
        if (found := await self._find(name)) is not None:
            return found
        key = name, wanted is not None
        making = self._making.get(key)
        if making is None:
            making = self._making[key] = _Making()
            making.task = asyncio.create_task(self._make(engine, name, text, making, wanted))
            making.task.add_done_callback(lambda done: self._made(key, done))
        making.callers += 1
        try:
            return await asyncio.shield(making.task)
        finally:
            making.callers -= 1

    async def _make(
        self,
        engine: SpeechEngine,
        name: str,
        text: str,
        making: _Making,
        wanted: Callable[[], bool] | None,
    ) -> Spoken:
        async with self._turns[id(engine)].turn(last=wanted is not None):
            if (found := await self._find(name)) is not None:  # made while this waited its turn
                return found
            if not making.callers or (wanted is not None and not wanted()):
                raise SpeechFailed("nobody waits for it any more")
            try:
                async with asyncio.timeout(_STUCK_S):
                    speech = await engine.speak(text)
            except TimeoutError:
                raise SpeechFailed(f"the engine was stuck for {_STUCK_S:g} s") from None
            try:
                clip = await asyncio.to_thread(clip_of, speech)
            except ValueError as error:
                raise SpeechFailed(f"the engine's sound is of no use: {error}") from None
            await self._store.put(name, clip)
        counter(metrics.CLIP_SECONDS, engine=engine.name).inc(speech.seconds)
        return Spoken(name, length_ms(clip), cached=False)

    def _made(self, key: tuple[str, bool], task: asyncio.Task[Spoken]) -> None:
        del self._making[key]
        if not task.cancelled():
            task.exception()  # told to whoever waits, if anybody does

    async def close(self) -> None:
        """Give up what is in the making."""
        tasks = [each.task for each in self._making.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _find(self, name: str) -> Spoken | None:
        clip = await self._store.get(name)
        if clip is None:
            return None
        try:
            return Spoken(name, length_ms(clip), cached=True)
        except BadClip as error:
            logger.warning("a clip is made anew", extra={"clip": name, "reason": str(error)})
            return None
