"""The service: audio records in, transcript segments and finals out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence

from schemas import metrics
from schemas.events import TranscriptFinal, TranscriptSegment
from schemas.media import AudioMeta, HeaderError
from schemas.topics import Process, Topic
from streams.runtime.backoff import delays
from streams.runtime.codec import DecodeError
from streams.runtime.consumer import Partition
from streams.runtime.health import Health
from streams.runtime.metrics import counter
from streams.runtime.producer import Producer
from streams.runtime.record import Record
from workers.stt.answers import Answers, OpenAnswer, Task
from workers.stt.packing import Packer
from workers.stt.pcm import NO_SAMPLES, samples_of
from workers.stt.scheduler import Scheduler
from workers.stt.segments import segment_of
from workers.stt.service import NOTHING, Heard

logger = logging.getLogger(__name__)

_ATTEMPTS = 5


class SpeechToText:
    """Packs the audio of each answer, has it recognised, and says when an answer is complete."""

    topics: Sequence[Topic] = (Topic.AUDIO,)

    def __init__(
        self,
        scheduler: Scheduler,
        producer: Producer,
        health: Health,
        new_packer: Callable[[], Packer],
    ) -> None:
        self._scheduler = scheduler
        self._producer = producer
        self._health = health
        self._new_packer = new_packer
        self._answers: dict[Partition, Answers] = {}
        self._tasks: dict[Partition, set[asyncio.Task[None]]] = {}

    async def handle(self, record: Record, partition: Partition) -> None:
        """Take one audio record; calibration is only counted.

        Bytes that are not PCM are taken as no samples: the voice worker guards the topic, writes
        the dead letter and marks the feature as failed.

        Raises:
            DecodeError: the headers do not parse.
        """
        meta = _meta_of(record)
        if meta.answer.is_calibration:
            return
        samples = samples_of(record.value)
        if samples is None:
            counter(metrics.SKIPPED, process=Process.STT.value, topic=record.topic.value).inc()
            samples = NO_SAMPLES
        await self._scheduler.room()
        answers = self._answers.get(partition)
        if answers is None:
            note = int(partition.note) if partition.note.isdecimal() else 0
            answers = self._answers[partition] = Answers(self._new_packer, note)
            if note > record.offset:
                logger.info(
                    "packs published before are cut again, not recognised again",
                    extra={"partition": partition.number, "up_to_offset": note},
                )
        step = answers.add(meta, samples, record.offset, record.timestamp)
        for answer in step.opened:
            partition.open(answer.key, record.offset)
        for task in step.tasks:
            self._spawn(partition, self._recognise(answers, task, partition))
        for answer in step.ended:
            if answer.is_complete:
                self._spawn(partition, self._conclude(answers, answer, partition))
        partition.note = str(answers.done_before)

    async def revoked(self, partition: Partition) -> None:
        """Drop the answers of ``partition`` and give up what is being done for them."""
        self._answers.pop(partition, None)
        for task in self._tasks.pop(partition, set()):
            task.cancel()

    async def stop(self) -> None:
        """Give up all work: what is not published will be done again."""
        for partition in list(self._tasks):
            await self.revoked(partition)

    def _spawn(self, partition: Partition, work: Coroutine[None, None, None]) -> None:
        tasks = self._tasks.setdefault(partition, set())
        task = asyncio.create_task(work)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    async def _recognise(self, answers: Answers, task: Task, partition: Partition) -> None:
        segment = segment_of(task, await self._heard(task))
        if segment is not None:
            await self._publish(segment, task.meta)
        answers.published(task)
        partition.note = str(answers.done_before)
        if task.answer.is_complete:
            await self._conclude(answers, task.answer, partition)

    async def _heard(self, task: Task) -> Heard:
        """Return what is heard, trying a failing model again; after that the pack counts as silent.

        A pack that always fails must not keep its answer open for ever.
        """
        for attempt, delay in zip(range(1, _ATTEMPTS + 1), delays(0.2), strict=False):
            try:
                heard = await self._scheduler.transcribe(
                    task.pack.audio, task.meta.language, lambda: task.answer.ended
                )
            except Exception as error:
                self._health.waiting("model", f"recognition failed: {error}")
                logger.exception("recognition failed", extra={"attempt": attempt})
                await asyncio.sleep(delay)
            else:
                self._health.arrived("model")
                outcome = "words" if heard.text else "no_words"
                counter(metrics.PACKS, outcome=outcome).inc()
                return heard
        self._health.arrived("model")
        counter(metrics.PACKS, outcome="failed").inc()
        logger.error(
            "gave up recognising a pack",
            extra={"answer": str(task.answer.key), "first_sample": task.pack.first_sample},
        )
        return NOTHING

    async def _conclude(self, answers: Answers, answer: OpenAnswer, partition: Partition) -> None:
        meta = answer.final
        if meta is not None:
            await self._publish(
                TranscriptFinal(
                    session=meta.session,
                    question=meta.question,
                    attempt=meta.attempt,
                    epoch=meta.epoch,
                    at=meta.at,
                    audio_ms=answer.audio_ms,
                ),
                meta,
            )
        answers.conclude(answer)
        partition.close(answer.key)

    async def _publish(self, event: TranscriptSegment | TranscriptFinal, meta: AudioMeta) -> None:
        await self._health.persist(lambda: self._producer.publish(event, gw=meta.gw))


def _meta_of(record: Record) -> AudioMeta:
    try:
        meta = AudioMeta.from_headers(record.headers)
    except HeaderError as error:
        raise DecodeError(str(error)) from None
    if record.key != meta.session.encode():
        raise DecodeError("the record's key is not the session id")
    return meta
