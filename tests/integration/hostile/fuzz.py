"""Fuzzes a whole stack: ``python -m tests.integration.hostile.fuzz --records N --seed S``.

N hostile records of every consumed topic run between the records of honest sessions. Afterwards
every process is the one it was, has read everything, has set aside each undecodable record once
and nothing else, and the honest sessions have what they have undisturbed. The last line is a count.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

import clickhouse_connect

from deploy.local.stack import Stack
from tests.integration.hostile.topics import fuzz_topics
from tests.support.fuzz_oracle import Outcome


async def run(records: int, seed: int) -> Outcome:
    """Attack a stack of its own and return what came of it."""
    async with Stack(env={"stt": {"VIVA_STT_MODEL": "tiny.en"}}) as stack:
        reader = await asyncio.to_thread(
            lambda: clickhouse_connect.get_client(**stack.clickhouse_client())
        )
        return await fuzz_topics(stack, reader, records, seed)


def main() -> int:
    """Return 0 without findings, else 1."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--records", type=int, default=10_000, help="hostile records a topic")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    outcome = asyncio.run(run(given.records, given.seed))
    for finding in outcome.findings[:200]:
        print(f"finding: {finding[:1500]}")
    print(outcome.line())
    return 1 if outcome.findings else 0


if __name__ == "__main__":
    sys.exit(main())
