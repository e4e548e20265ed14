"""HTTP content encodings that ClickHouse knows, both ways."""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Callable

import cramjam

from deploy.local.clickhouse.errors import (
    BAD_ARGUMENTS,
    NOT_IMPLEMENTED,
    QUERY_IS_TOO_LARGE,
    ClickHouseError,
)

_DECODERS: dict[str, Callable[[bytes, mmap.mmap], int]] = {
    "br": cramjam.brotli.decompress_into,
    "lz4": cramjam.lz4.decompress_into,
    "zstd": cramjam.zstd.decompress_into,
    "xz": cramjam.xz.decompress_into,
    "bz2": cramjam.bzip2.decompress_into,
    "snappy": cramjam.snappy.decompress_into,
}
"""Each writes the plain data into a buffer and returns its length; it stops where that is full."""

_FULL = "failed to write whole buffer"
"""What the library says when it stops there."""

_ENCODERS: dict[str, Callable[[bytes], bytes]] = {
    "zstd": lambda data: bytes(cramjam.zstd.compress(data, 1)),
    "lz4": lambda data: bytes(cramjam.lz4.compress(data)),
    "br": lambda data: bytes(cramjam.brotli.compress(data, 2)),
    "gzip": lambda data: bytes(cramjam.gzip.compress(data, 3)),
    "deflate": lambda data: zlib.compress(data, 3),
}
"""In order of preference: what costs least for what it saves comes first."""


def _inflate(data: bytes, window: int, limit: int) -> bytes:
    machine = zlib.decompressobj(window)
    plain = machine.decompress(data, limit + 1)
    if not machine.eof and len(plain) <= limit:
        raise zlib.error("the data is cut off")
    return plain


def _unpack(data: bytes, name: str, limit: int) -> bytes:
    # Pages of the buffer that are never written cost nothing: no guess of the size is needed, and
    # a few bytes that stand for gigabytes stop at the limit.
    with mmap.mmap(-1, limit) as plain:
        try:
            size = _DECODERS[name](data, plain)
        except cramjam.DecompressionError as error:
            if _FULL in str(error):
                raise _too_large(limit) from None
            raise
        return plain[:size]


def _too_large(limit: int) -> ClickHouseError:
    return ClickHouseError.make(
        QUERY_IS_TOO_LARGE, f"The body has more than {limit} bytes when decompressed."
    )


def decompress(data: bytes, encoding: str, limit: int) -> bytes:
    """Return the plain body.

    Raises:
        ClickHouseError: the encoding is unknown, the data does not fit it, or the plain body has
            more than ``limit`` bytes.
    """
    name = encoding.strip().lower()
    if name in ("", "identity") or not data:
        return data
    try:
        if name == "gzip":
            plain = _inflate(data, zlib.MAX_WBITS | 16, limit)
        elif name == "deflate":
            plain = _inflate(data, zlib.MAX_WBITS, limit)
        elif name in _DECODERS:
            plain = _unpack(data, name, limit)
        else:
            raise ClickHouseError.make(
                NOT_IMPLEMENTED, f"Unknown compression method '{encoding[:20]}'."
            )
    except (cramjam.DecompressionError, zlib.error) as error:
        raise ClickHouseError.make(BAD_ARGUMENTS, f"Cannot decompress {name}: {error}.") from None
    if len(plain) > limit:
        raise _too_large(limit)
    return plain


def choose(accept: str) -> str:
    """Return the encoding for an Accept-Encoding header, empty for none."""
    offered = {}
    for part in accept.split(","):
        name, _, weight = part.strip().partition(";")
        offered[name.strip().lower()] = weight.replace(" ", "") not in ("q=0", "q=0.0")
    return next((name for name in _ENCODERS if offered.get(name)), "")


def compress(data: bytes, encoding: str) -> bytes:
    """Return ``data`` in an encoding that ``choose`` returned."""
    return _ENCODERS[encoding](data) if encoding else data
