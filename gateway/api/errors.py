"""Every error as ``{"error": {"code", "message"}}``."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from gateway.db.store import UnknownSession

logger = logging.getLogger(__name__)

RETRY_AFTER_S = 5


class ErrorBody(BaseModel):
    """What went wrong."""

    code: str = Field(description="stable, for programs", examples=["token_expired"])
    message: str = Field(description="what to do, for people")


class ErrorReply(BaseModel):
    """The body of every 4xx and 5xx reply."""

    error: ErrorBody


class ApiError(Exception):
    """An error reply; ``retry_after`` is seconds."""

    def __init__(
        self, status: int, code: str, message: str, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


def error_response(
    status: int, code: str, message: str, headers: dict[str, str] | None = None
) -> JSONResponse:
    """Return an error reply."""
    return JSONResponse(
        {"error": {"code": code, "message": message}}, status_code=status, headers=headers
    )


_RETRY_AFTER = {
    "Retry-After": {
        "description": "seconds to wait before the next attempt",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    }
}


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of the error replies of a route."""
    return {
        status: {"model": ErrorReply, **({"headers": _RETRY_AFTER} if status in (429, 503) else {})}
        for status in statuses
    }


def install(app: FastAPI) -> None:
    """Make ``app`` answer every error in this form."""
    app.add_exception_handler(ApiError, _api_error)
    app.add_exception_handler(UnknownSession, _unknown_session)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _api_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ApiError)  # noqa: S101
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return error_response(error.status, error.code, error.message, headers)


async def _unknown_session(_: Request, __: Exception) -> JSONResponse:
    """There is none, or none any more, or none of theirs: nobody learns which.

    But for the holder of a deleted session's token, see ``access.own``.
    """
    return error_response(404, "unknown_session", "there is no such session")


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"] if part != "body") or "body"
    return error_response(422, "invalid_request", f"{place}: {first['msg']}"[:300])


_CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed"}


async def _http(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    code = _CODES.get(error.status_code, "http_error")
    headers = dict(error.headers) if error.headers else None
    return error_response(error.status_code, code, str(error.detail), headers)


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    logger.error("request failed", exc_info=error, extra={"path": request.url.path})
    return error_response(500, "internal", "something went wrong on our side: try again")
