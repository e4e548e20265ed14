"""Certificate and key: what cannot be served is named, what is renewed is served."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import ssl
from collections.abc import AsyncIterator
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


async def served(port: int) -> str:
    """Return the fingerprint of what a new connection is shown."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return hashlib.sha256(shown).digest().hex(":").upper()


@pytest.fixture
async def followed(pair: tuple[Path, Path]) -> AsyncIterator[int]:
    """The port of a server that follows the pair's files."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*pair)

    async def close(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(close, "127.0.0.1", 0, ssl=context)
    following = asyncio.create_task(tls.follow(context, *pair, every_s=0.02))
    yield server.sockets[0].getsockname()[1]
    following.cancel()
    server.close()


async def until(port: int, fingerprint: str) -> None:
    async with asyncio.timeout(10):
        while await served(port) != fingerprint:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.05)


async def test_what_is_renewed_is_served_to_who_comes_next(
    pair: tuple[Path, Path], followed: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    first = own(pair[0].parent, ["localhost"], ["127.0.0.1"])
    assert await served(followed) == first.fingerprint
    other = own(tmp_path / "other", ["localhost"], ["127.0.0.1"])
    other.key.replace(pair[1])  # as whoever writes one file after the other
    async with asyncio.timeout(10):
        while "cannot be served" not in caplog.text:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.05)
    assert await served(followed) == first.fingerprint
    other.cert.replace(pair[0])
    await until(followed, other.fingerprint)
    pair[0].unlink()
    await asyncio.sleep(0.1)
    assert await served(followed) == other.fingerprint
    again = own(pair[0].parent, ["localhost"], ["127.0.0.1"])
    await until(followed, again.fingerprint)
    said = [each.message for each in caplog.records]
    assert said.count("a renewed certificate is served") == 2
