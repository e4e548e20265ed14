"""Settings of the language-model server."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.models import SMOLLM2


class ServerSettings(BaseSettings):
    """Where the server listens, which model it serves, and how much of the machine it may use."""

    model_config = SettingsConfigDict(env_prefix="VIVA_LLM_", frozen=True, extra="ignore")

    host: str = "127.0.0.1"
    port: int = Field(8081, ge=0, le=65535, description="HTTP port; 0: any free one")
    model: str = Field(SMOLLM2.name, description="name of a known model, or path of a GGUF file")
    threads: int = Field(1, ge=1, le=256, description="threads that compute")
    context: int = Field(2048, ge=256, description="tokens of one request, its answer included")
    parallel: int = Field(2, ge=1, le=64, description="requests computed at once; others wait")
    slots: int = Field(4, ge=1, le=64, description="prompts kept, to go on from; one a candidate")
    cache_mib: int = Field(128, ge=0, description="memory for prompts that lost their slot")
    request_s: float = Field(60.0, gt=0, description="longest request, waiting included")
    max_body: int = Field(1 << 20, ge=1 << 12, description="largest request body in bytes")
