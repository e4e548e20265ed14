"""Plain text: which encoding it is in, and whether it is text at all."""

from __future__ import annotations

import codecs

from gateway.resumes.refusal import Code, Refused, too_much_text, unknown_type
from schemas.resume import MAX_TEXT

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, ""),  # before UTF-16, whose mark it begins with; nobody writes it
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_ALLOWED_CONTROLS = frozenset("\t\n\v\f\r\x1a")
"""0x1A ended a text file under DOS, and some editors still write it."""

_MARKUP = ("<!doctype", "<html", "<?xml", "{\\rtf")

_MAX_BYTES_A_CHARACTER = 4

_MAX_RARE = 0.1
"""Share of Hangul outside the 2,350 common syllables: text in another encoding has far more."""

_MIN_HANGUL = 0.5
"""Share of Hangul among what is not ASCII."""


def read(data: bytes) -> str:
    """Return the text of ``data``: UTF-8, UTF-16 with a byte order mark, or CP949 (EUC-KR).

    Raises:
        Refused: it is not text, is in another encoding, or is too long.
    """
    if len(data) > MAX_TEXT * _MAX_BYTES_A_CHARACTER:
        raise too_much_text()
    text = _decoded(data)
    if text is None or any(each < " " and each not in _ALLOWED_CONTROLS for each in text):
        raise Refused(
            Code.UNKNOWN_TYPE,
            "this is neither PDF, DOCX nor text in UTF-8: save it as PDF or DOCX",
        )
    if text.lstrip()[:20].casefold().startswith(_MARKUP):
        raise unknown_type("a file with markup (HTML, XML, RTF)")
    return text


def _decoded(data: bytes) -> str | None:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _try(data[len(mark) :], encoding) if encoding else None
    text = _try(data, "utf-8")
    if text is not None:
        return text
    text = _try(data, "cp949")
    return text if text is not None and _is_korean(text) else None


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_korean(text: str) -> bool:
    """Whether ``text``, decoded from CP949, reads like Korean: many other bytes decode too."""
    others = [each for each in text if not each.isascii()]
    hangul = [each for each in others if "가" <= each <= "힣"]
    rare = sum(min(each.encode("cp949")) < 0xA1 for each in hangul)
    return len(hangul) >= _MIN_HANGUL * len(others) and rare <= _MAX_RARE * len(hangul)
