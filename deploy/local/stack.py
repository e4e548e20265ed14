"""A whole stack, or a part of it, as an async context manager: for the CLI and for tests.

>>> async with Stack(only=["kafka", "clickhouse"]) as stack:     # doctest: +SKIP
...     producer = Producer(stack.kafka, Process.GATEWAY)
...     client = clickhouse_connect.get_client(**stack.clickhouse_client(writer=True))
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

import aiohttp

from deploy.local import kafka, secrets_file, state
from deploy.local.environment import Surroundings
from deploy.local.errors import LocalError
from deploy.local.https import Https, keep_renewed, prepare
from deploy.local.jars import fetch
from deploy.local.migrations import migrate
from deploy.local.ports import claim, free_port, is_free
from deploy.local.processes import (
    CLICKHOUSE,
    GATEWAY,
    GATEWAY_TLS,
    KAFKA,
    LLM,
    NAMES,
    STAGES,
    YIELDS,
    Readiness,
    Spec,
    http_probe,
    module_command,
    wanted,
)
from deploy.local.settings import LocalSettings
from deploy.local.state import ProcessState, StackState
from deploy.local.supervisor import Supervisor
from schemas.settings import ClickHouseSettings, KafkaSettings
from streams.runtime.build import running_build

logger = logging.getLogger(__name__)

Report = Callable[[ProcessState], None]

_WRITE_AGAIN_S = 1.0


class Stack:
    """Real Kafka, the ClickHouse engine and our processes, on this machine.

    Args:
        data_dir: where it keeps its state; None makes a folder that is removed at the end.
        ports: ``"auto"`` takes free ports, ``"settings"`` those of ``LocalSettings``.
        only: the processes to start (names in ``processes.NAMES``); None starts all that the
            settings ask for.
        lan: whether the gateway serves HTTPS to the local network too, where there is one.
        env: more environment variables by process name; they win over the stack's own.
        report: called after every change of a process's state.

    Two stacks in different data directories may run at the same time. Everything is stopped when
    the block is left; if this process is killed instead, a guardian ends the others.

    Raises:
        LocalError: on entering: a process does not come up, a port is taken, or the data
            directory is in use. The text says what to do.
    """

    def __init__(
        self,
        data_dir: Path | None = None,
        *,
        ports: Literal["auto", "settings"] = "auto",
        only: Sequence[str] | None = None,
        lan: bool = False,
        env: Mapping[str, Mapping[str, str]] | None = None,
        report: Report | None = None,
        settings: LocalSettings | None = None,
    ) -> None:
        if unknown := set(only or ()) - set(NAMES):
            raise LocalError(f"no process {min(unknown)!r}; there are {', '.join(NAMES)}")
        self.settings = settings or LocalSettings()
        self._extra = env or {}
        chosen = (
            only if only is not None else wanted({**os.environ, **self._extra.get("questions", {})})
        )
        self.names = tuple(name for name in NAMES if name in chosen)
        self._temporary = data_dir is None
        self.data_dir = (data_dir or Path(tempfile.mkdtemp(prefix="viva-"))).resolve()
        self._auto = ports == "auto"
        self._lan = lan and GATEWAY in self.names
        self._report = report
        self._closing = ExitStack()
        self._supervisor: Supervisor | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._write_again: asyncio.TimerHandle | None = None
        self.ports: dict[str, int] = {}
        self.health_ports: dict[str, int] = {}
        self.state: StackState
        self.build = ""
        self.https: Https | None = None
        self._renewing: asyncio.Task[None] | None = None
        self.no_https = ""
        """Why phones cannot reach it, where that was to be."""

    # -- life ------------------------------------------------------------------------------

    async def start(self) -> None:
        """Start everything and return when it is ready."""
        self._loop = asyncio.get_running_loop()
        self._closing.enter_context(state.only_one(self.data_dir))
        if (left := state.read(self.state_path)) is not None:
            await asyncio.to_thread(state.sweep, left)
        self.build = await asyncio.to_thread(running_build, "")
        self.secrets = secrets_file.load(self.data_dir / "secrets.json")
        self._choose_ports()
        await asyncio.to_thread(self._prepare_https)
        self.state = StackState(os.getpid(), state.created(os.getpid()), self.build)
        self.state.ports = dict(self.ports)
        self.state.https = self.https.urls if self.https is not None else []
        stages = [
            [await self._spec(name) for name in stage if name in self.names] for stage in STAGES
        ]
        self._supervisor = Supervisor([stage for stage in stages if stage], self._changed)
        self.state.processes = self._supervisor.states
        self.state.write(self.state_path)
        await self._supervisor.start()
        if self.https is not None:
            self._renewing = asyncio.create_task(keep_renewed(self.https))
        self.state.phase = "ready"
        self.state.write(self.state_path)

    async def stop(self, error: str = "") -> None:
        """Stop everything, the last started first. ``error`` is kept in the state file."""
        if self._renewing is not None:
            self._renewing.cancel()
        if self._supervisor is not None:
            self.state.phase, self.state.error = "stopping", error
            self._write_state()
            await self._supervisor.stop()
            self.state.phase = "stopped"
            self._write_state()
            self._supervisor = None
        self._closing.close()
        if self._temporary:
            await asyncio.to_thread(shutil.rmtree, self.data_dir, ignore_errors=True)

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException as error:
            await asyncio.shield(self.stop(str(error)))
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.shield(self.stop())

    # -- where things are ------------------------------------------------------------------

    @property
    def state_path(self) -> Path:
        """The state file: pids, ports, conditions."""
        return self.data_dir / "state.json"

    @property
    def _surroundings(self) -> Surroundings:
        return Surroundings(
            self.data_dir, self.settings.models.resolve(), self.build, self.bootstrap,
            self.ports[CLICKHOUSE], self.ports[LLM], self.settings.llm_model,
            self.settings.gateway_host, self.ports[GATEWAY], self.health_ports, self.secrets,
            has_llm=LLM in self.names, https=self.https,
        )  # fmt: skip

    @property
    def bootstrap(self) -> str:
        """Kafka's address."""
        return f"127.0.0.1:{self.ports[KAFKA]}"

    @property
    def kafka(self) -> KafkaSettings:
        """Settings for a Kafka client of this stack."""
        return KafkaSettings(bootstrap=self.bootstrap)

    @property
    def clickhouse_url(self) -> str:
        """The address of ClickHouse's HTTP interface."""
        return f"http://127.0.0.1:{self.ports[CLICKHOUSE]}"

    def clickhouse(self, *, writer: bool = False) -> ClickHouseSettings:
        """Settings for a ClickHouse client of this stack, the reader's unless ``writer``."""
        return ClickHouseSettings(**self.clickhouse_client(writer=writer))

    def clickhouse_client(self, *, writer: bool = False) -> dict[str, Any]:
        """Keyword arguments for ``clickhouse_connect.get_client`` (without a database)."""
        return dict(self._surroundings.clickhouse_client(writer=writer))

    @property
    def gateway_url(self) -> str:
        """The gateway's address."""
        everywhere = ("0.0.0.0", "::")  # noqa: S104 - recognised, not bound
        host = self.settings.gateway_host
        return f"http://{'127.0.0.1' if host in everywhere else host}:{self.ports[GATEWAY]}"

    @property
    def api_key(self) -> str:
        """The development key that may create sessions."""
        return self.secrets.api_key

    def health_url(self, name: str) -> str:
        """Address of a process's /healthz, /readyz and /metrics; empty for Kafka."""
        if name == KAFKA:
            return ""
        if name in (CLICKHOUSE, GATEWAY):
            return self.clickhouse_url if name == CLICKHOUSE else self.gateway_url
        if name == LLM:
            return f"http://127.0.0.1:{self.ports[LLM]}"
        return f"http://127.0.0.1:{self.health_ports[name]}"

    def log_path(self, name: str) -> Path:
        """The log file of a process."""
        return self.data_dir / "logs" / f"{name}.log"

    def env(self, name: str) -> dict[str, str]:
        """The whole environment that the process ``name`` gets."""
        return self._surroundings.of(name) | dict(self._extra.get(name, {}))

    # -- one process -----------------------------------------------------------------------

    def process(self, name: str) -> ProcessState:
        """What is known of a process: pid, condition, device, restarts."""
        return self.state.processes[name]

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send a signal to a process; if it ends, the supervisor restarts it."""
        self._running.kill(name, number)

    async def wait_ready(self, name: str, timeout_s: float = 60.0) -> None:
        """Wait until a process is ready (again)."""
        await self._running.wait_ready(name, timeout_s)

    async def restart(self, name: str) -> None:
        """Stop a process cleanly, start it, wait until it is ready."""
        await self._here(self._running.stop_one(name))
        await self._here(self._running.start_one(name))

    async def stop_process(self, name: str) -> None:
        """Stop a process; it stays away until ``start_process``."""
        await self._here(self._running.stop_one(name))

    async def start_process(self, name: str) -> None:
        """Start a stopped process and wait until it is ready."""
        await self._here(self._running.start_one(name))

    # -- inside ----------------------------------------------------------------------------

    @property
    def _running(self) -> Supervisor:
        if self._supervisor is None:
            raise LocalError("the stack is not running")
        return self._supervisor

    async def _here(self, work: Coroutine[Any, Any, None]) -> None:
        """Await ``work`` in the loop that the stack was started in, whoever asks."""
        if asyncio.get_running_loop() is self._loop:
            await work
        else:
            assert self._loop is not None  # noqa: S101 - set by start
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._loop))

    def _write_state(self) -> None:
        """Write the state file; on a disk without room later: no process may depend on it."""
        if self._write_again is not None:
            self._write_again.cancel()
            self._write_again = None
        if self._supervisor is None:
            return
        try:
            self.state.write(self.state_path)
        except OSError as error:
            logger.warning("state not written", extra={"reason": str(error)})
            loop = asyncio.get_running_loop()
            self._write_again = loop.call_later(_WRITE_AGAIN_S, self._write_state)

    def _changed(self, process: ProcessState) -> None:
        self._write_state()
        if self._report is not None:
            self._report(process)

    def _choose_ports(self) -> None:
        """Ports of what is not started are chosen too: its clients get an address either way."""
        for name in (KAFKA, CLICKHOUSE, LLM, GATEWAY):
            wanted = 0 if self._auto else int(getattr(self.settings, f"{name}_port"))
            if name in self.names:
                wanted = claim(wanted, f"VIVA_{name.upper()}_PORT")
            self.ports[name] = wanted or free_port()
        self.health_ports = {
            name: free_port() for name in self.names if name not in (KAFKA, CLICKHOUSE, LLM)
        }

    def _prepare_https(self) -> None:
        if not self._lan:
            return
        settings = self.settings
        wanted = 0 if self._auto else settings.gateway_tls_port
        is_chosen = {"gateway_tls_port", "gateway_tls_cert"} & settings.model_fields_set
        if wanted and not is_chosen and not is_free(wanted, settings.gateway_tls_host):
            self.no_https = f"port {wanted} is taken: VIVA_GATEWAY_TLS_PORT names another"
            return
        port = claim(wanted, "VIVA_GATEWAY_TLS_PORT", settings.gateway_tls_host)
        self.https = prepare(settings, self.data_dir, port)
        if self.https is not None:
            self.ports[GATEWAY_TLS] = port

    async def _spec(self, name: str) -> Spec:
        log = self.log_path(name)
        if name == KAFKA:
            jars = await asyncio.to_thread(fetch, self.settings.jars)
            command = await asyncio.to_thread(
                kafka.prepare, self.data_dir / "kafka", self.ports[KAFKA], free_port(), jars
            )
            return Spec(
                name, tuple(command), self.env(name), self.ports[KAFKA], "", log,
                self._probe_kafka, after=lambda: kafka.create_topics(self.kafka), stop_s=20.0,
            )  # fmt: skip
        health = self.health_url(name)
        return Spec(
            name, module_command(name), self.env(name), self.ports.get(name, 0), health, log,
            http_probe(f"{health}/readyz"), after=self._migrate if name == CLICKHOUSE else None,
            nice=YIELDS.get(name, 0),
        )  # fmt: skip

    async def _probe_kafka(self, _: aiohttp.ClientSession) -> Readiness:
        up = await kafka.is_up(self.bootstrap)
        return Readiness(up, device="jvm" if up else "")

    async def _migrate(self) -> None:
        await asyncio.to_thread(migrate, self.clickhouse_client(writer=True))


@contextmanager
def background(stack: Stack) -> Iterator[Stack]:
    """Run ``stack`` in an event loop of its own thread: for fixtures that outlive a test's loop.

    The stack's methods work as they are, from any thread and in any event loop.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="stack", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(stack.__aenter__(), loop).result()
        try:
            yield stack
        finally:
            asyncio.run_coroutine_threadsafe(stack.stop(), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
