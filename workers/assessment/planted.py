"""Words in an answer that speak to whoever judges it instead of to the interviewer."""

from __future__ import annotations

import re

_PATTERNS = (
    # Instructions about instructions.
    r"\b(?:ignor\w+|disregard\w*|forget|overrid\w+)\b[^.?!]{0,20}\b(?:all|any|the above|above|"
    r"previous|prior|earlier|your|these|those)\b[^.?!]{0,30}"
    r"\b(?:instructions?|rules?|prompts?|criteria|rubrics?|said)\b",
    r"\bsystem prompt\b|\bprompt injection\b|\byou are an? (?:ai|assistant|language model)\b",
    # Whoever judges is addressed.
    r"\b(?:note|message|instructions?) (?:to|for) (?:the |whoever )?(?:assessors?|evaluators?|"
    r"graders?|judges?|raters?|scorers?|reviewers?|ai|model)\b",
    r"\bwhoever (?:reads|grades|rates|judges|scores|assesses) this\b",
    # A result is wished for: for this answer, this candidate, every criterion.
    r"\b(?:give|award|assign|grant|rate|score|grade|mark)\b[^.?!]{0,30}\b(?:me|this|it|"
    r"(?:this|the) candidate|(?:every|each|all)(?: of)?(?: the)? criteri(?:on|a))\b[^.?!]{0,30}"
    r"\b(?:[1-5]|five|ten|full|high|highest|top|perfect|maximum|best)\b",
    r"\b(?:assign|give|award)\b[^.?!]{0,15}\b(?:[1-5]|five|full marks|top marks)\b[^.?!]{0,15}"
    r"\b(?:every|each|all|any)\b[^.?!]{0,10}\bcriteri",
    r"\b(?:score|level|rating|grade) (?:must|should|has to) be\b",
    r"\bthis answer (?:is|deserves|should|must)\b[^.?!]{0,20}\b(?:perfect|full|five|5|best|top)\b",
    r"\b(?:you should|please|must) (?:hire|recommend|pass|approve|accept) (?:me|this candidate)\b",
    # The same in Korean.
    r"(?:이전|위의|앞의|모든|지금까지의) ?(?:지시|명령|지침|규칙|기준)[^.?!]{0,20}무시",
    r"(?:평가자|채점자|심사자|평가하는 (?:분|모델)|인공지능)(?:는|은|님|에게|께)",
    r"(?:만점|최고점|최고 점수|최고 등급|높은 점수|[1-5] ?점)(?:을|를|으로)? ?"
    r"(?:주세요|주십시오|주시기|줘|달라|부탁|매기세요|매겨|처리)",
    r"이 답변(?:은|이|에|을)[^.?!]{0,20}(?:만점|최고|완벽)",
    r"합격(?:시켜|으로 처리)|(?:채용해|뽑아) ?(?:주세요|주십시오|줘|달라)|시스템 ?프롬프트",
)

_PLANTED = re.compile("|".join(_PATTERNS), re.IGNORECASE)
_SENTENCE = re.compile(r"[^.?!。]+[.?!。]*\s*")


def is_planted(text: str) -> bool:
    """Whether ``text`` gives the judge instructions or wishes for a result."""
    return _PLANTED.search(text) is not None


def without_planted(text: str) -> str:
    """Return ``text`` without the sentences that speak to the judge."""
    if not is_planted(text):
        return text
    kept = [each for each in _SENTENCE.findall(text) if not is_planted(each)]
    found = "".join(kept).strip()
    return "" if is_planted(found) else found
