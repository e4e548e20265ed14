"""Which model file the settings name, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

from schemas.models import MODELS, SMOLLM2, problems

_SUFFIX = ".gguf"
_MAGIC = b"GGUF"


def served_name(model: str) -> str:
    """Return the name under which ``model`` (a known name, or a path) is served."""
    return model if model in MODELS else Path(model).stem


def is_small(model: str) -> bool:
    """Whether ``model`` is the packaged one, which writes no Korean and little sense unguided."""
    return model == SMOLLM2.name


def model_file(model: str, models: Path) -> Path:
    """Return the file of ``model``, which is a known name or the path of a GGUF file.

    Raises:
        ValueError: it is neither.
    """
    known = MODELS.get(model)
    if known is not None and known.path.endswith(_SUFFIX):
        return known.at(models)
    path = Path(model)
    if _is_gguf(path):
        return path
    names = ", ".join(sorted(n for n, m in MODELS.items() if m.path.endswith(_SUFFIX)))
    raise ValueError(f"VIVA_LLM_MODEL={model} is neither a known model ({names}) nor a GGUF file")


def model_problems(model: str, models: Path) -> list[str]:
    """Return what is wrong with the file of ``model``. Own files have no checksum."""
    try:
        model_file(model, models)
    except ValueError as error:
        return [str(error)]
    return problems(models, model) if model in MODELS else []


def _is_gguf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False
