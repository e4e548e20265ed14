"""The alert rules: what they name exists, and each fires when it should and not before."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.programs import find
from tests.support.dashboard import ALERTS, TARGET_LABELS, labels_of, metrics_of, rules

CLIENT_OWN = {"process_start_time_seconds"}
"""Metrics that the Prometheus client adds by itself."""

PROMTOOL = find("promtool")

needs_promtool = pytest.mark.skipif(
    PROMTOOL is None, reason="promtool comes with Prometheus: run `make setup-tests`"
)


def name(rule: dict[str, Any]) -> str:
    return str(rule["alert"])


def promtool(*arguments: str | Path) -> str:
    done = subprocess.run(
        [str(PROMTOOL), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("rule", list(rules()), ids=name)
def test_rule_says_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert rule["annotations"]["summary"]
    assert rule["annotations"]["description"]


@pytest.mark.parametrize("rule", list(rules()), ids=name)
def test_rule_names_declared_metrics_and_their_labels(rule: dict[str, Any]) -> None:
    metrics = metrics_of(rule["expr"])
    assert (
        metrics or rule["expr"].startswith("up{") or any(own in rule["expr"] for own in CLIENT_OWN)
    )
    known = {label for metric in metrics for label in metric.labels} | TARGET_LABELS
    assert labels_of(rule["expr"]) <= known


@needs_promtool
def test_rules_are_valid() -> None:
    assert f"{len(list(rules()))} rules found" in promtool("check", "rules", ALERTS)


def series(text: str, values: str) -> dict[str, str]:
    return {"series": text, "values": values}


def scenario(
    alert: str, inputs: list[dict[str, str]], quiet_at: str, fires_at: str, labels: dict[str, str]
) -> dict[str, Any]:
    severity = next(rule["labels"]["severity"] for rule in rules() if rule["alert"] == alert)
    return {
        "name": alert,
        "interval": "15s",
        "input_series": inputs,
        "alert_rule_test": [
            {"eval_time": quiet_at, "alertname": alert, "exp_alerts": []},
            {
                "eval_time": fires_at,
                "alertname": alert,
                "exp_alerts": [{"exp_labels": {"severity": severity, **labels}}],
            },
        ],
    }


LAG = 'viva_scoring_lag_seconds_bucket{instance="a",stage="%s",le="%s"}'

SCENARIOS = [
    scenario(
        "VivaBehaviourScoresLate",
        [series(LAG % ("behaviour", "1.0"), "0x80"), series(LAG % ("behaviour", "2.0"), "0+1x80"),
         series(LAG % ("behaviour", "+Inf"), "0+1x80")],
        "1m", "15m", {},
    ),
    scenario(
        "VivaFinalScoresLate",
        [series(LAG % ("final", "5.0"), "0x80"), series(LAG % ("final", "7.5"), "0+1x80"),
         series(LAG % ("final", "+Inf"), "0+1x80")],
        "1m", "15m", {},
    ),
    scenario(
        "VivaScoresAwaited",
        [series('viva_unscored_answer_seconds{instance="gateway:9100"}', "0 15 30 2 0x20 0+15x40")],
        "6m", "12m", {"instance": "gateway:9100"},
    ),
    scenario(
        "VivaAnswersDropped",
        [series('viva_answers_dropped_total{reason="overtaken"}', "_x40 1x80")],
        "9m", "12m", {"reason": "overtaken"},
    ),
    scenario(
        "VivaAudioBehind",
        [series('viva_audio_behind_seconds{instance="gateway:9100"}', "0x20 3x2 0x20 2x40")],
        "9m", "13m", {"instance": "gateway:9100"},
    ),
    scenario(
        "VivaFallingBehind",
        [series('viva_uncommitted_records{process="stt"}', "0x40 60000x80")],
        "15m", "25m", {"process": "stt"},
    ),
    scenario(
        # Up to a minute a candidate may read a question; the clock of the metric runs on.
        "VivaUnusedMedia",
        [series('viva_unused_media_seconds{instance="gateway:9100"}',
                "0 15 30 45 59 0x20 0+15x40")],
        "6m", "10m", {"instance": "gateway:9100"},
    ),
    scenario(
        "VivaFramesDropped",
        [series('viva_frames_total{outcome="dropped"}', "0x40 0+3x80")],
        "9m", "20m", {},
    ),
    scenario(
        "VivaOffersRefused",
        [series('viva_offers_refused_total{reason="capacity"}', "0x40 0+2x40")],
        "9m", "15m", {"reason": "capacity"},
    ),
    scenario(
        # Born at 1, as a labelled counter is: the very first dead letter must be seen.
        "VivaDeadLetters",
        [series('viva_dead_letters_total{process="sink",topic="scores"}', "_x40 1x80")],
        "9m", "12m", {"process": "sink", "topic": "scores"},
    ),
    scenario(
        "VivaDependencyAway",
        [series('viva_dependency_retries_total{process="sink",dependency="clickhouse"}',
                "0x40 0+1x80")],
        "9m", "20m", {"process": "sink", "dependency": "clickhouse"},
    ),
    scenario(
        "VivaProcessNotReady",
        [series('viva_ready{process="stt",device="cpu",instance="stt:9100"}', "1x20 0x40")],
        "5m", "9m", {"process": "stt", "instance": "stt:9100"},
    ),
    scenario(
        "VivaProcessDown",
        [series('up{job="vision",instance="vision:9100"}', "1x20 0x40"),
         series('up{job="somebody-else",instance="other:1"}', "0x80")],
        "5m", "9m", {"job": "vision", "instance": "vision:9100"},
    ),
    scenario(
        "VivaProcessMissing",
        [series(f'viva_ready{{process="{each}",device="cpu"}}', "1x80")
         for each in ("gateway", "agent", "vision", "voice", "stt", "questions", "tts",
                      "assessment")]
        + [series('viva_ready{process="sink",device="cpu"}', "1x20")],
        "5m", "15m", {"process": "sink"},
    ),
    scenario(
        "VivaProcessRestarts",
        [series('process_start_time_seconds{job="stt"}', "1x20 20+10x40")],
        "5m", "8m", {"job": "stt"},
    ),
    scenario(
        "VivaLoopBlocked",
        [series('viva_event_loop_delay_seconds_bucket{process="gateway",le="0.1"}', "0x80"),
         series('viva_event_loop_delay_seconds_bucket{process="gateway",le="0.25"}', "0+4x80"),
         series('viva_event_loop_delay_seconds_bucket{process="gateway",le="+Inf"}', "0+4x80")],
        "1m", "15m", {"process": "gateway"},
    ),
]  # fmt: skip


def test_every_rule_has_a_scenario() -> None:
    assert {each["name"] for each in SCENARIOS} == {rule["alert"] for rule in rules()}


def play(chosen: dict[str, Any], folder: Path) -> None:
    """Let promtool evaluate the rules on the scenario's series.

    Only labels are compared: annotations are prose, promtool would want each word of them.
    """
    plain = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))
    for group in plain["groups"]:
        for rule in group["rules"]:
            del rule["annotations"]
    (folder / "alerts.yml").write_text(yaml.safe_dump(plain), encoding="utf-8")
    test = {"rule_files": ["alerts.yml"], "evaluation_interval": "15s", "tests": [chosen]}
    (folder / "test.yml").write_text(yaml.safe_dump(test), encoding="utf-8")
    promtool("test", "rules", folder / "test.yml")


@needs_promtool
@pytest.mark.parametrize("chosen", SCENARIOS, ids=lambda chosen: chosen["name"])
def test_alert_fires_when_it_should_and_not_before(chosen: dict[str, Any], tmp_path: Path) -> None:
    play(chosen, tmp_path)


@needs_promtool
@pytest.mark.requirement("run-unused-media")
def test_unused_media_raises_an_alert_that_names_the_gateway(tmp_path: Path) -> None:
    play(next(each for each in SCENARIOS if each["name"] == "VivaUnusedMedia"), tmp_path)
