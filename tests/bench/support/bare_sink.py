"""clickhouse-connect inserting prepared batches and nothing else; prints rows a second.

``python -m tests.bench.support.bare_sink RECORDS BATCHES``: RECORDS is a recording, cut in order
into that many batches. Where ClickHouse is comes from the settings.
"""

from __future__ import annotations

import json
import sys
import time
from collections import defaultdict
from pathlib import Path

import clickhouse_connect

from deploy.local.recording import read
from schemas.settings import ClickHouseSettings
from streams.runtime.codec import decode
from workers.sink.shapes import SHAPES, Row, Shape


def main(recording: str, batches: str) -> None:
    settings = ClickHouseSettings()
    client = clickhouse_connect.get_client(
        host=settings.host,
        port=settings.port,
        username=settings.user,
        password=settings.password.get_secret_value(),
        autogenerate_session_id=False,
    )
    contexts = {
        shape: client.create_insert_context(shape.table, shape.columns, database=settings.database)
        for shape in SHAPES.values()
    }
    records = list(read(Path(recording)))
    prepared: list[dict[Shape, list[Row]]] = []
    size = -(-len(records) // int(batches))
    for first in range(0, len(records), size):
        tables: dict[Shape, list[Row]] = defaultdict(list)
        for offset, record in enumerate(records[first : first + size]):
            event = decode(record.key, record.value, record.headers)
            shape = SHAPES[type(event)]
            tables[shape].append(shape.row(event, offset))
        prepared.append(tables)
    began, cpu = time.perf_counter(), time.process_time()
    for tables in prepared:
        for shape, rows in tables.items():
            client.insert(data=rows, context=contexts[shape])
    seconds = time.perf_counter() - began
    print(
        json.dumps(
            {
                "rate": len(records) / seconds,
                "cpu_us": (time.process_time() - cpu) / len(records) * 1e6,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
