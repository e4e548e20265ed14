"""Instructions and wished-for results that a candidate planted and the model repeated."""

from __future__ import annotations

import re

from workers.questions.ground import Draft, Ground

_INSTRUCTIONS = (
    r"\b(?:ignor(?:e|es|ed|ing)|disregard\w*|overrid\w+|bypass(?:es|ed|ing)?)\b",
    r"\bforget (?:all|every|the|your|any|what|previous|about)\b",
    r"\b(?:previous|prior|above|earlier|following|new|your) instructions?\b",
    r"\bsystem (?:prompt|message)|\b(?:the|your|my|this|a) prompts?\b|\bprompt injection",
    r"\bjailbreak\w*|\bdeveloper mode\b|\byou are now\b|\bact as\b|\bpretend to\b|\brole-?play",
    r"\bas an? (?:ai|assistant|language model|llm)\b",
    r"\b(?:i am|i'm|you are) an? (?:ai|assistant|language)",
    r"무시하|무시해|지시(?:사항|문)|지시를 따르|(?:인공지능|언어 모델|AI)(?:로서|으로서|입니다)",
    r"(?:이전|위의|앞의|지금까지의|모든|새로운) (?:지시|명령|지침)",
    r"시스템 ?(?:프롬프트|메시지)|프롬프트|개발자 모드|탈옥",
)
_RESULTS = (
    r"\b(?:full|top|highest|maximum|perfect|high|best|good) (?:scores?|marks?|ratings?|grades?)\b",
    r"\b(?:scor(?:e|es|ed|ing)|rat(?:e|ed|ings?)|grade[sd]?|points?|marks?|stars?)\b"
    r"\W+(?:\w+\W+){0,3}?\d",
    r"\b\d+ (?:points?|stars?|marks?)\b|\b(?!24/7\b)\d+ ?(?:/|out of) ?\d+\b",
    r"\b(?:give|award|assign|grant) (?:me|him|her|them|us|(?:this|the) candidate) (?:an? |the )?"
    r"(?:\d|five|ten|full|score|pass|high|top|perfect|job|highest|best)",
    r"\b(?:hire|select|accept|approve|recommend|pass) (?:me|him|her|(?:this|the) candidate)\b",
    r"만점|\d+ ?점(?:을|으로|만|이| |$|\?)|점수를|높은 점수|최고점|최고 점수|별점",
    r"합격시|합격 처리|합격으로|채용해 (?:주|달)|뽑아 (?:주|달)",
)

PLANTED = re.compile("|".join((*_INSTRUCTIONS, *_RESULTS)), re.IGNORECASE)


def is_planted(draft: Draft, ground: Ground) -> bool:
    """Whether the draft repeats an instruction to the model or asks for a result."""
    return any(PLANTED.search(text) for text in (draft.question, draft.quote))
