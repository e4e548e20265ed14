"""Answering a WebRTC offer."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gateway.api.access import HubDep, ServicesDep, TokenSession, own
from gateway.api.errors import RETRY_AFTER_S, ApiError, responses
from gateway.db.store import UnknownSession
from gateway.live.hub import NoRoom
from gateway.rtc.offer import BadOffer, check_offer
from gateway.session.checks import Refused
from gateway.session.machine import Arrival
from schemas import metrics
from schemas.ids import SessionId
from streams.runtime.metrics import counter

router = APIRouter(prefix="/rtc", tags=["media"])

_FULL = frozenset({"capacity", "behind"})
_FULL_RETRY_AFTER_S = 60


class Offer(BaseModel):
    """The browser's ``RTCPeerConnection.localDescription``, its ICE gathering complete."""

    model_config = ConfigDict(extra="forbid")

    session: SessionId
    sdp: Annotated[str, Field(strict=True, description="passed on untouched")]
    type: Literal["offer"]
    window: str = Field("", max_length=64, description="how the page names itself, if it does")
    returns: bool = Field(
        False,
        description="unasked, after it was cut off: it takes nobody's place elsewhere",
    )


class Answer(BaseModel):
    """For ``setRemoteDescription``, complete with all candidates."""

    sdp: str
    type: Literal["answer"] = "answer"
    epoch: int = Field(description="accepted offers of this session, this one included")


class IceServer(BaseModel):
    """One STUN or TURN server, as ``RTCConfiguration.iceServers`` takes it."""

    urls: list[str]
    username: str | None = Field(None, description="of a TURN server")
    credential: str | None = Field(None, description="of a TURN server")


class IceServers(BaseModel):
    """What to give to ``RTCPeerConnection``; often nothing."""

    ice_servers: list[IceServer]


@router.get(
    "/ice-servers",
    responses=responses(401),
    response_model_exclude_none=True,
    summary="Servers that help to connect",
)
async def ice_servers(_: TokenSession, services: ServicesDep) -> IceServers:
    """Return the STUN and TURN servers to use for the next offer. Needs a session's token."""
    return IceServers(
        ice_servers=[
            IceServer(urls=[each.urls], username=each.username, credential=each.credential)
            for each in services.network.servers
        ]
    )


@router.post(
    "/offer",
    responses=responses(400, 401, 404, 408, 409, 410, 413, 422, 503),
    summary="Answer a WebRTC offer",
)
async def offer(
    body: Offer, token_session: TokenSession, services: ServicesDep, hub: HubDep
) -> Answer:
    """Connect a candidate. The newest connection of a session wins; the older one is closed.

    409 `superseded`: the page only `returns`, and the candidate is connected in another window.

    503 with Retry-After: all places or UDP ports are taken, or the gateway waits for Kafka.
    """
    try:
        async with own(body.session, token_session, services):
            check_offer(body.sdp, services.settings.max_offer_bytes)
            known = await services.store.get(body.session)
            accepted = await hub.accept(
                body.session,
                body.sdp,
                returning=known.epoch > 0,
                arrival=Arrival(window=body.window, returns=body.returns),
            )
    except ApiError as error:
        raise _refused(error) from None
    except BadOffer as error:
        status = 413 if error.code == "offer_too_large" else 400
        raise _refused(ApiError(status, error.code, str(error))) from None
    except UnknownSession:
        raise _refused(ApiError(404, "unknown_session", "there is no such session")) from None
    except Refused as error:
        raise _refused(ApiError(409, error.fault.code, error.fault.message)) from None
    except NoRoom as error:
        wait = _FULL_RETRY_AFTER_S if error.code in _FULL else RETRY_AFTER_S
        raise _refused(ApiError(503, error.code, str(error), wait)) from None
    except TimeoutError:
        raise _refused(
            ApiError(503, "timeout", "the connection could not be set up: try again", 1)
        ) from None
    return Answer(sdp=accepted.sdp, epoch=accepted.epoch)


def _refused(error: ApiError) -> ApiError:
    counter(metrics.REFUSED, reason=error.code).inc()
    return error
