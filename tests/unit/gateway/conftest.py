"""Both databases, for the tests of what is stored, and a gateway's services without Kafka."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.live.services import Services
from schemas.settings import KafkaSettings
from tests.support.databases import database_url, postgres_server, store
from tests.support.gateway import gateway_settings, services_of
from tests.support.hostile import Memory

__all__ = ["database_url", "postgres_server", "store"]


@pytest.fixture
async def services(tmp_path: Path) -> AsyncIterator[Services]:
    """Files are kept for 30 days; what is published stays in memory."""
    kafka = KafkaSettings(bootstrap="127.0.0.1:1")
    made = services_of(kafka, gateway_settings(retention_days=30), tmp_path)
    made = replace(made, producer=Memory(kafka))
    await made.store.start()
    yield made
    await made.store.stop()
