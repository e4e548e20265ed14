"""Numbers, Latin words and signs in Korean questions."""

from __future__ import annotations

import json

import pytest

from deploy.local.settings import LocalSettings
from schemas.models import KOKORO
from workers.tts.korean.latin import in_hangul, said
from workers.tts.korean.latin_words import WORDS
from workers.tts.korean.numbers import chinese, native, spelled_out
from workers.tts.korean.phonemes import of_sentence
from workers.tts.korean.reading import sentences


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "영"), (7, "칠"), (10, "십"), (16, "십육"), (101, "백일"), (1_100, "천백"),
        (2_026, "이천이십육"), (10_000, "만"), (12_000, "만이천"), (110_000, "십일만"),
        (100_010_000, "일억일만"), (3 * 10**12, "삼조"),
    ],
)  # fmt: skip
def test_the_chinese_series(number: int, expected: str) -> None:
    assert chinese(number) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, "한"), (4, "네"), (20, "스무"), (21, "스물한"), (99, "아흔아홉")],
)
def test_the_native_series(number: int, expected: str) -> None:
    assert native(number) == expected


@pytest.mark.parametrize("number", [-1, 10**20])
def test_numbers_without_words_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="number"):
        chinese(number)
    with pytest.raises(ValueError, match="1 to 99"):
        native(number)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3년 뒤에", "삼년 뒤에"),
        ("2명이 12가지를", "두 명이 열두 가지를"),
        ("20개월", "이십개월"),
        ("20개의", "스무 개의"),
        ("3번째 시도", "세 번째 시도"),
        ("120명", "백이십명"),
        ("3개월에서 6개월", "삼개월에서 육개월"),
        ("10시 30분", "열 시 삼십분"),
        ("3시간", "세 시간"),
        ("1~2년", "일에서 이년"),
        ("1,200만 원", "천이백만 원"),
        ("3.14배", "삼점일사배"),
        ("010-1234", "공일공-천이백삼십사"),
        ("1" * 30, "일" * 30),
        ("0", "영"),
    ],
)
def test_numbers_in_a_text(text: str, expected: str) -> None:
    assert spelled_out(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Python으로", "파이썬으로"),
        ("AWS를", "에이더블유에스를"),
        ("Node.js와 C++", "노드제이에스와 씨플러스플러스"),
        ("CI/CD", "씨아이씨디"),
        ("SDK", "에스디케이"),
        ("FastAPI", "패스트에이피아이"),
        ("DevSecOps", "데브섹옵스"),
        ("iPhone", "아이폰"),
        ("blockchain", "블록체인"),
        ("stress", "스트레스"),
        ("solution", "솔루션"),
        ("k", "케이"),
        ("ClickHouse", "클릭하우스"),
    ],
)
def test_latin_words(text: str, expected: str) -> None:
    assert in_hangul(text) == expected


@pytest.mark.parametrize(
    "word", ["Qwerty", "brr", "Zzyzx", "strength", "ng", "thing", "ééé", "A" * 40]
)
def test_an_unknown_word_is_said_somehow(word: str) -> None:
    heard = in_hangul(word)
    assert [each for each in heard if each.isascii() and each.isalpha()] == []
    assert word == "ééé" or heard


def test_the_table_of_words_is_hangul() -> None:
    for latin, hangul in WORDS.items():
        assert latin == latin.casefold()
        assert all("가" <= each <= "힣" for each in hangul), latin
        assert said(latin.upper() if len(latin) > 5 else latin) == hangul


def test_a_text_is_sentences_of_words_and_marks() -> None:
    found = sentences("예를 들어, 3년간 AWS를… 쓰셨나요?! 네. ")
    assert found == [
        ["예를", "들어", ",", "삼년간", "에이더블유에스를", "."], ["쓰셨나요", "?"], ["네", "."],
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "…", "?!.", "漢字", "🙂"])
def test_what_cannot_be_read_is_no_sentence(text: str) -> None:
    assert sentences(text) == []


def test_sentences_without_a_mark_get_one() -> None:
    assert sentences("말씀해 주세요") == [["말씀해", "주세요", "."]]
    assert sentences("그리고, ") == [["그리고", "."]]


def test_symbols_of_a_sentence() -> None:
    assert of_sentence(["같이", "갑시다", "."]) == "kaʨʰi kapɕɕida."
    assert of_sentence(["네", ",", "달라요", "?"]) == "ne, tallajo?"


def test_kokoro_knows_every_symbol_there_can_be() -> None:
    file = KOKORO.at(LocalSettings().models) / "vocab.json"
    known = json.loads(file.read_text(encoding="utf-8"))["vocab"]
    words = [chr(each) for each in range(ord("가"), ord("힣") + 1)]
    words += ["가" + each for each in words[::7]]
    assert set(of_sentence([*words, ",", "!", "?", "."])) <= known.keys()
