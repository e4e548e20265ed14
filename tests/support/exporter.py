"""``python -m tests.support.exporter``: serves every declared metric, alive, as processes do.

Prints its port. Made of what the processes use, so that names, labels and buckets are theirs.
"""

from __future__ import annotations

import asyncio
import itertools
import sys

from schemas import metrics
from schemas.metrics import METRICS, Kind, Metric
from streams.runtime.health import Health, HealthServer
from streams.runtime.metrics import counter, gauge, histogram

VALUES = {
    "stage": ("behaviour", "final"),
    "process": ("gateway", "sink"),
    "topic": ("media.frames", "scores"),
    "outcome": ("published", "dropped"),
}
"""Label values that queries select on; any other label gets one made-up value."""


def label_sets(metric: Metric) -> list[dict[str, str]]:
    """Return the label sets that ``metric`` is served with."""
    choices = [VALUES.get(label, (f"some-{label}",)) for label in metric.labels]
    return [dict(zip(metric.labels, chosen, strict=True)) for chosen in itertools.product(*choices)]


def advance() -> None:
    """Let every metric move, as under load."""
    for metric in METRICS:
        for labels in label_sets(metric):
            if metric.kind is Kind.COUNTER:
                counter(metric, **labels).inc()
            elif metric.kind is Kind.GAUGE:
                gauge(metric, **labels).set(1)
            else:
                histogram(metric, **labels).observe(metric.buckets[0])


async def main() -> None:
    """Serve until killed; a metric that is not advanced would have no rate."""
    health = Health("gateway", "abc123")
    port = await HealthServer(health, "127.0.0.1", 0).start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while True:
        advance()
        gauge(metrics.UNUSED_MEDIA).set(3_600)
        await asyncio.sleep(0.2)


if __name__ == "__main__":
    asyncio.run(main())
