from __future__ import annotations

import asyncio
import sys
import zlib
from functools import partial
from pathlib import Path

import pytest

from gateway.resumes import child, reader
from gateway.resumes.reader import ResumeReader, read_resume
from gateway.resumes.refusal import Code, Refused
from gateway.resumes.sections import resume_of
from tests.support.waiting import until
from tests.unit.resumes.files import (
    ENGLISH,
    KOREAN,
    assembled,
    encrypted_pdf,
    pdf,
    stream,
    text_docx,
)


async def code_of(data: bytes, by: ResumeReader | None = None) -> Code:
    with pytest.raises(Refused) as refused:
        await (by or ResumeReader()).read(data)
    return refused.value.code


async def end_of(data: bytes) -> Code | None:
    """Return why ``data`` is refused; None: it is read."""
    try:
        await ResumeReader().read(data)
    except Refused as refused:
        return refused.code
    return None


def is_running(note: Path) -> bool:
    """Whether the process whose number is in ``note`` is there."""
    return Path(f"/proc/{note.read_text()}").exists()


def entries(folder: Path) -> list[Path]:
    """The files in ``folder``."""
    return list(folder.iterdir())


async def started(note: Path) -> bool:
    """Whether a child has written its number."""
    return any(file.stat().st_size for file in entries(note.parent) if file == note)


async def several(folder: Path) -> bool:
    """Whether as many children run as may run at once."""
    return len(entries(folder)) >= reader.AT_ONCE


def python(code: str, timeout_s: float = 30) -> ResumeReader:
    """Return a reader whose child runs ``code``."""
    return ResumeReader((sys.executable, "-c", code), timeout_s=timeout_s)


@pytest.mark.parametrize("text", [ENGLISH, KOREAN], ids=["english", "korean"])
async def test_a_file_becomes_text_and_sections(text: str) -> None:
    made = {"text": text.encode(), "docx": text_docx(text)}
    for data in made.values():
        assert await read_resume(data) == resume_of(text)
    found = await read_resume(pdf(text))
    assert [each.kind for each in found.sections] == [
        each.kind for each in resume_of(text).sections
    ]


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
async def test_the_child_has_loaded_what_it_needs_before_it_can_load_no_more(
    algorithm: str,
) -> None:
    open_to_all = encrypted_pdf(pdf(KOREAN), "", algorithm)
    helvetica = assembled(pages())
    narrow = assembled(
        pages(font=b"<< /Type /Font /Subtype /Type3 /FirstChar 0 /ToUnicode 7 0 R >>")
        | {
            7: stream(
                b"1 beginbfchar <41> <ac00> endbfchar 1 beginbfrange <61> <7a> <0041> endbfrange"
            )
        }
    )
    for data in (open_to_all, helvetica, narrow, KOREAN.encode("cp949"), KOREAN.encode("utf-16")):
        assert (await read_resume(data)).sections


async def test_a_refusal_comes_through_with_its_code_and_message() -> None:
    with pytest.raises(Refused, match="holds only pictures: export it with text") as refused:
        await read_resume(pdf("x", picture=True))
    assert refused.value.code is Code.NO_TEXT


async def test_contact_details_alone_are_no_resume() -> None:
    assert await code_of("김지원\n010-1234-5678\njiwon@example.com".encode()) is Code.NO_TEXT


async def test_an_empty_or_large_file_starts_no_child() -> None:
    nothing = ResumeReader(("/does/not/exist",))
    assert await code_of(b"", nothing) is Code.EMPTY
    assert await code_of(bytes(6 * 1024 * 1024), nothing) is Code.TOO_LARGE


async def test_a_child_that_cannot_be_started_makes_the_file_unreadable() -> None:
    assert await code_of(b"text", ResumeReader(("/does/not/exist",))) is Code.UNREADABLE


FEED = "import sys; sys.stdin.buffer.read(); "


@pytest.mark.parametrize(
    "code",
    [
        "",
        "import os; os._exit(3)",
        "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
        "raise SystemExit('no')",
        "print('not json')",
        "print('[]')",
        "print('3')",
        "print('{}')",
        "print('[' * 100000)",
        'print(\'{"resume": {"text": 1}}\')',
        'print(\'{"resume": {"text": "", "sections": 3}}\')',
        'print(\'{"refused": {"code": "nonsense", "message": ""}}\')',
        "print('{\"refused\": 3}')",
        'print(\'{"failed": "KeyError"}\')',
        "import sys\nwhile True: sys.stdout.write('x' * 100000)",
        "import sys; sys.stdout.buffer.write(bytes(range(256)))",
    ],
)
@pytest.mark.parametrize("before", ["", FEED], ids=["deaf", "fed"])
async def test_a_child_that_dies_or_talks_nonsense_makes_the_file_unreadable(
    code: str, before: str
) -> None:
    data = ENGLISH.encode() * 2_000  # more than a pipe holds
    assert await code_of(data, python(before + code)) is Code.UNREADABLE


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(600)",
        "import os, time; os.close(1); time.sleep(600)",
        FEED
        + "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)",
    ],
    ids=["deaf", "silent", "stubborn"],
)
async def test_a_child_that_hangs_is_killed(code: str, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    said = f"import os; open({str(note)!r}, 'w').write(str(os.getpid()));"
    assert await code_of(ENGLISH.encode() * 2_000, python(said + code, 3.0)) is Code.UNREADABLE
    assert not is_running(note)


async def test_a_request_that_is_given_up_leaves_no_child(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    by = python(code)
    request = asyncio.create_task(by.read(b"text"))
    await until(partial(started, note), "the child")
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    assert not is_running(note)


async def test_a_few_are_read_at_once_the_others_wait_and_too_many_are_sent_away(
    tmp_path: Path,
) -> None:
    code = f"""
import os, time
open({str(tmp_path)!r} + '/' + str(os.getpid()), 'w').close()
while not os.path.exists({str(tmp_path / "go")!r}):
    time.sleep(0.01)
"""
    by = python(code)
    requests = [
        asyncio.create_task(by.read(b"text")) for _ in range(reader.AT_ONCE + reader.MAX_WAITING)
    ]
    await until(partial(several, tmp_path), "the children")
    assert await code_of(b"text", by) is Code.BUSY
    assert len(entries(tmp_path)) == reader.AT_ONCE
    (tmp_path / "go").touch()
    ends = await asyncio.gather(*requests, return_exceptions=True)
    assert [end.code for end in ends if isinstance(end, Refused)] == [Code.UNREADABLE] * len(ends)
    assert len(entries(tmp_path)) == len(requests) + 1


async def test_the_child_inherits_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_GATEWAY_TOKEN_SECRET", "secret")
    code = """
import json, os
print(json.dumps({"refused": {"code": "empty", "message": " ".join(sorted(os.environ))}}))
"""
    with pytest.raises(Refused) as refused:
        await python(code).read(b"text")
    assert set(refused.value.message.split()) <= {"PYTHONPATH", "PYTHONUTF8", "LC_CTYPE"}


async def confined(code: str) -> str:
    """Return what happens when ``code`` runs in a child that has given up its rights."""
    source = f"""
import json
from gateway.resumes import child
child.confine()
def run():
    {code}
try:
    run()
    end = "done"
except BaseException as error:
    end = type(error).__name__
print(json.dumps({{"refused": {{"code": "empty", "message": end}}}}))
"""
    with pytest.raises(Refused) as refused:
        await python(source).read(b"text")
    return refused.value.message


async def test_the_child_can_open_no_file_and_no_connection() -> None:
    assert await confined("open('/etc/hostname')") == "OSError"
    assert await confined("import socket; socket.socket()") in {"OSError", "ImportError"}
    assert await confined("import os; os.pipe()") == "OSError"


async def test_the_child_gets_no_more_memory_than_it_needs() -> None:
    assert await confined("bytearray(600 * 1024 ** 2)") == "MemoryError"


async def test_the_childs_time_on_a_core_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    source = """
from gateway.resumes import child
child.MAX_CPU_S = 1
child.confine()
while True: pass
"""
    assert await code_of(b"text", python(source)) is Code.UNREADABLE
    assert child.MAX_CPU_S < reader.TIMEOUT_S


def test_the_child_reports_an_error_by_its_kind_and_nothing_of_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(_: bytes) -> None:
        raise KeyError("jane@example.com")

    monkeypatch.setattr(child, "read", fail)
    assert child.reply_to(b"") == {"failed": "KeyError"}


def pages(**more: bytes) -> dict[int, bytes]:
    return {
        1: b"<< /Type /Catalog /Pages 2 0 R >>",
        2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        3: b"<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F 5 0 R >>"
        b" /XObject << /X 6 0 R >> >> >>",
        4: more.get("content", stream(b"BT /F 10 Tf (What the page says is long enough) Tj ET")),
        5: more.get("font", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"),
        6: more.get("form", b"null"),
    }


def packed_often(size: int, times: int) -> bytes:
    """Return a stream that is packed ``times`` times over."""
    content = bytes(size)
    for _ in range(times):
        content = zlib.compress(content, 9)
    head = f"<< /Filter [{' /FlateDecode' * times}] /Length {len(content)} >>"
    return head.encode() + b"\nstream\n" + content + b"\nendstream"


WIDE_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /Own /Encoding /Identity-H /ToUnicode 7 0 R"
    b" /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /W [0 2000000000 500] >>] >>"
)


@pytest.mark.parametrize(
    "objects",
    [
        pages(content=packed_often(300 * 1024**2, 1)),
        pages(content=packed_often(300 * 1024**2, 3)),
        pages(
            content=stream(b"/X Do " * 50),
            form=stream(
                b"/X Do " * 50,
                "/Type /XObject /Subtype /Form /Resources << /XObject << /X 6 0 R >> >>",
            ),
        ),
        pages(font=WIDE_FONT) | {7: stream(b"1 beginbfrange <0000> <ffffffff> <0041> endbfrange")},
        pages(content=stream(b"[" * 200_000)),
        pages(content=stream(b"<<" * 200_000)),
        pages(content=stream(b"q " * 1_000_000)),
        pages(content=stream(b"BT /F 10 Tf" + b"(a) Tj" * 300_000)),
    ],
    ids=["flate", "flates", "forms", "widths", "arrays", "dicts", "states", "texts"],
)
async def test_a_hostile_pdf_ends_in_text_or_a_refusal(objects: dict[int, bytes]) -> None:
    data = assembled(objects)
    assert await end_of(data) in {
        None,
        Code.UNREADABLE,
        Code.DAMAGED,
        Code.NO_TEXT,
        Code.TOO_MUCH_TEXT,
    }
