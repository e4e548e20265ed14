"""``python -m deploy.compose.prepare``: create the topics and bring the tables up to date.

Run before the processes start, by compose or as a job of a cluster. Safe to repeat.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time

import clickhouse_connect
from aiokafka.errors import KafkaError
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from deploy.local.errors import LocalError
from deploy.local.kafka import create_topics
from schemas.clickhouse import MigrationError, migrate
from schemas.settings import ClickHouseSettings, KafkaSettings, ProcessSettings
from streams.runtime import logs
from streams.runtime.backoff import delays

logger = logging.getLogger("prepare")

PATIENCE_S = 120.0
"""How long a broker or database that is still starting is waited for."""


async def prepare_topics(settings: KafkaSettings, patience_s: float = PATIENCE_S) -> None:
    """Create the registry's topics that are missing.

    Raises:
        LocalError: the broker did not answer in time, or a partition has no leader.
    """
    deadline = time.monotonic() + patience_s
    for delay in delays():
        try:
            await create_topics(settings)
        except (KafkaError, OSError) as error:
            if time.monotonic() > deadline:
                raise LocalError(
                    f"Kafka at {settings.bootstrap} does not answer: {error}"
                ) from None
            await asyncio.sleep(delay)
        else:
            logger.info("topics are there", extra={"bootstrap": settings.bootstrap})
            return


def prepare_tables(settings: ClickHouseSettings, patience_s: float = PATIENCE_S) -> None:
    """Apply the migrations that are missing, as the writer.

    Raises:
        LocalError: ClickHouse did not answer in time, or refuses the user.
        MigrationError: the tables there do not fit this code.
    """
    where = f"{settings.host}:{settings.port}"
    deadline = time.monotonic() + patience_s
    for delay in delays():
        try:
            with clickhouse_connect.get_client(
                host=settings.host,
                port=settings.port,
                username=settings.user,
                password=settings.password.get_secret_value(),
                secure=settings.secure,
            ) as client:
                applied = migrate(client, settings.database)
        except OperationalError as error:
            if time.monotonic() > deadline:
                raise LocalError(f"ClickHouse at {where} does not answer: {error}") from None
            time.sleep(delay)
        except DatabaseError as error:
            raise LocalError(f"ClickHouse at {where} refuses {settings.user}: {error}") from None
        else:
            logger.info("tables are there", extra={"applied": applied})
            return


def main() -> int:
    """Return the exit status."""
    logs.configure("prepare", ProcessSettings().log_level)
    try:
        asyncio.run(prepare_topics(KafkaSettings()))
        prepare_tables(ClickHouseSettings())
    except (LocalError, MigrationError) as error:
        logger.critical("cannot prepare", extra={"reason": str(error)})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
