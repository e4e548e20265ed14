"""A simulated candidate: the browser's side of the protocol, spoken by aiortc."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from aiortc import RTCConfiguration, RTCIceServer, RTCPeerConnection, RTCSessionDescription

from deploy.demo.tracks import CameraTrack, EncodedClip, MicrophoneTrack, encode_clip

_PATIENCE = 60.0
"""Seconds to wait for anything the gateway owes us."""

_TILL_HEARD = 4.0
"""Seconds to wait for a question's sound, which is not owed."""

_LISTENS = 1.0


class CandidateError(Exception):
    """The interview could not go on; the message says at which step and why."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of an interview: what the camera and the microphone deliver."""

    video: Path
    audio: Path


Report = Callable[[str], None]
"""Told in a few words what the candidate is doing."""


@dataclass
class SimulatedCandidate:
    """Takes one interview over WebRTC, playing a clip for the calibration and for each answer."""

    name: str
    gateway: str
    session: str
    token: str
    report: Report = lambda _: None
    snapshot: dict[str, Any] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    notices: list[dict[str, Any]] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    """Questions that were heard, not only read."""

    def __post_init__(self) -> None:
        self._camera = CameraTrack()
        self._microphone = MicrophoneTrack()
        self._peer: RTCPeerConnection | None = None
        self._changed = asyncio.Condition()
        self._acks: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._seq = 0

    async def connect(self) -> None:
        """Offer, and wait for the first snapshot.

        Raises:
            CandidateError: the offer was refused or the channel did not open.
        """
        async with httpx.AsyncClient(base_url=self.gateway, timeout=_PATIENCE) as http:
            servers = await ice_servers(http, self.token)
        peer = self._peer = RTCPeerConnection(RTCConfiguration(iceServers=servers))
        peer.addTrack(self._camera)
        peer.addTrack(self._microphone)
        channel = self._channel = peer.createDataChannel("viva")
        channel.on("message", self._received)
        self.snapshot = {}
        await peer.setLocalDescription(await peer.createOffer())
        async with httpx.AsyncClient(base_url=self.gateway, timeout=_PATIENCE) as http:
            answer = await http.post(
                "/rtc/offer",
                headers={"Authorization": f"Bearer {self.token}"},
                json={
                    "session": self.session,
                    "sdp": peer.localDescription.sdp,
                    "type": peer.localDescription.type,
                },
            )
        if answer.status_code != 200:
            await peer.close()
            raise CandidateError(f"{self.name}: the offer was refused: {answer.text[:300]}")
        body = answer.json()
        await peer.setRemoteDescription(RTCSessionDescription(body["sdp"], body["type"]))
        await self.until(lambda: bool(self.snapshot), "the first snapshot")
        self._seq = int(self.snapshot.get("last_seq") or 0)

    async def close(self) -> None:
        """Hang up."""
        if self._peer is not None:
            await self._peer.close()
            self._peer = None

    async def command(self, name: str) -> None:
        """Send a command and wait for its acknowledgement.

        Raises:
            CandidateError: the gateway refused it or did not answer.
        """
        self._seq += 1
        waiter = self._acks[self._seq] = asyncio.get_running_loop().create_future()
        self._channel.send(json.dumps({"seq": self._seq, "command": name}))
        try:
            ack = await asyncio.wait_for(waiter, _PATIENCE)
        except TimeoutError:
            raise CandidateError(f"{self.name}: no acknowledgement of {name}") from None
        if not ack["ok"]:
            raise CandidateError(f"{self.name}: {name} was refused: {ack['error']['message']}")

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until ``condition`` holds.

        Raises:
            CandidateError: it does not hold within a minute.
        """
        try:
            async with self._changed:
                await asyncio.wait_for(self._changed.wait_for(condition), _PATIENCE)
        except TimeoutError:
            state = self.snapshot.get("state", "not connected")
            raise CandidateError(
                f"{self.name}: waited in vain for {what} (state {state})"
            ) from None

    def play(self, clip: EncodedClip) -> float:
        """Put a clip before camera and microphone; return its length in seconds."""
        self._camera.play(clip.video)
        self._microphone.play(clip.audio)
        return clip.seconds

    async def calibrate(self, clip: Clip) -> None:
        """Go through the calibration."""
        encoded = await load(clip)
        await self.command("ready")
        self.play(encoded)
        self.report("calibrating")
        await self.command("calibrate")
        await self.until(
            lambda: self.snapshot.get("calibration") is not None, "the calibration's result"
        )

    async def answer(self, number: int, clip: Clip) -> None:
        """Wait for question ``number`` and answer it."""
        encoded = await load(clip)
        await self.until(
            lambda: (
                self.snapshot.get("question") == number and bool(self.snapshot.get("question_text"))
            ),
            f"question {number}",
        )
        await self.listen(number)
        await self.command("answer.start")
        self.report(f"answering {number}: {self.snapshot['question_text']}")
        await asyncio.sleep(self.play(encoded))
        await self.command("answer.end")
        self.report(f"answer {number} saved")

    async def listen(self, number: int) -> None:
        """Hear question ``number`` begin, if it can be heard within a few seconds.

        Whoever reads along need not hear it to its end.

        Raises:
            CandidateError: the clip is no sound.
        """
        try:
            async with self._changed:
                await asyncio.wait_for(
                    self._changed.wait_for(lambda: bool(self.snapshot.get("question_audio"))),
                    _TILL_HEARD,
                )
        except TimeoutError:
            return  # it is read: there may be no voice in this stack
        async with httpx.AsyncClient(base_url=self.gateway, timeout=_PATIENCE) as http:
            reply = await http.get(
                f"/api/sessions/{self.session}/questions/{number}/audio",
                headers={"Authorization": f"Bearer {self.token}"},
            )
        if reply.status_code != 200 or not reply.content.startswith(b"OggS"):
            raise CandidateError(f"{self.name}: question {number} cannot be heard: {reply.text}")
        await self.command("playing")
        self.heard.append(number)
        await asyncio.sleep(_LISTENS)

    async def interview(self, calibration: Clip, answers: list[Clip]) -> None:
        """Take the whole interview.

        Raises:
            CandidateError: a step failed.
        """
        await self.connect()
        try:
            await self.calibrate(calibration)
            for number, clip in enumerate(answers, start=1):
                await self.answer(number, clip)
            await self.until(lambda: self.snapshot.get("state") == "ended", "the end")
            self.report("interview finished")
        finally:
            await self.close()

    async def _received(self, text: str) -> None:
        message = json.loads(text)
        async with self._changed:
            if "snapshot" in message:
                self.snapshot = message["snapshot"]
            elif "event" in message:
                self.events.append(message["event"])
            elif "notice" in message:
                self.notices.append(message["notice"])
            elif "ack" in message:
                waiter = self._acks.pop(message["ack"], None)
                if waiter is not None and not waiter.done():
                    waiter.set_result(message)
            self._changed.notify_all()


async def ice_servers(http: httpx.AsyncClient, token: str) -> list[RTCIceServer]:
    """Return the STUN and TURN servers that the gateway tells its candidates to use."""
    reply = await http.get("/rtc/ice-servers", headers={"Authorization": f"Bearer {token}"})
    if reply.status_code != 200:
        raise CandidateError(f"no list of STUN and TURN servers: {reply.text[:300]}")
    return [RTCIceServer(**each) for each in reply.json()["ice_servers"]]


async def load(clip: Clip) -> EncodedClip:
    """Return a clip as packets, encoding it in a thread when that was not done yet."""
    return await asyncio.to_thread(encode_clip, clip.video, clip.audio)
