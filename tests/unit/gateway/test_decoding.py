from __future__ import annotations

import asyncio
import queue
import threading
from typing import Any

from aiortc import rtcrtpreceiver
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from av import VideoFrame

import gateway.rtc.parts  # puts the gateway's parts into aiortc
from deploy.demo.tracks import _encode_video
from gateway.rtc.decoding import decode_frames

VP8 = RTCRtpCodecParameters(mimeType="video/VP8", clockRate=90_000, payloadType=97)


async def test_frames_come_in_order_a_broken_one_is_reported_and_the_end_is_told() -> None:
    assert gateway.rtc.parts
    assert rtcrtpreceiver.decoder_worker is decode_frames
    wanted: queue.Queue[Any] = queue.Queue()
    decoded: asyncio.Queue[Any] = asyncio.Queue()
    broken = threading.Event()
    packets = _encode_video([VideoFrame(320, 240, "yuv420p") for _ in range(4)])
    packets.insert(2, b"\x00")
    for number, packet in enumerate(packets):
        wanted.put((VP8, JitterFrame(data=packet, timestamp=number)))
    wanted.put(None)
    thread = threading.Thread(
        target=decode_frames, args=(asyncio.get_running_loop(), wanted, decoded, broken)
    )
    thread.start()
    found = []
    while (frame := await asyncio.wait_for(decoded.get(), 10)) is not None:
        found.append((frame.width, frame.height, frame.pts))
    await asyncio.to_thread(thread.join)
    assert found == [(320, 240, pts) for pts in (0, 1, 3, 4)]
    assert broken.is_set()
