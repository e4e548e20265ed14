"""What a process imports, found by reading its source and that of our modules it reaches."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.locks import ROOT

OURS = ("schemas", "streams", "workers", "gateway", "deploy")


def third_party(module: str) -> dict[str, str]:
    """Return the third-party modules that ``python -m module`` can reach, and who imports them.

    Imports inside functions count, those under ``TYPE_CHECKING`` do not. Dotted names are kept as
    written, so that parts of a namespace package can be told apart.
    """
    waiting = [module, f"{module}.__main__"]
    seen: set[str] = set()
    found: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        path = _source(name)
        if path is None or name in seen:
            continue
        seen.add(name)
        for imported in _imports(path, name):
            top = imported.partition(".")[0]
            if top in OURS:
                parts = imported.split(".")
                waiting += [".".join(parts[: end + 1]) for end in range(len(parts))]
            elif top not in sys.stdlib_module_names:
                found.setdefault(imported, str(path.relative_to(ROOT)))
    return found


def _source(module: str) -> Path | None:
    path = ROOT.joinpath(*module.split("."))
    for candidate in (path / "__init__.py", path.with_suffix(".py")):
        if candidate.is_file():
            return candidate
    return None


def _imports(path: Path, module: str) -> Iterator[str]:
    """Yield each module, or possible module, that the file names in an import statement."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in _run_time_nodes(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parent, base]) if base else ".".join(parent)
            yield base
            if base.partition(".")[0] in OURS:  # a name may be a module of ours
                yield from (f"{base}.{alias.name}" for alias in node.names)


def _run_time_nodes(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            for other in child.orelse:
                yield from _run_time_nodes(other)
            continue
        yield child
        yield from _run_time_nodes(child)
