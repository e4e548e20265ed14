"""The watermark against a model that keeps everything: every record and what each unit holds."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from streams.runtime.watermark import Watermark

UNITS = st.sampled_from("abcdefgh")


class AgainstTheModel(RuleBasedStateMachine):
    """``held`` is by unit the first offset it was opened at; ``read`` is every offset read."""

    def __init__(self) -> None:
        super().__init__()
        self.mark = Watermark()
        self.read: list[int] = []
        self.open: dict[str, int] = {}

    @rule(gap=st.integers(0, 3))
    def reads(self, gap: int) -> None:
        offset = (self.read[-1] + 1 if self.read else 0) + gap
        self.read.append(offset)
        self.mark.seen(offset)

    @precondition(lambda self: self.read)
    @rule(unit=UNITS)
    def opens_at_the_last_record(self, unit: str) -> None:
        self.mark.open(unit, self.read[-1])
        self.open.setdefault(unit, self.read[-1])

    @precondition(lambda self: self.read)
    @rule(unit=UNITS, data=st.data())
    def opens_at_an_earlier_record(self, unit: str, data: st.DataObject) -> None:
        offset = data.draw(st.sampled_from(self.read))
        self.mark.open(unit, offset)
        self.open.setdefault(unit, offset)

    @rule(unit=UNITS)
    def closes(self, unit: str) -> None:
        self.mark.close(unit)
        self.open.pop(unit, None)

    @precondition(lambda self: self.read)
    @rule(data=st.data())
    def sees_one_again(self, data: st.DataObject) -> None:
        self.mark.seen(data.draw(st.sampled_from(self.read)))

    @invariant()
    def commits_exactly_what_is_done_with(self) -> None:
        if not self.read:
            assert self.mark.position is None
            assert self.mark.held == 0
            return
        end = self.read[-1] + 1
        expected = min(self.open.values(), default=end)
        assert self.mark.position == expected
        assert self.mark.held == end - expected
        assert len(self.mark) == len(self.open)
        assert all(self.mark.is_open(unit) == (unit in self.open) for unit in "abcdefgh")


TestWatermark = AgainstTheModel.TestCase
TestWatermark.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)


def test_a_unit_opened_before_its_record_was_read_is_a_fault() -> None:
    mark = Watermark()
    with pytest.raises(ValueError, match="was not seen"):
        mark.open("a", 0)
    mark.seen(5)
    with pytest.raises(ValueError, match="was not seen"):
        mark.open("a", 6)


def test_the_case_in_which_faust_commits_past_an_open_answer() -> None:
    mark = Watermark()
    for offset in range(4):
        mark.seen(offset)
    mark.open("a", 0)
    mark.open("b", 3)
    mark.close("b")
    assert mark.position == 0
    mark.close("a")
    assert mark.position == 4


def test_many_units_closed_in_reverse_cost_little_to_ask() -> None:
    mark = Watermark()
    for offset in range(50_000):
        mark.seen(offset)
        mark.open(offset, offset)
    for offset in reversed(range(1, 50_000)):
        mark.close(offset)
        assert mark.position == 0
    mark.close(0)
    assert mark.position == 50_000


def test_a_unit_that_opens_again_holds_from_its_new_record() -> None:
    mark = Watermark()
    mark.seen(0)
    mark.open("a", 0)
    mark.close("a")
    mark.seen(1)
    mark.open("a", 1)
    assert mark.position == 1
