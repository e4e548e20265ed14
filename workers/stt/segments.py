"""From what an engine heard in a pack to the event."""

from __future__ import annotations

from schemas.events import TranscriptSegment, Word
from schemas.media import SAMPLE_RATE
from workers.stt.answers import Task
from workers.stt.service import Heard

_LONGEST_TEXT = 4000
_LONGEST_WORD = 200


def segment_of(task: Task, heard: Heard) -> TranscriptSegment | None:
    """Return the segment of ``task``, named by the pack's first sample; None when it is empty.

    Times are milliseconds from the answer's first sample and never outside of the pack.
    """
    if not heard.text:
        return None
    pack, meta = task.pack, task.meta
    earliest, latest = _ms(pack.audio_start), _ms(pack.end)

    def at(seconds: float) -> int:
        return min(max(earliest + round(seconds * 1000), earliest), latest)

    words = tuple(
        Word(
            text=word.text[:_LONGEST_WORD],
            start_ms=at(word.start),
            end_ms=max(at(word.start), at(word.end)),
            probability=min(max(word.probability, 0.0), 1.0),
        )
        for word in heard.words
    )
    return TranscriptSegment(
        session=meta.session,
        question=meta.question,
        attempt=meta.attempt,
        epoch=task.epoch,
        seq=pack.first_sample,
        at=pack.at,
        language=meta.language,
        text=heard.text[:_LONGEST_TEXT],
        words=words,
        start_ms=words[0].start_ms if words else earliest,
        end_ms=words[-1].end_ms if words else latest,
        speech_ms=pack.speech_ms,
        avg_logprob=min(heard.avg_logprob, 0.0),
        no_speech_prob=min(max(heard.no_speech_prob, 0.0), 1.0),
    )


def _ms(samples: int) -> int:
    return samples * 1000 // SAMPLE_RATE
