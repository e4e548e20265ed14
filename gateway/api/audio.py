"""A question as it is heard."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path
from fastapi.responses import Response

from gateway.api import byte_range
from gateway.api.access import ServicesDep, TokenSession, own
from gateway.api.errors import ApiError, responses
from gateway.api.sessions import SessionPath
from gateway.session import turns
from schemas.ids import now_ms
from schemas.media import MAX_COUNT

router = APIRouter(prefix="/api", tags=["sessions"])

_TYPE = "audio/ogg"
_SOUND = {"content": {_TYPE: {"schema": {"type": "string", "format": "binary"}}}}
_PRIVATE = "private, no-cache"
"""A browser may keep the clip, and asks by its tag whether it is still the question's."""


class Clip(Response):
    """Opus in Ogg."""

    media_type = _TYPE


@router.get(
    "/sessions/{session}/questions/{question}/audio",
    response_class=Response,  # of no type: errors are JSON
    responses={
        200: {**_SOUND, "description": "the whole clip"},
        206: {**_SOUND, "description": "the bytes that `Range` names"},
        304: {"description": "the clip with the tag in `If-None-Match` is the latest"},
        416: {"description": "the clip is shorter; `Content-Range` says how long it is"},
        **responses(401, 404, 410, 422),
    },
    summary="Hear a question",
)
async def get_question_audio(
    session: SessionPath,
    question: Annotated[int, Path(ge=1, le=MAX_COUNT, description="its number, from 1")],
    token_session: TokenSession,
    services: ServicesDep,
    wanted: Annotated[str, Header(alias="Range", max_length=200)] = "",
    if_range: Annotated[str, Header(max_length=200)] = "",
    if_none_match: Annotated[str, Header(max_length=1000)] = "",
) -> Response:
    """Return the clip of a question: Opus in Ogg, mono. 404 `no_audio` while there is none."""
    async with own(session, token_session, services):
        interview = await services.store.get(session)
    name = interview.clip(question)
    clip = await services.objects.get(name) if name else None
    if clip is None:
        raise ApiError(404, "no_audio", "this question cannot be heard, or not yet: show its text")
    tag = f'"{name.rpartition("/")[2].partition(".")[0]}"'
    headers = {"Cache-Control": _PRIVATE, "Accept-Ranges": "bytes", "ETag": tag}
    if tag in [each.strip().removeprefix("W/") for each in if_none_match.split(",")]:
        return Clip(status_code=304, headers=headers)
    turn = interview.turn
    if turn is not None and turn.question == question and not turn.first_byte_at:
        now = now_ms()
        await services.store.change(session, lambda it: turns.fetched(it, question, now=now))
    if wanted and if_range in ("", tag):
        try:
            part = byte_range.parse(wanted, len(clip))
        except byte_range.Unsatisfiable:
            return Clip(status_code=416, headers={"Content-Range": f"bytes */{len(clip)}"})
        if part is not None:
            place = f"bytes {part.start}-{part.stop - 1}/{len(clip)}"
            return Clip(
                clip[part.start : part.stop], 206, headers={**headers, "Content-Range": place}
            )
    return Clip(clip, headers=headers)
