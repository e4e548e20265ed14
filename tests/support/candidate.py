"""The browser's side of the gateway's protocol, as small as a test needs it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
)

from tests.support.gateway import Camera, Microphone


class Candidate:
    """Connects with a tone and a grey picture; keeps everything the gateway says."""

    def __init__(self, url: str, created: dict[str, Any], fps: float = 5.0) -> None:
        self.url = url
        self.session: str = created["session"]
        self.token: str = created["token"]
        self.fps = fps
        self.snapshots: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.seq = 0
        self.epoch = 0
        self.answer_sdp = ""
        self.microphone: Callable[[], MediaStreamTrack] = Microphone
        self.sends_media = True
        self._changed = asyncio.Condition()

    @property
    def snapshot(self) -> dict[str, Any]:
        return self.snapshots[-1] if self.snapshots else {}

    @property
    def notices(self) -> list[str]:
        return [each["notice"]["code"] for each in self.messages if "notice" in each]

    def events(self, kind: str) -> list[dict[str, Any]]:
        return [
            each["event"]
            for each in self.messages
            if "event" in each and each["event"]["type"] == kind
        ]

    async def connect(self) -> None:
        self.pc = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        if self.sends_media:
            self.pc.addTrack(Camera(self.fps))
            self.pc.addTrack(self.microphone())
        self.channel = self.pc.createDataChannel("viva")
        self.channel.on("message", self._received)
        await self.pc.setLocalDescription(await self.pc.createOffer())
        before = len(self.snapshots)
        reply = await self.offer(self.pc.localDescription.sdp)
        assert reply.status_code == 200, reply.text
        body = reply.json()
        self.epoch, self.answer_sdp = body["epoch"], body["sdp"]
        await self.pc.setRemoteDescription(RTCSessionDescription(body["sdp"], body["type"]))
        await self.until(lambda: len(self.snapshots) > before)
        self.seq = self.snapshot["last_seq"]

    async def offer(self, sdp: str, **more: Any) -> httpx.Response:
        async with httpx.AsyncClient(base_url=self.url, timeout=20) as http:
            return await http.post(
                "/rtc/offer",
                headers={"Authorization": f"Bearer {self.token}"},
                json={"session": self.session, "sdp": sdp, "type": "offer", **more},
            )

    async def close(self) -> None:
        await self.pc.close()

    def send(self, seq: Any, command: Any, **more: Any) -> None:
        self.channel.send(json.dumps({"seq": seq, "command": command, **more}))

    async def command(self, name: str, **more: Any) -> dict[str, Any]:
        """Send the next command and return its acknowledgement."""
        self.seq += 1
        return await self.resend(self.seq, name, **more)

    async def resend(self, seq: int, name: str, **more: Any) -> dict[str, Any]:
        seen = len(self.acks(seq))
        self.send(seq, name, **more)
        await self.until(lambda: len(self.acks(seq)) > seen)
        return self.acks(seq)[-1]

    def acks(self, seq: int) -> list[dict[str, Any]]:
        return [each for each in self.messages if each.get("ack") == seq]

    async def until(self, condition: Callable[[], bool], seconds: float = 15.0) -> None:
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(condition)

    async def until_state(self, *states: str) -> None:
        await self.until(lambda: self.snapshot.get("state") in states)

    async def until_closed(self, seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds):
            while self.channel.readyState != "closed":  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.02)

    async def calibrate(self) -> None:
        assert (await self.command("ready"))["ok"]
        assert (await self.command("calibrate"))["ok"]
        await self.until_state("asked")

    async def answer(self, seconds: float = 1.2) -> None:
        number = self.snapshot["question"]
        await self.until_state("asked")
        assert (await self.command("answer.start"))["ok"]
        await asyncio.sleep(seconds)
        assert (await self.command("answer.end"))["ok"]
        await self.until(lambda: number in self.snapshot["answered"])

    async def _received(self, text: str) -> None:
        message = json.loads(text)
        async with self._changed:
            self.messages.append(message)
            if "snapshot" in message:
                self.snapshots.append(message["snapshot"])
            self._changed.notify_all()
