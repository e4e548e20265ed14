"""Samples through a chain of FFmpeg's filters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import av
import numpy as np

from workers.tts.sound import Samples

_STEP = 4096

Step = tuple[str, str]
"""A filter and its options, as FFmpeg writes them."""


def through(samples: Samples, rate: int, chain: Sequence[Step]) -> Iterator[av.AudioFrame]:
    """Yield what comes out of ``chain``, which must end in one channel of floats."""
    graph = av.filter.Graph()
    nodes = [graph.add_abuffer(sample_rate=rate, format="flt", layout="mono")]
    nodes += [graph.add(name, options) for name, options in chain]
    nodes.append(graph.add("aformat", "sample_fmts=flt:channel_layouts=mono"))
    nodes.append(graph.add("abuffersink"))
    graph.link_nodes(*nodes).configure()
    for frame in _frames(samples, rate):
        nodes[0].push(frame)
        while True:
            try:
                pulled = nodes[-1].pull()
            except (av.BlockingIOError, av.EOFError):
                break
            if isinstance(pulled, av.AudioFrame):
                yield pulled


def joined(frames: Iterator[av.AudioFrame]) -> Samples:
    """Return the samples of ``frames`` in a row."""
    parts = [frame.to_ndarray().reshape(-1) for frame in frames]
    return np.concatenate(parts).astype(np.float32) if parts else np.zeros(0, np.float32)


def _frames(samples: Samples, rate: int) -> Iterator[av.AudioFrame | None]:
    for start in range(0, samples.size, _STEP):
        part = np.ascontiguousarray(samples[start : start + _STEP], np.float32)
        frame = av.AudioFrame.from_ndarray(part.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = rate
        frame.pts = start
        yield frame
    yield None
