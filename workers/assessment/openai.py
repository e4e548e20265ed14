"""The engine ``openai``: a model judges, and each judgement must quote the candidate."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from typing import Any

from schemas.events import AnswerAssessed, AssessmentRequested, Judgement
from schemas.rubric import HIGHEST, LOWEST
from schemas.settings import AssessmentSettings
from streams.runtime.backoff import DependencyUnavailable
from workers.assessment import prompts
from workers.assessment.assessed import assessed, gaps
from workers.assessment.planted import is_planted, without_planted
from workers.assessment.transcript import Transcript
from workers.language.chat import ChatClient, ModelFailed, seed_of, value_of
from workers.language.private import is_private
from workers.language.topics import topic_of

logger = logging.getLogger(__name__)

NAME = "openai"

_TRIES = 2
_OTHERWISE = 0.7
"""Temperature of the second try: at 0 it would say the same again."""

_REFUSED = frozenset({400, 413, 422})
"""What a server answers to a request that it will never take, such as one too long for it."""

_FAULTS = 20
"""A server that fails so often at one answer and is not starting up fails because of the answer."""
_TOKENS_A_CRITERION = 260


class OpenAIEngine:
    """Asks an OpenAI-compatible server, one answer at a time: questions come before."""

    device = "cpu"  # this process's; the model runs in its server

    def __init__(self, settings: AssessmentSettings) -> None:
        self._model = settings.model
        self._url = settings.url
        self._timeout_s = settings.timeout_s
        self._client = ChatClient(settings.url, settings.model, settings.api_key.get_secret_value())
        self._one = asyncio.Lock()
        self._faults: Counter[str] = Counter()
        """Of the server, by the id of the request they came from."""

    async def load(self) -> str:
        """Return which model is asked; whether it answers shows with the first answer."""
        return f"model {self._model} at {self._url}"

    async def close(self) -> None:
        """Close the connections to the model server."""
        await self._client.close()

    async def assess(self, request: AssessmentRequested) -> AnswerAssessed:
        """Return a judgement for each criterion.

        A reply that is late or no assessment is asked for once more. A level without words that
        stand in the transcript is void, and so is one whose words ask for a level.

        Raises:
            DependencyUnavailable: the model server is away; ask again.
        """
        transcript = Transcript(request.utterances)
        if not transcript.text.strip():
            return assessed(request, gaps(request, "no_speech"), engine=NAME)
        loop = asyncio.get_running_loop()
        async with self._one:
            began = loop.time()
            reply = await self._reply(request, transcript)
            took_ms = round(1000 * (loop.time() - began))
        judgements = (
            gaps(request, "model_failed")
            if reply is None
            else [_judged(each.name, reply.get(each.name), transcript) for each in request.rubric]
        )
        return assessed(
            request,
            judgements,
            engine=NAME,
            model=self._model,
            prompt_version=prompts.VERSION,
            took_ms=took_ms,
        )

    async def _reply(
        self, request: AssessmentRequested, transcript: Transcript
    ) -> dict[str, Any] | None:
        """Return the model's reply, None where it says nothing of use."""
        answer = without_planted(transcript.text)
        for number in range(_TRIES):
            try:
                value = value_of(
                    await self._client.complete(
                        prompts.messages(request, answer),
                        name="assessment",
                        schema=prompts.schema_of(request),
                        most_tokens=_TOKENS_A_CRITERION * len(request.rubric),
                        seed=seed_of(request.id, number),
                        timeout_s=self._timeout_s,
                        temperature=_OTHERWISE if number else 0.0,
                    )
                )
            except ModelFailed as error:
                logger.warning("no assessment", extra={"id": request.id, "why": error.reason})
                if self._is_away(request, error):  # nobody waits for an assessment
                    raise DependencyUnavailable("model", str(error.status or error)) from None
                continue
            if isinstance(value, dict):
                self._faults.pop(request.id, None)
                return value
        self._faults.pop(request.id, None)
        return None

    def _is_away(self, request: AssessmentRequested, error: ModelFailed) -> bool:
        """Whether another time may help: the server is down, starts, is full, or wants a key."""
        if error.reason == "unreachable" or error.status == 503:
            return True
        if error.status >= 500:
            self._faults[request.id] += 1
            return self._faults[request.id] < _FAULTS
        return error.status >= 400 and error.status not in _REFUSED


def _judged(criterion: str, value: Any, transcript: Transcript) -> Judgement:
    if not isinstance(value, dict):
        return Judgement(criterion=criterion, gap="not_judged")
    level, reason, quote = value.get("level"), value.get("reason"), value.get("quote")
    if type(level) is not int or not LOWEST <= level <= HIGHEST:
        return Judgement(criterion=criterion, gap="not_judged")
    if not isinstance(reason, str) or not isinstance(quote, str):
        return Judgement(criterion=criterion, gap="not_judged")
    found = transcript.find(quote)
    if found is None:
        return Judgement(criterion=criterion, gap="quote_not_found")
    # A reason is the model's own: what must not count must not be given as one either.
    private = topic_of(reason) or is_private(reason)
    if is_planted(found.text) or is_planted(reason) or private:
        return Judgement(criterion=criterion, gap="not_judged")
    return Judgement(
        criterion=criterion,
        level=level,
        reason=" ".join(reason.split())[:500],
        quote=found.text,
        start_ms=found.start_ms,
        end_ms=found.end_ms,
    )
