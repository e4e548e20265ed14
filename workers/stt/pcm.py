"""Turning a record's bytes into samples."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from schemas.media import MAX_CHUNK_SAMPLES

Samples = npt.NDArray[np.int16]
"""Shape (n,), mono, 16 kHz."""

NO_SAMPLES: Samples = np.zeros(0, np.int16)


def samples_of(value: bytes | None) -> Samples | None:
    """Return the samples in ``value``, or None when it is not a chunk of mono PCM16.

    The voice worker guards the topic and names the fault in a dead letter; here it is enough to
    know that there is nothing to hear.
    """
    if value is None or len(value) % 2 or len(value) > 2 * MAX_CHUNK_SAMPLES:
        return None
    return np.frombuffer(value, dtype="<i2").astype(np.int16, copy=False)
