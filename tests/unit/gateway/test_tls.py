"""A certificate and its key that cannot be served are named before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from pydantic import ValidationError

from deploy.local.certificate import own
from gateway import tls
from gateway.check import problems
from schemas.settings import GatewaySettings


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    made = own(tmp_path / "tls", ["localhost"], ["127.0.0.1"])
    return made.cert, made.key


def found(cert: Path, key: Path) -> list[str]:
    """Return what ``--check`` says of them."""
    settings = GatewaySettings(api_key="a", token_secret="b" * 32, tls_cert=cert, tls_key=key)
    return problems(settings)


def test_a_pair_that_fits_is_no_problem(pair: tuple[Path, Path]) -> None:
    assert found(*pair) == []


def test_each_mistake_names_its_setting(pair: tuple[Path, Path], tmp_path: Path) -> None:
    cert, key = pair
    other = own(tmp_path / "other", ["localhost"], ["127.0.0.1"]).key
    garbage = tmp_path / "garbage.pem"
    garbage.write_bytes(b"\xff\xfe")
    locked = tmp_path / "locked.pem"
    private = serialization.load_pem_private_key(key.read_bytes(), None)
    locked.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"word"),
        )
    )
    half = tmp_path / "half.pem"
    half.write_text(cert.read_text()[:200])
    for files, said in (
        ((tmp_path / "none.pem", key), f"{tls.CERT}: {tmp_path / 'none.pem'} cannot be read"),
        ((cert, tmp_path), f"{tls.KEY}: {tmp_path} cannot be read"),
        ((garbage, key), f"{tls.CERT}: {garbage} holds no certificate"),
        ((key, key), f"{tls.CERT}: {key} holds no certificate"),
        ((cert, cert), f"{tls.KEY}: {cert} holds no private key"),
        ((cert, locked), f"{tls.KEY}: {locked} is locked by a passphrase"),
        ((cert, other), f"{tls.KEY}: {other} is not the key of"),
        ((half, key), f"{tls.CERT} and {tls.KEY}: {half} and {key} cannot be used"),
    ):
        (line,) = found(*files)
        assert line.startswith(said)
        assert "\n" not in line


def test_one_without_the_other_is_refused(pair: tuple[Path, Path]) -> None:
    for each in ({"tls_cert": pair[0]}, {"tls_key": pair[1]}):
        with pytest.raises(ValidationError, match="both or neither"):
            GatewaySettings(**each)
    nothing = GatewaySettings(tls_cert="", tls_key="")
    assert (nothing.tls_cert, nothing.tls_key) == (None, None)
