"""The language-model server: its settings, its model file, its check."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from deploy.local.llm.__main__ import main
from deploy.local.llm.files import model_file, model_problems, served_name
from deploy.local.llm.settings import ServerSettings
from schemas import models
from schemas.models import SMOLLM2, ModelFile

GGUF = b"GGUF and the rest of a model"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder with a small file in the place of the known model."""
    file = ModelFile(SMOLLM2.path, len(GGUF), hashlib.sha256(GGUF).hexdigest())
    monkeypatch.setitem(models.MODELS, SMOLLM2.name, replace(SMOLLM2, files=(file,)))
    monkeypatch.setenv("VIVA_MODELS_DIR", str(tmp_path))
    (tmp_path / SMOLLM2.path).write_bytes(GGUF)
    return tmp_path


def test_one_thread_and_the_packaged_model_are_the_default() -> None:
    settings = ServerSettings()
    assert (settings.model, settings.threads, settings.host) == (SMOLLM2.name, 1, "127.0.0.1")


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIVA_LLM_THREADS", "3")
    monkeypatch.setenv("VIVA_LLM_MODEL", "/models/large.gguf")
    settings = ServerSettings()
    assert (settings.threads, settings.model) == (3, "/models/large.gguf")


@pytest.mark.parametrize(
    ("name", "value"),
    [("threads", 0), ("port", 70_000), ("slots", 0), ("parallel", 0), ("context", 1)],
)
def test_settings_out_of_range_are_refused(name: str, value: int) -> None:
    with pytest.raises(ValidationError, match=name):
        ServerSettings.model_validate({name: value})


def test_a_known_name_is_a_file_of_the_models_folder(tmp_path: Path) -> None:
    assert model_file(SMOLLM2.name, tmp_path) == tmp_path / SMOLLM2.path
    assert served_name(SMOLLM2.name) == SMOLLM2.name


def test_a_path_is_a_file_of_one_s_own_without_a_checksum(tmp_path: Path) -> None:
    own = tmp_path / "large-q4.gguf"
    own.write_bytes(GGUF)
    assert model_file(str(own), tmp_path / "models") == own
    assert model_problems(str(own), tmp_path / "models") == []
    assert served_name(str(own)) == "large-q4"


@pytest.mark.parametrize("model", ["huge", "base", "/nowhere/model.gguf", "", "."])
def test_another_name_is_refused_with_those_that_there_are(model: str, tmp_path: Path) -> None:
    (problem,) = model_problems(model, tmp_path)
    assert problem.startswith(f"VIVA_LLM_MODEL={model} is neither")
    assert SMOLLM2.name in problem
    assert "base," not in problem, "models of other processes are no choice"


def test_a_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.gguf").write_text("not a model")
    with pytest.raises(ValueError, match="nor a GGUF file"):
        model_file(str(tmp_path / "notes.gguf"), tmp_path)


def test_the_check_passes_where_all_is_there(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr().out == "llm: fit to run\n"


def test_the_check_names_a_missing_model_and_the_remedy(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / SMOLLM2.path).unlink()
    assert main(["--check"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"llm: {folder / SMOLLM2.path} is missing")
    assert "python -m deploy.models install" in line


def test_the_check_finds_a_damaged_model(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / SMOLLM2.path).write_bytes(GGUF.upper())
    assert main([]) == 1, "nor does it start with one"
    assert "does not have the expected checksum" in capsys.readouterr().err


def test_the_check_finds_an_engine_that_is_not_installed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    assert main(["--check"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("llm: llama.cpp cannot be loaded")
    assert "deploy/setup.sh" in line


def test_a_setting_that_makes_no_sense_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VIVA_LLM_SLOTS", "many")
    assert main(["--check"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("llm: setting slots: ")
