"""The locks: hashed, without addresses, consistent, and fit for pyproject.toml."""

from __future__ import annotations

import re
import subprocess

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.locks import (
    LOCKS,
    PROCESS_MODULES,
    ROOT,
    base_requirements,
    extra_requirements,
    group_requirements,
    pins,
)

ALL_LOCKS = sorted(path.stem for path in LOCKS.glob("*.txt"))
OPTIONAL = ["coqui"]
"""What an operator installs by hand; nothing that `make` does reads these."""

FOR_PROCESSES = [*PROCESS_MODULES, "base"]


def requirements_of(lock: str) -> list[Requirement]:
    if lock == "base":
        return base_requirements()
    if lock == "all":
        return base_requirements() + extra_requirements("local") + group_requirements("dev")
    return base_requirements() + extra_requirements(lock)


def test_every_process_has_a_lock() -> None:
    assert {*PROCESS_MODULES, *OPTIONAL, "all", "base", "bootstrap", "models"} == set(ALL_LOCKS)


@pytest.mark.parametrize("lock", ALL_LOCKS)
def test_every_pin_is_exact_and_hashed(lock: str) -> None:
    found = pins(lock)
    assert found
    assert [pin.name for pin in found.values() if not pin.hashes] == []


@pytest.mark.parametrize("lock", [*FOR_PROCESSES, *OPTIONAL, "all"])
def test_lock_satisfies_pyproject(lock: str) -> None:
    found = pins(lock)
    for requirement in requirements_of(lock):
        pin = found.get(canonicalize_name(requirement.name))
        assert pin is not None, f"{lock}.txt lacks {requirement}: run `make lock`"
        assert requirement.specifier.contains(pin.version), f"{lock}.txt has {pin}: `make lock`"


@pytest.mark.parametrize("lock", [*FOR_PROCESSES, "bootstrap"])
def test_images_run_the_versions_that_were_tested_together(lock: str) -> None:
    tested = pins("all")
    for name, pin in pins(lock).items():
        assert tested.get(name) == pin, f"{lock}.txt and all.txt differ in {name}: `make lock`"


@pytest.mark.parametrize("lock", sorted(set(ALL_LOCKS) - set(OPTIONAL)))
def test_no_lock_pulls_in_torch_plots_or_a_second_opencv(lock: str) -> None:
    unwanted = {
        "torch",
        "triton",
        "opencv-python",
        "opencv-contrib-python",
        "matplotlib",
        "sentence-transformers",
    }
    found = set(pins(lock))
    assert found & unwanted == set()
    assert [name for name in found if name.startswith("nvidia-")] == []


@pytest.mark.parametrize("lock", OPTIONAL)
def test_what_is_optional_is_installed_by_hand_only(lock: str) -> None:
    for path in ("Makefile", "deploy/setup.sh", "deploy/Dockerfile"):
        assert lock not in (ROOT / path).read_text(encoding="utf-8")
    assert lock not in {each for r in requirements_of("all") for each in r.extras}


def test_no_tracked_file_holds_the_address_of_a_package_registry() -> None:
    # Spelled apart, or this file would be the one that is found.
    hosts = ["pypi" + r"\.org", "python" + "hosted", "repo1?" + r"\.maven", "npm" + r"js\.org"]
    hosts += [
        "index-" + r"url[ =]",
        "extra-" + "index",
        r"deb\.debian" + r"\.org",
        "ghcr" + r"\.io",
    ]
    done = subprocess.run(
        ["git", "grep", "-nIE", "|".join(hosts), "--", ":!deploy/locks/compile.sh"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert done.stdout == ""


def test_compile_script_writes_every_lock_without_addresses() -> None:
    script = (LOCKS / "compile.sh").read_text(encoding="utf-8")
    assert "--no-emit-index-url" in script
    assert "--generate-hashes" in script
    for lock in ALL_LOCKS:
        assert re.search(rf"\b{lock}\b", script), f"compile.sh does not write {lock}.txt"
