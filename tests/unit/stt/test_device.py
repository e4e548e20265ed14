from __future__ import annotations

from pathlib import Path

import ctranslate2
import pytest

from schemas.settings import SttSettings
from workers.stt.device import Device, choose_device, model_folder, model_problems


def fake_hardware(monkeypatch: pytest.MonkeyPatch, cuda: int, types: set[str]) -> None:
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: cuda)
    monkeypatch.setattr(ctranslate2, "get_supported_compute_types", lambda kind: types)


@pytest.mark.requirement("stt-model-setting")
@pytest.mark.parametrize(
    ("cuda", "settings", "expected"),
    [
        (0, {}, Device("cpu", "int8")),
        (1, {}, Device("cuda", "float16")),
        (1, {"device": "cpu"}, Device("cpu", "int8")),
        (1, {"device": "cuda"}, Device("cuda", "float16")),
        (0, {"compute_type": "float32"}, Device("cpu", "float32")),
    ],
)
def test_device_and_precision_follow_the_hardware(
    monkeypatch: pytest.MonkeyPatch, cuda: int, settings: dict[str, str], expected: Device
) -> None:
    fake_hardware(monkeypatch, cuda, {"int8", "float16", "float32"})
    assert choose_device(SttSettings.model_validate(settings)) == expected


def test_a_device_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_hardware(monkeypatch, 0, {"int8"})
    with pytest.raises(ValueError, match="no CUDA device"):
        choose_device(SttSettings(device="cuda"))
    with pytest.raises(ValueError, match="float16 does not run on cpu"):
        choose_device(SttSettings(compute_type="float16"))


@pytest.mark.requirement("stt-model-setting")
def test_the_model_setting_is_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("VIVA_STT_MODEL", "tiny.en")
    assert model_folder(SttSettings(), tmp_path) == tmp_path / "whisper-tiny.en"
    monkeypatch.setenv("VIVA_STT_MODEL", "base")
    assert model_folder(SttSettings(), tmp_path) == tmp_path / "whisper-base"


def test_a_model_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "whisper-large").mkdir()
    (tmp_path / "whisper-large" / "model.bin").touch()
    by_name = model_folder(SttSettings(model="large"), tmp_path)
    by_path = model_folder(SttSettings(model=str(by_name)), Path("/nowhere"))
    assert by_name == by_path == tmp_path / "whisper-large"
    assert model_problems(SttSettings(model="large"), tmp_path) == []


@pytest.mark.parametrize("name", ["base`", "face_landmarker", "medium"])
def test_an_unknown_model_is_named(name: str, tmp_path: Path) -> None:
    (problem,) = model_problems(SttSettings(model=name), tmp_path)
    assert f"VIVA_STT_MODEL={name}" in problem


def test_missing_files_are_named_with_what_to_do(tmp_path: Path) -> None:
    found = model_problems(SttSettings(), tmp_path)
    assert len(found) == 4
    assert all("is missing" in line for line in found)
