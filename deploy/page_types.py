"""The type check of the pages: TypeScript's compiler, run by the Node that Playwright brings.

``python -m deploy.page_types install`` unpacks the compiler once, ``check`` runs it. It writes
nothing: the pages are served as they are.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

from deploy.local.errors import LocalError
from deploy.local.jars import TYPESCRIPT, alone, coordinates, fetch
from deploy.local.settings import CHECKOUT, LocalSettings

PROJECT = CHECKOUT / "gateway" / "jsconfig.json"
"""The compiler's options, which editors read too."""

_NEEDED = re.compile(r"/(LICENSE\.txt|lib/_tsc\.js|lib/lib\.[\w.]+\.d\.ts|lib/lib\.d\.ts)$")
"""Of the jar: not the languages of its messages, nor what serves editors."""

_PLACE = re.compile(r"^(\S.*?)\((\d+),(\d+)\): ", re.MULTILINE)
_REMEDY = "run `make setup-tests`"


def compiler(root: Path) -> Path:
    """Return where the compiler lies below ``root``, be it there or not."""
    return _home(root) / "lib" / "_tsc.js"


def install(root: Path) -> None:
    """Unpack the compiler below ``root`` unless it is there: a second run needs no network.

    Raises:
        LocalError: its jar cannot be had.
    """
    with alone(root):
        if compiler(root).is_file():
            return
        home, partial, jars = _home(root), root / "partial", root / "jars"
        shutil.rmtree(partial, ignore_errors=True)
        for jar in fetch(jars, TYPESCRIPT):
            _unpack(jar, partial)
        shutil.rmtree(home, ignore_errors=True)
        partial.rename(home)  # last, so that what was interrupted is done again
        shutil.rmtree(jars)


def check(root: Path, project: Path = PROJECT) -> tuple[int, str]:
    """Return how many errors the compiler finds, and what it says, ``FILE:LINE:COLUMN`` first.

    Raises:
        LocalError: the compiler or Node is not installed, or ended otherwise than by errors.
    """
    command = [str(_node()), str(_installed(root)), "--project", str(project), "--pretty", "false"]
    done = subprocess.run(  # noqa: S603 - both come from our packages
        command, cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    errors = len(_PLACE.findall(done.stdout))
    if done.returncode and not errors:
        raise LocalError(f"the type check did not run: {(done.stdout + done.stderr).strip()}")
    return errors, _PLACE.sub(r"\1:\2:\3: ", done.stdout)


def _home(root: Path) -> Path:
    return root / coordinates(TYPESCRIPT)[0].rpartition(":")[2]


def _unpack(jar: Path, home: Path) -> None:
    with ZipFile(jar) as archive:
        for name in archive.namelist():
            if found := _NEEDED.search(name):
                path = home / found[1]
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(archive.read(name))


def _installed(root: Path) -> Path:
    found = compiler(root)
    if not found.is_file():
        raise LocalError(f"TypeScript's compiler is not installed: {_REMEDY}")
    return found


def _node() -> Path:
    spec = find_spec("playwright")
    if spec is not None and spec.origin is not None:
        node = Path(spec.origin).parent / "driver" / "node"
        if node.is_file():
            return node
    raise LocalError(f"the package playwright with its Node is not installed: {_REMEDY}")


def main() -> int:
    """Do what the command line says; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m deploy.page_types", description=__doc__)
    parser.add_argument("command", choices=("install", "check"))
    parser.add_argument("--project", type=Path, default=PROJECT, help="the compiler's options")
    arguments = parser.parse_args()
    root = LocalSettings().typescript.resolve()
    try:
        if arguments.command == "install":
            if not compiler(root).is_file():
                sys.stdout.write("setup: unpacking TypeScript's compiler\n")
                sys.stdout.flush()
            install(root)
            return 0
        errors, report = check(root, arguments.project)
    except LocalError as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write(report)
    if errors:
        sys.stdout.write(f"type errors in the pages: {errors}\n")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
