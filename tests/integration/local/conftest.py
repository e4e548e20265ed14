"""A ClickHouse to test: the embedded one, or any other that ``VIVA_TEST_CLICKHOUSE_URL`` names.

The tests of the HTTP interface hold for a real ClickHouse too. To run them against one, create the
users viva_writer and viva_reader (readonly=2) and set VIVA_TEST_CLICKHOUSE_URL,
VIVA_TEST_CLICKHOUSE_WRITER_PASSWORD and VIVA_TEST_CLICKHOUSE_READER_PASSWORD.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client

from deploy.local.stack import Stack, background


@dataclass(frozen=True)
class Address:
    """Where the server is and how to sign in."""

    url: str
    writer: str
    reader: str

    def client(self, user: str) -> dict[str, Any]:
        """Arguments for clickhouse-connect."""
        parts = urlsplit(self.url)
        password = self.writer if user == "viva_writer" else self.reader
        return {
            "host": parts.hostname, "port": parts.port, "user": user, "password": password,
        }  # fmt: skip

    def auth(self, user: str) -> tuple[str, str]:
        """User and password."""
        return user, self.writer if user == "viva_writer" else self.reader


@pytest.fixture(scope="session")
def server() -> Iterator[Address]:
    if url := os.environ.get("VIVA_TEST_CLICKHOUSE_URL"):
        yield Address(
            url,
            os.environ["VIVA_TEST_CLICKHOUSE_WRITER_PASSWORD"],
            os.environ["VIVA_TEST_CLICKHOUSE_READER_PASSWORD"],
        )
        return
    limits = {"clickhouse": {"VIVA_CLICKHOUSE_READER_SECONDS": "3"}}
    with background(Stack(only=["clickhouse"], env=limits)) as stack:
        yield Address(
            stack.clickhouse_url, stack.secrets.clickhouse_writer, stack.secrets.clickhouse_reader
        )


@pytest.fixture
def writer(server: Address) -> Iterator[Client]:
    with clickhouse_connect.get_client(**server.client("viva_writer")) as client:
        client.command("DROP DATABASE IF EXISTS viva_test")
        client.command("CREATE DATABASE viva_test")
        yield client
        client.command("DROP DATABASE viva_test")


@pytest.fixture
def reader(server: Address) -> Iterator[Client]:
    with clickhouse_connect.get_client(**server.client("viva_reader")) as client:
        yield client
