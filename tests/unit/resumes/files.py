"""Makes the files that the tests read: nothing binary is committed."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from pypdf import PdfReader, PdfWriter

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

ENGLISH = """Jane Miller
Backend engineer with seven years of payment systems.
jane.miller@example.com | +1 (415) 555-0132

WORK EXPERIENCE
Acme Pay, Senior Engineer, 2019 - 2024
Cut the settlement run from six hours to forty minutes.

EDUCATION
State University, BSc Computer Science, 2013 - 2017

SKILLS
Python, Kafka, PostgreSQL"""

KOREAN = """김지원
결제 시스템을 칠 년 동안 만들어 온 백엔드 개발자입니다. 장애를 줄이는 일을 좋아합니다.
이메일: jiwon.kim@example.com
휴대폰: 010-1234-5678

경력사항
에이스페이, 선임 개발자, 2019.03 ~ 2024.02
정산 시간을 여섯 시간에서 사십 분으로 줄였습니다.

학 력
한국대학교 컴퓨터공학과, 2013.03 ~ 2017.02

기술 스택
Python, Kafka, PostgreSQL"""


def pdf(*pages: str, picture: bool = False) -> bytes:
    """Return a PDF with a page for each text, a line for each line.

    Its font has glyph numbers of its own and a ToUnicode map, as exported Korean text has.
    """
    glyphs = {character: number for number, character in enumerate(sorted(set("".join(pages))), 1)}
    mapped = "\n".join(
        f"<{number:04x}> <{character.encode('utf-16-be').hex()}>"
        for character, number in glyphs.items()
    )
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        3: b"<< /Type /Font /Subtype /Type0 /BaseFont /Own /Encoding /Identity-H"
        b" /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>",
        4: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Own /DW 1000"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        5: stream(
            "/CIDInit /ProcSet findresource begin begincmap\n"
            "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
            f"{len(glyphs)} beginbfchar\n{mapped}\nendbfchar endcmap end".encode()
        ),
        6: stream(
            bytes(3),
            "/Type /XObject /Subtype /Image /Width 1 /Height 1"
            " /ColorSpace /DeviceRGB /BitsPerComponent 8",
        ),
    }
    kids = []
    for page in pages:
        number = len(objects) + 2
        kids.append(f"{number} 0 R")
        objects[number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {number + 1} 0 R"
            " /Resources << /Font << /F 3 0 R >> /XObject << /I 6 0 R >> >> >>"
        ).encode()
        drawn = [
            "<" + "".join(f"{glyphs[each]:04x}" for each in line) + "> Tj 0 -14 Td"
            for line in page.split("\n")
        ]
        shown = "q 500 0 0 500 0 0 cm /I Do Q\n" if picture else ""
        lines = "\n".join(drawn)
        objects[number + 1] = stream(f"{shown}BT /F 10 Tf 50 800 Td\n{lines}\nET".encode())
    objects[2] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return assembled(objects)


def stream(content: bytes, entries: str = "") -> bytes:
    """Return a compressed stream object."""
    packed = zlib.compress(content)
    head = f"<< {entries} /Filter /FlateDecode /Length {len(packed)} >>".encode()
    return head + b"\nstream\n" + packed + b"\nendstream"


def assembled(objects: Mapping[int, bytes]) -> bytes:
    """Return the PDF of numbered objects, of which number 1 is the catalog."""
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, content in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for number in sorted(objects):
        out += b"%010d 00000 n \n" % places[number]
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def encrypted_pdf(content: bytes, password: str, algorithm: str) -> bytes:
    """Return ``content`` encrypted; with an empty password anybody may read it."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(user_password=password, owner_password="owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def paragraph(text: str) -> str:
    """Return a paragraph's XML."""
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def table(*rows: Sequence[str]) -> str:
    """Return a table's XML; a line of a cell is a paragraph."""
    cells = (
        "".join("<w:tc>" + "".join(map(paragraph, cell.split("\n"))) + "</w:tc>" for cell in row)
        for row in rows
    )
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def document(body: str, before: str = "") -> str:
    """Return the XML of a Word document; ``before`` stands above its root."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{before}<w:document xmlns:w="{WORD}"'
        ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<w:body>{body}</w:body></w:document>"
    )


def docx(body: str, before: str = "", more: Mapping[str, bytes] | None = None) -> bytes:
    """Return a Word document with ``body`` and ``more`` files."""
    return packed({"word/document.xml": document(body, before).encode(), **(more or {})})


def text_docx(text: str) -> bytes:
    """Return a Word document with a paragraph for each line."""
    return docx("".join(map(paragraph, text.split("\n"))))


def packed(files: Mapping[str, bytes], part: str = "/word/document.xml") -> bytes:
    """Return the zip of ``files`` and of the types that make it a Word document."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="{part}" ContentType="application/vnd.openxmlformats-officedocument'
        '.wordprocessingml.document.main+xml"/></Types>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
