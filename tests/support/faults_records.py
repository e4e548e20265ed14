"""Records that do harm: a picture that aborts the model, far too large ones, junk."""

from __future__ import annotations

import random
from functools import cache

import cv2
import numpy as np
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from schemas.events import SessionConnected
from schemas.formula import Policy
from schemas.language import Language
from schemas.media import AudioMeta, FrameMeta
from schemas.settings import KafkaSettings
from schemas.topics import Topic
from streams.runtime.client import client_arguments
from streams.runtime.codec import encode

Raw = tuple[Topic, bytes, bytes, list[tuple[str, bytes]]]

_REFUSED_BYTES = 5 << 20
_TAKEN_BYTES = 3 << 20
"""What the broker takes, though no producer of ours would send it."""

JUNK = 12


@cache
def poison() -> bytes:
    """Return a valid JPEG, one pixel wide, that ends MediaPipe's process with SIGABRT.

    Its remap refuses pictures of more than 32,766 pixels a side by an exception that nothing in
    the native code catches.
    """
    done, encoded = cv2.imencode(".jpg", np.zeros((65_000, 1, 3), np.uint8))
    assert done
    return encoded.tobytes()


def poisoned(session: str) -> list[Raw]:
    """Return frames of nobody's answer that abort the model."""
    meta = _frame(session, 1)
    return [(Topic.FRAMES, session.encode(), poison(), meta.to_headers())]


def too_large(session: str) -> list[Raw]:
    """Return records that our own producers would never send, larger than their consumers allow."""
    key, body = session.encode(), bytes(_TAKEN_BYTES)
    event_key, _, headers = encode(SessionConnected(session=session, epoch=1, at=1), gw=0)
    return [
        (Topic.FRAMES, key, b"\xff\xd8\xff" + body, _frame(session, 2).to_headers()),
        (Topic.AUDIO, key, body + b"\0", _audio(session, 3).to_headers()),
        (Topic.EVENTS, event_key, body, list(headers)),
        (Topic.SCORES, event_key, body, list(headers)),
    ]


def junk(session: str, choose: random.Random) -> list[Raw]:
    """Return records that no consumer can read."""
    found: list[Raw] = []
    event_key, _, event_headers = encode(SessionConnected(session=session, epoch=1, at=1), gw=0)
    for number in range(JUNK):
        topic = (Topic.FRAMES, Topic.AUDIO, Topic.EVENTS, Topic.SCORES)[number % 4]
        if topic is Topic.FRAMES:
            headers = _frame(session, 100 + number).to_headers()
        elif topic is Topic.AUDIO:
            headers = _audio(session, 100 + number).to_headers()
        else:
            headers = list(event_headers)
        match choose.randrange(3):
            case 0:
                headers = []
            case 1:
                headers = [(name, choose.randbytes(5)) for name, _ in headers]
            case _:
                headers = [(name, b"999" if name == "v" else value) for name, value in headers]
        found.append((topic, event_key, choose.randbytes(choose.randint(1, 500)), headers))
    return found


async def send(settings: KafkaSettings, records: list[Raw]) -> list[str]:
    """Publish ``records`` past all our own checks; return their places.

    Raises:
        KafkaError, OSError: the broker is away.
    """
    producer = AIOKafkaProducer(**client_arguments(settings), acks="all", max_request_size=16 << 20)
    try:
        await producer.start()
        places = []
        for topic, key, value, headers in records:
            where = await producer.send_and_wait(
                settings.physical(topic), value, key=key, headers=headers
            )
            places.append(f"{topic.value}[{where.partition}]@{where.offset}")
        return places
    finally:
        await producer.stop()


async def is_refused(settings: KafkaSettings) -> bool:
    """Whether the broker refuses a record that is larger than it allows.

    Raises:
        KafkaError, OSError: the broker is away.
    """
    try:
        await send(settings, [(Topic.FRAMES, b"large", bytes(_REFUSED_BYTES), [])])
    except MessageSizeTooLargeError:
        return True
    except KafkaError:
        raise
    return False


def _frame(session: str, seq: int) -> FrameMeta:
    return FrameMeta(
        session=session, question=1, attempt=1, epoch=1, seq=seq, at=1, gw=0,
        language=Language.ENGLISH, policy=Policy.PRACTICE,
    )  # fmt: skip


def _audio(session: str, seq: int) -> AudioMeta:
    return AudioMeta(
        session=session, question=1, attempt=1, epoch=1, seq=seq, at=1, gw=0,
        language=Language.ENGLISH, policy=Policy.PRACTICE,
    )  # fmt: skip
