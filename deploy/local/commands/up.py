"""``viva up``: start the stack and keep it running."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import subprocess
import sys
import time
from typing import Annotated, Any

import typer

from deploy.local import running, state
from deploy.local.errors import LocalError
from deploy.local.https import Https
from deploy.local.logfiles import keep_previous, tail
from deploy.local.settings import CHECKOUT, LocalSettings
from deploy.local.stack import Stack
from deploy.local.terminal import err, out, process_line
from streams.runtime.logs import JsonFormatter

Port = Annotated[int | None, typer.Option(min=0, max=65535, show_default=False)]


def up(
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="return when everything is ready")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(help="start only this process (may be repeated)", show_default=False),
    ] = None,
    lan: Annotated[
        bool,
        typer.Option(
            "--lan/--loopback", help="serve HTTPS to the local network too, or to nobody else"
        ),
    ] = True,
    gateway_port: Port = None,
    kafka_port: Port = None,
    clickhouse_port: Port = None,
) -> None:
    """Start Kafka, ClickHouse, the workers, the agent and the gateway; Ctrl-C stops them all.

    Each process has a log file in DATA_DIR/logs. What crashes is started again. Ports are 8080
    (gateway), 9092 (Kafka) and 8123 (ClickHouse) unless set here or by VIVA_GATEWAY_PORT,
    VIVA_KAFKA_PORT and VIVA_CLICKHOUSE_PORT; 0 takes any free one.

    Phones and other machines of the local network reach the pages by HTTPS on VIVA_GATEWAY_TLS_PORT
    (8443). The certificate is made here and kept in DATA_DIR/tls, unless VIVA_GATEWAY_TLS_CERT and
    VIVA_GATEWAY_TLS_KEY name yours.
    """
    ports: dict[str, Any] = {
        "gateway_port": gateway_port, "kafka_port": kafka_port, "clickhouse_port": clickhouse_port,
    }  # fmt: skip
    settings = LocalSettings(**{name: port for name, port in ports.items() if port is not None})
    data_dir = settings.data_dir.resolve()
    if running.find(settings) is not None:
        raise LocalError(
            f"a stack already runs in {data_dir}: `viva status` shows it, `viva down` stops it"
        )
    if detach:
        _detached(settings, only or [], lan=lan)
        return
    code = asyncio.run(_foreground(settings, only, lan=lan))
    raise typer.Exit(code)


async def _foreground(settings: LocalSettings, only: list[str] | None, *, lan: bool) -> int:
    """Run until a signal; return the exit status."""
    data_dir = settings.data_dir.resolve()
    _log_to(data_dir)
    seen: dict[str, str] = {}

    def report(process: state.ProcessState) -> None:
        if process.condition in ("ready", "backoff", "stopped") and (
            seen.get(process.name) != process.condition
        ):
            out.print(process_line(process))
        seen[process.name] = process.condition

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    stack = Stack(data_dir, ports="settings", only=only, lan=lan, report=report, settings=settings)
    began = time.monotonic()
    out.print(f"starting in {data_dir}", soft_wrap=True)
    starting = asyncio.create_task(stack.__aenter__())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        out.print("stopping")
        starting.cancel()
        with contextlib.suppress(asyncio.CancelledError, LocalError):
            await starting
        return 130
    await starting
    _tell(stack, time.monotonic() - began)
    await stop.wait()
    out.print("stopping")
    await stack.stop()
    return 0


def _tell(stack: Stack, seconds: float) -> None:
    out.print(f"up in {seconds:.1f} s, build {stack.build}", style="bold")
    if "gateway" in stack.names:
        out.print(f"  gateway     {stack.gateway_url}")
        if stack.https is not None:
            _tell_others(stack.https)
        elif stack.no_https:
            out.print(f"  phones      cannot reach it: {stack.no_https}")
    if "clickhouse" in stack.names:
        out.print(f"  ClickHouse  {stack.clickhouse_url}, users viva_reader and viva_writer")
    if "kafka" in stack.names:
        out.print(f"  Kafka       {stack.bootstrap}")
    out.print(f"  secrets     {stack.data_dir / 'secrets.json'}", soft_wrap=True)
    out.print(f"  logs        {stack.data_dir / 'logs'}", soft_wrap=True)


def _tell_others(https: Https) -> None:
    """Say where phones find the pages, and why their browsers warn."""
    out.print(f"  phones      {' or '.join(https.urls)}", soft_wrap=True)
    if https.fingerprint:
        out.print(
            "              the certificate is made here, so each browser warns once; it shows"
            f" {https.fingerprint}",
            soft_wrap=True,
        )


def _log_to(data_dir: os.PathLike[str]) -> None:
    path = LocalSettings(data_dir=data_dir).data_dir / "logs" / "supervisor.log"
    keep_previous(path)
    handler = logging.FileHandler(path)
    handler.setFormatter(JsonFormatter("supervisor"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("aiokafka").setLevel(logging.WARNING)


def _detached(settings: LocalSettings, only: list[str], *, lan: bool) -> None:
    data_dir = settings.data_dir.resolve()
    ports = [
        option
        for name in ("gateway", "kafka", "clickhouse")
        for option in (f"--{name}-port", str(getattr(settings, f"{name}_port")))
    ]
    reach = ["--lan" if lan else "--loopback"]
    chosen = [option for name in only for option in ("--only", name)]
    console_log = data_dir / "logs" / "up.log"
    keep_previous(console_log)
    with console_log.open("wb") as log:
        child = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "deploy.local.cli", "up", *ports, *chosen, *reach],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=CHECKOUT,
            env={**os.environ, "VIVA_DATA_DIR": str(data_dir), "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
        )
    shown: set[str] = set()
    while True:
        found = state.read(data_dir / "state.json")
        mine = found if found is not None and found.pid == child.pid else None
        for process in mine.processes.values() if mine else ():
            if process.condition == "ready" and process.name not in shown:
                shown.add(process.name)
                out.print(process_line(process))
        if mine is not None and mine.phase == "ready":
            out.print(f"up in {time.time() - mine.started_at:.1f} s; `viva down` stops it")
            if mine.https:
                out.print(f"phones: {' or '.join(mine.https)}", soft_wrap=True)
            return
        if child.poll() is not None:
            err.print(tail(console_log, 20), markup=False)
            raise LocalError("the stack did not come up")
        time.sleep(0.2)
