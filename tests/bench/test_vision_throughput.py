"""Frames a second of the vision worker, against a bare loop of the same decode and model."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.local.recording import Recorded
from deploy.local.settings import LocalSettings
from schemas.events import VisionFeatures
from schemas.formula import Policy
from schemas.language import Language
from schemas.media import FrameMeta
from schemas.models import FACE_LANDMARKER
from schemas.topics import Topic
from tests.bench.conftest import Report, Row
from tests.bench.support.pinned import OTHERS, bare, on_cores, running
from tests.bench.support.topics import Results, fill, filled
from tests.support.broker import Broker
from tests.support.clips import answer_media, candidates

FRAMES = 600
WARM = 40
ROUNDS = 7
REACH = 0.95
_BEGAN = 1_790_000_000_000

pytestmark = pytest.mark.timeout(600)


@pytest.mark.parametrize("crowded", [False, True], ids=["model alone", "all on one core"])
async def test_frames_a_second(tmp_path: Path, report: Report, crowded: bool) -> None:
    """The model has a core as in the bare loop; what is around it another one, or the same."""
    jpegs = pictures(FRAMES)
    folder = tmp_path / "frames"
    folder.mkdir()
    for number, jpeg in enumerate([*jpegs[:WARM], *jpegs]):
        (folder / f"{number:05}.jpg").write_bytes(jpeg)
    model = str(FACE_LANDMARKER.at(LocalSettings().models))

    loop: list[float] = []
    thin: list[float] = []
    worker: list[float] = []
    used: list[tuple[float, float]] = []
    with on_cores(OTHERS):
        async with Broker(tmp_path / "kafka") as broker:
            settings = await filled(broker, "v-", records("warm", jpegs[:WARM]))
            async with (
                running("workers.vision", settings) as vision,
                Results(settings, "vision.features") as results,
            ):
                await vision.ready()
                await results.next(WARM, 60)
                if not crowded:
                    vision.leave_to_children()
                for number in range(ROUNDS):
                    with vision.frozen():
                        found = await asyncio.to_thread(bare, BARE, model, str(folder), str(WARM))
                        less = await asyncio.to_thread(
                            bare, BARE, model, str(folder), str(WARM), "without-landmarks"
                        )
                        await fill(settings, records(f"round{number}", jpegs))
                    loop.append(found["rate"])
                    thin.append(less["rate"])
                    before = vision.own_cpu_s(), vision.cpu_s()
                    features = await results.next(len(jpegs), 120)
                    used.append((vision.own_cpu_s() - before[0], vision.cpu_s() - before[1]))
                    seen = [e for _, e in features if isinstance(e, VisionFeatures) and e.detected]
                    assert len(seen) == found["faces"] > FRAMES / 2
                    worker.append((len(features) - 1) / (features[-1][0] - features[0][0]))
    ratio = statistics.median(ours / its for ours, its in zip(worker, loop, strict=True))
    thinner = statistics.median(ours / its for ours, its in zip(worker, thin, strict=True))
    own, all_of_it = (statistics.median(each) / FRAMES * 1e3 for each in zip(*used, strict=True))
    report(
        Row(
            "vision frames/s: against a bare loop of the same decode and model"
            + (", the whole worker on the model's one core" if crowded else ""),
            "≥ 0.95",
            f"{ratio:.3f} ({statistics.median(worker):.1f} of {statistics.median(loop):.1f})",
            ratio >= REACH,
            [
                f"{FRAMES} JPEGs of 320×240 with faces, one landmarker on one core, the rest of "
                f"the worker on {'the same' if crowded else 'another'}; rounds: "
                + ", ".join(f"{w:.1f}/{b:.1f}" for w, b in zip(worker, loop, strict=True)),
                "the bare loop takes the library's result as it comes; against one that leaves the "
                f"unused landmarks out of it as the worker does: {thinner:.3f} "
                f"({statistics.median(thin):.1f} a second)",
                f"processor time a frame: {all_of_it:.2f} ms, of it {own:.2f} ms outside of the "
                "child with the model: reading, handing over, publishing, committing",
            ],
        )
    )


BARE = "tests.bench.support.bare_vision"


def pictures(count: int) -> list[bytes]:
    """Return frames of the demo's candidates that show faces, as a gateway would publish them."""
    people = candidates()
    clips = [clip for name in ("attentive", "inattentive") for clip in people[name].answers]
    frames = [jpeg for clip in clips for jpeg in answer_media(clip, 10.0).frames]
    return [frames[index % len(frames)] for index in range(count)]


def records(session: str, jpegs: Sequence[bytes]) -> list[Recorded]:
    """Return ``jpegs`` as the frames of one answer."""
    metas = [
        FrameMeta(
            session=session,
            question=1,
            attempt=1,
            epoch=1,
            seq=seq,
            at=_BEGAN + 200 * seq,
            gw=0,
            language=Language.ENGLISH,
            policy=Policy.PRACTICE,
        )
        for seq in range(len(jpegs))
    ]
    return [
        Recorded(Topic.FRAMES, meta.session.encode(), jpeg, tuple(meta.to_headers()), meta.at)
        for meta, jpeg in zip(metas, jpegs, strict=True)
    ]
