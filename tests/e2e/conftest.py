"""One whole stack, with the default models, for all end-to-end tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.demo.media import CandidateMedia, build
from deploy.local.settings import LocalSettings
from deploy.local.stack import Stack, background


@pytest.fixture(scope="package")
def stack() -> Iterator[Stack]:
    """The whole embedded stack on free ports."""
    with background(Stack()) as running:
        yield running


@pytest.fixture(scope="package")
def candidates() -> dict[str, CandidateMedia]:
    """What the simulated candidates show and say."""
    return build(LocalSettings().cache_dir, lambda _: None)
