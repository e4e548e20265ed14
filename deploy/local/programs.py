"""Programs that only tests start: installed, or unpacked by ``deploy/setup.sh tests``."""

from __future__ import annotations

import os
import shutil

from deploy.local.settings import CHECKOUT

CHROMIUM = ("chromium", "chromium-headless-shell")
"""Either will do: the tests show no window."""

_UNPACKED = CHECKOUT / ".viva" / "debian" / "bin"


def find(*names: str) -> str | None:
    """Return the path of the first of ``names`` that is there; an installed one is preferred."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), str(_UNPACKED)))
    return next((found for name in names if (found := shutil.which(name, path=path))), None)
