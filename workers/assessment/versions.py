"""Versions that follow from contents."""

from __future__ import annotations

import hashlib
import json

from schemas.rubric import Rubric


def rubric_version(rubric: Rubric) -> str:
    """Return the version of ``rubric``: ``r1-`` and ten hexadecimal digits."""
    texts = json.dumps([[each.name, each.meaning] for each in rubric])
    return f"r1-{hashlib.sha256(texts.encode()).hexdigest()[:10]}"
