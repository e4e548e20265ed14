from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.local.cli import app
from deploy.local.errors import LocalError

KOREAN = """경력
- 한빛소프트에서 결제 시스템을 카프카로 옮겨 지연을 절반으로 줄였습니다
"""
ENGLISH = """Experience
- Moved the payment service at Brightlane to Kafka and halved its delays
"""


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No stack runs, and no model server is named."""
    monkeypatch.setenv("VIVA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("VIVA_QUESTIONS_URL", "VIVA_QUESTIONS_MODEL"):
        monkeypatch.delenv(name, raising=False)


def resume(folder: Path, text: str) -> str:
    path = folder / "resume.txt"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("text", "language", "quoted"), [(KOREAN, "ko", "결제 시스템"), (ENGLISH, "en", "payment")]
)
def test_it_asks_about_the_resume(tmp_path: Path, text: str, language: str, quoted: str) -> None:
    arguments = ["ask", resume(tmp_path, text), "--language", language, "--position", "engineer"]
    said = CliRunner().invoke(app, arguments).output
    question, *rest = said.splitlines()
    assert question.endswith("?")
    assert quoted in question
    found = {line.split(maxsplit=1)[0]: line.split(maxsplit=1)[1] for line in rest[:6]}
    assert found["source"] == "template"
    assert quoted in said.partition("rests on")[2].splitlines()[0]
    assert "question" in found["took"]
    assert quoted in found["fitting"]
    assert "by distance" in found["fitting"]
    hint = "start one with `viva up`"  # no help in Korean: that model knows none
    assert (hint in said) is (language == "en")


def test_the_line_that_fits_is_shown_first(tmp_path: Path) -> None:
    lines = "- Organised the book club of the company\n- Taught Python to new colleagues\n"
    arguments = ["ask", resume(tmp_path, ENGLISH + lines), "--position", "payments engineer, Kafka"]
    said = CliRunner().invoke(app, arguments).output
    (fitting,) = [line for line in said.splitlines() if line.strip().startswith("fitting")]
    assert fitting.split(maxsplit=1)[1].startswith("Moved the payment service")
    assert "payment service" in said.splitlines()[0]


def test_without_an_embedding_engine_lines_stay_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VIVA_EMBEDDING_ENGINE", "off")
    said = CliRunner().invoke(app, ["ask", resume(tmp_path, ENGLISH)]).output
    assert "(in their order)" in said


def test_it_follows_up_on_an_answer(tmp_path: Path) -> None:
    answer = "I rewrote the scheduler because jobs were starving."
    arguments = ["ask", resume(tmp_path, ENGLISH), "--after", answer]
    assert "scheduler" in CliRunner().invoke(app, arguments).output.splitlines()[0]


def test_a_file_that_is_no_resume_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    result = CliRunner().invoke(app, ["ask", str(path)])
    assert isinstance(result.exception, LocalError)
    assert str(result.exception).startswith("picture.png: ")
    assert "save it as PDF or DOCX" in str(result.exception)
