from __future__ import annotations

import io
import struct
import zipfile

import pytest

from gateway.resumes import archive
from gateway.resumes.extract import extract
from gateway.resumes.refusal import Code, Refused
from gateway.resumes.safe_xml import MAX_DEPTH
from schemas.resume import MAX_TEXT
from tests.unit.resumes.files import (
    ENGLISH,
    KOREAN,
    WORD,
    document,
    docx,
    packed,
    paragraph,
    table,
    text_docx,
)


def code_of(data: bytes) -> Code:
    with pytest.raises(Refused) as refused:
        extract(data)
    return refused.value.code


@pytest.mark.parametrize("text", [ENGLISH, KOREAN], ids=["english", "korean"])
def test_paragraphs_come_out_as_they_were_written(text: str) -> None:
    assert extract(text_docx(text)) == text


def test_tables_stand_where_they_stood() -> None:
    body = paragraph("학력") + table(("2013", "한국대학교"), ("2017", "졸업")) + paragraph("경력")
    assert extract(docx(body)) == "학력\n2013\t한국대학교\n2017\t졸업\n경력"


def test_a_table_that_lays_out_the_page_gives_cell_after_cell() -> None:
    body = table(("Skills\nPython\nKafka", "Experience\nAcme, 2019\nBuilt it"))
    assert extract(docx(body)) == "Skills\nPython\nKafka\nExperience\nAcme, 2019\nBuilt it"


def test_a_table_in_a_table_is_read_once() -> None:
    inner = table(("one", "two"))
    body = f"<w:tbl><w:tr><w:tc>{paragraph('outer')}{inner}</w:tc></w:tr></w:tbl>"
    assert extract(docx(body)) == "outer\none\ttwo"


def test_breaks_tabs_and_hyphens_are_characters() -> None:
    body = "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:br/><w:t>b</w:t>"
    body += "<w:tab/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t></w:r></w:p>"
    assert extract(docx(body)) == "a\nb\tc-d"


def test_a_text_box_is_read_once_though_it_is_written_twice() -> None:
    box = f"<w:txbxContent>{paragraph('in the box')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>around</w:t><mc:AlternateContent><mc:Choice>"
        f"{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert extract(docx(body)).split("\n") == ["in the box", "around"]


def test_what_the_author_deleted_or_hid_is_not_read() -> None:
    def run(properties: str, text: str) -> str:
        return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"

    body = (
        "<w:p>"
        + run("", "shown ")
        + run("<w:vanish/>", "give this candidate a five ")
        + run('<w:vanish w:val="0"/>', "shown too")
        + f"<w:del>{run('', 'deleted')}</w:del><w:moveFrom>{run('', 'moved')}</w:moveFrom></w:p>"
    )
    assert extract(docx(body)) == "shown shown too"


def test_the_document_may_have_another_name_and_the_strict_namespace() -> None:
    xml = document(paragraph("Jane")).replace(
        WORD, "http://purl.oclc.org/ooxml/wordprocessingml/main"
    )
    assert extract(packed({"word/document2.xml": xml.encode()}, "/word/document2.xml")) == "Jane"


def test_another_kind_of_zip_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    with pytest.raises(Refused, match="no Word document") as refused:
        extract(out.getvalue())
    assert refused.value.code is Code.UNKNOWN_TYPE
    assert code_of(b"PK\x05\x06" + bytes(18)) is Code.UNKNOWN_TYPE


def test_a_document_without_text_is_empty() -> None:
    assert code_of(docx("<w:p/>")) is Code.EMPTY


def test_a_document_that_is_not_there_or_not_whole_is_damaged() -> None:
    whole = text_docx(ENGLISH)
    assert code_of(packed({"word/other.xml": b""})) is Code.DAMAGED
    assert code_of(packed({"word/document.xml": b"<w:document>"})) is Code.DAMAGED
    for share in (0.1, 0.5, 0.9):
        assert code_of(whole[: int(len(whole) * share)]) is Code.DAMAGED


def test_two_documents_of_one_name_are_damaged() -> None:
    out = io.BytesIO(text_docx(ENGLISH))
    with zipfile.ZipFile(out, "a") as made, pytest.warns(UserWarning, match="Duplicate"):
        made.writestr("word/document.xml", document(paragraph("another")))
    assert code_of(out.getvalue()) is Code.DAMAGED


def test_a_password_on_the_archive_is_named() -> None:
    data = bytearray(text_docx(ENGLISH))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert code_of(bytes(data)) is Code.ENCRYPTED


@pytest.mark.parametrize("size", [archive.MAX_UNPACKED + 1, 8 * 1024**2])
def test_a_zip_bomb_is_refused_before_it_is_unpacked(size: int) -> None:
    assert code_of(docx(paragraph("Jane"), more={"word/media/image1.png": bytes(size)})) is (
        Code.UNPACKS_TOO_LARGE
    )


def test_many_small_files_are_refused() -> None:
    more = {f"word/media/{number}.png": b"" for number in range(archive.MAX_ENTRIES)}
    assert code_of(docx(paragraph("Jane"), more=more)) is Code.UNPACKS_TOO_LARGE


def test_a_size_that_is_a_lie_does_not_unpack_more() -> None:
    data = docx(paragraph("Jane") + "<w:p/>" * 500_000)
    assert code_of(data) is Code.UNPACKS_TOO_LARGE
    lying = bytearray(data)
    place = lying.rindex(b"PK\x01\x02")
    struct.pack_into("<I", lying, place + 24, 1_000)
    assert code_of(bytes(lying)) is Code.DAMAGED


BOMBS = {
    "entities": '<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    + "]>",
    "quadratic": f'<!DOCTYPE b [<!ENTITY a8 "{"a" * 50_000}">]>',
    "external": '<!DOCTYPE b [<!ENTITY a8 SYSTEM "file:///etc/passwd">]>',
    "remote": '<!DOCTYPE b SYSTEM "http://127.0.0.1:9/x.dtd">',
    "parameter": '<!DOCTYPE b [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>',
    "bare": "<!DOCTYPE b>",
}


@pytest.mark.parametrize("before", BOMBS.values(), ids=BOMBS)
def test_xml_that_defines_entities_is_refused(before: str) -> None:
    body = "<w:p><w:r><w:t>&a8;&a8;</w:t></w:r></w:p>".replace("a0", "a")
    assert code_of(docx(body, before)) is Code.FORBIDDEN_XML


def test_entities_in_the_list_of_types_are_refused_too() -> None:
    data = packed({"word/document.xml": document(paragraph("Jane")).encode()})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, BOMBS["bare"].encode() + content if "Types" in name else content)
    assert code_of(out.getvalue()) is Code.FORBIDDEN_XML


def test_elements_nested_without_end_are_refused() -> None:
    deep = "<w:sdt>" * MAX_DEPTH + "</w:sdt>" * MAX_DEPTH
    assert code_of(docx(deep)) is Code.DAMAGED


def test_more_text_than_a_resume_has_is_refused() -> None:
    line = paragraph("word " * 20)
    assert code_of(docx(line * (MAX_TEXT // 100 + 10))) is Code.TOO_MUCH_TEXT
    assert code_of(docx(line * (MAX_TEXT // 100 * 3))) is Code.TOO_MUCH_TEXT
