"""Frames of a clip: cut, cropped, played to and fro, encoded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from deploy.demo.media.model import FPS, HEIGHT, WIDTH
from deploy.demo.media.recipes import Crop, Shot, Source

Picture = NDArray[np.uint8]
"""Shape (240, 320, 3), RGB."""

_JPEG_QUALITY = 85
_BROWSER_REPEATS = 30 // FPS


class Film:
    """A decoded recording; ``at`` gives the picture shown at a time."""

    def __init__(self, path: Path) -> None:
        """Decode the whole recording: those used here have a few seconds."""
        self._pictures: list[Picture] = []
        self._times: list[float] = []
        with av.open(str(path)) as container:
            for frame in container.decode(video=0):
                self._pictures.append(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
                self._times.append(float(frame.time or 0.0))

    def at(self, seconds: float, crop: Crop) -> Picture:
        """Return the picture shown at ``seconds``, cropped and scaled."""
        index = int(np.searchsorted(self._times, seconds + 1e-6, side="right")) - 1
        return cropped(self._pictures[max(0, index)], crop)


def cropped(picture: Picture, crop: Crop) -> Picture:
    """Return the part of ``picture`` that ``crop`` names, in the size of a clip."""
    height, width = picture.shape[:2]
    rows = round(height * crop.height)
    columns = round(rows * WIDTH / HEIGHT)
    top, left = round(height * crop.top), round(width * crop.left)
    part = picture[top : top + rows, left : left + columns]
    if crop.mirrored:
        part = part[:, ::-1]
    scaled = cv2.resize(np.ascontiguousarray(part), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    return np.asarray(scaled, np.uint8)


def pictures(shots: Iterable[Shot], films: dict[Source, Film]) -> Iterator[Picture]:
    """Yield the frames of the shots at ``FPS``."""
    for shot in shots:
        for number in range(round(shot.seconds * FPS)):
            yield films[shot.source].at(to_and_fro(shot, number / FPS), shot.crop)


def to_and_fro(shot: Shot, elapsed: float) -> float:
    """Return the recording's time that is shown ``elapsed`` seconds into the shot."""
    length = shot.end - shot.start
    phase = elapsed * shot.speed % (2 * length)
    return shot.start + min(phase, 2 * length - phase)


def write_video(path: Path, frames: Iterable[Picture]) -> None:
    """Write an MP4 of JPEG pictures, which every player and aiortc can read."""
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("mjpeg", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuvj420p"
        stream.options = {"qscale": "3", "qmin": "3", "qmax": "3"}
        for picture in frames:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))


def write_browser_video(path: Path, frames: Iterable[Picture]) -> None:
    """Write concatenated JPEGs; Chromium's fake camera shows them at 30 a second, in a loop."""
    with path.open("wb") as file:
        for picture in frames:
            done, jpeg = cv2.imencode(
                ".jpg",
                cv2.cvtColor(picture, cv2.COLOR_RGB2BGR),
                [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY],
            )
            if not done:
                raise ValueError("a frame could not be encoded")
            file.write(jpeg.tobytes() * _BROWSER_REPEATS)
