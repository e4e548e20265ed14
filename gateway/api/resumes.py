"""Taking in a résumé, for interviews to ask about."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel, Field

from gateway.api.access import ServicesDep, developer
from gateway.api.errors import ApiError, responses
from gateway.db.store import StoredResume
from gateway.resumes.limits import check_size
from gateway.resumes.reader import read_resume
from gateway.resumes.refusal import Code, Refused
from gateway.resumes.structured import profile_of
from schemas.ids import now_ms
from schemas.resume import Section

router = APIRouter(prefix="/api", tags=["resumes"])

_BUSY_S = 30
_JSON = "application/json"
_FILES = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text/plain",
    "application/octet-stream",
)
_BODY = {
    "requestBody": {
        "required": True,
        "description": "the file itself (PDF, DOCX or text, told by its content), or JSON with "
        "lists named education, experience, projects and skills",
        "content": {
            **{kind: {"schema": {"type": "string", "format": "binary"}} for kind in _FILES},
            _JSON: {"schema": {"type": "object"}},
        },
    }
}


class ReadResume(BaseModel):
    """What was found; give ``resume`` to ``POST /api/sessions``."""

    resume: str = Field(description="its id")
    sections: tuple[Section, ...] = Field(description="without contact details")


@router.post(
    "/resumes",
    status_code=201,
    dependencies=[Depends(developer)],
    responses=responses(400, 401, 408, 413, 422, 503),
    openapi_extra=_BODY,
    summary="Upload a résumé",
)
async def upload_resume(
    request: Request,
    services: ServicesDep,
    content_type: Annotated[str, Header(include_in_schema=False)] = "",
) -> ReadResume:
    """Read a résumé of at most 5 MiB and 20 pages, and keep it. Needs the development key."""
    data = await request.body()
    try:
        check_size(data)
        if content_type.partition(";")[0].strip().lower() == _JSON:
            sections = await asyncio.to_thread(_sections_of_profile, data)
        else:
            sections = (await read_resume(data)).sections
    except Refused as refused:
        raise _error(refused) from None
    name = await asyncio.to_thread(_name_of, data)
    await services.objects.put(name, data)
    stored = StoredResume(f"r_{secrets.token_hex(12)}", name, sections, now_ms())
    await services.store.add_resume(stored)
    return ReadResume(resume=stored.resume, sections=sections)


def _sections_of_profile(data: bytes) -> tuple[Section, ...]:
    """In a thread: what it does to a long text holds up everybody's packets."""
    return profile_of(data.decode("utf-8", "replace")).sections()


def _name_of(data: bytes) -> str:
    return f"resumes/{hashlib.sha256(data).hexdigest()}"


def _error(refused: Refused) -> ApiError:
    code = f"resume_{refused.code.value}"
    if refused.code is Code.TOO_LARGE:
        return ApiError(413, code, refused.message)
    if refused.code is Code.BUSY:
        return ApiError(503, code, refused.message, retry_after=_BUSY_S)
    return ApiError(422, code, refused.message)
