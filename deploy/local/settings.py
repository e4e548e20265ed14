"""Settings of the embedded stack: where it keeps things and which ports it takes."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.models import SMOLLM2

CHECKOUT = Path(__file__).resolve().parents[2]


class LocalSettings(BaseSettings):
    """What ``viva up`` reads. A port of 0 means any free one."""

    model_config = SettingsConfigDict(env_prefix="VIVA_", frozen=True, extra="ignore")

    data_dir: Path = Field(CHECKOUT / ".viva", description="state, logs, secrets, tables")
    cache_dir: Path = Field(
        CHECKOUT / ".viva", description="what is the same for every stack: jars and models"
    )
    models_dir: Path | None = Field(None, description="model files; default: CACHE_DIR/models")
    kafka_port: int = Field(9092, ge=0, le=65535)
    clickhouse_port: int = Field(8123, ge=0, le=65535)
    gateway_port: int = Field(8080, ge=0, le=65535)
    llm_port: int = Field(0, ge=0, le=65535)
    llm_model: str = Field(SMOLLM2.name, description="name of a known model, or path of a GGUF")
    gateway_host: str = Field("127.0.0.1", description="address the gateway listens on")
    gateway_tls_host: str = Field(
        "0.0.0.0",  # noqa: S104 - phones come from elsewhere
        description="address that HTTPS for the local network listens on",
    )
    gateway_tls_port: int = Field(8443, ge=0, le=65535)
    gateway_tls_cert: Path | None = Field(
        None, description="PEM file with a certificate of one's own; default: one that is made"
    )
    gateway_tls_key: Path | None = Field(None, description="PEM file with its key")

    @field_validator("gateway_tls_cert", "gateway_tls_key", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @property
    def jars(self) -> Path:
        """Where Kafka's jars are kept, laid out as a Maven repository."""
        return self.cache_dir / "kafka" / "jars"

    @property
    def typescript(self) -> Path:
        """Where the compiler that checks the pages' types is kept."""
        return self.cache_dir / "typescript"

    @property
    def models(self) -> Path:
        """Where model files are kept."""
        return self.models_dir or self.cache_dir / "models"
