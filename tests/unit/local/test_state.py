"""What a stack writes down, and its ports and secrets."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest

from deploy.local import ports, secrets_file, state
from deploy.local.errors import LocalError
from deploy.local.state import ProcessState, StackState


def test_a_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = StackState(1, 2.0, "abc", ports={"kafka": 9})
    written.processes["kafka"] = ProcessState("kafka", port=9, pid=77, condition="ready")
    written.write(tmp_path / "state.json")
    assert state.read(tmp_path / "state.json") == written


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"processes": {"a": {"x": 1}}}'])
def test_a_damaged_state_is_no_state(tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_text(text)
    assert state.read(tmp_path / "state.json") is None
    assert state.read(tmp_path / "absent.json") is None


def test_a_pid_in_use_again_is_not_the_process(tmp_path: Path) -> None:
    born = state.created(os.getpid())
    assert state.is_alive(os.getpid(), born)
    assert not state.is_alive(os.getpid(), born - 100)
    old = StackState(1, 1.0, "")
    old.processes["kafka"] = ProcessState("kafka", pid=os.getpid(), created=born - 100)
    assert state.sweep(old) == [], "or it would have ended this very test"


def test_a_data_directory_is_held_by_one(tmp_path: Path) -> None:
    with (
        state.only_one(tmp_path),
        pytest.raises(LocalError, match="viva down"),
        state.only_one(tmp_path),
    ):
        pass
    with state.only_one(tmp_path):
        pass


def test_secrets_are_made_once_and_are_the_owner_s_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secrets.json"
    made = secrets_file.load(path)
    assert secrets_file.load(path) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    values = {made.api_key, made.token_secret, made.clickhouse_writer, made.clickhouse_reader}
    assert len(values) == 4
    assert all(len(value) >= 24 for value in values)
    assert made.token_secret not in repr(made)
    assert secrets_file.load(tmp_path / "other.json") != made


def test_a_damaged_secrets_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text("{}")
    with pytest.raises(LocalError, match=r"secrets\.json cannot be read"):
        secrets_file.load(path)


def test_a_taken_port_is_named_with_its_setting() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(LocalError, match=rf"port {port} is taken.*VIVA_KAFKA_PORT"):
            ports.claim(port, "VIVA_KAFKA_PORT")
    assert ports.claim(0, "VIVA_KAFKA_PORT") > 0
    free = ports.free_port()
    assert ports.claim(free, "VIVA_KAFKA_PORT") == free
