"""Turning a record's bytes into samples, or saying why they are not samples."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from schemas.media import MAX_CHUNK_SAMPLES

Samples = npt.NDArray[np.int16]


class PcmError(ValueError):
    """The bytes are not a chunk of mono PCM16; the message says why."""


def samples_of(value: bytes | None) -> Samples:
    """Return the samples in ``value`` as an int16 array of shape (n,); empty bytes give n = 0.

    Raises:
        PcmError: there is no value, half a sample is left over, or the chunk is longer than
            500 ms.
    """
    if value is None:
        raise PcmError("the audio chunk has no value")
    if len(value) % 2:
        raise PcmError(f"PCM16 has two bytes a sample, this chunk has {len(value)} bytes")
    if len(value) > 2 * MAX_CHUNK_SAMPLES:
        raise PcmError(
            f"the chunk has {len(value) // 2} samples, at most {MAX_CHUNK_SAMPLES} are allowed"
        )
    return np.frombuffer(value, dtype="<i2").astype(np.int16, copy=False)
