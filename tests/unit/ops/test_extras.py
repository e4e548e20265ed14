"""An extra names what its process imports: nothing missing, nothing over."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.metadata import packages_distributions

import pytest
from packaging.utils import canonicalize_name

from tests.support.imports import third_party
from tests.support.locks import PROCESS_MODULES, base_requirements, extra_requirements

NOT_IMPORTED_BY_NAME = {
    "aiosqlite": "SQLAlchemy loads the driver that the database URL names",
    "asyncpg": "the same, where that is PostgreSQL",
    "cramjam": "aiokafka decompresses records with it",
    "piper-tts": "a program of its own, which the worker starts and never imports",
    "pypdf": "the child process that reads a résumé imports it, and is started by name",
}

TOLD_APART = {"google.protobuf": "protobuf"}


@cache
def owners() -> Mapping[str, list[str]]:
    return packages_distributions()


def distribution_of(module: str, named: set[str]) -> str:
    """Return the package that ``module`` belongs to; of several, one that the extra names."""
    for prefix, name in TOLD_APART.items():
        if module.startswith(prefix):
            return name
    found = [canonicalize_name(name) for name in owners().get(module.partition(".")[0], [])]
    assert found, f"{module} belongs to no installed package"
    return next((name for name in found if name in named), found[0])


@pytest.mark.requirement("run-own-environment")
@pytest.mark.parametrize("process", sorted(PROCESS_MODULES))
def test_extra_names_exactly_what_the_process_imports(process: str) -> None:
    imported = third_party(PROCESS_MODULES[process])
    assert imported, f"{PROCESS_MODULES[process]} imports nothing: is it there?"
    named: set[str] = {
        canonicalize_name(each.name)
        for each in [*base_requirements(), *extra_requirements(process)]
    }
    reached = {distribution_of(module, named): place for module, place in imported.items()}
    missing = {name: place for name, place in reached.items() if name not in named}
    assert missing == {}, f"add to the extra {process!r} in pyproject.toml, then `make lock`"
    over = named - set(reached) - set(NOT_IMPORTED_BY_NAME)
    assert over == set(), f"the extra {process!r} names what nothing imports"
