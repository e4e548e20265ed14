from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from schemas.events import EVENT_CLASSES, Event
from tests.contract.compatibility import incompatibilities
from tests.contract.snapshots import FOLDER, current, path_of, published


@pytest.mark.parametrize("cls", EVENT_CLASSES, ids=lambda cls: cls.__name__)
def test_a_version_still_reads_what_was_published_under_it(cls: type[Event]) -> None:
    assert path_of(cls).exists(), "run `python -m tests.contract.snapshots`"
    assert incompatibilities(published(cls), current(cls)) == [], "add a version, keep this one"


def test_no_published_version_was_dropped() -> None:
    assert {path.name for path in FOLDER.glob("*.json")} == {
        path_of(cls).name for cls in EVENT_CLASSES
    }


class Part(BaseModel):
    a: int


class Before(BaseModel):
    number: Annotated[int, Field(ge=0, le=10)]
    text: str = Field(max_length=10)
    kind: Literal["x", "y"]
    maybe: float | None = None
    parts: tuple[Part, ...] = ()


def _compare(after: type[BaseModel]) -> list[str]:
    return incompatibilities(Before.model_json_schema(), after.model_json_schema())


def test_the_same_is_compatible() -> None:
    assert _compare(Before) == []


def test_an_optional_field_more_is_compatible() -> None:
    class After(Before):
        more: int = 0

    assert _compare(After) == []


def test_wider_is_compatible() -> None:
    class After(Before):
        number: Annotated[float, Field(ge=-1, le=20)]  # type: ignore[assignment]
        text: str = Field(max_length=20)
        kind: Literal["x", "y", "z"]  # type: ignore[assignment]

    assert _compare(After) == []


def test_a_required_field_more_is_not() -> None:
    class After(Before):
        more: int

    assert _compare(After) == ["event.more: required now"]


def test_a_field_that_is_required_now_is_not() -> None:
    class After(Before):
        maybe: float | None

    assert _compare(After) == ["event.maybe: required now"]


def test_a_removed_field_is_not() -> None:
    class After(BaseModel):
        number: Annotated[int, Field(ge=0, le=10)]
        text: str = Field(max_length=10)
        kind: Literal["x", "y"]
        parts: tuple[Part, ...] = ()

    assert _compare(After) == ["event.maybe: removed"]


def test_another_type_is_not() -> None:
    class After(Before):
        number: str  # type: ignore[assignment]

    assert _compare(After) == ["event.number: was integer, is string"]


def test_none_no_longer_allowed_is_not() -> None:
    class After(Before):
        maybe: float = 0

    assert _compare(After) == ["event.maybe: was null, is number"]


def test_narrower_is_not() -> None:
    class After(Before):
        number: Annotated[int, Field(ge=1, le=9)]
        text: str = Field(max_length=9)
        kind: Literal["x"]

    assert _compare(After) == [
        "event.number: minimum rose",
        "event.number: maximum fell",
        "event.text: maxLength fell",
        "event.kind: no longer allows ['y']",
    ]


def test_a_change_within_a_part_is_seen() -> None:
    class Changed(BaseModel):
        a: int
        b: int

    class After(Before):
        parts: tuple[Changed, ...] = ()  # type: ignore[assignment]

    assert _compare(After) == ["event.parts[].b: required now"]
