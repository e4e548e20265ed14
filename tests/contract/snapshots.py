"""The JSON schema of every event version as it was published.

Run as a program after adding an event version: ``python -m tests.contract.snapshots``. It writes
schemas that are missing or that changed compatibly, and refuses to hide an incompatible change.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from schemas.events import EVENTS, Event
from tests.contract.compatibility import incompatibilities

FOLDER = Path(__file__).parent / "snapshots"


def path_of(cls: type[Event]) -> Path:
    """Return where the class's schema is kept."""
    fields = cls.model_fields
    return FOLDER / f"{fields['type'].default}.v{fields['v'].default}.json"


def published(cls: type[Event]) -> dict[str, Any]:
    """Return the schema as it was published."""
    found: dict[str, Any] = json.loads(path_of(cls).read_text(encoding="utf-8"))
    return found


def current(cls: type[Event]) -> dict[str, Any]:
    """Return the schema of the class as it is now."""
    return cls.model_json_schema(mode="validation")


def main() -> int:
    """Bring the snapshots up to date; return 1 if a change needs a new version."""
    failed = False
    for cls in EVENTS.values():
        path = path_of(cls)
        problems = incompatibilities(published(cls), current(cls)) if path.exists() else []
        if problems:
            failed = True
            sys.stderr.write(f"{path.stem} needs a new version: {'; '.join(problems)}\n")
            continue
        path.write_text(json.dumps(current(cls), indent=1) + "\n", encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
