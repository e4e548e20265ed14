from __future__ import annotations

import random
import signal
from collections.abc import Iterator

import pytest

from gateway.resumes import child
from tests.unit.resumes.files import (
    ENGLISH,
    KOREAN,
    document,
    docx,
    encrypted_pdf,
    packed,
    paragraph,
    pdf,
    table,
    text_docx,
)

ROUNDS = 60


class TooLongError(BaseException):
    """The file took more of a core than a child gets; no handler of ours takes it for damage."""


@pytest.fixture(autouse=True)
def _limited() -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGVTALRM, stop)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def mutated(choose: random.Random, data: bytes) -> bytes:
    """Return ``data`` with a few bytes changed, a part cut out, doubled, moved or blown up."""
    out = bytearray(data)
    for _ in range(choose.choice((1, 1, 2, 5, 20))):
        place = choose.randrange(len(out))
        end = min(len(out), place + choose.choice((1, 4, 40, 400)))
        match choose.randrange(6):
            case 0:
                out[place] = choose.randrange(256)
            case 1:
                out[place] ^= 1 << choose.randrange(8)
            case 2 if end - place < len(out):
                del out[place:end]
            case 3:
                out[place:place] = out[place:end]
            case 4:
                out[place:end] = choose.randbytes(end - place)
            case _:
                digits = [at for at, byte in enumerate(out) if 0x30 <= byte <= 0x39]
                if digits:
                    out[choose.choice(digits)] = choose.choice(b"0123456789-")
    return bytes(out)


def end_of(data: bytes) -> str:
    """Return what a child would reply, but for its content; it gets a child's time."""
    signal.setitimer(signal.ITIMER_VIRTUAL, child.MAX_CPU_S)
    (end,) = child.reply_to(data)
    return end


FILES = {
    "english-pdf": pdf(ENGLISH),
    "korean-pdf": pdf(KOREAN, ENGLISH),
    "encrypted-pdf": encrypted_pdf(pdf(ENGLISH), "", "AES-256"),
    "english-docx": text_docx(ENGLISH),
    "table-docx": docx(paragraph(KOREAN) + table(("2013", "한국대학교"), ("a\nb", "c"))),
    "korean-text": KOREAN.encode("cp949"),
    "utf-16": KOREAN.encode("utf-16"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_damaged_file_gives_a_resume_or_a_refusal(name: str) -> None:
    choose = random.Random(name)
    ends = [end_of(mutated(choose, FILES[name])) for _ in range(ROUNDS)]
    assert "refused" in ends
    assert set(ends) <= {"resume", "refused"}


def test_damaged_xml_in_a_whole_archive_gives_a_resume_or_a_refusal() -> None:
    choose = random.Random("xml")
    body = paragraph(KOREAN) + table(("2013", "한국대학교"), ("a\nb", "c"))
    xml = document(body).encode()
    ends = [end_of(packed({"word/document.xml": mutated(choose, xml)})) for _ in range(2 * ROUNDS)]
    assert set(ends) == {"resume", "refused"}
