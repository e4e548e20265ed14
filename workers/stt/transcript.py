"""A whole recording at once, cut and recognised exactly as a live answer is."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.formula import Policy
from schemas.ids import AnswerKey
from schemas.language import Language
from schemas.media import MAX_CHUNK_SAMPLES, AudioMeta
from workers.stt.answers import OpenAnswer, Task
from workers.stt.packing import Chunk, Pack, Packer
from workers.stt.pcm import Samples
from workers.stt.segments import segment_of
from workers.stt.service import Transcriber

_SESSION = "file"


def packs_of(samples: Samples, packer: Packer) -> Iterator[Pack]:
    """Yield the packs of ``samples``, shape (n,), int16, 16 kHz."""
    for seq, first in enumerate(range(0, samples.size, MAX_CHUNK_SAMPLES)):
        piece = samples[first : first + MAX_CHUNK_SAMPLES]
        yield from packer.add(Chunk(seq, first, piece, seq, 0))
    yield from packer.flush()


def transcript_of(
    samples: Samples, language: Language, transcriber: Transcriber, packer: Packer
) -> Iterator[tuple[int, int, str]]:
    """Yield (start ms, end ms, text) of what is said in ``samples``.

    Raises:
        RuntimeError: the model failed.
    """
    key = AnswerKey(_SESSION, 1, 1)
    meta = AudioMeta(
        session=_SESSION,
        question=key.question,
        attempt=key.attempt,
        epoch=1,
        seq=0,
        at=0,
        gw=0,
        language=language,
        policy=Policy.PRACTICE,
    )
    for pack in packs_of(samples, packer):
        heard = transcriber.transcribe(pack.audio, language)
        segment = segment_of(Task(OpenAnswer(key, meta, 0), 1, pack, meta), heard)
        if segment is not None:
            yield segment.start_ms, segment.end_ms, segment.text
