"""A server that answers offers with aiortc and does nothing but read the tracks.

Run as ``python -m tests.bench.support.peers bare`` or ``... predecessor``; it prints its address
and ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from gateway.rtc.sdp import with_packet_time
from tests.bench.support import bare, predecessor

Read = Callable[[MediaStreamTrack], Awaitable[None]]


class Peers:
    """The connections, and how each kind of track is read."""

    def __init__(self, readers: dict[str, Read]) -> None:
        self._readers = readers
        self._open: set[RTCPeerConnection] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def offer(self, request: web.Request) -> web.Response:
        """Answer as the gateway does."""
        body = await request.json()
        peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        peer.on("track", self._read)
        peer.on("datachannel", _greet)
        self._open.add(peer)
        await peer.setRemoteDescription(RTCSessionDescription(body["sdp"], "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        return web.json_response(
            {"sdp": with_packet_time(peer.localDescription.sdp), "type": "answer"}
        )

    def _read(self, track: MediaStreamTrack) -> None:
        task = asyncio.create_task(self._until_end(track))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _until_end(self, track: MediaStreamTrack) -> None:
        try:
            await self._readers[track.kind](track)
        except MediaStreamError:
            return


def _greet(channel: RTCDataChannel) -> None:
    channel.send(json.dumps({"snapshot": {"state": "answering", "last_seq": 0}}))


async def _no_ice_servers(_: web.Request) -> web.Response:
    return web.json_response({"ice_servers": []})


async def main(design: str) -> None:
    """Serve until standard input ends."""
    done = bare.Done() if design == "bare" else predecessor.Done()
    peers = Peers({"video": done.video, "audio": done.audio})

    async def counts(_: web.Request) -> web.Response:
        return web.json_response(done.counts())

    app = web.Application()
    app.router.add_get("/rtc/ice-servers", _no_ice_servers)
    app.router.add_post("/rtc/offer", peers.offer)
    app.router.add_get("/counts", counts)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
