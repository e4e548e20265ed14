"""Inserts on a disk that fills up, in a mount namespace of its own: prints what came of each.

Run by ``test_full_disk``; the first argument is an empty folder.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from deploy.local.clickhouse.engine import Engine, Query
from deploy.local.clickhouse.errors import ClickHouseError
from deploy.local.clickhouse.statement import scan
from tests.support.faults_machine import Disk, enter_own_mounts


def main(folder: str) -> None:
    enter_own_mounts(["-m", "tests.integration.faults.full_disk_insert", folder])
    disk = Disk(Path(folder), 200)
    engine = Engine(disk.path / "engine", 1)

    def run(sql: str) -> bytes:
        statement = scan(sql.encode())
        query = Query(statement, statement.format or "TSV")
        return asyncio.run(engine.run(query, may_write=True)).data

    run("CREATE DATABASE there")
    run("CREATE TABLE there.rows (n UInt64) ENGINE = MergeTree ORDER BY n")
    for number in range(4):
        if number == 1:
            disk.fill()
        if number == 3:
            disk.free()
        try:
            run(f"INSERT INTO there.rows FORMAT TSV\n{number}\n")
            print(number, "acknowledged")
        except ClickHouseError as error:
            print(number, f"refused: {error.code}")
    print("stored:", run("SELECT arraySort(groupArray(n)) FROM there.rows").decode().strip())
    engine.close()
    disk.unmount()


if __name__ == "__main__":
    main(*sys.argv[1:])
