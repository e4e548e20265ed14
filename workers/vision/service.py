"""What a vision engine must offer; engines are built inside the child processes of the pool."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""Shape (height, width, 3), RGB."""

Matrix = NDArray[np.float32]
"""Shape (4, 4). Maps the canonical face (centimetres; x to the candidate's left, y up, z out of the
face) into the camera's space (origin at the camera, x to the image's right, y up, looking along
negative z). The image is not mirrored, so the image's right is the candidate's left."""


@dataclass(frozen=True, slots=True)
class Face:
    """One face as the engine sees it. ``blendshapes`` are amplitudes of 0 to 1 by ARKit name."""

    blendshapes: Mapping[str, float]
    matrix: Matrix


class Engine(Protocol):
    """Finds faces. Deterministic: the same image gives the same faces."""

    device: str

    def faces(self, image: Image) -> list[Face]:
        """Return the faces in ``image``, the nearest first; none is a result, not an error."""

    def close(self) -> None:
        """Release native memory."""


EngineFactory = Callable[[], Engine]
"""Builds a warm engine. Must survive pickling: it is called in another process.

Raises:
    OSError, RuntimeError: the model cannot be loaded.
"""
