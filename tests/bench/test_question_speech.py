"""Every question of the bank, said and written down again by Whisper base."""

from __future__ import annotations

import pytest

from schemas.language import Language
from tests.bench.conftest import Report, Row
from tests.support.heard import TARGETS, bank, hear, woven

_WORST = 10

pytestmark = pytest.mark.timeout(1800)


@pytest.mark.parametrize("wording", ["bank", "woven"])
@pytest.mark.parametrize("language", list(Language))
async def test_questions_are_understood(language: Language, wording: str, report: Report) -> None:
    found = await hear(language, bank(language) if wording == "bank" else woven(language))
    mean = sum(each.errors for each in found) / len(found)
    length, took = (sum(getattr(each, name) for each in found) for name in ("length_s", "took_s"))
    worst = sorted(found, key=lambda each: each.errors, reverse=True)[:_WORST]
    unit = "characters" if language is Language.KOREAN else "words"
    what = f"{len(found)} questions ({language.value}, {wording}) heard by Whisper base"
    report(
        Row(
            what,
            f"mean error rate of {unit} below {TARGETS[language]}",
            f"{mean:.3f}; {length:.0f} s of speech made in {took:.0f} s",
            mean < TARGETS[language],
            [f"{each.errors:.2f} {each.text} → {each.heard}" for each in worst],
        )
    )
