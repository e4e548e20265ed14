"""MediaPipe turns 478 landmarks a face into Python objects; no feature needs them.

That takes 1.5 ms of a frame's 11. The library has no option for it, so what fills its result is
replaced: the same blendshapes and matrices, and no landmarks.
"""

from __future__ import annotations

from typing import Any


def without_landmarks() -> None:
    """Leave the landmarks out of every result that this process asks MediaPipe for.

    Does nothing where the library no longer fills its result in this way: results stay right,
    only slower.
    """
    from mediapipe.tasks.python.vision import face_landmarker as library

    result: Any = getattr(library, "FaceLandmarkerResult", None)
    structure: Any = getattr(library, "FaceLandmarkerResultC", None)
    if structure is None or not hasattr(result, "from_ctypes") or _leaves_out(result):
        return

    class ResultWithoutLandmarks(result):
        leaves_out_landmarks = True

        @classmethod
        def from_ctypes(cls, filled: Any) -> Any:
            # a structure of our own over the same memory: the library frees what it filled
            return super().from_ctypes(
                structure(
                    face_blendshapes=filled.face_blendshapes,
                    face_blendshapes_count=filled.face_blendshapes_count,
                    facial_transformation_matrixes=filled.facial_transformation_matrixes,
                    facial_transformation_matrixes_count=filled.facial_transformation_matrixes_count,
                )
            )

    library.FaceLandmarkerResult = ResultWithoutLandmarks


def _leaves_out(result: Any) -> bool:
    return getattr(result, "leaves_out_landmarks", False)
