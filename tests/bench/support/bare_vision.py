"""JPEG decoding and FaceLandmarker in a loop and nothing else; prints frames a second.

``python -m tests.bench.support.bare_vision MODEL FOLDER WARM [without-landmarks]``: the pictures of
FOLDER by name, the first WARM of them not timed; with the library's result as it comes, or without
the landmarks in it, as the worker asks for it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("GLOG_minloglevel", "2")

import cv2
import numpy as np

from workers.vision.landmarker import MAX_FACES
from workers.vision.plots import without_plots
from workers.vision.unused_landmarks import without_landmarks


def main(model: str, folder: str, warm: str, landmarks: str = "") -> None:
    without_plots()
    if landmarks:
        without_landmarks()
    import mediapipe
    from mediapipe.tasks.python import BaseOptions, vision

    landmarker = vision.FaceLandmarker.create_from_options(
        vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=model),
            running_mode=vision.RunningMode.IMAGE,
            num_faces=MAX_FACES,
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
        )
    )
    pictures = [path.read_bytes() for path in sorted(Path(folder).glob("*.jpg"))]
    faces = 0
    began = 0.0
    for number, jpeg in enumerate(pictures):
        if number == int(warm):
            began, faces = time.perf_counter(), 0
        image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
        found = landmarker.detect(
            mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)
        )
        faces += len(found.face_blendshapes) > 0
    seconds = time.perf_counter() - began
    print(json.dumps({"rate": (len(pictures) - int(warm)) / seconds, "faces": faces}))


if __name__ == "__main__":
    main(*sys.argv[1:])
