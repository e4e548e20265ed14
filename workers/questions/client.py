"""What the language model is asked for: a draft, or a choice among questions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from workers.language.chat import ChatClient, Message, ModelFailed, content_of, value_in, value_of
from workers.questions.ground import Draft
from workers.questions.prompts import SCHEMA

_MOST_TOKENS = 220
"""Enough for the longest question that may be asked, with its quote, in Korean."""

_CHOICE = "question"
"""The one property of the object around a choice."""

_LAST = '?"'
"""Where a choice among questions ends: what may follow is white space, which takes time to write.
A server leaves out what it stops at."""


class QuestionClient(ChatClient):
    """Asks the model for questions."""

    async def draft(self, messages: Sequence[Message], *, seed: int, timeout_s: float) -> Draft:
        """Return what the model answers within ``timeout_s`` seconds.

        Raises:
            ModelFailed: ``unreachable``, ``timeout``, ``http_4xx``, ``http_5xx``, ``http_other``,
                ``too_large``, ``not_json``, ``no_content``, ``truncated``, ``wrong_shape``.
        """
        return draft_of(await self._ask(messages, _MOST_TOKENS, seed, timeout_s, SCHEMA))

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
        return choice_of(await self._ask(messages, _MOST_TOKENS, seed, timeout_s, schema, stop))

    async def warm(self, messages: Sequence[Message], *, timeout_s: float) -> None:
        """Have the server load its model and read ``messages``; it need not say anything of use.

        Raises:
            ModelFailed: it did not answer.
        """
        await self._ask(messages, 1, 0, timeout_s, SCHEMA)

    async def _ask(
        self,
        messages: Sequence[Message],
        most_tokens: int,
        seed: int,
        timeout_s: float,
        schema: Mapping[str, Any],
        stop: Sequence[str] = (),
    ) -> bytes:
        return await self.complete(
            messages,
            name="question",
            schema=schema,
            most_tokens=most_tokens,
            seed=seed,
            timeout_s=timeout_s,
            stop=stop,
        )


def draft_of(body: bytes) -> Draft:
    """Return the draft in the body of a chat completion.

    Raises:
        ModelFailed: there is none.
    """
    found = value_of(body)
    question, quote = (found.get("question"), found.get("quote")) if _is_object(found) else (0, 0)
    if not isinstance(question, str) or not isinstance(quote, str) or not question.strip():
        raise ModelFailed("wrong_shape", answered=True)
    return Draft(question.strip(), quote.strip())


def choice_of(body: bytes) -> str:
    """Return the choice in the body of a chat completion: a JSON string, in an object or not.

    Raises:
        ModelFailed: there is none.
    """
    content, finished = content_of(body)
    if not finished:
        raise ModelFailed("truncated", answered=True)
    found = value_in(content) or value_in(f"{content}{_LAST}") or value_in(f"{content}{_LAST}}}")
    if _is_object(found):
        found = found.get(_CHOICE)
    if not isinstance(found, str):
        raise ModelFailed("wrong_shape" if found is not None else "not_json", answered=True)
    return found.strip()


def _wrapped(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {_CHOICE: schema},
        "required": [_CHOICE],
        "additionalProperties": False,
    }


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)
