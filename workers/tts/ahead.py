"""The questions of the bank, said while nobody waits for another one: they are asked again."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator, Mapping
from itertools import zip_longest

from schemas.bank import BANKS, Bank
from schemas.language import Language
from workers.tts.service import SpeakingService

logger = logging.getLogger(__name__)


async def say_ahead(
    speaking: SpeakingService, *, idle_s: float, banks: Mapping[Language, Bank] = BANKS
) -> None:
    """Make the clips of ``banks``, each after nothing was asked of ``speaking`` for ``idle_s``.

    A clip that is in the store costs a look. After each that is made, the processor is left to
    others for as long as that took.
    """
    made = 0
    for language, text in texts(banks):
        while (left := idle_s - speaking.idle_s) > 0:  # noqa: ASYNC110 - only the clock tells us
            await asyncio.sleep(left)
        began = time.monotonic()
        if await speaking.ahead(language, text):
            made += 1
            await asyncio.sleep(time.monotonic() - began)
    logger.info("the bank is said", extra={"made": made})


def texts(banks: Mapping[Language, Bank]) -> Iterator[tuple[Language, str]]:
    """Yield the questions of all languages by turns, as they stand without a position."""
    by_language = [[(language, each.text) for each in bank.all] for language, bank in banks.items()]
    for several in zip_longest(*by_language):
        yield from filter(None, several)
