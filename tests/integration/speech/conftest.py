from __future__ import annotations

from pathlib import Path

import pytest

from schemas.models import problems
from schemas.settings import ProcessSettings, SttSettings
from tests.support.speech import LIBRIVOX
from workers.stt.device import choose_device, model_folder
from workers.stt.faster_whisper import FasterWhisper
from workers.stt.vad import SileroModel

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def models() -> Path:
    """The models folder; the tests here need the models and the recordings installed."""
    folder = ROOT / ProcessSettings().models
    assert problems(folder, "base", "tiny.en") == []
    assert LIBRIVOX.is_dir(), "install Debian's pocketsphinx-testdata"
    return folder


@pytest.fixture(scope="session")
def tiny(models: Path) -> FasterWhisper:
    settings = SttSettings(model="tiny.en", device="cpu")
    return FasterWhisper(model_folder(settings, models), settings, choose_device(settings))


@pytest.fixture(scope="session")
def silero() -> SileroModel:
    return SileroModel()
