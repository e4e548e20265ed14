"""What each process of a stack is told of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.environment import Surroundings
from deploy.local.https import Https
from deploy.local.processes import (
    CLICKHOUSE,
    GATEWAY,
    KAFKA,
    LLM,
    MODULES,
    NAMES,
    STAGES,
    YIELDS,
    module_command,
    wanted,
)
from deploy.local.secrets_file import Secrets
from deploy.local.stack import Stack
from schemas.models import SMOLLM2
from schemas.settings import QuestionsSettings


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Mapping[str, dict[str, str]]:
    """The environment of every process by name."""
    for name in ("ENGINE", "URL", "MODEL", "KOREAN_FROM_MODEL", "FRAMES"):
        monkeypatch.delenv(f"VIVA_QUESTIONS_{name}", raising=False)
    return {name: surroundings().of(name) for name in MODULES}


def surroundings(model: str = SMOLLM2.name) -> Surroundings:
    secrets = Secrets("the-api-key", "the-token-secret", "the-writer", "the-reader")
    return Surroundings(
        Path("/data"), Path("/models"), "abc", "127.0.0.1:1", 2, 3, model, "127.0.0.1", 4,
        {"questions": 5}, secrets,
    )  # fmt: skip


def test_the_questions_worker_is_told_where_the_model_is(
    environment: Mapping[str, dict[str, str]],
) -> None:
    told = environment["questions"]
    assert told["VIVA_QUESTIONS_URL"] == "http://127.0.0.1:3/v1"
    assert told["VIVA_QUESTIONS_MODEL"] == SMOLLM2.name
    assert told["VIVA_QUESTIONS_KOREAN_FROM_MODEL"] == "false"
    assert told["VIVA_QUESTIONS_FRAMES"] == "true"
    assert environment[LLM]["VIVA_LLM_PORT"] == "3"
    assert environment[LLM]["VIVA_LLM_MODEL"] == SMOLLM2.name


def test_a_model_of_one_s_own_has_the_same_name_on_both_sides(
    environment: Mapping[str, dict[str, str]],
) -> None:
    own = surroundings("/somewhere/large-q4.gguf")
    assert own.of(LLM)["VIVA_LLM_MODEL"] == "/somewhere/large-q4.gguf"
    assert own.of("questions")["VIVA_QUESTIONS_MODEL"] == "large-q4"
    for name in ("KOREAN_FROM_MODEL", "FRAMES"):
        assert f"VIVA_QUESTIONS_{name}" not in own.of("questions")


def test_another_server_that_is_named_is_asked_instead_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VIVA_QUESTIONS_URL", "http://gpu.example:8000/v1")
    monkeypatch.setenv("VIVA_QUESTIONS_MODEL", "large")
    told = surroundings().of("questions")
    assert told["VIVA_QUESTIONS_URL"] == "http://gpu.example:8000/v1"
    assert told["VIVA_QUESTIONS_MODEL"] == "large"


def test_the_questions_engine_is_what_the_operator_set_or_asks_the_stacks_model(
    environment: Mapping[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert environment["questions"]["VIVA_QUESTIONS_ENGINE"] == "openai"
    monkeypatch.setenv("VIVA_QUESTIONS_ENGINE", "bank")
    assert surroundings().of("questions")["VIVA_QUESTIONS_ENGINE"] == "bank"


def test_a_stack_without_a_model_asks_from_the_bank_or_the_server_that_is_named(
    environment: Mapping[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    without = replace(surroundings(), has_llm=False)
    assert "VIVA_QUESTIONS_ENGINE" not in without.of("questions")
    assert QuestionsSettings().engine == "bank"
    monkeypatch.setenv("VIVA_QUESTIONS_URL", "http://gpu.example:8000/v1")
    assert without.of("questions")["VIVA_QUESTIONS_ENGINE"] == "openai"


def test_a_process_gets_no_secret_that_it_does_not_need(
    environment: Mapping[str, dict[str, str]],
) -> None:
    secrets = {"the-api-key", "the-token-secret", "the-writer", "the-reader"}
    allowed = {LLM: set(), "vision": set(), "questions": {"the-reader"}}
    for name, its in allowed.items():
        assert secrets & set(environment[name].values()) == its


def test_only_who_asks_for_it_serves_the_local_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TLS_CERT", "TLS_KEY"):
        monkeypatch.setenv(f"VIVA_GATEWAY_{name}", "/etc/mine.pem")
    told = surroundings().of(GATEWAY)
    assert (told["VIVA_GATEWAY_TLS_CERT"], told["VIVA_GATEWAY_TLS_KEY"]) == ("", "")
    https = Https("0.0.0.0", 8443, Path("/c.pem"), Path("/k.pem"), "", ("192.168.1.5",))
    told = replace(surroundings(), https=https).of(GATEWAY)
    assert (told["VIVA_GATEWAY_TLS_CERT"], told["VIVA_GATEWAY_TLS_KEY"]) == ("/c.pem", "/k.pem")
    assert told["VIVA_GATEWAY_TLS_PORT"] == "8443"
    assert told["VIVA_GATEWAY_HOST"] == "127.0.0.1", "plain pages stay on this machine"


def test_the_model_is_loaded_alone_and_before_who_asks_it() -> None:
    assert (LLM,) in STAGES
    asking = next(stage for stage in STAGES if "questions" in stage)
    assert STAGES.index((LLM,)) < STAGES.index(asking)
    assert module_command(LLM)[1:] == ("-m", "deploy.local.llm")


def test_what_computes_yields_alike_to_what_carries() -> None:
    assert {YIELDS[name] for name in ("vision", "stt", "tts", LLM)} == {YIELDS[LLM]}
    assert YIELDS[LLM] > 0
    assert not {KAFKA, CLICKHOUSE, GATEWAY, "sink", "agent"} & set(YIELDS)


def test_only_the_gateway_keeps_the_memory_of_pictures(
    environment: Mapping[str, dict[str, str]],
) -> None:
    kept = {name: int(env["MALLOC_TRIM_THRESHOLD_"]) for name, env in environment.items()}
    assert [name for name in kept if kept[name] > 128 << 10] == [GATEWAY]


def test_the_model_is_started_only_for_an_engine_that_asks_it() -> None:
    assert wanted({}) == wanted({"VIVA_QUESTIONS_ENGINE": "openai"}) == NAMES
    assert set(wanted({"VIVA_QUESTIONS_ENGINE": "bank"})) == set(NAMES) - {LLM}
    assert LLM not in wanted({"VIVA_QUESTIONS_URL": "http://gpu.example:8000/v1"})


def test_a_stack_starts_the_model_if_its_settings_ask_for_it_or_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VIVA_QUESTIONS_ENGINE", "VIVA_QUESTIONS_URL"):
        monkeypatch.delenv(name, raising=False)
    bank = {"questions": {"VIVA_QUESTIONS_ENGINE": "bank"}}
    assert LLM in Stack(tmp_path).names
    assert LLM not in Stack(tmp_path, env=bank).names
    assert LLM not in Stack(tmp_path, only=["kafka", "questions"]).names
    assert Stack(tmp_path, only=[LLM]).names == (LLM,)
    monkeypatch.setenv("VIVA_QUESTIONS_ENGINE", "bank")
    assert LLM not in Stack(tmp_path).names
