"""Whether everything that a gateway counted is there, and nothing that was heard is missing."""

from __future__ import annotations

from schemas.events import AnswerEnded
from schemas.media import SAMPLE_RATE
from tests.support.gateway import Backend


async def assert_whole(backend: Backend, session: str, answers: int) -> None:
    """Assert that ``answers`` answers of ``session`` ended, with every counted record published.

    The audio has no gap and is as long as the answer was, to a second; frames may be fewer.
    """
    await backend.until(lambda: len(_ended(backend, session)) >= answers, 60)
    for ended in _ended(backend, session).values():
        await backend.settled(ended)
        (counts,) = ended.counts
        chunks = {m.seq: (m, pcm) for m, pcm in backend.audio if m.answer == ended.answer}
        frames = {m.seq for m, _ in backend.frames if m.answer == ended.answer}
        assert sorted(chunks) == list(range(counts.chunks))
        assert sorted(frames) == list(range(counts.frames))
        samples = 0
        for seq in range(counts.chunks):
            meta, pcm = chunks[seq]
            assert meta.first_sample == samples, "no chunk is missing in between"
            samples += len(pcm) // 2
        seconds = (ended.at - ended.started_at) / 1000
        assert abs(samples / SAMPLE_RATE - seconds) < 1.0, (samples / SAMPLE_RATE, seconds)


def _ended(backend: Backend, session: str) -> dict[str, AnswerEnded]:
    return {each.id: each for each in backend.of(AnswerEnded, session)}
