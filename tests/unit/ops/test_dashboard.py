"""The dashboard: complete panels, and queries that name only what exists."""

from __future__ import annotations

import json
import re
from itertools import combinations
from typing import Any

import pytest
import yaml

from tests.support.dashboard import DASHBOARD, TARGET_LABELS, labels_of, metrics_of, panels, queries
from tests.support.locks import ROOT

PROVISIONED = ROOT / "deploy" / "compose" / "grafana" / "datasources" / "viva.yml"

UNITS = {"s", "short", "none", "cps", "percentunit"}


def titles(panel: dict[str, Any]) -> str:
    return str(panel["title"])


def test_file_is_a_dashboard() -> None:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    assert dashboard["uid"] == "viva-scoring-lag"
    assert dashboard["schemaVersion"] >= 39
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))
    assert len({titles(panel) for panel in panels()}) == len(panels())


@pytest.mark.parametrize("panel", panels(), ids=titles)
def test_panel_says_what_it_shows_in_which_unit(panel: dict[str, Any]) -> None:
    assert panel["title"]
    assert panel["description"]
    assert panel["fieldConfig"]["defaults"]["unit"] in UNITS
    assert panel["targets"]
    for target in panel["targets"]:
        assert target["datasource"] == panel["datasource"]
    assert panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24


def test_panels_do_not_overlap() -> None:
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    for one, other in combinations((panel["gridPos"] for panel in dashboard["panels"]), 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or above


@pytest.mark.parametrize("query", queries("prometheus"), ids=lambda query: query.title)
def test_query_names_declared_metrics_and_their_labels(query: Any) -> None:
    metrics = metrics_of(query.text)
    if not metrics:
        assert query.text.startswith("vector("), "neither a metric nor a line for an objective"
    known = {label for metric in metrics for label in metric.labels} | TARGET_LABELS
    assert labels_of(query.text) - {""} <= known
    grouped = labels_of(query.text)
    assert set(re.findall(r"{{(\w+)}}", query.legend)) <= grouped


def test_each_stage_has_its_p50_p95_and_objective() -> None:
    shown = next(panel for panel in panels() if "as the sink measures it" in panel["title"])
    text = " ".join(f"{target['expr']} {target['legendFormat']}" for target in shown["targets"])
    for part in ("histogram_quantile(0.5,", "histogram_quantile(0.95,", "vector(1)", "vector(5)"):
        assert part in text


def test_data_sources_are_the_provisioned_ones() -> None:
    provisioned = yaml.safe_load(PROVISIONED.read_text(encoding="utf-8"))["datasources"]
    known = {(source["uid"], source["type"]) for source in provisioned}
    used = {(panel["datasource"]["uid"], panel["datasource"]["type"]) for panel in panels()}
    assert used == known
