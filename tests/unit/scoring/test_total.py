from __future__ import annotations

import pytest

from schemas.events import Component
from schemas.formula import Formula, Policy, Weights
from streams.scoring.total import total

NAMES = ("gaze", "voice", "smile", "posture", "emotion")


def components(*values: float | None) -> dict[str, Component | None]:
    return {
        name: Component(value=value, coverage=1.0 if value is not None else 0.0)
        for name, value in zip(NAMES, values, strict=True)
    }


@pytest.mark.requirement("score-total")
@pytest.mark.parametrize(
    ("values", "expected"),
    [((41.0, 73.3, 40.0, 40.0, 94.7), 55.3), ((52.0, 68.5, 42.0, 40.0, 91.2), 57.8)],
)
def test_the_predecessors_totals_come_out_within_a_tenth(
    values: tuple[float, ...], expected: float
) -> None:
    found = total(components(*values), Formula())
    assert found.value == pytest.approx(expected, abs=0.1)
    assert found.coverage == 1.0


@pytest.mark.requirement("score-total")
def test_weights_are_renormalised_over_what_is_present() -> None:
    found = total(components(80, None, 60, 60, 60), Formula())
    assert found.value == pytest.approx((0.35 * 80 + 0.45 * 60) / 0.8)
    assert found.coverage == pytest.approx(0.8)


@pytest.mark.requirement("score-insufficient")
def test_too_few_weights_present_make_no_total() -> None:
    found = total(components(None, 90, None, None, None), Formula())
    assert found.value is None
    assert found.coverage == pytest.approx(0.2)
    nothing = total(components(None, None, None, None, None), Formula(min_total_coverage=0))
    assert nothing.value is None


def test_exactly_the_least_coverage_is_enough() -> None:
    halves = Formula(weights=Weights(gaze=1, voice=1, smile=0, posture=0, emotion=0))
    assert total(components(70, None, None, None, None), halves).value == 70


def test_hiring_spreads_the_weight_of_emotion_over_the_others() -> None:
    formula = Formula().for_policy(Policy.HIRING)
    found = total({**components(80, 60, 50, 40, 0), "emotion": None}, formula)
    assert found.value == pytest.approx((0.35 * 80 + 0.2 * 60 + 0.15 * 90) / 0.85)
    assert found.coverage == 1.0


def test_a_weight_of_zero_removes_the_component_and_no_weights_make_no_total() -> None:
    only_voice = Formula(weights=Weights(gaze=0, voice=1, smile=0, posture=0, emotion=0))
    assert total(components(40, 90, 40, 40, 0), only_voice).value == 90
    none = Formula(weights=Weights(gaze=0, voice=0, smile=0, posture=0, emotion=0))
    assert total(components(40, 90, 40, 40, 0), none) == Component(value=None, coverage=0.0)


def test_rounding_never_exceeds_the_scale() -> None:
    formula = Formula(weights=Weights(gaze=0.1, voice=0.7, smile=0.3, posture=0.9, emotion=0.11))
    assert total(components(100, 100, 100, 100, 100), formula).value == pytest.approx(100)
