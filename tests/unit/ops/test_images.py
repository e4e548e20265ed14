"""The Dockerfile: a target a process, its own lock, no root, everything it copies is there."""

from __future__ import annotations

import importlib.util
import re

import pytest

from tests.support.env_settings import names
from tests.support.images import Stage, environment, installed, lineage, stages
from tests.support.locks import EMBEDDED, LOCKS, PROCESS_MODULES, ROOT

PROCESSES = sorted(set(PROCESS_MODULES) - EMBEDDED)
"""ClickHouse is the real one in containers, the language model's server vLLM."""

ONE_SHOT = {"prepare": LOCKS / "sink.txt", "models": LOCKS / "base.txt"}


def test_every_process_has_a_target() -> None:
    targets = {name for name, stage in stages().items() if stage.command}
    assert targets == {*PROCESSES, *ONE_SHOT}


@pytest.mark.requirement("run-own-environment")
@pytest.mark.parametrize("process", PROCESSES)
def test_image_holds_its_own_lock_and_starts_its_own_module(process: str) -> None:
    assert installed(process) == LOCKS / f"{process}.txt"
    assert stages()[process].command == ["python", "-m", PROCESS_MODULES[process]]


@pytest.mark.parametrize("name", ONE_SHOT)
def test_one_shot_image_starts_a_module_that_is_there(name: str) -> None:
    assert installed(name) == ONE_SHOT[name]
    assert importlib.util.find_spec(stages()[name].command[2]) is not None


@pytest.mark.parametrize("name", [*PROCESSES, *ONE_SHOT])
def test_image_does_not_run_as_root(name: str) -> None:
    assert stages()[name].user == "viva"
    assert any("useradd" in run for stage in lineage(name) for run in stage.runs)


@pytest.mark.parametrize("name", PROCESSES)
def test_health_is_checked_on_the_health_port(name: str) -> None:
    checks = [stage.healthcheck for stage in lineage(name) if stage.healthcheck]
    assert "healthcheck.py" in checks[-1]
    assert environment(name)["VIVA_HEALTH_PORT"] == "9100"


@pytest.mark.parametrize("stage", stages().values(), ids=lambda stage: stage.name)
def test_everything_copied_is_tracked_or_comes_from_a_stage(stage: Stage) -> None:
    for copy in stage.copies:
        if copy.stage:
            assert copy.stage in stages()
            continue
        for source in copy.sources:
            assert (ROOT / source).exists(), source


def test_every_installation_checks_hashes_and_resolves_nothing() -> None:
    for stage in stages().values():
        for run in stage.runs:
            if re.search(r"\bpip install\b", run):
                assert "--require-hashes" in run
            if "$INSTALL" in run:
                line = environment(stage.name)["INSTALL"]
                assert "--require-hashes" in line
                assert "--no-deps" in line


@pytest.mark.parametrize("name", [*PROCESSES, *ONE_SHOT])
def test_every_setting_in_an_image_exists(name: str) -> None:
    mentioned = {key for key in environment(name) if key.startswith("VIVA_")}
    assert mentioned <= names()
    assert mentioned


def test_bases_are_one_python() -> None:
    outside = {stage.parent for stage in stages().values()} - set(stages())
    assert outside == {"python:3.11-slim"}
