"""Hostile records on every topic of the whole stack: set aside or taken, and nobody is harmed."""

from __future__ import annotations

import pytest
from clickhouse_connect.driver.client import Client

from deploy.local.stack import Stack
from tests.integration.hostile.topics import fuzz_topics

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

EACH = 200


async def test_hostile_records_harm_nothing(stack: Stack, reader: Client) -> None:
    outcome = await fuzz_topics(stack, reader, EACH, seed=3)
    assert not outcome.findings, "\n".join(outcome.findings[:20])
    assert outcome.records > 4 * EACH
    assert outcome.dead_letters > EACH
    assert outcome.accepted > EACH
