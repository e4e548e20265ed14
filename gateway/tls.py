"""HTTPS of the gateway's own: pages get camera and microphone from a secure address only."""

from __future__ import annotations

import ssl
from pathlib import Path

from schemas.settings import GatewaySettings

CERT, KEY = "VIVA_GATEWAY_TLS_CERT", "VIVA_GATEWAY_TLS_KEY"

_HOLD = {
    CERT: ("-----BEGIN CERTIFICATE-----", "certificate"),
    KEY: ("PRIVATE KEY-----", "private key"),
}


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
