"""What the worker asks of an engine, and the worker itself."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from schemas import metrics
from schemas.events import QuestionAsked, QuestionSpoken
from schemas.language import Language
from schemas.topics import Process, Topic
from streams.runtime.codec import decode, gateway_slot, header
from streams.runtime.consumer import Partition
from streams.runtime.metrics import counter, histogram
from streams.runtime.objects import ObjectStore
from streams.runtime.producer import Producer
from streams.runtime.record import Record
from workers.tts.clip import clip_name, clip_of
from workers.tts.ogg import BadClip, length_ms
from workers.tts.sound import Speech

logger = logging.getLogger(__name__)

SPOKEN_CLASSES = (QuestionAsked,)
"""Events whose ``text`` is said in their ``language``."""

WANTED = tuple(str(each.model_fields["type"].default) for each in SPOKEN_CLASSES)
"""The types of records that are read."""

_FAILURE_CHARACTERS = 300


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


class SpeakingService:
    """Reads ``session.events``, skips by header what is not to be said, publishes clips.

    Whatever happens to a question, ``question.spoken`` says it: one without a clip is shown.
    """

    topics: Sequence[Topic] = (Topic.EVENTS,)

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
        self._turns = {id(engine): asyncio.Lock() for engine in engines.values()}

    async def handle(self, record: Record, partition: Partition) -> None:
        """Say ``record`` if it is a question.

        Raises:
            DecodeError: a question that is none; the topic's guardian sets it aside.
            DependencyUnavailable: the broker is away.
        """
        question = self.question_of(record)
        if question is not None:
            await self.answer(question, gateway_slot(record.headers))

    def question_of(self, record: Record) -> QuestionAsked | None:
        """Return the question that ``record`` is, or None if it is something else.

        Raises:
            DecodeError: a question that is none.
        """
        if header(record.headers, "type") not in WANTED:
            return None
        question = decode(record.key, record.value, record.headers)
        return question if isinstance(question, SPOKEN_CLASSES) else None

    async def answer(self, question: QuestionAsked, gw: int) -> None:
        """Publish ``question`` as a clip, or why it has none, to the gateway at the slot ``gw``.

        Raises:
            DependencyUnavailable: the broker is away.
        """
        await self._producer.publish(await self.spoken(question), gw=gw)

    async def spoken(self, question: QuestionAsked) -> QuestionSpoken:
        """Return the event for ``question``; its clip, if it has one, is in the store."""
        began = time.monotonic()
        engine = self._engines[question.language]
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
            clip=made.clip,
            duration_ms=made.duration_ms,
            engine=engine.name,
            voice=engine.voice,
            cached=made.cached,
            took_ms=round(took * 1000),
            failure=failure[:_FAILURE_CHARACTERS],
        )

    async def _clip(self, engine: SpeechEngine, language: Language, text: str) -> Spoken:
        if not any(each.isalnum() for each in text):
            raise SpeechFailed("there is nothing to say in it")
        name = clip_name(engine.name, engine.voice, engine.model, language, text)
        if (found := await self._find(name)) is not None:
            return found
        async with self._turns[id(engine)]:
            if (found := await self._find(name)) is not None:  # made while this waited its turn
                return found
            speech = await engine.speak(text)
            try:
                clip = await asyncio.to_thread(clip_of, speech)
            except ValueError as error:
                raise SpeechFailed(f"the engine's sound is of no use: {error}") from None
            await self._store.put(name, clip)
        counter(metrics.CLIP_SECONDS, engine=engine.name).inc(speech.seconds)
        return Spoken(name, length_ms(clip), cached=False)

    async def _find(self, name: str) -> Spoken | None:
        clip = await self._store.get(name)
        if clip is None:
            return None
        try:
            return Spoken(name, length_ms(clip), cached=True)
        except BadClip as error:
            logger.warning("a clip is made anew", extra={"clip": name, "reason": str(error)})
            return None

    async def revoked(self, partition: Partition) -> None:
        """Nothing is kept."""
