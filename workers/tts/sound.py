"""Speech as an engine makes it: one channel of samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""One channel, full scale at ±1; shape ``(n,)``."""


@dataclass(frozen=True, slots=True)
class Speech:
    """What an engine said; ``rate`` is in Hz."""

    samples: Samples
    rate: int

    @property
    def seconds(self) -> float:
        """Its length."""
        return float(self.samples.size / self.rate)
