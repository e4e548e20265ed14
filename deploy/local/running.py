"""The stack that runs in a data directory, as other commands find it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from deploy.local import secrets_file, state
from deploy.local.clickhouse.access import READER
from deploy.local.errors import NotRunning
from deploy.local.processes import CLICKHOUSE, GATEWAY, KAFKA, LLM
from deploy.local.secrets_file import Secrets
from deploy.local.settings import LocalSettings
from deploy.local.state import StackState
from schemas.settings import ClickHouseSettings, KafkaSettings


@dataclass(frozen=True, slots=True)
class Running:
    """A stack that is up, or coming up."""

    data_dir: Path
    state: StackState
    secrets: Secrets

    @property
    def kafka(self) -> KafkaSettings:
        """Settings for a Kafka client."""
        return KafkaSettings(bootstrap=f"127.0.0.1:{self.state.ports[KAFKA]}")

    @property
    def clickhouse(self) -> ClickHouseSettings:
        """Settings for a ClickHouse client that reads."""
        return ClickHouseSettings(
            host="127.0.0.1",
            port=self.state.ports[CLICKHOUSE],
            user=READER,
            password=SecretStr(self.secrets.clickhouse_reader),
        )

    @property
    def gateway_url(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self.state.ports[GATEWAY]}"

    @property
    def llm_url(self) -> str:
        """The language model's API; empty where the stack runs none."""
        is_there = LLM in self.state.processes
        return f"http://127.0.0.1:{self.state.ports[LLM]}/v1" if is_there else ""


def find(settings: LocalSettings | None = None) -> Running | None:
    """Return the stack that runs in the data directory, or None."""
    data_dir = (settings or LocalSettings()).data_dir.resolve()
    found = state.read(data_dir / "state.json")
    if found is None or not state.is_alive(found.pid, found.created) or found.phase == "stopped":
        return None
    return Running(data_dir, found, secrets_file.load(data_dir / "secrets.json"))


def need(settings: LocalSettings | None = None) -> Running:
    """Return the stack that runs in the data directory.

    Raises:
        NotRunning: none does.
    """
    found = find(settings)
    if found is None:
        data_dir = (settings or LocalSettings()).data_dir.resolve()
        raise NotRunning(f"no stack runs in {data_dir}: start one with `viva up`")
    return found
