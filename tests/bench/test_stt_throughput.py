"""Audio seconds a second of the stt worker, against bare faster-whisper on the same utterances."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from deploy.demo.tracks import read_samples
from deploy.local.recording import Recorded
from deploy.local.settings import LocalSettings
from schemas.events import TranscriptFinal, TranscriptSegment
from schemas.media import SAMPLE_RATE
from schemas.topics import Topic
from tests.bench.conftest import Report, Row
from tests.bench.support.pinned import CORES, MEASURED, OTHERS, bare, on_cores, running
from tests.bench.support.topics import Results, fill, filled
from tests.support.broker import Broker
from tests.support.clips import candidates
from tests.support.speech import Samples, answer_records
from workers.stt.packing import Pack, Packer
from workers.stt.transcript import packs_of
from workers.stt.vad import SileroDetector, SileroModel

MODEL = "base"
SPOKEN = (("attentive", (1, 2, 3)), ("inattentive", (1, 3)))
"""Answers of the demo's candidates. One is left out: it ends in the middle of a word, which the
worker finds unlike speech and decodes once more in the full window; the bare loop would not."""
ROUNDS = 3
REACH = 0.95
BARE = "tests.bench.support.bare_stt"

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize("crowded", [False, True], ids=["recogniser alone", "all on one core"])
async def test_audio_seconds_a_second(tmp_path: Path, report: Report, crowded: bool) -> None:
    """The recogniser has one thread; what is around it may use another core, or the same."""
    spoken = answers()
    packs, vad_s = packed(spoken)
    expected = {(f"a{n}", pack.first_sample) for n, each in enumerate(packs) for pack in each}
    arrays = [pack.audio for each in packs for pack in each]
    heard_s = sum(each.size for each in arrays) / SAMPLE_RATE
    file = tmp_path / "packs.npz"
    np.savez(file, **{f"{n:03}": each for n, each in enumerate([arrays[0], *arrays])})
    model = str(LocalSettings().models / f"whisper-{MODEL}")

    loop: list[float] = []
    worker: list[float] = []
    used: list[float] = []
    with on_cores(OTHERS):
        async with Broker(tmp_path / "kafka") as broker:
            settings = await filled(broker, "t-", records("warm", spoken[:1]))
            threads = {"VIVA_STT_MODEL": MODEL, "VIVA_STT_THREADS": "1"}
            async with (
                running("workers.stt", settings, threads, MEASURED if crowded else CORES) as stt,
                Results(settings, "transcript.segment", "transcript.final") as results,
            ):
                await stt.ready()
                await results.next(1, 60, TranscriptFinal)
                for number in range(ROUNDS):
                    with stt.frozen():
                        found = await asyncio.to_thread(bare, BARE, model, str(file), "fitting")
                        await fill(
                            settings,
                            [
                                record
                                for n, samples in enumerate(spoken)
                                for record in records(f"r{number}-a{n}", [samples])
                            ],
                        )
                    loop.append(found["rate"])
                    before, began = stt.cpu_s(), time.time()
                    published = await results.next(len(spoken), 120, TranscriptFinal)
                    used.append((stt.cpu_s() - before) / heard_s)
                    worker.append(heard_s / (published[-1][0] - began))
                    segments = [e for _, e in published if isinstance(e, TranscriptSegment)]
                    assert {(e.session.split("-")[1], e.seq) for e in segments} <= expected
                    words = sum(len(each.words) for each in segments)
                    assert words == pytest.approx(found["words"], rel=0.1)
                with stt.frozen():
                    full = await asyncio.to_thread(bare, BARE, model, str(file), "full")
    ratio = statistics.median(ours / its for ours, its in zip(worker, loop, strict=True))
    report(
        Row(
            "stt audio seconds/s: against a bare faster-whisper loop over the same packed "
            "utterances" + (", the whole worker on one core" if crowded else ""),
            "≥ 0.95",
            f"{ratio:.3f} ({statistics.median(worker):.2f} of {statistics.median(loop):.2f})",
            ratio >= REACH,
            [
                f"Whisper {MODEL}, int8, one thread; {len(arrays)} utterances with {heard_s:.0f} s "
                f"of {len(spoken)} answers; rounds: "
                + ", ".join(f"{w:.2f}/{b:.2f}" for w, b in zip(worker, loop, strict=True)),
                "the bare loop cuts Whisper's window to the utterance as the worker does; with the "
                f"full window of 30 s, as faster-whisper comes, it does {full['rate']:.2f}: "
                f"{statistics.median(worker) / full['rate']:.2f} times as much in the worker",
                f"processor time a second of speech: {statistics.median(used) * 1e3:.0f} ms in the "
                f"worker, {1e3 / statistics.median(loop):.0f} ms bare; finding the speech "
                f"{vad_s / heard_s * 1e3:.1f} ms",
            ],
        )
    )


def answers() -> list[Samples]:
    """Return the speech of the demo's candidates, one answer each."""
    people = candidates()
    clips = [people[name].answers[number - 1] for name, numbers in SPOKEN for number in numbers]
    return [read_samples(clip.audio, SAMPLE_RATE) for clip in clips]


def packed(spoken: Sequence[Samples]) -> tuple[list[list[Pack]], float]:
    """Return the utterances that the worker cuts, and the seconds that cutting takes."""
    model = SileroModel()
    list(packs_of(spoken[0], Packer(SileroDetector(model))))
    began = time.process_time()
    found = [list(packs_of(each, Packer(SileroDetector(model)))) for each in spoken]
    return found, time.process_time() - began


def records(session: str, spoken: Sequence[Samples]) -> list[Recorded]:
    """Return answers as the gateway publishes them, one question each."""
    return [
        Recorded(Topic.AUDIO, session.encode(), pcm.tobytes(), tuple(meta.to_headers()), meta.at)
        for question, samples in enumerate(spoken, start=1)
        for meta, pcm in answer_records(samples, session, question)
    ]
