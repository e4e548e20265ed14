"""MediaPipe draws with matplotlib, and is never asked to."""

from __future__ import annotations

import sys
from types import ModuleType


def without_plots() -> None:
    """Let MediaPipe, imported after this, find an empty matplotlib: 60 MB are not installed."""
    for name in ("matplotlib", "matplotlib.pyplot"):
        sys.modules.setdefault(name, ModuleType(name))
