"""Fuzzes a whole stack: ``python -m tests.integration.hostile.fuzz --records N --seed S``.

N hostile records of every consumed topic run between the records of honest sessions. Afterwards
every process is the one it was, has read everything, has set aside each undecodable record once
and nothing else, and the honest sessions have what they have undisturbed. Then the gateway gets
requests that nobody thought of. The last line is a count.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

import clickhouse_connect
import httpx

from deploy.demo.run import CONSENT
from deploy.local.stack import Stack
from tests.integration.hostile.topics import fuzz_topics
from tests.support.fuzz_api import Door, fuzz_api
from tests.support.fuzz_oracle import Outcome


async def run(records: int, seed: int, requests: int) -> Outcome:
    """Attack a stack of its own and return what came of it."""
    async with Stack(env={"stt": {"VIVA_STT_MODEL": "tiny.en"}}) as stack:
        reader = await asyncio.to_thread(
            lambda: clickhouse_connect.get_client(**stack.clickhouse_client())
        )
        outcome = await fuzz_topics(stack, reader, records, seed)
        if requests:
            found = await asyncio.to_thread(fuzz_api, await _door(stack), requests, seed)
            print(f"requests={found.records} accepted={found.accepted}")
            outcome.findings += found.findings
        return outcome


async def _door(stack: Stack) -> Door:
    async with httpx.AsyncClient(base_url=stack.gateway_url, timeout=30) as http:
        reply = await http.post(
            "/api/sessions",
            headers={"Authorization": f"Bearer {stack.api_key}"},
            json={"language": "en", "consent": CONSENT},
        )
    created = reply.raise_for_status().json()
    return Door(stack.gateway_url, stack.api_key, created["session"], created["token"])


def main() -> int:
    """Return 0 without findings, else 1."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--records", type=int, default=10_000, help="hostile records a topic")
    parser.add_argument("--requests", type=int, default=150, help="requests an operation and kind")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    outcome = asyncio.run(run(given.records, given.seed, given.requests))
    for finding in outcome.findings[:200]:
        print(f"finding: {finding[:1500]}")
    print(outcome.line())
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(main())
