"""HTTPS for the local network: a phone's browser gives its camera to no other page."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local import certificate, lan
from deploy.local.errors import LocalError
from deploy.local.settings import LocalSettings
from gateway import tls

logger = logging.getLogger(__name__)

_LOOK_EVERY_S = 3_600.0

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - recognised, not bound

NO_HTTPS: Mapping[str, str] = {tls.CERT: "", tls.KEY: ""}
"""What the gateway is told where only this machine is to reach it."""


@dataclass(frozen=True, slots=True)
class Https:
    """Where HTTPS is served, and with what.

    ``fingerprint`` is that of a certificate made here, else empty.
    """

    host: str
    port: int
    cert: Path
    key: Path
    fingerprint: str
    addresses: tuple[str, ...]

    @property
    def urls(self) -> list[str]:
        """The addresses to open on another device, the likeliest first."""
        hosts = (f"[{each}]" if ":" in each else each for each in self.addresses)
        return [f"https://{host}:{self.port}" for host in hosts]

    @property
    def env(self) -> dict[str, str]:
        """What the gateway is told."""
        return {
            "VIVA_GATEWAY_TLS_HOST": self.host,
            "VIVA_GATEWAY_TLS_PORT": str(self.port),
            tls.CERT: str(self.cert),
            tls.KEY: str(self.key),
        }


def prepare(settings: LocalSettings, data_dir: Path, port: int) -> Https | None:
    """Return how to serve HTTPS on ``port``; None on a machine without a network.

    Raises:
        LocalError: the certificate or key that the settings name cannot be used.
    """
    host = settings.gateway_tls_host
    addresses = tuple(lan.addresses()) if host in EVERYWHERE else (host,)
    if not addresses:
        return None
    cert, key, fingerprint = settings.gateway_tls_cert, settings.gateway_tls_key, ""
    if cert is None and key is None:
        names = [each for each in addresses if not _is_address(each)]
        numbers = [each for each in addresses if _is_address(each)]
        made = certificate.own(data_dir / "tls", [*lan.names(), *names], ["127.0.0.1", *numbers])
        cert, key, fingerprint = made.cert, made.key, made.fingerprint
    if cert is None or key is None:
        raise LocalError(f"set both {tls.CERT} and {tls.KEY}, or neither")
    if misfit := tls.misfit(cert, key):
        raise LocalError(misfit)
    return Https(host, port, cert.resolve(), key.resolve(), fingerprint, addresses)


async def keep_renewed(https: Https, every_s: float = _LOOK_EVERY_S) -> None:
    """Renew a certificate made here before it ends, for ever; the gateway follows its files."""
    if not https.fingerprint:
        return  # it is somebody else's
    made = certificate.Certificate(https.cert, https.key, https.fingerprint)
    while True:
        await asyncio.sleep(every_s)
        try:
            found = await asyncio.to_thread(certificate.renewed, made)
        except OSError as error:  # a full disk, say: there is a month left to try again
            logger.warning("the certificate is not renewed", extra={"why": str(error)})
        else:
            if found != made:
                extra = {"fingerprint": found.fingerprint}
                logger.info("the certificate is renewed: browsers warn again", extra=extra)
            made = found


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
