"""A client of an OpenAI-compatible chat server: one answer, in time, or one kind of failure."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from workers.language.endpoint import Endpoint, EndpointFailed

Message = dict[str, str]
"""``role`` and ``content``."""

_MOST_BYTES = 256 * 1024
_FENCE = re.compile(r"^```[a-z]*\s*|\s*```$", re.IGNORECASE)


class ModelFailed(Exception):  # noqa: N818 - names what happened
    """There is no answer. ``reason`` is a short code; ``answered``: asking again may help.

    ``status`` is the HTTP status where that is the reason, otherwise 0.
    """

    def __init__(self, reason: str, *, answered: bool = False, status: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.answered = answered
        self.status = status


class ChatClient:
    """Talks to ``POST /v1/chat/completions``; nothing is sent before the first call."""

    def __init__(self, url: str, model: str, api_key: str = "") -> None:
        self._endpoint = Endpoint(url, "/v1/chat/completions", api_key, most_bytes=_MOST_BYTES)
        self._model = model

    async def complete(
        self,
        messages: Sequence[Message],
        *,
        name: str,
        schema: Mapping[str, Any],
        most_tokens: int,
        seed: int,
        timeout_s: float,
        stop: Sequence[str] = (),
        temperature: float = 0.0,
    ) -> bytes:
        """Return the body of a chat completion, which comes within ``timeout_s`` seconds.

        ``schema`` is a JSON schema called ``name``; a server may ignore it. ``stop`` are texts at
        which the model ends.

        Raises:
            ModelFailed: ``unreachable``, ``timeout``, ``http_4xx``, ``http_5xx``, ``http_other``,
                ``too_large``.
        """
        body = {
            "model": self._model,
            "messages": list(messages),
            "temperature": temperature,
            "seed": seed,
            "max_tokens": most_tokens,
            "stream": False,
            **({"stop": list(stop)} if stop else {}),
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": name, "strict": True, "schema": schema},
            },
        }
        try:
            async with asyncio.timeout(timeout_s):
                return await self._endpoint.post(body)
        except TimeoutError:
            raise ModelFailed("timeout") from None
        except EndpointFailed as error:
            raise ModelFailed(error.reason, status=error.status) from None

    async def close(self) -> None:
        """Close the connections."""
        await self._endpoint.close()


def seed_of(request_id: str, number: int) -> int:
    """Return 31 bits that follow from a request: the same answer in the same try."""
    digest = hashlib.sha256(f"{request_id}\n{number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def value_of(body: bytes) -> Any:
    """Return the JSON value in the body of a chat completion; it may have any shape.

    Code fences and text around the JSON are taken off, a JSON string that holds JSON is opened.

    Raises:
        ModelFailed: ``not_json``, ``no_content``, ``truncated``.
    """
    content, finished = content_of(body)
    found = value_in(content)
    if isinstance(found, str):  # encoded twice
        found = value_in(found)
    if found is None:
        cut_off = not finished or "{" in content
        raise ModelFailed("truncated" if cut_off else "not_json", answered=True)
    return found


def content_of(body: bytes) -> tuple[str, bool]:
    """Return what was said, and whether the model came to its end.

    Raises:
        ModelFailed: ``not_json``, ``no_content``.
    """
    try:
        choice = json.loads(body)["choices"][0]
        content = choice["message"]["content"]
        finished = choice.get("finish_reason") != "length"
    except (ValueError, RecursionError):
        raise ModelFailed("not_json", answered=True) from None
    except (LookupError, TypeError, AttributeError):
        raise ModelFailed("no_content", answered=True) from None
    if not isinstance(content, str) or not content.strip():
        raise ModelFailed("no_content", answered=True)
    return content, finished


def value_in(text: str) -> Any:
    """Return the JSON value that ``text`` is or holds; None: there is none."""
    text = _FENCE.sub("", text.strip())
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    start = text.find("{")
    if start < 0:
        return None
    try:
        return json.JSONDecoder().raw_decode(text, start)[0]
    except (ValueError, RecursionError):
        return None
