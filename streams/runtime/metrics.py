"""Prometheus instruments made from the metrics that the contract declares."""

from __future__ import annotations

from functools import cache

from prometheus_client import REGISTRY, Counter, Gauge, Histogram

from schemas.metrics import Kind, Metric


@cache
def _instrument(metric: Metric) -> Counter | Gauge | Histogram:
    if metric.kind is Kind.COUNTER:
        return Counter(metric.name, metric.help, metric.labels, registry=REGISTRY)
    if metric.kind is Kind.GAUGE:
        return Gauge(metric.name, metric.help, metric.labels, registry=REGISTRY)
    return Histogram(metric.name, metric.help, metric.labels, buckets=metric.buckets)


def counter(metric: Metric, **labels: str) -> Counter:
    """Return the counter ``metric`` with its labels set."""
    found = _instrument(metric)
    assert isinstance(found, Counter), f"{metric.name} is a {metric.kind}"  # noqa: S101
    return found.labels(**labels) if labels else found


def gauge(metric: Metric, **labels: str) -> Gauge:
    """Return the gauge ``metric`` with its labels set."""
    found = _instrument(metric)
    assert isinstance(found, Gauge), f"{metric.name} is a {metric.kind}"  # noqa: S101
    return found.labels(**labels) if labels else found


def histogram(metric: Metric, **labels: str) -> Histogram:
    """Return the histogram ``metric`` with its labels set."""
    found = _instrument(metric)
    assert isinstance(found, Histogram), f"{metric.name} is a {metric.kind}"  # noqa: S101
    return found.labels(**labels) if labels else found
