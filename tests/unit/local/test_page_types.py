"""The pages' type check: it finds what is wrong, and its compiler is unpacked once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from deploy import page_types
from deploy.local.errors import LocalError
from deploy.local.jars import Jars
from deploy.local.settings import LocalSettings

FOLDER = "META-INF/resources/webjars/typescript/5.9.3"


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A page of its own, checked as ours are, in a world with fewer things than a browser's."""
    options = {
        "extends": str(page_types.PROJECT),
        "compilerOptions": {"lib": ["es2022"]},
        "include": ["*.js"],
    }
    (tmp_path / "jsconfig.json").write_text(json.dumps(options))
    return tmp_path / "page.js"


def checked(page: Path) -> tuple[int, str]:
    root = LocalSettings().typescript.resolve()
    return page_types.check(root, page.with_name("jsconfig.json"))


def test_a_type_error_is_told_with_file_and_line(page: Path) -> None:
    page.write_text(
        "/** @param {number} seconds */\n"
        "export function clock(seconds) {\n"
        "  return seconds.toFixd(1);\n"
        "}\n"
    )
    errors, report = checked(page)
    assert errors == 1
    assert re.search(r"page\.js:3:18: error TS\d+: .*toFixd", report)


def test_a_parameter_without_a_type_is_an_error(page: Path) -> None:
    page.write_text("export function twice(value) {\n  return 2 * value;\n}\n")
    errors, report = checked(page)
    assert errors == 1
    assert "page.js:1:23: error TS7006" in report


def test_a_page_without_errors_passes(page: Path) -> None:
    page.write_text("/** @param {number} value */\nexport const twice = (value) => 2 * value;\n")
    assert checked(page) == (0, "")


def test_a_missing_compiler_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="run `make setup-tests`"):
        page_types.check(tmp_path)


def test_what_the_compiler_does_not_understand_is_no_success(page: Path) -> None:
    with pytest.raises(LocalError, match=r"did not run: .*nowhere\.json"):
        page_types.check(LocalSettings().typescript.resolve(), page.with_name("nowhere.json"))


def test_the_compiler_is_unpacked_once_and_interrupted_work_is_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = []

    def fetch(root: Path, which: Jars) -> list[Path]:
        fetched.append(which)
        root.mkdir(parents=True)
        with ZipFile(root / "it.jar", "w") as jar:
            for name in ("_tsc.js", "lib.d.ts", "lib.dom.d.ts", "typescript.js", "ko/texts.json"):
                jar.writestr(f"{FOLDER}/lib/{name}", name)
        return [root / "it.jar"]

    monkeypatch.setattr(page_types, "fetch", fetch)
    cut_off = tmp_path / "partial" / "lib" / "_tsc.js"
    cut_off.parent.mkdir(parents=True)
    cut_off.write_text("half of it")
    for _ in range(2):
        page_types.install(tmp_path)
    assert fetched == [page_types.TYPESCRIPT]
    found = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != ".lock"]
    assert {str(path.relative_to(tmp_path)) for path in found} == {
        "5.9.3/lib/_tsc.js",
        "5.9.3/lib/lib.d.ts",
        "5.9.3/lib/lib.dom.d.ts",
    }
    assert page_types.compiler(tmp_path).read_text() == "_tsc.js"


def test_no_page_takes_itself_out_of_the_check() -> None:
    silenced = re.compile(r"@ts-(ignore|expect-error|nocheck)|[{<(|:,] ?any ?[\[\]})>|;,]|\{\*\}")
    gateway = page_types.PROJECT.parent
    files = [*gateway.glob("web/*.js"), *gateway.glob("types/*.d.ts")]
    assert len(files) > 50
    assert [path.name for path in files if silenced.search(path.read_text())] == []
