"""What tells a model from another in the names of clips."""

from __future__ import annotations

import hashlib

from schemas.models import Model


def checksum_of(model: Model) -> str:
    """Return one checksum of all files of ``model``, which are verified before it is loaded."""
    parts = "\n".join(f"{file.path} {file.sha256}" for file in model.files)
    return hashlib.sha256(parts.encode()).hexdigest()
