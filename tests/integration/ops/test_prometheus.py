"""Dashboard queries and alert rules on a real Prometheus, which scrapes our own metrics."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.programs import find
from tests.support.dashboard import ALERTS, Query, queries, rules
from tests.support.locks import ROOT

PROMETHEUS, PROMTOOL = find("prometheus"), find("promtool")

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        PROMETHEUS is None or PROMTOOL is None, reason="needs Prometheus: run `make setup-tests`"
    ),
]

CONFIG = ROOT / "deploy" / "compose" / "prometheus" / "prometheus.yml"

GRAFANA = {"$__rate_interval": "4s", "$__range": "60s"}
"""What Grafana would fill in, for a Prometheus that scrapes five times a second."""


class Prometheus:
    """A running server; ``url`` is its address."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str, **parameters: str) -> Any:
        address = f"{self.url}{path}?{urllib.parse.urlencode(parameters)}"
        with urllib.request.urlopen(address, timeout=10) as response:  # noqa: S310 - a local one
            answer = json.load(response)
        assert answer["status"] == "success", answer
        return answer["data"]

    def query(self, expression: str) -> list[dict[str, Any]]:
        for name, value in GRAFANA.items():
            expression = expression.replace(name, value)
        found: list[dict[str, Any]] = self.get("/api/v1/query", query=expression)["result"]
        return found


def until(what: Callable[[], bool], within_s: float = 30.0) -> None:
    deadline = time.monotonic() + within_s
    while True:
        try:
            if what():
                return
        except OSError as error:
            problem: object = error
        else:
            problem = "not yet"
        assert time.monotonic() < deadline, problem
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.fixture(scope="module")
def exporter() -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.exporter"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def quick_rules() -> dict[str, Any]:
    """Return our rules without the patience, which promtool tests in virtual time."""
    loaded: dict[str, Any] = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))
    for group in loaded["groups"]:
        for rule in group["rules"]:
            rule.pop("for", None)
    return loaded


@pytest.fixture(scope="module")
def prometheus(exporter: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "alerts.yml").write_text(yaml.safe_dump(quick_rules()), encoding="utf-8")
    config = {
        "global": {"scrape_interval": "200ms", "evaluation_interval": "500ms"},
        "rule_files": ["alerts.yml"],
        "scrape_configs": [
            {"job_name": "gateway", "static_configs": [{"targets": [f"127.0.0.1:{exporter}"]}]}
        ],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    port = free_port()
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                str(PROMETHEUS),
                f"--config.file={folder / 'prometheus.yml'}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=log,
            stderr=log,
        )
    server = Prometheus(port)
    try:
        until(lambda: bool(server.query("rate(viva_scores_total[$__rate_interval])")))
        yield server
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("query", queries("prometheus"), ids=lambda query: query.title)
def test_dashboard_query_has_an_answer(prometheus: Prometheus, query: Query) -> None:
    # A rate needs two scrapes between which the metric moved.
    until(lambda: all(each["value"][1] != "NaN" for each in prometheus.query(query.text)), 10)
    found = prometheus.query(query.text)
    assert found, "the query is valid but finds none of the metrics that processes serve"


def test_every_alert_rule_is_loaded_and_healthy(prometheus: Prometheus) -> None:
    def states() -> dict[str, str]:
        groups = prometheus.get("/api/v1/rules")["groups"]
        return {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}

    until(lambda: "unknown" not in states().values())
    assert states() == {rule["alert"]: "ok" for rule in rules()}


@pytest.mark.requirement("run-unused-media")
def test_unused_media_fires_when_a_gateway_reports_it(prometheus: Prometheus) -> None:
    def firing() -> list[dict[str, Any]]:
        alerts = prometheus.get("/api/v1/alerts")["alerts"]
        return [each for each in alerts if each["labels"]["alertname"] == "VivaUnusedMedia"]

    until(lambda: [each["state"] for each in firing()] == ["firing"])
    assert firing()[0]["annotations"]["summary"].startswith("A candidate's media")


def test_shipped_configuration_is_valid(tmp_path: Path) -> None:
    text = CONFIG.read_text(encoding="utf-8").replace("/etc/prometheus/alerts.yml", str(ALERTS))
    (tmp_path / "prometheus.yml").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [str(PROMTOOL), "check", "config", str(tmp_path / "prometheus.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
