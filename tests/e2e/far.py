"""A browser and a gateway in networks of their own, with a wire between them that can be cut."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deploy.local.certificate import own
from deploy.local.stack import Stack
from tests.e2e.browser import CHROMIUM, Tab, chromium
from tests.support.apart import apart
from tests.support.network import Namespace, Wire
from tests.support.network_answers import Net
from tests.support.network_gateway import GatewayThere, Relay, kafka_in

TLS_PORT = 8443
"""In a network of its own any will do."""

CONFLICT = r"console: Failed to load resource: the server responded with a status of 409 \(.*\)"
"""What the browser writes of an offer that the gateway does not want any more.

Of requests that a cut network has swallowed it writes nothing: the page gives them up itself.
"""


@contextmanager
def gateway_of(stack: Stack, folder: Path, **more: str) -> Iterator[GatewayThere]:
    """Run a second gateway of ``stack`` in a network of its own.

    It has a database and a partition of the inbox to itself; all else is the stack's.
    """
    with ExitStack() as held:
        place = held.enter_context(Namespace())
        held.enter_context(kafka_in(place, stack.bootstrap))
        clickhouse = ("127.0.0.1", stack.ports["clickhouse"])
        held.enter_context(Relay(place, *clickhouse, None, clickhouse))
        access = stack.clickhouse_client().items()
        made = own(folder / "tls", ["localhost"], ["127.0.0.1"])
        settings = {
            **{f"VIVA_CLICKHOUSE_{name.upper()}": str(value) for name, value in access},
            "VIVA_OBJECTS_DIR": str(stack.data_dir / "objects"),
            "VIVA_GATEWAY_SLOT": "1",
            "VIVA_GATEWAY_TLS_CERT": str(made.cert),
            "VIVA_GATEWAY_TLS_KEY": str(made.key),
            "VIVA_GATEWAY_TLS_PORT": str(TLS_PORT),
            "VIVA_GATEWAY_CALIBRATION_S": "4",
            **more,
        }
        gateway = held.enter_context(GatewayThere(place, stack.kafka, folder, **settings))
        apart(gateway.start())
        yield gateway


@dataclass(frozen=True)
class Far:
    """A tab at the other end of ``wire``; ``url`` is how it sees the gateway."""

    gateway: GatewayThere
    wire: Wire
    url: str
    tab: Tab

    def enter(self, **wish: object) -> tuple[str, str]:
        """Open the page of a new interview whose candidate is still to be asked."""
        made: dict[str, Any] = apart(self.gateway.create(consent=None, **wish))
        self.tab.visit(self.url, "interview.html", session=made["session"], token=made["token"])
        return made["session"], made["token"]


@contextmanager
def browser_far_from(
    gateway: GatewayThere, folder: Path, switches: tuple[str, ...]
) -> Iterator[Far]:
    """Open a tab of a browser that reaches nothing but ``gateway``; it must not complain."""
    with ExitStack() as held:
        place, wire, url = Net(held, gateway).place()
        program = folder / "chromium"
        space = f"/proc/{os.getpid()}/fd/{place.fd}"
        program.write_text(
            f'#!/bin/sh\nexec nsenter --net={space} {shlex.quote(str(CHROMIUM))} "$@"\n'
        )
        program.chmod(0o755)
        # By plain HTTP from elsewhere no page gets a camera.
        secure = f"https://{urlsplit(url).hostname}:{TLS_PORT}"
        browser = held.enter_context(chromium(switches, program))
        tab = Tab.open(browser, folder, warned=True)
        yield Far(gateway, wire, secure, tab)
        tab.must_not_complain()
