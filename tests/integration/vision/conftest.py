from __future__ import annotations

from pathlib import Path

import pytest

from deploy.models import install, verify
from schemas.settings import ProcessSettings


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The data folder with models and media in place."""
    settings = ProcessSettings()
    install(settings.data_dir.resolve(), settings.models_dir, lambda _: None)
    assert verify(settings.data_dir.resolve(), settings.models_dir) == []
    return settings.data_dir.resolve()


@pytest.fixture(scope="session")
def models(data_dir: Path) -> Path:
    """The models folder."""
    return ProcessSettings().models_dir or data_dir / "models"


@pytest.fixture(scope="session")
def recordings(data_dir: Path) -> Path:
    """The folder of the packaged recordings."""
    return data_dir / "media" / "source"
