"""Text out of a file, whose type its content decides and never its name."""

from __future__ import annotations

from gateway.resumes import docx, pdf, plain
from gateway.resumes.limits import check_size
from gateway.resumes.refusal import Code, Refused, damaged, too_much_text, unknown_type, unreadable
from gateway.resumes.tidy import tidy
from schemas.resume import MAX_TEXT

_PDF = b"%PDF-"
_PDF_WITHIN = 1024
"""Bytes before a PDF's mark that readers have always allowed."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The container of old Word, of Hangul (.hwp), and of Word files with a password."""


def extract(data: bytes) -> str:
    """Return the tidy text of a PDF, a DOCX or a text file.

    Runs in a process of its own: a hostile file may need all memory or time there is.

    Raises:
        Refused: the file is not taken.
        ImportError, OSError: a library wanted more than its process may have.
    """
    check_size(data)
    try:
        text = tidy(_read(data))
    except (Refused, ImportError, OSError):
        raise
    except MemoryError:
        raise unreadable() from None
    except Exception:  # a library meets in a damaged file whatever it did not expect
        raise damaged() from None
    if not any(map(str.isalnum, text)):
        raise Refused(Code.EMPTY, "this file holds no text: choose your résumé again")
    if len(text) > MAX_TEXT:
        raise too_much_text()
    return text


def _read(data: bytes) -> str:
    if _PDF in data[:_PDF_WITHIN]:
        return pdf.read(data)
    if data.startswith(_ZIP):
        return docx.read(data)
    if data.startswith(_OLE):
        raise unknown_type("an old Word (.doc), Hangul (.hwp) or password-protected Word file")
    return plain.read(data)
