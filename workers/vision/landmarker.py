"""The engine: MediaPipe FaceLandmarker with blendshapes and transformation matrices, on the CPU."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from workers.vision.plots import without_plots
from workers.vision.service import Face, Image
from workers.vision.unused_landmarks import without_landmarks

MAX_FACES = 2
"""One is the candidate; the second tells that somebody else is in the picture."""

_WARM_UP_SIZE = (240, 320, 3)


class FaceLandmarkerEngine:
    """FaceLandmarker in IMAGE mode: no tracking between calls, so a replay gives the same result.

    Build it in the process that uses it: its graph does not survive a fork.
    """

    device = "cpu"

    def __init__(self, model: Path) -> None:
        """Load the model and run it once, which finishes the set-up of its delegates.

        Raises:
            FileNotFoundError: there is no model file.
            RuntimeError, ValueError: the file is not a face landmarker.
        """
        os.environ.setdefault("GLOG_minloglevel", "2")
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        without_plots()
        import mediapipe  # after the log levels, and only in the child process
        from mediapipe.tasks.python import BaseOptions, vision

        if not model.is_file():
            raise FileNotFoundError(f"{model} is missing")
        without_landmarks()
        self._mediapipe: Any = mediapipe
        self._landmarker: Any = vision.FaceLandmarker.create_from_options(
            vision.FaceLandmarkerOptions(
                base_options=BaseOptions(model_asset_path=str(model)),
                running_mode=vision.RunningMode.IMAGE,
                num_faces=MAX_FACES,
                output_face_blendshapes=True,
                output_facial_transformation_matrixes=True,
            )
        )
        self.faces(np.zeros(_WARM_UP_SIZE, np.uint8))

    def faces(self, image: Image) -> list[Face]:
        """Return at most ``MAX_FACES`` faces in ``image`` (RGB), the nearest first."""
        result = self._landmarker.detect(
            self._mediapipe.Image(
                image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(image)
            )
        )
        return nearest_first(
            Face({shape.category_name: float(shape.score) for shape in shapes}, np.asarray(matrix))
            for shapes, matrix in zip(
                result.face_blendshapes, result.facial_transformation_matrixes, strict=True
            )
        )

    def close(self) -> None:
        """Release the graph."""
        self._landmarker.close()


def nearest_first(faces: Iterable[Face]) -> list[Face]:
    """Return ``faces`` by their distance along the camera's axis."""
    return sorted(faces, key=lambda face: -float(face.matrix[2, 3]))


def build(model: Path) -> FaceLandmarkerEngine:
    """Return a warm engine (an ``EngineFactory`` with the model bound by ``partial``)."""
    return FaceLandmarkerEngine(model)
