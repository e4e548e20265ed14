"""Words in an answer that speak to whoever judges it instead of to the interviewer."""

from __future__ import annotations

import re

_PATTERNS = (
    r"\b(?:ignor\w+|disregard\w*|forget|overrid\w+)\b[^.?!]{0,40}"
    r"\b(?:instructions?|rules?|prompts?|criteria|rubrics?|above)\b",
    r"\b(?:give|award|assign|grant|rate|score|grade|mark)\b[^.?!]{0,30}\b(?:me|this answer|"
    r"this candidate|the candidate|every criterion|all criteria)\b[^.?!]{0,30}"
    r"\b(?:\d+|five|ten|full|high|highest|top|perfect|maximum|best)\b",
    r"\b(?:level|score|rating|grade)\W+(?:is|to|of|must be|should be|:)?\W*(?:5|five)\b",
    r"\b(?:hire|recommend|pass|approve|accept) (?:me|this candidate|the candidate)\b",
    r"\bsystem (?:prompt|message)|\bprompt injection|\byou are an? (?:ai|assistant|language)",
    r"(?:이전|위의|앞의|모든|지금까지의) ?(?:지시|명령|지침|규칙|기준)[^.?!]{0,20}무시",
    r"(?:만점|최고점|최고 점수|높은 점수|[1-5]\d? ?점)(?:을|를|으로)? ?(?:주|줘|달|매겨|처리)",
    r"합격(?:시켜|으로 처리)|(?:채용해|뽑아) ?(?:주|줘|달)|시스템 ?(?:프롬프트|메시지)",
)

_PLANTED = re.compile("|".join(_PATTERNS), re.IGNORECASE)


def is_planted(text: str) -> bool:
    """Whether ``text`` gives the judge instructions or wishes for a result."""
    return _PLANTED.search(text) is not None
