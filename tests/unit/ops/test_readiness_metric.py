"""The metric behind the alerts says what /readyz says."""

from __future__ import annotations

from prometheus_client import REGISTRY

from streams.runtime.health import Health


def shown(process: str) -> float | None:
    return REGISTRY.get_sample_value("viva_ready", {"process": process, "device": "cuda"})


def test_readiness_follows_what_is_waited_for() -> None:
    health = Health("for-this-test", "abc123")
    health.waiting("kafka", "connecting")
    assert shown("for-this-test") is None
    health.arrived("kafka")
    health.ready("cuda")
    assert shown("for-this-test") == 1
    health.waiting("clickhouse", "refused")
    assert shown("for-this-test") == 0
    assert not health.is_ready
    health.arrived("clickhouse")
    assert shown("for-this-test") == 1
