from __future__ import annotations

import pytest

from tests.support.locks import pins

HEAVY = ("deepface", "keras", "tensorflow", "torch", "transformers")


@pytest.mark.requirement("vision-light")
def test_the_worker_is_locked_without_heavy_models() -> None:
    packages = set(pins("vision"))
    assert "mediapipe" in packages
    assert not packages & set(HEAVY)
