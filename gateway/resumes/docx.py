"""Text out of a Word document."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.resumes import safe_xml, wordml
from gateway.resumes.archive import Archive
from gateway.resumes.refusal import unknown_type

_TYPES = "[Content_Types].xml"
_OVERRIDE = "http://schemas.openxmlformats.org/package/2006/content-types Override"
_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def read(data: bytes) -> str:
    """Return the text of the document in the zip archive ``data``, without headers and footers.

    Raises:
        Refused: it is another kind of archive, or not fit to be unpacked.
        Exception: whatever the libraries make of a damaged file.
    """
    archive = Archive(data)
    types = _Types()
    if _TYPES in archive:
        safe_xml.parse(archive.read(_TYPES), types)
    if not types.document:
        raise unknown_type("a zip file that is no Word document")
    return wordml.text_of(archive.read(types.document))


class _Types:
    """Finds the part that is the document: its name is up to the program that wrote it."""

    def __init__(self) -> None:
        self.document = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name == _OVERRIDE and attributes.get("ContentType") == _DOCUMENT:
            self.document = attributes.get("PartName", "").removeprefix("/")

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """The list of types has no text."""
