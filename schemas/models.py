"""Model files by name: where they lie in the models folder and what they must contain.

Only names, sizes and SHA-256 sums: how the files get there is ``deploy.models``' business. A worker
verifies its own model with ``problems`` in its ``--check`` and before it loads it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ModelFile:
    """One file; ``path`` is relative to the models folder (or the media folder), ``size`` bytes."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model: one file or a folder of files, with the licence its source states."""

    name: str
    path: str
    licence: str
    source: str
    files: tuple[ModelFile, ...]

    def at(self, models: Path) -> Path:
        """Return the file or folder that an engine loads."""
        return models / self.path


FACE_LANDMARKER = Model(
    name="face_landmarker",
    path="face_landmarker.task",
    licence="Apache-2.0",
    source="MediaPipe FaceLandmarker with blendshapes, float16",
    files=(
        ModelFile(
            "face_landmarker.task",
            3758596,
            "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff",
        ),
    ),
)

WHISPER_BASE = Model(
    name="base",
    path="whisper-base",
    licence="MIT",
    source="OpenAI Whisper base (multilingual) in CTranslate2 format",
    files=(
        ModelFile(
            "whisper-base/config.json",
            2309,
            "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
        ),
        ModelFile(
            "whisper-base/model.bin",
            145217532,
            "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
        ),
        ModelFile(
            "whisper-base/tokenizer.json",
            2203239,
            "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
        ),
        ModelFile(
            "whisper-base/vocabulary.txt",
            459861,
            "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
        ),
    ),
)

WHISPER_TINY_EN = Model(
    name="tiny.en",
    path="whisper-tiny.en",
    licence="MIT",
    source="OpenAI Whisper tiny (English) in CTranslate2 format",
    files=(
        ModelFile(
            "whisper-tiny.en/config.json",
            2317,
            "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
        ),
        ModelFile(
            "whisper-tiny.en/model.bin",
            75537502,
            "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
        ),
        ModelFile(
            "whisper-tiny.en/tokenizer.json",
            2128466,
            "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
        ),
        ModelFile(
            "whisper-tiny.en/vocabulary.txt",
            422309,
            "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
        ),
    ),
)

SMOLLM2 = Model(
    name="smollm2-135m-instruct",
    path="smollm2-135m-instruct.gguf",
    licence="Apache-2.0",
    source="SmolLM2-135M-Instruct in GGUF format, Q4_1",
    files=(
        ModelFile(
            "smollm2-135m-instruct.gguf",
            98362432,
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
    ),
)

KOKORO = Model(
    name="kokoro-82m",
    path="kokoro",
    licence="Apache-2.0",
    source="Kokoro-82M in ONNX format, int8, with its Japanese voices; export: kokoro-onnx, MIT",
    files=(
        ModelFile(
            "kokoro/model.onnx",
            92361271,
            "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
        ),
        ModelFile(
            "kokoro/vocab.json",
            1155,
            "ba536e2187cf4a12827b4e6138f29c17b795fcc3f8155386408d8d4edc229a41",
        ),
        ModelFile(
            "kokoro/voices.npz",
            2612478,
            "fc663c0f5c64d1f10c7c6daa2323ea20efe1b255a891b0d912d07bf58c529d15",
        ),
    ),
)

PIPER_JOE = Model(
    name="en_US-joe-medium",
    path="piper",
    licence="MIT",
    source="Piper voice joe (American English), medium; trained on recordings under CC0",
    files=(
        ModelFile(
            "piper/en_US-joe-medium.onnx",
            63201294,
            "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
        ),
        ModelFile(
            "piper/en_US-joe-medium.onnx.json",
            4794,
            "3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
        ),
    ),
)

MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        FACE_LANDMARKER,
        KOKORO,
        PIPER_JOE,
        SMOLLM2,
        WHISPER_BASE,
        WHISPER_TINY_EN,
    )
}
"""By the name that settings use."""

INSTALL_HINT = "run `python -m deploy.models install`"


def sha256_of(path: Path) -> str:
    """Return the hex SHA-256 of a file's content.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def file_problems(folder: Path, files: Iterable[ModelFile]) -> list[str]:
    """Return one line for each file below ``folder`` that is missing or not what it must be."""
    found = []
    for file in files:
        path = folder / file.path
        if not path.is_file():
            found.append(f"{path} is missing: {INSTALL_HINT}")
        elif path.stat().st_size != file.size:
            found.append(
                f"{path} has {path.stat().st_size} bytes instead of {file.size}: {INSTALL_HINT}"
            )
        elif sha256_of(path) != file.sha256:
            found.append(f"{path} does not have the expected checksum: {INSTALL_HINT}")
    return found


def problems(models: Path, *names: str) -> list[str]:
    """Return what is wrong with the named models (all of them when none is named).

    Raises:
        KeyError: a name is not in ``MODELS``.
    """
    chosen = [MODELS[name] for name in names] or list(MODELS.values())
    return [line for model in chosen for line in file_problems(models, model.files)]
