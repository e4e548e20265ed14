"""Every row of the requirements has a marked test, or says which later work it waits for."""

import ast
import tomllib
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
ROWS = tomllib.loads((TESTS / "requirements.toml").read_text())


def _marked() -> dict[str, list[str]]:
    """Return the test files that mark each id."""
    found: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "requirement"
            ):
                for argument in node.args:
                    assert isinstance(argument, ast.Constant), f"{path}: ids are literals"
                    found.setdefault(str(argument.value), []).append(str(path.relative_to(TESTS)))
    return found


def test_every_marked_id_is_a_row() -> None:
    assert set(_marked()) - set(ROWS) == set()


def test_rows_without_a_test_say_what_they_wait_for() -> None:
    marked = _marked()
    unexplained = {row for row in ROWS if row not in marked and "waits_for" not in ROWS[row]}
    assert unexplained == set()


def test_rows_that_wait_have_no_test_yet() -> None:
    marked = _marked()
    assert {row for row in ROWS if row in marked and "waits_for" in ROWS[row]} == set()
