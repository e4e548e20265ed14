"""Child processes that die, hang or cannot start."""

from __future__ import annotations

import asyncio
import importlib
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from multiprocessing.context import SpawnProcess
from pathlib import Path

import psutil
import pytest

from schemas.models import FACE_LANDMARKER
from streams.runtime.backoff import DependencyUnavailable
from tests.support.faces import film, jpeg_of
from tests.support.waiting import until
from workers.vision import pool as pool_module
from workers.vision.handle import Child
from workers.vision.jpeg import Undecodable
from workers.vision.landmarker import build
from workers.vision.pool import Crashed, Pool
from workers.vision.settings import EmotionSettings

pytestmark = pytest.mark.integration

# An engine that crashes natively on red pictures, hangs on green ones, raises on blue ones.
_ENGINE = """
import os, signal, time

class Engine:
    device = "test"

    def faces(self, image):
        red, green, blue = (int(v) for v in image[0, 0])
        if red > 200:
            os.kill(os.getpid(), signal.SIGSEGV)
        if green > 200:
            time.sleep(600)
        if blue > 200:
            raise ValueError("no blue pictures")
        return []

    def close(self):
        pass

def build():
    return Engine()

def slow():
    time.sleep(600)

def broken():
    raise OSError("no such model")
"""

GREY, RED = jpeg_of((90, 90, 90)), jpeg_of((255, 0, 0))
GREEN, BLUE = jpeg_of((0, 255, 0)), jpeg_of((0, 0, 255))


@pytest.fixture
def engine_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module that the child processes can import, because they get our sys.path."""
    name = f"fragile_engine_{os.getpid()}"
    (tmp_path / f"{name}.py").write_text(_ENGINE)
    monkeypatch.syspath_prepend(str(tmp_path))
    sys.modules.pop(name, None)
    return name


@pytest.fixture
async def pool(engine_module: str) -> AsyncIterator[Pool]:
    factory = importlib.import_module(engine_module).build
    found = Pool(factory, processes=2, threads=1, settings=EmotionSettings())
    await found.start()
    yield found
    await found.stop()


async def test_a_frame_that_kills_the_process_is_tried_alone_then_named(pool: Pool) -> None:
    before = set(pool.pids)
    assert len(before) == 2
    frames = [GREY] * 6 + [RED] + [GREY] * 6
    results = await asyncio.gather(
        *(pool.analyse(frame, infer_emotion=True) for frame in frames), return_exceptions=True
    )
    assert [index for index, each in enumerate(results) if isinstance(each, Exception)] == [6]
    assert isinstance(results[6], Crashed)
    assert "twice" in str(results[6])
    assert len(pool.pids) == 2
    assert set(pool.pids) != before
    assert (await pool.analyse(GREY, infer_emotion=True)).faces == 0


async def test_a_child_killed_from_outside_costs_no_frame(pool: Pool) -> None:
    for pid in pool.pids:
        os.kill(pid, signal.SIGKILL)
    results = await asyncio.gather(*(pool.analyse(GREY, infer_emotion=True) for _ in range(4)))
    assert [each.faces for each in results] == [0] * 4


async def all_anew(pool: Pool, before: set[int]) -> bool:
    return len(pool.pids) == len(before) and not before & set(pool.pids)


async def test_children_that_die_together_are_all_replaced_each_time(pool: Pool) -> None:
    for _ in range(8):
        before = set(pool.pids)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        frames = (pool.analyse(GREY, infer_emotion=True) for _ in range(6))
        async with asyncio.timeout(60):
            assert [each.faces for each in await asyncio.gather(*frames)] == [0] * 6
            await until(partial(all_anew, pool, before), "new children", 30, pause=0.02)


async def test_no_process_is_started_while_another_one_is_reaped(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Starting one reaps all that have ended; who joins one of those is told that it still runs."""
    inside, most = 0, 0

    def watched(call: Callable[..., object]) -> Callable[..., object]:
        def run(*arguments: object) -> object:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            try:
                time.sleep(0.1)  # long enough for the other child's thread to come by
                return call(*arguments)
            finally:
                inside -= 1

        return run

    for name in ("start", "join", "close"):
        monkeypatch.setattr(SpawnProcess, name, watched(getattr(SpawnProcess, name)))
    for pid in pool.pids:
        os.kill(pid, signal.SIGKILL)
    frames = (pool.analyse(GREY, infer_emotion=True) for _ in range(4))
    assert [each.faces for each in await asyncio.gather(*frames)] == [0] * 4
    assert most == 1


async def test_a_fault_while_a_child_is_replaced_leaves_no_frame_waiting(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, failures = Child.replace, ["one", "two"]

    def fails(child: Child, reason: str) -> str:
        if failures:
            child.stop()
            raise ValueError(failures.pop())
        return replace(child, reason)

    monkeypatch.setattr(Child, "replace", fails)
    for pid in pool.pids:
        os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(60):
        frames = (pool.analyse(GREY, infer_emotion=True) for _ in range(4))
        assert [each.faces for each in await asyncio.gather(*frames)] == [0] * 4
    assert failures == []


async def test_a_frame_that_hangs_counts_as_a_crash(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "FRAME_TIMEOUT", 0.5)
    with pytest.raises(Crashed, match="no answer"):
        await pool.analyse(GREEN, infer_emotion=True)
    monkeypatch.undo()


async def test_a_refused_picture_costs_no_process(pool: Pool) -> None:
    before = pool.pids
    with pytest.raises(Undecodable, match="no blue pictures"):
        await pool.analyse(BLUE, infer_emotion=True)
    with pytest.raises(Undecodable, match="not a JPEG"):
        await pool.analyse(b"nonsense", infer_emotion=True)
    assert pool.pids == before


async def test_stopping_leaves_no_process(engine_module: str) -> None:
    factory = importlib.import_module(engine_module).build
    pool = Pool(factory, processes=2, threads=1, settings=EmotionSettings())
    await pool.start()
    pids = pool.pids
    await pool.stop()
    assert pool.pids == []
    assert not any(psutil.pid_exists(pid) for pid in pids)


async def test_stopping_does_not_wait_for_a_slow_start_or_a_busy_child(
    engine_module: str,
) -> None:
    module = importlib.import_module(engine_module)
    starting = Pool(module.slow, processes=1, threads=1, settings=EmotionSettings())
    start = asyncio.create_task(starting.start())
    await until(lambda: asyncio.sleep(0, starting.pids or None), "the child's process")
    await asyncio.wait_for(starting.stop(), 10)
    with pytest.raises((DependencyUnavailable, asyncio.CancelledError)):
        await start
    busy = Pool(module.build, processes=1, threads=1, settings=EmotionSettings())
    await busy.start()
    call = asyncio.create_task(busy.analyse(GREEN, infer_emotion=True))
    await asyncio.sleep(0.2)
    call.cancel()
    await asyncio.wait_for(busy.stop(), 10)
    assert starting.pids == busy.pids == []


async def test_a_model_that_does_not_load_is_a_dependency_away(engine_module: str) -> None:
    factory = importlib.import_module(engine_module).broken
    pool = Pool(factory, processes=1, threads=1, settings=EmotionSettings())
    with pytest.raises(DependencyUnavailable, match="no such model"):
        await pool.start()
    await pool.stop()


async def test_the_real_engine_in_a_child(
    models: Path, recordings: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pool = Pool(
        partial(build, FACE_LANDMARKER.at(models)),
        processes=1,
        threads=1,
        settings=EmotionSettings(),
    )
    await pool.start()
    try:
        assert pool.device == "cpu"
        assert len(psutil.Process(pool.pids[0]).cpu_affinity()) == 1
        frames = list(film(recordings / "single_face.mp4", 0.0, 2.4))
        found = await asyncio.gather(
            *(pool.analyse(frame, infer_emotion=False) for frame in frames)
        )
        assert all(each.faces == 1 and each.emotion is None for each in found)
    finally:
        await pool.stop()
    assert capfd.readouterr().err == ""
