"""A PostgreSQL of the tests' own, where the machine has one installed."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

_USERS = ("postgres", "nobody")
"""As root, PostgreSQL refuses to run: it gets one of these instead."""

_OPTIONS = "-c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=100"


class NoPostgres(RuntimeError):  # noqa: N818 - says what there is
    """No PostgreSQL can be started here; the message says why."""


class Postgres:
    """A running server; every call of ``database`` makes an empty one."""

    def __init__(self, programs: Path, folder: Path, port: int, user: str | None) -> None:
        self._programs = programs
        self._folder = folder
        self._port = port
        self._user = user
        self._numbers = count()

    def database(self) -> str:
        """Return the URL of a new database."""
        name = f"t{next(self._numbers)}"
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self._port), "-U", "viva", name)
        return f"postgresql://viva@127.0.0.1:{self._port}/{name}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs as the server's user."""
        # To a file: a server that inherits a pipe keeps it open, and its reader waits for ever.
        with (self._folder / "output").open("ab") as output:
            done = subprocess.run(
                [self._programs / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._folder,
                user=self._user,
                timeout=60,
            )
        if done.returncode:
            said = (self._folder / "output").read_text(errors="replace")
            raise NoPostgres(f"{program} failed: {said[-500:]}")


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Start PostgreSQL on a free port and stop it at the end.

    Raises:
        NoPostgres: none is installed, or root has no other user to run it as.
    """
    programs, user = _programs(), _user()
    # Not pytest's folder: nobody but its owner may look into that one.
    folder = Path(tempfile.mkdtemp(prefix="viva-postgres-"))
    try:
        if user:
            os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
        server = Postgres(programs, folder, _free_port(), user)
        data = str(folder / "data")
        server.run("initdb", "-D", data, "-U", "viva", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-p {server._port} -k {folder} {_OPTIONS}"
        server.run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield server
        finally:
            server.run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise NoPostgres("no PostgreSQL in /usr/lib/postgresql: install the package postgresql")
    return found[-1].parent


def _user() -> str | None:
    """Return whom to run it as; None: as ourselves."""
    if os.geteuid() != 0:
        return None
    known = {each.pw_name for each in pwd.getpwall()}
    for name in _USERS:
        if name in known:
            return name
    raise NoPostgres(f"root cannot run PostgreSQL, and there is no user {' or '.join(_USERS)}")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
