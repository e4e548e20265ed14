"""Text out of a PDF."""

from __future__ import annotations

import io

from pypdf import PdfReader

from gateway.resumes.limits import MAX_PAGES, MIN_LETTERS
from gateway.resumes.refusal import Code, Refused, encrypted, too_much_text
from schemas.resume import MAX_TEXT

_SAMPLE = b"""%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R
  /Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >> endobj
4 0 obj << /Length 44 >> stream
BT /F 9 Tf (a sample of twenty letters) Tj ET
endstream endobj
trailer << /Root 1 0 R >>
startxref
0
%%EOF"""


def warm_up() -> None:
    """Read a page, so that the library has loaded whatever it loads late."""
    read(_SAMPLE)


def read(data: bytes) -> str:
    """Return the text of all pages, in their order.

    A file that only restricts printing or copying opens with an empty password, as it does for
    everybody else.

    Raises:
        Refused: it needs a password, has too many pages or too much text, or holds only pictures.
        Exception: whatever the library makes of a damaged file.
    """
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise encrypted()
    pages = len(reader.pages)
    if pages > MAX_PAGES:
        raise Refused(
            Code.TOO_MANY_PAGES,
            f"this PDF has {pages} pages, {MAX_PAGES} are the most: shorten it",
        )
    texts = []
    length = 0
    for page in reader.pages:
        text = page.extract_text()
        length += len(text)
        if length > 2 * MAX_TEXT:  # spaces that are dropped later count here
            raise too_much_text()
        texts.append(text)
    text = "\n".join(texts)
    if sum(map(str.isalnum, text)) < MIN_LETTERS:
        raise Refused(Code.NO_TEXT, "this PDF holds only pictures: export it with text")
    return text
