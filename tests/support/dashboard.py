"""Reads the dashboard and the alert rules: panels, queries, and the metrics these name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from schemas.metrics import METRICS, Kind, Metric
from tests.support.locks import ROOT

DASHBOARD = ROOT / "dashboards" / "scoring-lag.json"
ALERTS = ROOT / "dashboards" / "alerts.yml"

TARGET_LABELS = frozenset({"job", "instance", "le"})
"""Labels that Prometheus itself gives."""


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a panel, or an alert's expression."""

    title: str
    text: str
    legend: str = ""


def panels() -> list[dict[str, Any]]:
    """Return every panel that shows something."""
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def queries(kind: str) -> list[Query]:
    """Return the panels' queries to the data source ``kind``."""
    return [
        Query(
            panel["title"], target.get("expr") or target["rawSql"], target.get("legendFormat", "")
        )
        for panel in panels()
        for target in panel["targets"]
        if target["datasource"]["uid"] == kind
    ]


def rules() -> Iterator[dict[str, Any]]:
    """Yield every alert rule."""
    for group in yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]:
        yield from group["rules"]


def metrics_of(expression: str) -> set[Metric]:
    """Return the declared metrics that ``expression`` names.

    Raises:
        KeyError: a metric of ours is not declared in schemas/metrics.py.
    """
    exposed: dict[str, Metric] = {}
    for metric in METRICS:
        exposed[metric.name] = metric
        if metric.kind is Kind.HISTOGRAM:
            exposed |= {f"{metric.name}_{part}": metric for part in ("bucket", "count", "sum")}
    return {exposed[name] for name in re.findall(r"\bviva_[a-z_]+", expression)}


def labels_of(expression: str) -> set[str]:
    """Return the label names that ``expression`` groups by or selects on."""
    grouped = re.findall(r"\b(?:by|without) ?\(([^)]*)\)", expression)
    selected = re.findall(r"[{,]\s*([a-z_]+)\s*(?:=~|!~|!=|=)", expression)
    return {name.strip() for group in grouped for name in group.split(",")} | set(selected)
