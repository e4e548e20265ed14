"""Total: the weighted mean of what is present."""

from __future__ import annotations

import math
from collections.abc import Mapping

from schemas.events import Component
from schemas.formula import Formula
from streams.scoring.coverage import clip


def total(components: Mapping[str, Component | None], formula: Formula) -> Component:
    """Return the weighted mean of the components that have a value, weights renormalised.

    ``formula`` is that of the policy (``Formula.for_policy``), ``components`` is by the name of
    the weight. coverage = Σ weights of components with a value / Σ all weights; the value is None
    when coverage < min_total_coverage or nothing with a weight is present.
    """
    weights: dict[str, float] = formula.weights.model_dump()
    present = {
        name: found.value
        for name, found in components.items()
        if found is not None and found.value is not None and weights[name] > 0
    }
    weight = math.fsum(weights[name] for name in present)
    everything = math.fsum(weights.values())
    coverage = min(1.0, weight / everything) if everything > 0 else 0.0
    if not present or coverage < formula.min_total_coverage:
        return Component(value=None, coverage=coverage)
    mean = math.fsum(weights[name] * value for name, value in present.items()) / weight
    return Component(value=clip(mean, 0, 100), coverage=coverage)  # rounding can pass 100 by 1e-14
