"""Settings of the embedded ClickHouse server."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ServerSettings(BaseSettings):
    """Where the server listens, who may do what, and what a reader may use at most."""

    model_config = SettingsConfigDict(env_prefix="VIVA_CLICKHOUSE_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(8123, ge=0, le=65535, description="HTTP port; 0: any free one")
    path: Path | None = Field(None, description="the engine's folder; default: DATA_DIR/clickhouse")
    writer_password: SecretStr = Field(SecretStr(""), description="of the user viva_writer")
    reader_password: SecretStr = Field(SecretStr(""), description="of the user viva_reader")
    readers: int = Field(3, ge=1, le=64, description="queries that read at the same time")
    reader_seconds: float = Field(30.0, gt=0, description="longest query of viva_reader")
    reader_memory: int = Field(1 << 30, ge=1 << 20, description="bytes one of its queries may use")
    max_body: int = Field(256 << 20, ge=1 << 16, description="largest request body in bytes")
    body_s: float = Field(60.0, gt=0, description="seconds in which a request's body must be here")
