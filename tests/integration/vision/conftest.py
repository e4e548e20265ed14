from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.settings import LocalSettings
from deploy.models import install, verify


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The data folder with models and media in place."""
    settings = LocalSettings()
    install(settings.cache_dir.resolve(), settings.models_dir, lambda _: None)
    assert verify(settings.cache_dir.resolve(), settings.models_dir) == []
    return settings.cache_dir.resolve()


@pytest.fixture(scope="session")
def models(data_dir: Path) -> Path:
    """The models folder."""
    return LocalSettings().models


@pytest.fixture(scope="session")
def recordings(data_dir: Path) -> Path:
    """The folder of the packaged recordings."""
    return data_dir / "media" / "source"
