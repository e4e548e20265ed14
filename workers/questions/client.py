"""A client of an OpenAI-compatible chat server: one question, in time, or one kind of failure."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import aiohttp

from workers.questions.ground import Draft
from workers.questions.prompts import SCHEMA, Message

_MOST_BYTES = 256 * 1024
_MOST_TOKENS = 220
"""Enough for the longest question that may be asked, with its quote, in Korean."""

_CHOICE = "question"
"""The one property of the object around a choice."""

_LAST = '?"'
"""Where a choice among questions ends: what may follow is white space, which takes time to write.
A server leaves out what it stops at."""

_FENCE = re.compile(r"^```[a-z]*\s*|\s*```$", re.IGNORECASE)


class ModelFailed(Exception):  # noqa: N818 - names what happened
    """There is no draft. ``reason`` is a short code; ``answered``: asking again may help."""

    def __init__(self, reason: str, *, answered: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.answered = answered


class ChatClient:
    """Talks to ``POST /v1/chat/completions``; nothing is sent before the first call."""

    def __init__(self, url: str, model: str, api_key: str = "") -> None:
        base = url.rstrip("/").removesuffix("/v1")
        self._endpoint = f"{base}/v1/chat/completions"
        self._model = model
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._session: aiohttp.ClientSession | None = None

    async def draft(self, messages: Sequence[Message], *, seed: int, timeout_s: float) -> Draft:
        """Return what the model answers within ``timeout_s`` seconds.

        Raises:
            ModelFailed: ``unreachable``, ``timeout``, ``http_4xx``, ``http_5xx``, ``http_other``,
                ``too_large``, ``not_json``, ``no_content``, ``truncated``, ``wrong_shape``.
        """
        return draft_of(await self._post(messages, _MOST_TOKENS, seed, timeout_s, SCHEMA))

    async def choice(
        self,
        messages: Sequence[Message],
        options: Collection[str],
        *,
        seed: int,
        timeout_s: float,
        wrapped: bool = False,
    ) -> str:
        """Return what the model answers when it may answer one of ``options``.

        A server without schemas may answer something else. ``wrapped`` asks for an object around
        the answer: some servers want one, and a small model is quicker without.

        Raises:
            ModelFailed: as from ``draft``.
        """
        one: dict[str, Any] = {"type": "string", "enum": list(options)}
        schema = _wrapped(one) if wrapped else one
        stop = (_LAST,) if all(each.endswith("?") for each in options) else ()
        return choice_of(await self._post(messages, _MOST_TOKENS, seed, timeout_s, schema, stop))

    async def warm(self, messages: Sequence[Message], *, timeout_s: float) -> None:
        """Have the server load its model and read ``messages``; it need not say anything of use.

        Raises:
            ModelFailed: it did not answer.
        """
        await self._post(messages, 1, 0, timeout_s, SCHEMA)

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _post(
        self,
        messages: Sequence[Message],
        most_tokens: int,
        seed: int,
        timeout_s: float,
        schema: Mapping[str, Any],
        stop: Sequence[str] = (),
    ) -> bytes:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self._headers, timeout=aiohttp.ClientTimeout(total=None)
            )
        body = {
            "model": self._model,
            "messages": list(messages),
            "temperature": 0,
            "seed": seed,
            "max_tokens": most_tokens,
            "stream": False,
            **({"stop": list(stop)} if stop else {}),
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "question", "strict": True, "schema": schema},
            },
        }
        try:
            async with (
                asyncio.timeout(timeout_s),
                self._session.post(self._endpoint, json=body, allow_redirects=False) as response,
            ):
                if response.status != 200:
                    raise ModelFailed(_status(response.status))
                return await _read(response)
        except TimeoutError:
            raise ModelFailed("timeout") from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise ModelFailed("unreachable") from None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    found = bytearray()
    async for chunk in response.content.iter_any():
        found += chunk
        if len(found) > _MOST_BYTES:
            raise ModelFailed("too_large")
    return bytes(found)


def _status(status: int) -> str:
    return f"http_{status // 100}xx" if status // 100 in (4, 5) else "http_other"


def draft_of(body: bytes) -> Draft:
    """Return the draft in the body of a chat completion.

    Code fences and text around the JSON are taken off, a JSON string that holds JSON is opened.

    Raises:
        ModelFailed: there is none.
    """
    content, finished = _content_of(body)
    found = _value_in(content)
    if isinstance(found, str):  # encoded twice
        found = _value_in(found)
    if found is None:
        cut_off = not finished or "{" in content
        raise ModelFailed("truncated" if cut_off else "not_json", answered=True)
    question, quote = (found.get("question"), found.get("quote")) if _is_object(found) else (0, 0)
    if not isinstance(question, str) or not isinstance(quote, str) or not question.strip():
        raise ModelFailed("wrong_shape", answered=True)
    return Draft(question.strip(), quote.strip())


def choice_of(body: bytes) -> str:
    """Return the choice in the body of a chat completion: a JSON string, in an object or not.

    Raises:
        ModelFailed: there is none.
    """
    content, finished = _content_of(body)
    if not finished:
        raise ModelFailed("truncated", answered=True)
    found = _value_in(content) or _value_in(f"{content}{_LAST}") or _value_in(f"{content}{_LAST}}}")
    if _is_object(found):
        found = found.get(_CHOICE)
    if not isinstance(found, str):
        raise ModelFailed("wrong_shape" if found is not None else "not_json", answered=True)
    return found.strip()


def _content_of(body: bytes) -> tuple[str, bool]:
    """Return what was said, and whether the model came to its end."""
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


def _wrapped(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {_CHOICE: schema},
        "required": [_CHOICE],
        "additionalProperties": False,
    }


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _value_in(text: str) -> Any:
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
