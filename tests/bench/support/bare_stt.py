"""faster-whisper in a loop over packed utterances and nothing else; prints audio seconds a second.

``python -m tests.bench.support.bare_stt MODEL PACKS WINDOW``: PACKS is a file of numpy arrays; the
first is a warm-up. WINDOW ``fitting`` cuts the encoder's window to the pack as the worker does,
``full`` is faster-whisper as it comes.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np
from faster_whisper import WhisperModel

from schemas.media import SAMPLE_RATE
from workers.stt.faster_whisper import BEAMS, MAX_TOKENS
from workers.stt.window import WindowedPipeline, frames_for


def main(folder: str, packs: str, window: str) -> None:
    model = WhisperModel(folder, device="cpu", compute_type="int8", cpu_threads=1, num_workers=1)
    kept = np.load(packs)
    arrays = [kept[name] for name in sorted(kept.files)]
    began = time.perf_counter()
    words = 0
    for number, samples in enumerate(arrays):
        if number == 1:
            began, words = time.perf_counter(), 0
        segments = recognise(model, samples.astype(np.float32) / 32768.0, window)
        words += sum(len(segment.words or ()) for segment in segments)
    seconds = time.perf_counter() - began
    heard = sum(each.size for each in arrays[1:]) / SAMPLE_RATE
    print(json.dumps({"rate": heard / seconds, "words": words, "seconds": seconds}))


def recognise(model: WhisperModel, audio: Any, window: str) -> list[Any]:
    options: dict[str, Any] = {
        "language": "en",
        "beam_size": BEAMS,
        "temperature": 0.0,
        "condition_on_previous_text": False,
        "word_timestamps": True,
        "without_timestamps": True,
        "vad_filter": False,
        "max_new_tokens": MAX_TOKENS,
    }
    if window == "full":
        return list(model.transcribe(audio, **options)[0])
    pipeline = WindowedPipeline(model, frames_for(audio.size))
    whole = [{"start": 0.0, "end": audio.size / SAMPLE_RATE}]
    return list(pipeline.transcribe(audio, clip_timestamps=whole, batch_size=1, **options)[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
