"""Where the model runs and how precisely, and which files it is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from schemas.models import MODELS, problems
from schemas.settings import SttSettings

_ON_CPU = "int8"
_ON_CUDA = "float16"
_PREFIX = "whisper-"


@dataclass(frozen=True, slots=True)
class Device:
    """A kind of device and a precision that CTranslate2 knows."""

    kind: Literal["cpu", "cuda"]
    compute_type: str


def cuda_devices() -> int:
    """Return how many CUDA devices CTranslate2 can use."""
    import ctranslate2

    return int(ctranslate2.get_cuda_device_count())


def choose_device(settings: SttSettings) -> Device:
    """Return the device that the settings and the hardware allow.

    Raises:
        ValueError: CUDA is demanded and there is none, or the device cannot do the precision.
    """
    import ctranslate2

    found = cuda_devices() if settings.device != "cpu" else 0
    if settings.device == "cuda" and not found:
        raise ValueError("VIVA_STT_DEVICE=cuda, but there is no CUDA device: set it to cpu or auto")
    kind: Literal["cpu", "cuda"] = "cuda" if found else "cpu"
    precision = settings.compute_type
    if precision == "auto":
        precision = _ON_CUDA if kind == "cuda" else _ON_CPU
    possible = ctranslate2.get_supported_compute_types(kind)
    if precision not in possible:
        raise ValueError(
            f"VIVA_STT_COMPUTE_TYPE={precision} does not run on {kind}: "
            f"choose auto or one of {', '.join(sorted(possible))}"
        )
    return Device(kind, precision)


def model_folder(settings: SttSettings, models: Path) -> Path:
    """Return the folder of the model that the setting names: a known name, or a path.

    Raises:
        ValueError: it is neither a known name nor a folder with a model.
    """
    known = MODELS.get(settings.model)
    if known is not None and known.path.startswith(_PREFIX):
        return known.at(models)
    for folder in (Path(settings.model), models / f"{_PREFIX}{settings.model}"):
        if (folder / "model.bin").is_file():
            return folder
    names = ", ".join(sorted(n for n, m in MODELS.items() if m.path.startswith(_PREFIX)))
    raise ValueError(
        f"VIVA_STT_MODEL={settings.model} is neither a known model ({names}), nor a folder with "
        f"a model.bin, nor does {models / (_PREFIX + settings.model)} exist"
    )


def model_problems(settings: SttSettings, models: Path) -> list[str]:
    """Return what is wrong with the chosen model's files. Own folders have no checksums."""
    try:
        model_folder(settings, models)
    except ValueError as error:
        return [str(error)]
    return problems(models, settings.model) if settings.model in MODELS else []
