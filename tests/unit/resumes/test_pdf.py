from __future__ import annotations

import pytest

from gateway.resumes.extract import extract
from gateway.resumes.limits import MAX_PAGES
from gateway.resumes.refusal import Code, Refused
from schemas.resume import MAX_TEXT
from tests.unit.resumes.files import ENGLISH, KOREAN, assembled, encrypted_pdf, pdf, stream


def code_of(data: bytes) -> Code:
    with pytest.raises(Refused) as refused:
        extract(data)
    return refused.value.code


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize("text", [ENGLISH, KOREAN], ids=["english", "korean"])
def test_lines_come_out_as_they_were_written(text: str) -> None:
    assert [line for line in extract(pdf(text)).split("\n") if line] == [
        line for line in text.split("\n") if line
    ]


def test_pages_come_in_their_order() -> None:
    assert words(extract(pdf("first page of two", "second page of two"))) == words(
        "first page of two second page of two"
    )


def test_a_few_bytes_before_the_mark_are_allowed() -> None:
    assert words(extract(b"\r\n\r\n" + pdf(ENGLISH))) == words(ENGLISH)


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_password_is_refused_and_an_empty_one_is_none(algorithm: str) -> None:
    assert code_of(encrypted_pdf(pdf(ENGLISH), "secret", algorithm)) is Code.ENCRYPTED
    assert words(extract(encrypted_pdf(pdf(KOREAN), "", algorithm))) == words(KOREAN)


def test_pictures_alone_are_refused_with_what_to_do() -> None:
    with pytest.raises(Refused, match="holds only pictures: export it with text") as refused:
        extract(pdf("Scanned by CamApp", picture=True))
    assert refused.value.code is Code.NO_TEXT


def test_pages_up_to_the_limit_are_read() -> None:
    pages = [f"This is page number {number}" for number in range(200)]
    assert "page number 19" in extract(pdf(*pages[:MAX_PAGES]))
    with pytest.raises(Refused, match="200 pages, 20 are the most") as refused:
        extract(pdf(*pages))
    assert refused.value.code is Code.TOO_MANY_PAGES


def test_the_number_of_pages_is_counted_and_not_believed() -> None:
    data = pdf(*(f"This is page number {number}" for number in range(30)))
    assert code_of(data.replace(b"/Count 30", b"/Count  1")) is Code.TOO_MANY_PAGES


def test_more_text_than_a_resume_has_is_refused() -> None:
    page = "\n".join(["word " * 20] * 100)
    assert code_of(pdf(*[page] * (MAX_TEXT // len(page) + 1))) is Code.TOO_MUCH_TEXT


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_a_file_that_was_cut_off_is_damaged(share: float) -> None:
    data = pdf(ENGLISH)
    assert code_of(data[: int(len(data) * share)]) is Code.DAMAGED


def test_a_file_whose_table_was_cut_off_is_still_read() -> None:
    data = pdf(ENGLISH)
    start = data.rindex(b"xref\n0")
    assert words(extract(data[:start] + data[data.index(b"trailer") :])) == words(ENGLISH)


@pytest.mark.parametrize(
    "objects",
    [
        {1: b"<< /Type /Catalog >>"},
        {1: b"<< /Type /Catalog /Pages 1 0 R >>"},
        {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"},
        {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"[" * 5_000},
        {1: stream(b"1 2 3")},
        {1: b"null"},
    ],
    ids=["no-pages", "own-pages", "loop", "nested", "stream", "null"],
)
def test_a_broken_structure_is_refused(objects: dict[int, bytes]) -> None:
    assert code_of(assembled(objects)) in {Code.DAMAGED, Code.NO_TEXT}
