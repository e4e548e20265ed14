"""XML without document types, and so without entities of any kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NoReturn, Protocol
from xml.parsers import expat

from gateway.resumes.refusal import Code, Refused, damaged

MAX_DEPTH = 256
"""Elements within elements."""


class Handler(Protocol):
    """Takes what is found. Names are ``namespace local``, or ``local`` where there is none."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Some of the text of the open element."""


def parse(chunks: Iterable[bytes], handler: Handler) -> None:
    """Tell ``handler`` what the document in ``chunks`` holds.

    Raises:
        Refused: the document has a document type, or is nested deeper than ``MAX_DEPTH``.
        expat.ExpatError: it is not well-formed.
    """
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise damaged()
        handler.start(name, attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(name)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.text
    for chunk in chunks:
        parser.Parse(chunk, False)
    parser.Parse(b"", True)


def _refuse(*_: object) -> NoReturn:
    raise Refused(
        Code.FORBIDDEN_XML,
        "this file defines XML entities, which no word processor does: save it again as DOCX",
    )
