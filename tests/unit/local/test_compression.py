"""Content encodings both ways."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.local.clickhouse.compression import choose, compress, decompress
from deploy.local.clickhouse.errors import ClickHouseError


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "lz4", "zstd", "br", ""])
@given(data=st.binary(max_size=2_000))
def test_there_and_back(encoding: str, data: bytes) -> None:
    assert decompress(compress(data, encoding), encoding, 10_000) == data


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", ""),
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("lz4,zstd", "zstd"),
        ("zstd;q=0, gzip;q=0.5", "gzip"),
        ("identity", ""),
        ("deflate", "deflate"),
    ],
)
def test_the_answer_s_encoding(accept: str, chosen: str) -> None:
    assert choose(accept) == chosen


def test_a_body_that_grows_beyond_the_limit_is_refused() -> None:
    for packed, encoding in (
        (gzip.compress(bytes(1 << 20)), "gzip"),
        (zlib.compress(bytes(1 << 20)), "deflate"),
        (compress(bytes(1 << 20), "zstd"), "zstd"),
    ):
        with pytest.raises(ClickHouseError) as refused:
            decompress(packed, encoding, 1 << 16)
        assert refused.value.status == 413


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "lz4", "zstd", "br"])
def test_garbage_is_a_4xx(encoding: str) -> None:
    with pytest.raises(ClickHouseError) as refused:
        decompress(b"this is not compressed at all", encoding, 1 << 20)
    assert refused.value.status == 400


def test_an_unknown_encoding_is_named() -> None:
    with pytest.raises(ClickHouseError, match="pigeon"):
        decompress(b"x", "pigeon", 1 << 20)
