from __future__ import annotations

import codecs
import random
import unicodedata

import pytest

from gateway.resumes.extract import extract
from gateway.resumes.limits import MAX_BYTES
from gateway.resumes.refusal import Code, Refused
from schemas.resume import MAX_TEXT
from tests.unit.resumes.files import ENGLISH, KOREAN


def code_of(data: bytes) -> Code:
    with pytest.raises(Refused) as refused:
        extract(data)
    assert refused.value.message
    assert "\n" not in refused.value.message
    return refused.value.code


@pytest.mark.parametrize("text", [ENGLISH, KOREAN], ids=["english", "korean"])
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "cp949"),
        (b"", "euc-kr"),
    ],
)
def test_text_is_read_in_every_encoding_that_korean_and_english_machines_write(
    text: str, mark: bytes, encoding: str
) -> None:
    assert extract(mark + text.encode(encoding)) == text


def test_windows_line_ends_and_odd_spaces_become_plain_ones() -> None:
    assert extract("One\r\ntwo\u00a0three\u3000four\rfive".encode()) == "One\ntwo three four\nfive"


def test_hangul_in_single_letters_and_ligatures_are_composed() -> None:
    decomposed = unicodedata.normalize("NFD", "학력")
    assert len(decomposed) == 6
    assert extract(f"{decomposed} e\ufb03cient ０１０".encode()) == "학력 efficient 010"


def test_characters_that_nobody_sees_are_dropped() -> None:
    assert extract("Ign\u200bore\u202e th\u00adis\ue000 \ufeffline".encode()) == "Ignore this line"


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 4,
        random.Random(1).randbytes(5_000),
        b"\x7fELF" + bytes(100),
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"\xff\xd8\xff\xe0" + bytes(100),
        codecs.BOM_UTF32_LE + ENGLISH.encode("utf-32-le"),
        ENGLISH.encode("utf-16-le"),  # without its mark
        "Müller – “Straße” naïve café, éloïse".encode("cp1252"),
        KOREAN.encode("utf-16-le") + b"x",
    ],
    ids=["all", "random", "program", "png", "jpeg", "utf-32", "no-mark", "cp1252", "half"],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    assert code_of(data) is Code.UNKNOWN_TYPE


@pytest.mark.parametrize(
    "data",
    [
        b"{\\rtf1\\ansi Jane}",
        b"<!DOCTYPE html><p>Jane",
        b"\n <html><p>Jane",
        b"<?xml version='1.0'?>",
    ],
)
def test_markup_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(Refused, match="save it as PDF or DOCX") as refused:
        extract(data)
    assert refused.value.code is Code.UNKNOWN_TYPE


def test_old_word_and_hangul_files_are_refused_by_name() -> None:
    with pytest.raises(Refused, match=r"\.doc.*\.hwp.*save it as PDF or DOCX") as refused:
        extract(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500))
    assert refused.value.code is Code.UNKNOWN_TYPE


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n ", b"--- *** ---", codecs.BOM_UTF8])
def test_a_file_without_a_letter_is_empty(data: bytes) -> None:
    assert code_of(data) is Code.EMPTY


def test_a_file_over_the_limit_is_refused_unread() -> None:
    assert code_of(b"%PDF-" + bytes(MAX_BYTES)) is Code.TOO_LARGE


def test_text_may_be_as_long_as_the_limit_and_not_longer() -> None:
    assert len(extract(b"a" * MAX_TEXT)) == MAX_TEXT
    assert code_of(b"a" * (MAX_TEXT + 1)) is Code.TOO_MUCH_TEXT
    assert code_of(b"a" * (5 * MAX_TEXT)) is Code.TOO_MUCH_TEXT
