"""The environment that each process of a stack gets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.clickhouse.access import READER, WRITER
from deploy.local.https import NO_HTTPS, Https
from deploy.local.llm.files import is_small, served_name
from deploy.local.processes import CLICKHOUSE, GATEWAY, LLM
from deploy.local.secrets_file import Secrets


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a stack's processes must know of each other. Ports and secrets by process name."""

    data_dir: Path
    models: Path
    build: str
    bootstrap: str
    clickhouse_port: int
    llm_port: int
    llm_model: str
    gateway_host: str
    gateway_port: int
    health_ports: Mapping[str, int]
    secrets: Secrets
    has_llm: bool = True
    https: Https | None = None

    def clickhouse_client(self, *, writer: bool) -> dict[str, str | int]:
        """Host, port, user and password for a ClickHouse client."""
        secret = self.secrets.clickhouse_writer if writer else self.secrets.clickhouse_reader
        return {
            "host": "127.0.0.1", "port": self.clickhouse_port,
            "user": WRITER if writer else READER, "password": secret,
        }  # fmt: skip

    def of(self, name: str) -> dict[str, str]:
        """The whole environment of the process ``name``: only it gets its secrets."""
        found = {
            **os.environ,
            # Many threads, little memory; and glibc's thresholds do not grow with what is freed, or
            # long-lived processes keep what they do not use.
            "MALLOC_ARENA_MAX": "2",
            **_thresholds(name),
            "PYTHONUNBUFFERED": "1",
            "VIVA_DATA_DIR": str(self.data_dir),
            "VIVA_MODELS_DIR": str(self.models),
            "VIVA_BUILD": self.build,
            "VIVA_KAFKA_BOOTSTRAP": self.bootstrap,
            "VIVA_KAFKA_INSTANCE_ID": f"{name}-0",
        }
        if name in self.health_ports:
            found["VIVA_HEALTH_PORT"] = str(self.health_ports[name])
        if name == CLICKHOUSE:
            found |= {
                "VIVA_CLICKHOUSE_PORT": str(self.clickhouse_port),
                "VIVA_CLICKHOUSE_PATH": str(self.data_dir / "clickhouse"),
                "VIVA_CLICKHOUSE_WRITER_PASSWORD": self.secrets.clickhouse_writer,
                "VIVA_CLICKHOUSE_READER_PASSWORD": self.secrets.clickhouse_reader,
            }
        elif name in ("sink", "questions", GATEWAY):
            access = self.clickhouse_client(writer=name == "sink")
            found |= {f"VIVA_CLICKHOUSE_{key.upper()}": str(each) for key, each in access.items()}
        elif name == LLM:
            found |= {"VIVA_LLM_PORT": str(self.llm_port), "VIVA_LLM_MODEL": self.llm_model}
        if name == "questions" and (self.has_llm or found.get("VIVA_QUESTIONS_URL")):
            found.setdefault("VIVA_QUESTIONS_ENGINE", "openai")
        if name == "questions" and not found.get("VIVA_QUESTIONS_URL"):
            # Another server than ours may be named, such as one with a GPU.
            found["VIVA_QUESTIONS_URL"] = f"http://127.0.0.1:{self.llm_port}/v1"
            found["VIVA_QUESTIONS_MODEL"] = served_name(self.llm_model)
            if is_small(self.llm_model):
                found.setdefault("VIVA_QUESTIONS_KOREAN_FROM_MODEL", "false")
                found.setdefault("VIVA_QUESTIONS_FRAMES", "true")
        if name == GATEWAY:
            found |= {
                "VIVA_GATEWAY_HOST": self.gateway_host,
                "VIVA_GATEWAY_PORT": str(self.gateway_port),
                "VIVA_GATEWAY_API_KEY": self.secrets.api_key,
                "VIVA_GATEWAY_TOKEN_SECRET": self.secrets.token_secret,
                **(self.https.env if self.https is not None else NO_HTTPS),
            }
        return found


def _thresholds(name: str) -> dict[str, str]:
    """Return what glibc maps by itself, and what it keeps for itself, in bytes.

    The gateway's are above the size of a picture: it decodes some hundred a second, and each would
    be given back to the kernel and taken anew.
    """
    mapped, kept = (1 << 20, 4 << 20) if name == GATEWAY else (128 << 10, 128 << 10)
    return {"MALLOC_MMAP_THRESHOLD_": str(mapped), "MALLOC_TRIM_THRESHOLD_": str(kept)}
