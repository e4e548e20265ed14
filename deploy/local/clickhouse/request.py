"""One HTTP request taken apart: who asks, what SQL, which settings and parameters."""

from __future__ import annotations

import asyncio
import base64
import binascii
import math
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

import aiohttp.http_exceptions
from aiohttp import BodyPartReader, web
from multidict import CIMultiDictProxy

from deploy.local.clickhouse.access import User
from deploy.local.clickhouse.compression import decompress
from deploy.local.clickhouse.errors import (
    BAD_ARGUMENTS,
    NOT_IMPLEMENTED,
    QUERY_IS_TOO_LARGE,
    TIMEOUT_EXCEEDED,
    ClickHouseError,
)
from deploy.local.clickhouse.settings import ServerSettings

LARGE = 64 << 10
"""Bytes above which a body is packed and unpacked in a thread, not in the event loop."""

_NOT_SETTINGS = frozenset(
    {"query", "user", "password", "database", "default_format", "query_id", "quota_key",
     "session_id", "session_timeout", "session_check", "role", "stacktrace", "compress",
     "decompress", "buffer_size", "wait_end_of_query", "client_protocol_version",
     "enable_http_compression", "http_zlib_compression_level", "send_progress_in_http_headers",
     "http_headers_progress_interval_ms", "cancel_http_readonly_queries_on_client_close",
     "http_write_exception_in_output_format", "http_response_buffer_size",
     "http_response_headers", "add_http_cors_header", "close_session"}
)  # fmt: skip
"""URL parameters that belong to the HTTP interface, or that mean nothing to this server."""


@dataclass(frozen=True, slots=True)
class Request:
    """A query as it came in; ``sql`` is the URL's query and the body joined."""

    sql: bytes
    arguments: Mapping[str, str]
    reads_only: bool
    accept: str

    @property
    def database(self) -> str:
        """The default database, or empty."""
        return self.arguments.get("database", "")

    @property
    def parameters(self) -> dict[str, str]:
        """Query parameters (``param_*``), escaped as they came."""
        found = self.arguments.items()
        return {name[6:]: value for name, value in found if name.startswith("param_")}

    @property
    def settings(self) -> dict[str, str]:
        """Engine settings from the URL."""
        return {
            name: value
            for name, value in self.arguments.items()
            if name not in _NOT_SETTINGS and not name.startswith("param_")
        }


def credentials(
    headers: CIMultiDictProxy[str], arguments: Mapping[str, str]
) -> tuple[str, str | None]:
    """Return user and password from the headers or the URL; empty and None without any.

    Raises:
        ClickHouseError: an Authorization header that is not valid Basic authentication.
    """
    if "X-ClickHouse-User" in headers or "X-ClickHouse-Key" in headers:
        return headers.get("X-ClickHouse-User", ""), headers.get("X-ClickHouse-Key", "")
    scheme, _, value = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise ClickHouseError.make(
                BAD_ARGUMENTS, "Invalid authentication: Basic credentials are not base64."
            ) from None
        return user, password
    if scheme:
        raise ClickHouseError.make(
            BAD_ARGUMENTS, f"Invalid authentication: '{scheme[:20]}' is not supported."
        )
    if "user" in arguments or "password" in arguments:
        return arguments.get("user", ""), arguments.get("password", "")
    return "", None


async def parse(request: web.Request, limit: int, seconds: float) -> Request:
    """Read the body and join it with the URL; call it only once the user is known.

    Raises:
        ClickHouseError: the body is too large, cut off, not here within ``seconds``, or in a form
            that is not supported.
    """
    arguments = dict(request.query)
    headers = {"X-ClickHouse-Database": "database", "X-ClickHouse-Format": "default_format"}
    for header, name in headers.items():
        if header in request.headers:
            arguments.setdefault(name, request.headers[header])
    if arguments.get("decompress", "0") not in ("0", ""):
        raise ClickHouseError.make(
            NOT_IMPLEMENTED, "decompress=1 is not supported: use Content-Encoding."
        )
    try:
        async with asyncio.timeout(seconds):
            if request.content_type == "multipart/form-data":
                arguments |= await _form(request, limit)
                body = b""
            else:
                body = await request.read()
    except TimeoutError:
        raise ClickHouseError.make(
            TIMEOUT_EXCEEDED, f"The body was not here within {seconds:g} seconds."
        ) from None
    except web.HTTPRequestEntityTooLarge:
        raise ClickHouseError.make(
            QUERY_IS_TOO_LARGE, f"The body has more than {limit} bytes."
        ) from None
    encoding = request.headers.get("Content-Encoding", "")
    if len(body) > LARGE:
        body = await asyncio.to_thread(decompress, body, encoding, limit)
    else:
        body = decompress(body, encoding, limit)
    if request.content_type == "application/x-www-form-urlencoded" and body[:6] == b"query=":
        fields = dict(parse_qsl(body.decode(errors="replace"), keep_blank_values=True))
        arguments, body = {**arguments, **fields}, b""
    query = arguments.get("query", "").encode()
    sql = query + b"\n" + body if query and body else query or body
    accept = ""
    if arguments.get("enable_http_compression", "0") not in ("0", "false", ""):
        accept = request.headers.get("Accept-Encoding", "")
    return Request(sql, arguments, request.method in ("GET", "HEAD"), accept)


async def _form(request: web.Request, limit: int) -> dict[str, str]:
    fields: dict[str, str] = {}
    size = 0
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.filename or not part.name:
                raise ClickHouseError.make(NOT_IMPLEMENTED, "External data is not supported.")
            fields[part.name] = await part.text()
            size += len(part.name) + len(fields[part.name])
            if size > limit:
                raise web.HTTPRequestEntityTooLarge(limit)
    except (ValueError, LookupError, aiohttp.http_exceptions.HttpProcessingError) as error:
        raise ClickHouseError.make(
            BAD_ARGUMENTS, f"The form cannot be read: {error}."[:300]
        ) from None
    return fields


def limits(user: User, request: Request, settings: ServerSettings) -> dict[str, str]:
    """Return the settings that cap what ``user`` may use; a smaller wish from the URL is kept."""
    if user.can_write and not request.reads_only:
        return {}
    found = {"readonly": "1" if request.arguments.get("readonly") == "1" else "2"}
    if user.can_write:
        return found
    seconds = _capped(request.arguments.get("max_execution_time"), settings.reader_seconds)
    memory = _capped(request.arguments.get("max_memory_usage"), float(settings.reader_memory))
    return {
        "timeout_overflow_mode": "throw",
        "max_execution_time": f"{seconds:g}",
        "max_memory_usage": str(int(memory)),
        **found,
    }


def _capped(wish: str | None, cap: float) -> float:
    try:
        value = float(wish or 0)
    except ValueError:
        return cap
    return min(value, cap) if value > 0 and math.isfinite(value) else cap
