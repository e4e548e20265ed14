"""The checked-in example events."""

from __future__ import annotations

from pathlib import Path

from schemas.events import EVENTS, Event

FOLDER = Path(__file__).resolve().parents[2] / "schemas" / "examples"

PATHS = sorted(FOLDER.glob("*.json"))


def event_class(path: Path) -> type[Event]:
    """Return the class that an example's file name (``type.vN[.variant].json``) names."""
    kind, _, rest = path.name.partition(".v")
    return EVENTS[kind, int(rest.split(".")[0])]


def load(path: Path) -> Event:
    """Return the example in ``path``."""
    return event_class(path).model_validate_json(path.read_bytes())


def load_all() -> list[Event]:
    """Return every example."""
    return [load(path) for path in PATHS]
