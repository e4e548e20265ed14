"""Where there is speech: Silero VAD, fed chunk by chunk.

Model: Silero VAD 6 (https://github.com/snakers4/silero-vad, MIT), as faster-whisper carries it: one
probability of speech for every 512 samples (32 ms at 16 kHz), given 64 samples of context and a
recurrent state.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from workers.stt.pcm import NO_SAMPLES, Samples

FRAME = 512
"""Samples a probability stands for."""

_CONTEXT = 64
_STATE = (1, 1, 128)

SPEECH = 0.5
"""Probability from which speech begins."""

SILENCE = 0.35
"""Probability below which speech ends. Two thresholds keep a voice from flickering."""


class SpeechDetector(Protocol):
    """Gives speech probabilities; the state starts afresh with ``reset``."""

    def reset(self) -> None:
        """Forget everything heard so far."""

    def feed(self, samples: Samples) -> list[float]:
        """Return one probability for each frame completed by ``samples``."""


def model_path() -> Path:
    """Return the file of the bundled model.

    Raises:
        FileNotFoundError: the installed faster-whisper does not carry it.
    """
    import faster_whisper.utils

    path = Path(faster_whisper.utils.get_assets_path()) / "silero_vad_v6.onnx"
    if not path.is_file():
        raise FileNotFoundError(f"the speech detector is missing: {path}")
    return path


class SileroModel:
    """The network, shared by all detectors of a process; it holds no state."""

    def __init__(self) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(
            str(model_path()), options, providers=["CPUExecutionProvider"]
        )

    def run(
        self, frames: npt.NDArray[np.float32], state: list[npt.NDArray[np.float32]]
    ) -> tuple[list[float], list[npt.NDArray[np.float32]]]:
        """Return the probabilities of ``frames``, shape (n, 64 + 512), and the next state."""
        out, h, c = self._session.run(None, {"input": frames, "h": state[0], "c": state[1]})
        return [float(each) for each in np.asarray(out).reshape(-1)], [h, c]


class SileroDetector:
    """A ``SpeechDetector`` for one stream of audio."""

    def __init__(self, model: SileroModel) -> None:
        self._model = model
        self.reset()

    def reset(self) -> None:
        """Forget everything heard so far."""
        self._state = [np.zeros(_STATE, np.float32), np.zeros(_STATE, np.float32)]
        self._context = np.zeros(_CONTEXT, np.float32)
        self._rest = NO_SAMPLES

    def feed(self, samples: Samples) -> list[float]:
        """Return one probability for each frame completed by ``samples``."""
        heard = np.concatenate([self._rest, samples])
        count = heard.size // FRAME
        self._rest = heard[count * FRAME :]
        if not count:
            return []
        frames = (heard[: count * FRAME].astype(np.float32) / 32768.0).reshape(count, FRAME)
        tails = frames[:, -_CONTEXT:]
        contexts = np.vstack([self._context, tails[:-1]])
        self._context = tails[-1]
        probabilities, self._state = self._model.run(np.hstack([contexts, frames]), self._state)
        return probabilities
