"""The text of a Word document's XML, in reading order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gateway.resumes import safe_xml
from gateway.resumes.refusal import too_much_text
from schemas.resume import MAX_TEXT

_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
"""Namespaces of Word's elements: the usual and the strict form of the standard."""

_FALLBACK = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"
"""Says once more, for old readers, what stands before it."""

_DELETED = ("del", "moveFrom")
_OFF = ("0", "false", "off")
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def text_of(chunks: Iterable[bytes]) -> str:
    """Return the paragraphs and tables of a document, a line each.

    The cells of a table's row stand on one line with tabs between them. A row that lays out the
    page (a cell of several paragraphs) gives its cells one after the other. What the author
    deleted or hid is left out.

    Raises:
        Refused: the document is forbidden, nested too deep, or has too much text.
        expat.ExpatError: it is not well-formed.
    """
    document = _Document()
    safe_xml.parse(chunks, document)
    return "\n".join(document.lines)


class _Document:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self._targets = [self.lines]  # of paragraphs: the body, then each open cell
        self._rows: list[list[list[str]]] = []
        self._paragraphs: list[list[str]] = []
        self._hidden: list[bool] = []  # of each open run; a text box has runs within a run
        self._path: list[str] = []
        self._skipping = 0
        self._length = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        local = _local(name)
        if self._skipping or name == _FALLBACK or local in _DELETED:
            self._skipping += 1
            return
        parent = self._path[-1] if self._path else ""
        self._path.append(local)
        if local == "p":
            self._paragraphs.append([])
        elif local == "r":
            self._hidden.append(False)
        elif local == "tr":
            self._rows.append([])
        elif local == "tc":
            self._targets.append([])
        elif local == "vanish" and self._path[-3:-1] == ["r", "rPr"]:
            values = [value for key, value in attributes.items() if _local(key) == "val"]
            self._hidden[-1] = not values or values[0] not in _OFF
        elif local in _CHARACTERS and parent == "r":
            self._write(_CHARACTERS[local])

    def end(self, name: str) -> None:
        """An element ends."""
        if self._skipping:
            self._skipping -= 1
            return
        local = self._path.pop()
        if local == "p":
            self._targets[-1].extend("".join(self._paragraphs.pop()).split("\n"))
        elif local == "r":
            self._hidden.pop()
        elif local == "tc":
            cell = self._targets.pop()
            if self._rows:
                self._rows[-1].append([line for line in cell if line.strip()])
        elif local == "tr":
            self._targets[-1].extend(_row(self._rows.pop()))

    def text(self, text: str) -> None:
        """Some of the text of the open element."""
        if not self._skipping and self._path[-2:] == ["r", "t"]:
            self._write(text)

    def _write(self, text: str) -> None:
        if self._paragraphs and not self._hidden[-1]:
            self._length += len(text)
            if self._length > 2 * MAX_TEXT:  # spaces that are dropped later count here
                raise too_much_text()
            self._paragraphs[-1].append(text)


def _local(name: str) -> str:
    namespace, _, local = name.rpartition(" ")
    return local if namespace in _WORD else ""


def _row(cells: list[list[str]]) -> list[str]:
    filled = [cell for cell in cells if cell]
    if all(len(cell) == 1 for cell in filled):
        return ["\t".join(cell[0] for cell in filled)]
    return [line for cell in filled for line in cell]
