"""HTTPS of the gateway's own: pages get camera and microphone from a secure address only."""

from __future__ import annotations

import asyncio
import logging
import ssl
from pathlib import Path

from schemas.settings import GatewaySettings

logger = logging.getLogger(__name__)

CERT, KEY = "VIVA_GATEWAY_TLS_CERT", "VIVA_GATEWAY_TLS_KEY"

_HOLD = {
    CERT: ("-----BEGIN CERTIFICATE-----", "certificate"),
    KEY: ("PRIVATE KEY-----", "private key"),
}

_LOOK_EVERY_S = 60.0


def problem(settings: GatewaySettings) -> str:
    """Return why HTTPS cannot be served as it is set up; empty: it can, or nobody wants it."""
    if settings.tls_cert is None or settings.tls_key is None:
        return ""
    return misfit(settings.tls_cert, settings.tls_key)


def misfit(cert: Path, key: Path) -> str:
    """Return why these two PEM files cannot be served; empty if they can."""
    for setting, path in ((CERT, cert), (KEY, key)):
        try:
            text = path.read_text(encoding="ascii")
        except OSError as error:
            return f"{setting}: {path} cannot be read ({error.strerror})"
        except UnicodeDecodeError:
            text = ""
        mark, what = _HOLD[setting]
        if mark not in text:
            return f"{setting}: {path} holds no {what} in PEM"
        if setting == KEY and "ENCRYPTED" in text:
            return f"{setting}: {path} is locked by a passphrase: write it without one"
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            return f"{KEY}: {key} is not the key of the certificate {cert} ({CERT})"
        return f"{CERT} and {KEY}: {cert} and {key} cannot be used ({error.reason or error})"
    return ""


async def follow(
    context: ssl.SSLContext, cert: Path, key: Path, every_s: float = _LOOK_EVERY_S
) -> None:
    """Serve what the two files hold whenever they are renewed, for ever; looks ``every_s`` seconds.

    Connections that are open keep the certificate they began with. Files that do not fit together,
    as while one of them is written, are not taken: what was served before still is.
    """
    served, complaint = _written(cert, key), ""
    while True:
        await asyncio.sleep(every_s)
        found = _written(cert, key)
        if found == served:
            continue
        problem = await asyncio.to_thread(_load, context, cert, key)
        if not problem:
            served = found
            logger.info("a renewed certificate is served", extra={"cert": str(cert)})
        elif problem != complaint:
            logger.warning("a renewed certificate cannot be served", extra={"why": problem})
        complaint = problem


def _written(*paths: Path) -> list[tuple[int, int] | None]:
    """Return what changes when a file is replaced; None: it cannot be looked at."""
    found: list[tuple[int, int] | None] = []
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            found.append(None)
        else:
            found.append((status.st_ino, status.st_mtime_ns))
    return found


def _load(context: ssl.SSLContext, cert: Path, key: Path) -> str:
    """Have ``context`` serve the pair; return why it cannot be served, empty: it is."""
    if problem := misfit(cert, key):
        return problem
    try:
        context.load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as error:  # replaced again in this moment
        return str(error)
    return ""
