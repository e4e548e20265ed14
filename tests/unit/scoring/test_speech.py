from __future__ import annotations

import pytest

from schemas.events import TranscriptSegment, Word
from schemas.language import Language
from streams.scoring.speech import count_fillers, speech
from tests.support import evidence as make

KEY = make.place()


@pytest.mark.requirement("voice-features")
def test_words_a_minute_fillers_and_confidence_of_an_answer() -> None:
    said = speech(
        [
            make.segment(KEY, 0, "Um, I built the tracker.", 0.8, 2_000),
            make.segment(KEY, 64_000, "It was, you know, uh slow before.", 1.0, 4_000),
        ],
        Language.ENGLISH,
    )
    assert said.transcript == "Um, I built the tracker. It was, you know, uh slow before."
    assert said.words == 12
    assert said.words_per_minute == pytest.approx(12 / (6 / 60))
    assert said.fillers == 3
    assert said.confidence == pytest.approx((5 * 0.8 + 7 * 1.0) / 12)
    assert said.speech_ms == 6_000


def timed(*times: tuple[int, int], seq: int = 0) -> TranscriptSegment:
    """Return a segment whose words have these starts and ends, in milliseconds."""
    words = tuple(Word(text="w", start_ms=a, end_ms=b, probability=1.0) for a, b in times)
    segment = make.segment(KEY, seq, " ".join("w" * len(words)), 1.0, 1_000)
    return segment.model_copy(
        update={"words": words, "start_ms": times[0][0], "end_ms": times[-1][1]}
    )


@pytest.mark.parametrize("language", list(Language))
def test_pauses_are_the_silences_between_words(language: Language) -> None:
    said = speech(
        [
            timed((900, 1_200), (1_699, 2_000), (2_500, 3_000)),
            timed((2_900, 3_100), (5_100, 5_200), seq=48_000),
        ],
        language,
    )
    assert (said.pauses, said.pause_ms, said.longest_pause_ms) == (2, 2_500, 2_000)


def test_segments_without_words_pause_between_each_other() -> None:
    bare = [timed((0, 1_000)), timed((4_000, 5_000), seq=64_000)]
    said = speech([each.model_copy(update={"words": ()}) for each in bare], Language.ENGLISH)
    assert (said.pauses, said.pause_ms) == (1, 3_000)


def test_one_word_has_no_pause() -> None:
    said = speech([timed((5_000, 5_200))], Language.ENGLISH)
    assert (said.pauses, said.pause_ms, said.longest_pause_ms) == (0, 0, 0)


def test_nothing_said_has_no_rates() -> None:
    said = speech([], Language.KOREAN)
    assert (said.transcript, said.words, said.fillers, said.speech_ms) == ("", 0, 0, 0)
    assert said.words_per_minute is None
    assert said.confidence is None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("um umm uhh er erm ah hmm", 7),
        ("Um. UH! Hmm?", 3),
        ("the umbrella, other, era, ahead, human", 0),
        ("you know, it works. I mean, it did.", 2),
        ("do you know it? I mean it.", 0),
        ("", 0),
    ],
)
def test_english_fillers_are_words_of_their_own(text: str, count: int) -> None:
    assert count_fillers(text, Language.ENGLISH) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("음 저는 어 개발자입니다", 2),
        ("음음 으음 흠… 어어", 4),
        ("음악과 어제 에너지 그림 저녁", 0),
        ("그 사람은 저 집에 삽니다", 0),
        ("그… 사람은, 저.. 아, 뭐, 그랬습니다", 4),
        ("그니까 뭐랄까 좋았어요", 2),
    ],
)
def test_korean_fillers_are_not_parts_of_words(text: str, count: int) -> None:
    assert count_fillers(text, Language.KOREAN) == count
