"""Models and tables fit: every stored field has a column that can hold it, and none is unknown."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from schemas.clickhouse import HISTORY
from schemas.events import EVENTS
from tests.contract.examples import load_all
from workers.sink.shapes import OMITTED, PRECEDENCE, SHAPES, TABLES, plain

pytestmark = pytest.mark.requirement("run-tables-fit")

ROOT = Path(__file__).resolve().parents[2]

OWN_COLUMNS = {PRECEDENCE, "inserted_at", "id"}
"""What the tables add to the fields."""

OWN_TABLES = {HISTORY, "score_visibility"}
"""Tables that no event goes to as it is."""

_DESCRIBE = """
import json, sys, chdb
from schemas.clickhouse import migrate

engine = chdb.connect(sys.argv[1])

class Client:
    def command(self, sql):
        return engine.query(sql, "TabSeparated").bytes().decode().strip()

migrate(Client(), "viva")
print(engine.query(
    "SELECT t.name AS table, t.engine AS engine, t.comment AS table_comment, c.name AS column,"
    " c.type AS type, c.comment AS comment, c.default_kind AS default_kind"
    " FROM system.columns AS c INNER JOIN system.tables AS t"
    " ON t.database = c.database AND t.name = c.table WHERE c.database = 'viva'",
    "JSONEachRow").bytes().decode())
"""


@pytest.fixture(scope="module")
def columns(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, str]]:
    """Every column of every table, asked of the engine after all migrations."""
    folder = tmp_path_factory.mktemp("engine")
    # in a process of its own: a process can open one engine folder, and tests of it open another
    done = subprocess.run(
        [sys.executable, "-c", _DESCRIBE, str(folder / "data")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines() if line]


@pytest.fixture(scope="module")
def tables(columns: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    """Column types by table; views are left out."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for each in columns:
        if "View" not in each["engine"]:
            found[each["table"]][each["column"]] = each["type"]
    return found


def fits(annotation: Any, column: str, name: str) -> bool:
    """Whether a column of the type ``column`` holds exactly what ``annotation`` allows."""
    found, optional = plain(annotation)
    if optional:
        column = column.replace("LowCardinality(Nullable(", "Nullable(LowCardinality(", 1)
        return column.startswith("Nullable(") and fits(found, _inner(column), name)
    if get_origin(found) is tuple:
        return column.startswith("Array(") and fits(get_args(found)[0], _inner(column), name)
    if isinstance(found, type) and issubclass(found, BaseModel):
        return column.startswith("Tuple(") and _tuple_fits(found, _inner(column))
    if get_origin(found) is Literal:
        found = type(get_args(found)[0])
    if isinstance(found, type) and issubclass(found, StrEnum):
        found = str
    if found is int and (name == "at" or name.endswith("_at")):
        return column == "DateTime64(3, 'UTC')"
    expected = {
        str: {"String", "LowCardinality(String)"},
        bool: {"Bool"},
        int: {"UInt8", "UInt16", "UInt32", "UInt64"},
        float: {"Float32"} if name == "vector" else {"Float64"},
    }
    return column in expected[found]


def _inner(column: str) -> str:
    return column[column.index("(") + 1 : -1]


def _tuple_fits(part: type[BaseModel], inside: str) -> bool:
    columns = dict(each.strip().split(" ", 1) for each in inside.split(","))
    return list(columns) == list(part.model_fields) and all(
        fits(field.annotation, columns[name], name) for name, field in part.model_fields.items()
    )


@pytest.mark.parametrize("shape", SHAPES.values(), ids=lambda shape: shape.event.__name__)
def test_every_stored_field_has_a_column_that_fits(
    shape: Any, tables: dict[str, dict[str, str]]
) -> None:
    table = tables[shape.table]
    missing = [field.name for field in shape.fields if field.name not in table]
    assert missing == []
    wrong = {
        field.name: table[field.name]
        for field in shape.fields
        if not fits(field.annotation, table[field.name], field.name)
    }
    assert wrong == {}


def test_no_column_is_unknown(tables: dict[str, dict[str, str]]) -> None:
    known: dict[str, set[str]] = defaultdict(set)
    for shape in SHAPES.values():
        known[shape.table] |= set(shape.columns) | OWN_COLUMNS
    unknown = {name: set(tables[name]) - known[name] for name in known}
    assert unknown == {name: set() for name in known}


def test_every_table_is_written_by_an_event_or_by_the_database(
    tables: dict[str, dict[str, str]],
) -> None:
    assert set(tables) == set(TABLES.values()) | OWN_TABLES


def test_every_event_type_has_a_table() -> None:
    assert set(EVENTS.values()) == set(SHAPES)
    assert set(TABLES) == {kind for kind, _ in EVENTS}


def test_only_known_fields_are_left_out() -> None:
    for kind, names in OMITTED.items():
        assert names <= set(EVENTS[kind, 1].model_fields)
    for cls, shape in SHAPES.items():
        kind = str(cls.model_fields["type"].default)
        stored = {field.name.split("_")[0] for field in shape.fields}
        left = {
            name
            for name in cls.model_fields
            if name.split("_")[0] not in stored and name not in OMITTED.get(kind, ())
        }
        assert left <= {"id", "type"}, f"{kind}: {left}"


def test_a_row_has_a_value_for_each_column() -> None:
    for event in load_all():
        shape = SHAPES[type(event)]
        row = dict(zip(shape.columns, shape.row(event, offset=5), strict=True))
        assert row["session"] == event.session
        assert row["at"] == event.at
        assert row[PRECEDENCE] == 2**64 - 6


def test_tables_and_columns_are_commented(columns: list[dict[str, str]]) -> None:
    bare = [
        f"{each['table']}.{each['column']}"
        for each in columns
        if each["table"] != HISTORY
        and "View" not in each["engine"]
        and not (each["comment"] and each["table_comment"])
    ]
    assert bare == []
    views = {each["table"]: each["table_comment"] for each in columns if each["engine"] == "View"}
    assert all(views.values())
    assert {"scores", "transcripts", "interviews", "scoring_lag", "recomputed_scores"} <= set(views)
