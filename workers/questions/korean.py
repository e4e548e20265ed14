"""Korean follow-ups: what was said goes on as reported speech, *…했다고 하셨는데*.

Reported speech needs the stem of a past form and nothing else, for verbs and adjectives alike: a
syllable that ends in ㅆ takes 다고. Present forms would need to know which of the two a word is;
they are quoted in quotation marks. What reported speech would turn wrong is left out: the first
person in any case, what somebody else said, endings of speech in the middle.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from schemas.events import QuestionRequested
from workers.questions import guard
from workers.questions.ground import Draft, Ground
from workers.questions.guard.grounding import has_substance
from workers.questions.phrases import fits_in_a_question, open_part
from workers.questions.text import content


class Told(StrEnum):
    """What a clause tells."""

    CHANGE = "change"
    """What is different because of the candidate."""
    DEED = "deed"
    STATE = "state"
    RESULT = "result"
    LESSON = "lesson"
    REGRET = "regret"
    TROUBLE = "trouble"
    EVENT = "event"
    HABIT = "habit"
    TRAIT = "trait"
    WISH = "wish"
    LINE = "line"
    """Of a résumé."""


@dataclass(frozen=True, slots=True)
class Clause:
    """Words of the candidate, and what may be asked about them."""

    text: str
    """As it stands in a question: for reported speech up to the stem of its verb."""
    said: str
    told: Told
    reported: bool


_ASKS: dict[Told, tuple[str, ...]] = {
    Told.CHANGE: (
        "그렇게 하기로 결정하신 이유는 무엇이었나요?",
        "그 과정에서 가장 어려웠던 점은 무엇이었나요?",
        "그 효과는 어떻게 확인하셨나요?",
        "주변 동료들의 반응은 어땠나요?",
        "다시 하신다면 무엇을 다르게 하시겠어요?",
        "그때 가장 신경 쓰신 부분은 무엇이었나요?",
        "그 뒤에 무엇이 달라졌나요?",
        "어떤 점을 가장 중요하게 생각하셨나요?",
        "구체적으로 어떻게 진행하셨는지 들려주시겠어요?",
    ),
    Told.DEED: (
        "그 과정에서 가장 어려웠던 점은 무엇이었나요?",
        "그때 가장 신경 쓰신 부분은 무엇이었나요?",
        "그 과정에서 새로 배우신 점은 무엇인가요?",
        "조금 더 구체적으로 들려주시겠어요?",
        "그렇게 하신 이유를 들려주시겠어요?",
        "그 경험이 지금 어떤 도움이 되고 있나요?",
        "어떤 점을 가장 중요하게 생각하셨나요?",
    ),
    Told.RESULT: (
        "그런 변화가 생긴 이유는 무엇이라고 생각하시나요?",
        "그 변화가 업무에 어떤 영향을 주었나요?",
        "그때의 상황을 조금 더 구체적으로 들려주시겠어요?",
    ),
    Told.STATE: (
        "그 일에서 가장 신경 쓰시는 부분은 무엇인가요?",
        "그 일을 하시면서 가장 어려운 점은 무엇인가요?",
        "그 일에서 가장 보람을 느끼실 때는 언제인가요?",
        "조금 더 구체적으로 설명해 주시겠어요?",
    ),
    Told.LESSON: (
        "그 뒤로 일하시는 방식에서 달라진 점은 무엇인가요?",
        "그 이야기를 조금 더 구체적으로 들려주시겠어요?",
        "지금 업무에는 어떻게 활용하고 계신가요?",
    ),
    Told.REGRET: (
        "같은 상황이 다시 온다면 어떻게 하시겠어요?",
        "그 뒤로 바꾸신 점이 있다면 무엇인가요?",
        "그 경험에서 무엇을 배우셨나요?",
    ),
    Told.TROUBLE: (
        "그때 어떻게 대처하셨나요?",
        "그런 상황에서 가장 먼저 하신 일은 무엇이었나요?",
        "그 상황을 어떻게 풀어 가셨나요?",
        "그 경험에서 무엇을 배우셨나요?",
    ),
    Told.EVENT: (
        "그때의 상황을 조금 더 구체적으로 들려주시겠어요?",
        "그 배경을 조금 더 설명해 주시겠어요?",
        "그 일이 이후의 업무에 어떤 영향을 주었나요?",
        "그때 어떤 점을 느끼셨나요?",
    ),
    Told.HABIT: (
        "그렇게 하시는 이유는 무엇인가요?",
        "그렇게 하시면서 가장 신경 쓰시는 부분은 무엇인가요?",
        "그렇게 해서 도움이 되었던 사례를 들려주시겠어요?",
        "그런 방식은 어떻게 익히셨나요?",
    ),
    Told.TRAIT: (
        "실제로 그랬던 사례를 하나 들려주시겠어요?",
        "함께 일하는 동료들은 그 점을 어떻게 보나요?",
        "그런 점이 업무에는 어떤 영향을 주나요?",
    ),
    Told.WISH: (
        "그렇게 생각하시게 된 계기는 무엇인가요?",
        "그것을 위해 지금까지 준비하신 것이 있다면 무엇인가요?",
        "그것이 이 직무에 어떤 도움이 될까요?",
    ),
    Told.LINE: (
        "직접 맡으신 역할은 무엇이었나요?",
        "구체적으로 어떻게 진행하셨나요?",
        "그 과정에서 가장 어려웠던 점은 무엇이었나요?",
        "그 일에서 가장 기억에 남는 순간은 언제였나요?",
        "그 일을 통해 새로 배우신 점은 무엇인가요?",
        "다시 하신다면 무엇을 다르게 하시겠어요?",
    ),
}
_REPORTED = (
    "{p}다고 하셨는데, {q}",
    "{p}다고 말씀하셨는데, {q}",
    "조금 전에 {p}다고 하셨는데요, {q}",
    "방금 {p}다는 말씀을 하셨는데, {q}",
    "앞서 {p}다고 하셨지요. {q}",
    "{p}다고 하신 부분을 조금 더 여쭙고 싶은데요, {q}",
)
_QUOTED = (
    "“{p}”라고 하셨는데, {q}",
    "방금 “{p}”라고 하셨는데요, {q}",
    "“{p}”라고 말씀하셨지요. {q}",
)
_WRITTEN = (
    "이력서에 “{p}”{ira}고 적어 주셨는데, {q}",
    "이력서에서 “{p}”{iraneun} 내용을 보았는데요, {q}",
    "이력서에 “{p}”{iraneun} 경력이 있는데요, {q}",
)

_INSIDE = r"[^.!?;:…\n\"“”()\[\]{}<>|*`]+"
_SENTENCE = re.compile(rf"{_INSIDE}(?:\.(?=\w){_INSIDE})*")
_FILLER = re.compile(
    r",? ?(?<!\S)(?:음+|어+|에+|으음|그니까|뭐랄까|뭐지|그러니까|솔직히|사실|um+|uh+)(?!\S),? ?"
)
_PAST_ENDS = re.compile(
    r"(?<=[가-힣])(?:습니다만|습니다|어요|는데요|는데|거든요|고요|고|지만|으며|죠|지요|음)(?=,|\s"
    r"|$)"
)
_LEADING = re.compile(
    r"^(?:그 (?:결과로|결과|후에|후|뒤에|뒤|다음에|다음|당시)|네|예|아|저는|그리고|그래서|그런데"
    r"|하지만|또|또한|일단|우선|그러니까|약간|이제|그때|당시|특히|예를 들어|예를 들면|그다음에"
    r"|그게|근데|다들|바로|따로"
    r"|한번은|그 뒤로)\s+"
)
_JOINED = re.compile(r"(?<=[가-힣](?:어서|아서|해서|면서|니까|더니))\s|(?<=[가-힣]고)\s")
_SELF = re.compile(
    r"(?<!\S)(?:(?:저|제|나|내|우리|저희)(?:가|는|도|를|의|에게|게|한테|께|랑|와|만|보다|까지"
    r"|부터|하고"
    r"|밖에|마저|조차|처럼|같이|로서|로서는|끼리|뿐|겐|한텐|야|야말로|라도|였|들)*|난|날|절)(?!\S)"
    r"|(?<!\S)(?:저희|우리)[ 가-힣]"
)
"""The interviewer would say it of themselves."""
_NOT_CONTINUED = re.compile(
    r"니다만|니다마는|(?:긴|기는|기도) 했|잖아|거든|고요(?=\s)"
    r"|(?:니다|[어아해]요|죠|지요|는데요)(?=[\s,])"
    r"|(?:[았었했였갔왔됐렸졌났섰켰])(?:어|다|지|네|냐|니|는데)(?=[\s,]|$)"
    r"|(?:고|라|자|냐|대|래) ?(?:했|하셨|하였|그랬|그러셨|말했|말씀하셨|물었|물으셨|외쳤|소리쳤"
    r"|혼냈|들었)$"
)
"""Endings of speech, familiar speech, and what somebody else said."""
_SUBJECT = re.compile(
    r"(?<!\S)(?!많이|같이|없이|높이|깊이|특별히|매일같이|똑같이|일일이)"
    r"[가-힣A-Za-z0-9]+(?:이|가|께서|들도)(?!\S)"
)
_OBJECT = re.compile(r"(?:을|를)(?!\S)|(?:도|으로|로) (?=\S+$)")
_OBJECT_OR_DOING = re.compile(r"(?:을|를)(?!\S)|(?:합니다|해요)$")
_OWN_VERBS = (
    "측정했 비교했 담당했 맡았 조리했 운영했 준비했 점검했 정리했 교육했 관리했 조정했 진행했 "
    "설득했 부탁드렸 확인했 분석했 연습했"
)
_CHANGED = re.compile(
    r"(?:만들었|바꿨|바꾸었|추가했|도입했|제안했|개선했|고쳤|교체했|줄였|옮겼|설계했|개발했"
    r"|개편했|붙였|나눴|늦췄|늦춰 줬|앞당겼|새로 썼|(?<!야 )게 했|합의했|분리했|(?<!\S)정했"
    r"|공유했|단축했|높였)$"
)
_SLIP = re.compile(
    r"실수(?:를|도)? (?:했|한 적이|저질)|잘못 (?!된)"
    r"|(?:늦었|잊었|잊어버렸|놓쳤|다쳤|잃었|망쳤)$|해고"
)
_STATE = re.compile(r"고 있$")
_OWN_VERB = re.compile(rf"(?:{'|'.join(_OWN_VERBS.split())})$")
_LESSON = re.compile(r"(?:배웠|느꼈|깨달았|알게 됐|알게 되었)$")
_REGRET = re.compile(r"(?:[가-힣]야 했|못했|못한 것 같|아쉬웠)$")
_RESULT = re.compile(
    r"(?:줄었|늘었|올랐|통과했|내려갔|나아졌|좋아졌|높아졌|빨라졌|짧아졌|동의하셨|성공했"
    r"|메뉴가 됐)$"
)
_TROUBLE = re.compile(
    r"(?:적이 있|떨어졌|멈췄|없었|엉망이었|문제였|취소됐|아팠|고장 났|막혔|부족했|힘들었|밀렸"
    r"|싫어하셨|반대하셨|직원이 있었|때가 있었)$"
)
_OF_ITSELF = re.compile(r"(?:셨|였|이었|걸렸|나왔|됐|되었|있|있었|시작했|달랐|생겼)$")
_PRESENT_ENDS = re.compile(
    r"[가-힣](?:니다|해요|아요|어요|져요|워요|여요|려요|봐요|와요|돼요|써요)$"
)
_WISH = re.compile(r"고 싶(?:습니다|어요)$")
_TRAIT = re.compile(r"(?:편입니다|편이에요|[가-힣]져요|성격입니다|[가-힣]집니다)$")
_IDLE = re.compile(
    r"아니|없습니다|없어요|모르겠|죄송|감사(?:합|드)|안녕|질문|부탁드립니다|것 같습니다|입니다$"
    r"|이에요$|중요합니다$"
)
_JOB = re.compile(r"\d{4} ?[-–~]|\d{4}년?부터|현재|졸업|대학교|자격|면허")

_FEWEST, _MOST = 3, 10
_MOST_JUDGED = 40
"""Of the best clauses: an answer may be long."""

_CHARACTERS = 60
_FINALS, _SSANG_SIOT = 28, 20
_RANK = (
    Told.TRAIT,
    Told.EVENT,
    Told.STATE,
    Told.HABIT,
    Told.WISH,
    Told.TROUBLE,
    Told.LESSON,
    Told.REGRET,
    Told.RESULT,
    Told.DEED,
    Told.CHANGE,
)


def compose(request: QuestionRequested, ground: Ground) -> Draft | None:
    """Return a question around what was said or written; None: nothing can be taken up.

    The same request gives the same question. No question of an interview is asked twice about
    different things while there is another, and none begins like the two before it.
    """
    said = sorted(_said(open_part(ground.answer)), key=_weight, reverse=True)[:_MOST_JUDGED]
    written = (each for fact in ground.facts for each in _written(fact))
    seed = f"{request.session}\n{request.question}"
    for clause in filter(lambda each: _is_fit(each, ground), (*said, *written)):
        for draft in _around(clause, ground, seed):
            if guard.verdict(draft, ground) == guard.PASSED:
                return draft
    return None


def _weight(clause: Clause) -> tuple[int, int]:
    return _RANK.index(clause.told), min(len(content(clause.text)), 5)


def reported(text: str) -> bool:
    """Whether 다고 may follow ``text``: its last syllable ends in ㅆ."""
    return bool(text) and "가" <= text[-1] <= "힣" and _final(text[-1]) == _SSANG_SIOT


def _final(syllable: str) -> int:
    return (ord(syllable) - ord("가")) % _FINALS


def _around(clause: Clause, ground: Ground, seed: str) -> Iterator[Draft]:
    asks = _fresh(_ASKS[clause.told], ground.asked, seed)
    leads = _WRITTEN if clause.told is Told.LINE else _REPORTED if clause.reported else _QUOTED
    for ask in asks:
        for lead in _fresh(leads, ground.asked[-2:], seed):
            if "말씀" in clause.text and "말씀" in lead:
                continue
            yield Draft(_filled(lead, clause.text, ask), clause.said)


def _filled(lead: str, phrase: str, ask: str) -> str:
    closed = "가" <= phrase[-1] <= "힣" and _final(phrase[-1]) > 0
    ira = "이라" if closed else "라"
    return (
        lead.replace("{iraneun}", f"{ira}는").replace("{ira}", ira).replace("{p}", phrase)
        .replace("{q}", ask)
    )  # fmt: skip


def _fresh(texts: Sequence[str], asked: Sequence[str], seed: str) -> list[str]:
    """Return ``texts`` in an order that follows from ``seed``, those that were used at the end."""

    def rank(text: str) -> tuple[bool, bytes]:
        mark = _mark(text)
        used = any(all(part in each for part in mark) for each in asked)
        return used, hashlib.sha256(f"{seed}\n{text}".encode()).digest()

    return sorted(texts, key=rank)


def _mark(text: str) -> tuple[str, ...]:
    """Return the fixed parts of a lead or the whole of an ask."""
    return tuple(each for each in re.split(r"\{\w+\}", text) if each.strip())


def _said(answer: str) -> Iterator[Clause]:
    for sentence in _SENTENCE.findall(answer):
        for spoken in _FILLER.split(sentence):
            begin = 0
            for end in _PAST_ENDS.finditer(spoken):
                stem = spoken[begin : end.start()]
                if reported(stem):
                    yield from _past(stem, end[0])
                    begin = end.end()
            yield from _present(spoken[begin:])


def _past(stem: str, end: str) -> Iterator[Clause]:
    text = _short(stem)
    if _SELF.search(text) or _NOT_CONTINUED.search(text) or not _has_words(text):
        return
    yield Clause(text, f"{text}{end}", _told(text), True)


def _present(spoken: str) -> Iterator[Clause]:
    text = _short(spoken)
    if not _PRESENT_ENDS.search(text) or _SELF.search(text) or not _has_words(text):
        return
    if _NOT_CONTINUED.search(text):
        return
    if reported(text.removesuffix("습니다").removesuffix("어요")):
        return  # a past form that was cut
    if _WISH.search(text):
        yield Clause(text, text, Told.WISH, False)
    elif _TRAIT.search(text):
        yield Clause(text, text, Told.TRAIT, False)
    elif not _IDLE.search(text) and _OBJECT_OR_DOING.search(text):
        yield Clause(text, text, Told.HABIT, False)


def _written(fact: str) -> Iterator[Clause]:
    text = " ".join(fact.split()).strip(" .-–—·•")
    if _JOB.search(text) or "," in text or not text or not "가" <= text[-1] <= "힣":
        return
    if 2 <= len(text.split()) <= _MOST and len(text) <= _CHARACTERS:
        yield Clause(text, text, Told.LINE, False)


def _told(text: str) -> Told:
    if _SLIP.search(text) and not _LESSON.search(text) and not _REGRET.search(text):
        return Told.TROUBLE
    for pattern, told in (
        (_LESSON, Told.LESSON), (_REGRET, Told.REGRET), (_RESULT, Told.RESULT),
        (_TROUBLE, Told.TROUBLE), (_STATE, Told.STATE),
    ):  # fmt: skip
        if pattern.search(text):
            return told
    main = _JOINED.split(text)[-1]
    if _CHANGED.search(text) and (not _SUBJECT.search(main) or text.endswith("게 했")):
        return Told.CHANGE
    if _SUBJECT.search(main) or _OF_ITSELF.search(text):
        return Told.EVENT
    return Told.DEED if _OBJECT.search(main) or _OWN_VERB.search(text) else Told.EVENT


def _short(text: str) -> str:
    found = " ".join(text.split()).strip(" ,-–—")
    for _ in range(4):
        found = _LEADING.sub("", found)
    if len(found.split()) > _MOST:  # its verb stands at its end
        parts = _JOINED.split(found)
        while len(parts) > 1 and len(" ".join(parts).split()) > _MOST:
            parts.pop(0)
        while len(parts) > 1 and len(parts[0].split()) == 1:  # a verb that lost its object
            parts.pop(0)
        found = _LEADING.sub("", " ".join(parts))
    return found


def _has_words(text: str) -> bool:
    return _FEWEST <= len(text.split()) <= _MOST and len(text) <= _CHARACTERS


def _is_fit(clause: Clause, ground: Ground) -> bool:
    return has_substance(clause.text) and fits_in_a_question(clause.text, ground)
