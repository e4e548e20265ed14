"""The certificate of the stack's HTTPS: self-signed, made at the first start, renewed in time."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_VALID = timedelta(days=397)
"""Some systems take no certificate for longer."""
_RENEWED_BEFORE = timedelta(days=30)
_CLOCKS_DIFFER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files. ``fingerprint`` (SHA-256) is what a browser shows of it."""

    cert: Path
    key: Path
    fingerprint: str


def own(
    folder: Path,
    names: Sequence[str],
    addresses: Sequence[str],
    now: datetime | None = None,
) -> Certificate:
    """Return the certificate in ``folder``, made anew where there is none that fits.

    It fits if it is good for all ``names`` and ``addresses`` and for a month from ``now``, and the
    key is there. Only the owner of the files can read the key.
    """
    now = now or datetime.now(UTC)
    cert, key = folder / "certificate.pem", folder / "key.pem"
    wanted = {*names, *addresses}
    found = _read(cert, key)
    if found is None or not wanted <= _good_for(found) or _ends_soon(found, now):
        found = _make(cert, key, names, addresses, now)
    key.chmod(0o600)
    fingerprint = found.fingerprint(hashes.SHA256()).hex(":").upper()
    return Certificate(cert, key, fingerprint)


def renewed(made: Certificate, now: datetime | None = None) -> Certificate:
    """Return the certificate, made anew for the same names and addresses where it ends soon."""
    found = _read(made.cert, made.key)
    if found is None:
        return made
    known = _subject_names(found)
    names = known.get_values_for_type(x509.DNSName)
    addresses = map(str, known.get_values_for_type(x509.IPAddress))
    return own(made.cert.parent, names, list(addresses), now)


def _read(cert: Path, key: Path) -> x509.Certificate | None:
    """Return the certificate if it can be read and belongs to the key."""
    try:
        found = x509.load_pem_x509_certificate(cert.read_bytes())
        private = serialization.load_pem_private_key(key.read_bytes(), None)
    except (OSError, ValueError, TypeError):
        return None
    return found if private.public_key() == found.public_key() else None


def _subject_names(found: x509.Certificate) -> x509.SubjectAlternativeName:
    return found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value


def _good_for(found: x509.Certificate) -> set[str]:
    known = _subject_names(found)
    return {
        *known.get_values_for_type(x509.DNSName),
        *map(str, known.get_values_for_type(x509.IPAddress)),
    }


def _ends_soon(found: x509.Certificate, now: datetime) -> bool:
    return found.not_valid_after_utc < now + _RENEWED_BEFORE


def _make(
    cert: Path, key: Path, names: Sequence[str], addresses: Sequence[str], now: datetime
) -> x509.Certificate:
    private = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Viva on this machine")])
    known = [
        *map(x509.DNSName, names),
        *(x509.IPAddress(ipaddress.ip_address(each)) for each in addresses),
    ]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER)
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName(known), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    cert.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _replace(
        key,
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    _replace(cert, made.public_bytes(serialization.Encoding.PEM))
    return made


def _replace(path: Path, content: bytes) -> None:
    """Write a file that nobody else could read at any moment, in one step."""
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
    part.replace(path)
