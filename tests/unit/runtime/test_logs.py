from __future__ import annotations

import json
import logging
import sys

import pytest

from streams.runtime.logs import JsonFormatter, configure


def line(record: logging.LogRecord) -> dict[str, object]:
    text = JsonFormatter("agent").format(record)
    assert "\n" not in text
    return dict(json.loads(text))


def record(message: str, *arguments: object, **extra: object) -> logging.LogRecord:
    made = logging.getLogger("x").makeRecord(
        "x", logging.INFO, __file__, 1, message, arguments, None, extra=extra
    )
    assert made is not None
    return made


def test_a_line_is_json_with_its_fields_and_keeps_korean() -> None:
    found = line(record("안녕 %s\nnext", "하세요", offset=7, topic=object))
    assert found["message"] == "안녕 하세요\nnext"
    assert (found["level"], found["process"], found["offset"]) == ("INFO", "agent", 7)
    assert str(found["at"]).endswith("+00:00")


def test_an_exception_is_one_line_too() -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        made = record("failed")
        made.exc_info = sys.exc_info()
    assert "ValueError: broken" in str(line(made)["exception"])


@pytest.mark.requirement("webrtc-log-level")
def test_media_libraries_log_from_warning_on() -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure("gateway", "DEBUG")
        for name in ("aiortc", "aioice", "libav", "aiokafka", "faust"):
            assert not logging.getLogger(f"{name}.some.module").isEnabledFor(logging.INFO)
            assert logging.getLogger(name).isEnabledFor(logging.WARNING)
        assert logging.getLogger("gateway.rtc").isEnabledFor(logging.DEBUG)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
