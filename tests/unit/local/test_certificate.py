"""The self-made certificate: what it is good for, who may read its key, when it is made anew."""

from __future__ import annotations

import asyncio
import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from deploy.local import https, lan
from deploy.local.certificate import own, renewed
from deploy.local.errors import LocalError
from deploy.local.settings import LocalSettings
from gateway import tls

NAMES = ["localhost", "desk", "desk.local"]
ADDRESSES = ["127.0.0.1", "192.168.1.5"]
NOW = datetime(2026, 11, 1, tzinfo=UTC)


def read(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def test_it_is_good_for_this_machine_and_its_key_is_its_owner_s_alone(tmp_path: Path) -> None:
    made = own(tmp_path / "tls", NAMES, ADDRESSES, NOW)
    known = read(made.cert).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert known.get_values_for_type(x509.DNSName) == NAMES
    assert known.get_values_for_type(x509.IPAddress) == [
        ipaddress.ip_address(each) for each in ADDRESSES
    ]
    assert made.key.stat().st_mode & 0o777 == 0o600
    assert made.key.parent.stat().st_mode & 0o777 == 0o700
    assert tls.misfit(made.cert, made.key) == ""


def test_it_is_kept_as_long_as_it_fits(tmp_path: Path) -> None:
    """Each new one is a new warning in every browser."""
    made = own(tmp_path, NAMES, ADDRESSES, NOW)
    made.key.chmod(0o644)
    later = NOW + timedelta(days=300)
    assert own(tmp_path, NAMES, ADDRESSES, later) == made
    assert own(tmp_path, NAMES[:1], ADDRESSES[:1], later) == made, "one network less"
    assert made.key.stat().st_mode & 0o777 == 0o600


def test_it_is_made_anew_for_another_address_and_before_it_ends(tmp_path: Path) -> None:
    first = own(tmp_path, NAMES, ADDRESSES, NOW)
    moved = own(tmp_path, NAMES, [*ADDRESSES, "10.0.0.7"], NOW)
    assert moved.fingerprint != first.fingerprint
    renewed = own(tmp_path, NAMES, ADDRESSES, NOW + timedelta(days=370))
    assert renewed.fingerprint != moved.fingerprint
    assert read(renewed.cert).not_valid_after_utc > NOW + timedelta(days=700)
    assert tls.misfit(renewed.cert, renewed.key) == ""


def test_it_is_renewed_for_the_same_names_before_it_ends(tmp_path: Path) -> None:
    made = own(tmp_path, NAMES, ADDRESSES, NOW)
    assert renewed(made, NOW + timedelta(days=300)) == made
    found = renewed(made, NOW + timedelta(days=370))
    assert found.fingerprint != made.fingerprint
    assert own(tmp_path, NAMES, ADDRESSES, NOW + timedelta(days=370)) == found
    assert tls.misfit(found.cert, found.key) == ""


async def test_the_stack_renews_its_own_certificate_and_no_other(tmp_path: Path) -> None:
    old = datetime.now(UTC) - timedelta(days=380)
    made = own(tmp_path, NAMES, ADDRESSES, old)
    for fingerprint, is_own in (("", False), (made.fingerprint, True)):
        served = https.Https("0.0.0.0", 8443, made.cert, made.key, fingerprint, ())
        renewing = asyncio.create_task(https.keep_renewed(served, every_s=0.02))
        await asyncio.sleep(0.5)
        renewing.cancel()
        ends = read(made.cert).not_valid_after_utc
        assert (ends > datetime.now(UTC) + timedelta(days=390)) is is_own


@pytest.mark.parametrize("broken", ["key missing", "another key", "no certificate"])
def test_what_does_not_fit_together_is_made_anew(tmp_path: Path, broken: str) -> None:
    made = own(tmp_path / "one", NAMES, ADDRESSES, NOW)
    if broken == "key missing":
        made.key.unlink()
    elif broken == "another key":
        made.key.write_bytes(own(tmp_path / "two", NAMES, ADDRESSES, NOW).key.read_bytes())
    else:
        made.cert.write_text("half a file")
    again = own(tmp_path / "one", NAMES, ADDRESSES, NOW)
    assert again.fingerprint != made.fingerprint
    assert tls.misfit(again.cert, again.key) == ""


def test_one_s_own_certificate_is_taken_as_it_is_and_a_mistake_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lan, "addresses", lambda: ["192.168.1.5"])
    mine = own(tmp_path / "mine", NAMES, ADDRESSES, NOW)
    other = own(tmp_path / "other", NAMES, ADDRESSES, NOW)

    def prepared(cert: Path | None, key: Path | None) -> https.Https:
        settings = LocalSettings(gateway_tls_cert=cert, gateway_tls_key=key)
        found = https.prepare(settings, tmp_path, 8443)
        assert found is not None
        return found

    taken = prepared(mine.cert, mine.key)
    assert (taken.cert, taken.key, taken.fingerprint) == (mine.cert, mine.key, "")
    assert taken.urls == ["https://192.168.1.5:8443"]
    assert not (tmp_path / "tls").exists(), "none is made"
    with pytest.raises(LocalError, match="is not the key of the certificate"):
        prepared(mine.cert, other.key)
    with pytest.raises(LocalError, match="set both"):
        prepared(mine.cert, None)
    with pytest.raises(LocalError, match=r"nowhere\.pem cannot be read"):
        prepared(mine.cert, tmp_path / "nowhere.pem")
    assert prepared(None, None).fingerprint
    assert (tmp_path / "tls" / "key.pem").exists()


def test_without_a_network_there_is_nothing_to_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lan, "addresses", list)
    assert https.prepare(LocalSettings(), tmp_path, 8443) is None
    assert list(tmp_path.iterdir()) == []


def test_the_addresses_told_are_those_of_networks() -> None:
    for each in lan.addresses():
        address = ipaddress.ip_address(each)
        assert not address.is_loopback
        assert not address.is_link_local
    assert lan.names()[0] == "localhost"
