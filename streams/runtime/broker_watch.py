"""Whether the broker can be reached: an idle client says nothing while it is away."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from streams.runtime.health import Health

_EVERY = 2.0
_PATIENCE = 2.0


async def watch_broker(health: Health, bootstrap: str) -> None:
    """Keep ``health`` saying whether one of the ``bootstrap`` addresses accepts connections.

    aiokafka reconnects on its own and returns no records meanwhile, so that a consumer with
    nothing to do looks the same with and without a broker.
    """
    away = False
    while True:
        reason = await _unreachable(bootstrap)
        if reason:
            away = True
            health.waiting("kafka", reason)
        elif away:
            away = False
            health.arrived("kafka")
        await asyncio.sleep(_EVERY)


async def _unreachable(bootstrap: str) -> str:
    reason = "no broker is configured"
    for address in bootstrap.split(","):
        host, _, port = address.strip().rpartition(":")
        try:
            _, writer = await asyncio.wait_for(
                asyncio.open_connection(host.strip("[]"), int(port)), _PATIENCE
            )
        except (OSError, ValueError) as error:
            reason = str(error) or f"{address} does not answer"
        else:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()
            return ""
    return reason
