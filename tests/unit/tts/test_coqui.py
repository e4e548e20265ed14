"""The adapter of Coqui TTS against a stand-in of its Python API: torch is not installed here.

The stand-in has what the adapter uses of ``TTS.api.TTS`` (coqui-tts 0.28): the constructor's two
paths, ``to``, ``is_multi_speaker``, ``is_multi_lingual``, ``synthesizer`` and ``tts``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Self

import pytest

from schemas.language import Language
from schemas.settings import TtsSettings
from tests.support.speech_engine import check_protocol
from tests.unit.tts.sounds import RATE, tone
from workers.tts.coqui import CoquiEngine
from workers.tts.engines import engine_problems, engines
from workers.tts.service import SpeechFailed


class StandIn:
    """``TTS.api.TTS``; its speech is a tone that is as long as the text."""

    asked: list[dict[str, Any]]
    many = False

    def __init__(self, *, model_path: str, config_path: str, progress_bar: bool) -> None:
        assert Path(model_path).is_file()
        assert Path(config_path).is_file()
        assert not progress_bar
        if Path(model_path).read_bytes() == b"broken":
            raise RuntimeError("invalid magic number")
        self.synthesizer = SimpleNamespace(output_sample_rate=RATE)
        self.device = ""

    def to(self, device: str) -> Self:
        self.device = device
        return self

    @property
    def is_multi_speaker(self) -> bool:
        return self.many

    @property
    def is_multi_lingual(self) -> bool:
        return self.many

    def tts(self, text: str, **options: str) -> list[float]:
        self.asked.append({"text": text, **options})
        if "unsayable" in text:
            raise ValueError("no phoneme for it")
        return [float(each) for each in tone(0.6 + 0.02 * len(text)).samples]


Install = Callable[..., None]


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Puts the stand-in in place of the packages."""

    def install(*, many: bool = False, cuda: bool = False) -> None:
        torch, package, api = ModuleType("torch"), ModuleType("TTS"), ModuleType("TTS.api")
        monkeypatch.setattr(StandIn, "asked", [], raising=False)
        monkeypatch.setattr(StandIn, "many", many)
        vars(torch)["cuda"] = SimpleNamespace(is_available=lambda: cuda)
        vars(api)["TTS"] = StandIn
        for module in (torch, package, api):
            monkeypatch.setitem(sys.modules, module.__name__, module)

    return install


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "model.pth").write_bytes(b"weights")
    (tmp_path / "config.json").write_text("{}")
    return tmp_path


def engine(folder: Path | None, **more: Any) -> CoquiEngine:
    language = more.get("language", Language.KOREAN)
    return CoquiEngine(folder, more.get("voice", "mina"), language, more.get("device", "auto"))


async def test_the_protocol(installed: Install, folder: Path) -> None:
    installed()
    made = engine(folder, language=Language.ENGLISH)
    assert "on cpu" in await made.load()
    await check_protocol(
        made, "Who are you?", "Who are you, and what brought you here today?", cancel_after_s=0
    )
    assert set(StandIn.asked[-1]) == {"text"}, "a model of one voice is asked for none"
    await made.close()


async def test_a_model_of_many_voices_is_asked_for_one(installed: Install, folder: Path) -> None:
    installed(many=True)
    made = engine(folder)
    await made.load()
    await made.speak("누구세요?")
    assert StandIn.asked[-1] == {"text": "누구세요?", "speaker": "mina", "language": "ko"}


@pytest.mark.parametrize(
    ("device", "cuda", "expected"),
    [("auto", True, "cuda"), ("auto", False, "cpu"), ("cpu", True, "cpu"), ("cuda", False, "cuda")],
)
async def test_the_device(
    installed: Install, folder: Path, device: str, cuda: bool, expected: str
) -> None:
    installed(cuda=cuda)
    made = engine(folder, device=device)
    await made.load()
    assert made.device == expected


async def test_another_model_makes_other_clips(installed: Install, folder: Path) -> None:
    installed()
    first, second = engine(folder), engine(folder)
    await first.load()
    (folder / "model.pth").write_bytes(b"better weights")
    await second.load()
    assert first.model != second.model


async def test_what_fails_is_told(installed: Install, folder: Path) -> None:
    with pytest.raises(SpeechFailed, match="does not load"):  # nothing is installed
        await engine(folder).load()
    installed()
    made = engine(folder)
    with pytest.raises(SpeechFailed, match="not loaded"):
        await made.speak("who?")
    await made.load()
    with pytest.raises(SpeechFailed, match="no phoneme"):
        await made.speak("unsayable")
    (folder / "model.pth").write_bytes(b"broken")
    with pytest.raises(SpeechFailed, match="magic number"):
        await engine(folder).load()


def test_settings_that_cannot_work_are_one_line_each(
    monkeypatch: pytest.MonkeyPatch, folder: Path, tmp_path: Path
) -> None:
    def problems(**more: Any) -> str:
        return "\n".join(engine_problems(TtsSettings(**more), tmp_path / "models"))

    assert "VIVA_TTS_COQUI_MODEL" in problems(korean="coqui")
    assert "model.pth is missing" in problems(korean="coqui", coqui_model=tmp_path / "nowhere")
    assert "extra `coqui`" in problems(korean="coqui", coqui_model=folder)
    assert "no voice 'nobody'" in problems(korean_voice="nobody")
    assert "no voice 'nobody'" in problems(english_voice="nobody")
    missing = problems()
    assert "kokoro" in missing
    assert "en_US-joe-medium.onnx is missing" in missing


def test_each_language_has_the_engine_that_is_set(folder: Path, tmp_path: Path) -> None:
    auto = engines(TtsSettings(), tmp_path)
    assert {language.value: each.name for language, each in auto.items()} == {
        "en": "piper", "ko": "kokoro",
    }  # fmt: skip
    chosen = engines(TtsSettings(english="coqui", coqui_model=folder), tmp_path)
    assert chosen[Language.ENGLISH].name == "coqui"
    assert chosen[Language.KOREAN].name == "kokoro"
