"""Tokens, commands, the environment check, log levels."""

from __future__ import annotations

import logging

import jwt
import pytest
from pydantic import SecretStr

from gateway import tokens
from gateway.app import main
from gateway.check import problems
from gateway.live.commands import Malformed, Request, parse
from schemas.ids import now_ms
from schemas.settings import GatewaySettings
from streams.runtime import logs

SECRET = SecretStr("0123456789abcdef0123456789abcdef")


def test_a_token_names_its_session() -> None:
    token = tokens.issue("s_1", SECRET, now_ms() + 60_000)
    assert tokens.session_of(token, SECRET) == "s_1"


def _claims(**more: object) -> dict[str, object]:
    return {"sub": "s_1", "aud": "viva-session", "exp": now_ms() // 1000 + 60, **more}


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        tokens.issue("s_1", SecretStr("x" * 32), now_ms() + 60_000),
        tokens.issue("s_1", SECRET, now_ms() - 5_000),
        jwt.encode(_claims(), None, algorithm="none"),
        jwt.encode(_claims(aud="other"), SECRET.get_secret_value(), algorithm="HS256"),
        jwt.encode({"sub": "s_1", "aud": "viva-session"}, SECRET.get_secret_value()),
        jwt.encode(_claims(sub=7), SECRET.get_secret_value(), algorithm="HS256"),
    ],
)
def test_bad_tokens_are_refused(token: str) -> None:
    with pytest.raises(tokens.BadToken):
        tokens.session_of(token, SECRET)


def test_commands() -> None:
    assert parse('{"seq": 3, "command": "ready"}') == Request(3, "ready")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"seq": "1", "command": "ready"}',
        '{"seq": true, "command": "ready"}',
        '{"seq": 1.0, "command": "ready"}',
        '{"seq": 0, "command": "ready"}',
        '{"seq": 1, "command": 2}',
        '{"seq": 1' + "0" * 5_000 + "}",
        "[" * 4_000,
    ],
)
def test_what_is_no_command_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse(text)


def test_the_check_names_missing_secrets() -> None:
    found = problems(GatewaySettings(api_key="", token_secret="short"))
    assert any("VIVA_GATEWAY_API_KEY" in each for each in found)
    assert any("VIVA_GATEWAY_TOKEN_SECRET" in each for each in found)


def test_check_exits_with_one_line_a_problem(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("VIVA_GATEWAY_API_KEY", raising=False)
    monkeypatch.setenv("VIVA_GATEWAY_TOKEN_SECRET", "x" * 32)
    assert main(["--check"]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    monkeypatch.setenv("VIVA_GATEWAY_API_KEY", "key")
    assert main(["--check"]) == 0
    monkeypatch.setenv("VIVA_GATEWAY_SLOT", "99")
    assert main(["--check"]) == 1
    assert "setting slot" in capsys.readouterr().err


@pytest.mark.requirement("webrtc-log-level")
def test_media_libraries_log_warnings_only() -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        logs.configure("gateway", "DEBUG")
        for name in ("aiortc.rtcrtpreceiver", "aioice.ice", "aiortc.rtcpeerconnection", "libav"):
            assert logging.getLogger(name).getEffectiveLevel() == logging.WARNING
        assert logging.getLogger("gateway.live.hub").isEnabledFor(logging.DEBUG)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
