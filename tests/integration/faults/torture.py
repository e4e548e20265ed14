"""The long fault suite: ``python -m tests.integration.faults.torture --minutes 30 --seed 1``.

Its last line is ``faults=… recovered=… lost=… doubled=… wrong=…``; the exit status is 0 only if
every fault was recovered from and nothing was lost, doubled or wrong. The same seed makes the same
faults and copies in the same order; how they meet in time is the machine's.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.text import Text

from deploy.local.stack import Stack
from tests.integration.faults.run import Run
from tests.support.faults_machine import Clocks, Disk, enter_own_mounts, may_mount
from tests.support.faults_report import faults_table, is_good, last_line, memory_table

_MODULE = "tests.integration.faults.torture"
_MB_AT_LEAST, _MB_A_MINUTE = 1_200, 120


def main(arguments: Sequence[str]) -> int:
    """Run the suite and return the exit status."""
    parser = argparse.ArgumentParser(prog=f"python -m {_MODULE}", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long faults are injected")
    parser.add_argument("--seed", type=int, default=1, help="chooses faults and copies")
    parser.add_argument(
        "--recording", type=Path, help="interviews to replay; held and written if not there"
    )
    parser.add_argument("--logs", type=Path, help="folder for the processes' logs, kept")
    options = parser.parse_args(arguments)
    enter_own_mounts(["-m", _MODULE, *arguments])
    logging.basicConfig(level=logging.ERROR)
    for name in ("aiokafka", "urllib3"):  # what they talk to is away most of the time
        logging.getLogger(name).setLevel(logging.CRITICAL)
    console = Console(soft_wrap=True, highlight=False)
    return asyncio.run(_run(options, console))


async def _run(options: argparse.Namespace, console: Console) -> int:
    began = time.monotonic()

    def say(line: str) -> None:
        minutes, seconds = divmod(int(time.monotonic() - began), 60)
        console.print(f"[dim]{minutes:02}:{seconds:02}[/] {line}")

    with _places(options.minutes, say) as (data, folder, disk):
        clocks = Clocks(folder)
        env = {name: dict(clocks.env(name)) for name in Clocks.NAMES}
        env["stt"]["VIVA_STT_MODEL"] = "tiny.en"
        say(f"seed {options.seed}; a whole stack, recognising with tiny.en")
        try:
            async with Stack(data, env=env) as stack:
                run = Run(stack, options.seed, folder, say, disk, clocks)
                await run.watch.start()
                try:
                    copier = await run.prepare(options.recording)
                    with _progress(run, console):
                        await run.torture(copier, options.minutes * 60)
                finally:
                    await run.watch.stop()
        finally:
            if options.logs is not None and (data / "logs").is_dir():
                shutil.copytree(data / "logs", options.logs, dirs_exist_ok=True)
                for log in folder.glob("*.log"):
                    shutil.copy(log, options.logs)
    result, outcomes, skips = run.result, run.injector.outcomes, run.watch.skips
    for skip in skips:
        console.print(f"[red]{skip}[/]")
    console.print(memory_table(run.memory.growth()))
    console.print(faults_table(outcomes))
    console.print(
        f"{result.copies} copies in {result.waves} waves, {result.scored} scored as undisturbed; "
        f"committed offsets compared {run.watch.checks} times; "
        f"{len(run.watch.dead)} dead letters"
    )
    sys.stdout.write(last_line(outcomes, result.found, len(skips)) + "\n")
    return 0 if is_good(outcomes, result.found, len(skips)) else 1


@contextmanager
def _places(minutes: float, say: Callable[[str], None]) -> Iterator[tuple[Path, Path, Disk | None]]:
    """Yield the data directory, a folder that never fills up, and the disk if there is one."""
    with tempfile.TemporaryDirectory(prefix="viva-torture-") as name:
        folder = Path(name)
        mounted = folder / "disk"
        mounted.mkdir()
        if not may_mount():
            say("the disk is not filled up: that needs root and a mount namespace")
            yield mounted, folder, None
            return
        disk = Disk(mounted, int(_MB_AT_LEAST + _MB_A_MINUTE * minutes))
        try:
            yield mounted / "data", folder, disk
        finally:
            disk.unmount()


@contextmanager
def _progress(run: Run, console: Console) -> Iterator[None]:
    """Show what is going on, as long as somebody looks at it."""
    if not console.is_terminal:
        yield
        return
    began = time.monotonic()

    def line() -> Text:
        result, outcomes = run.result, run.injector.outcomes
        now = ", ".join(str(fault) for fault in run.injector.under_way) or "-"
        kills = sum(each.fault.kills for each in outcomes)
        found = result.found
        return Text(
            f"{(time.monotonic() - began) / 60:.1f} min, wave {result.waves}, {result.scored} of "
            f"{result.copies} copies scored, {len(outcomes)} faults ({kills} kills), lost "
            f"{len(found.lost)}, doubled {len(found.doubled)}, wrong {len(found.wrong)}; now: {now}"
        )

    with Live(get_renderable=line, console=console, refresh_per_second=2, transient=True):
        yield


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
