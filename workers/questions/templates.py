"""Questions around a phrase of the candidate, for when the model has none that may be asked.

The frames read naturally whatever the phrase is: it stands in quotation marks, and in Korean
nothing that follows depends on its last letter. ``{quote}`` is the phrase with its marks.
"""

from __future__ import annotations

import hashlib

from schemas.events import QuestionRequested
from schemas.language import Language
from workers.questions import guard, korean, phrases
from workers.questions.frames import Frames
from workers.questions.ground import Draft, Ground
from workers.questions.phrases import Phrase

_SAID_ENGLISH = (
    "You said {quote}. Could you tell me more about that?",
    "You mentioned {quote}. What was the hardest part of that for you?",
    "Let us stay with {quote} for a moment. What would you do differently today?",
    "You told me {quote}. What did you learn from that?",
    "Let us go back to {quote}. Why was that important to you?",
    "You spoke of {quote}. What led up to it?",
    "You said {quote}. What came of it in the end?",
    "You brought up {quote}. How did that change the way you work?",
)
_WROTE_ENGLISH = (
    "Your résumé says {quote}. What was your own part in that?",
    "Your résumé has the line {quote}. What was difficult about it?",
    "Your résumé mentions {quote}. How did you go about it?",
    "Your résumé speaks of {quote}. Which result of it matters most to you?",
    "Your résumé names {quote}. What would you do differently today?",
    "One line of your résumé is {quote}. What did you learn from that?",
)
_SAID_KOREAN = (
    "방금 말씀하신 내용 중에 {quote} 부분을 조금 더 구체적으로 들려주시겠어요?",
    "{quote} 부분에서 가장 어려웠던 점은 무엇이었나요?",
    "앞서 하신 말씀 가운데 {quote} 부분을 통해 새로 배우신 점은 무엇인가요?",
    "{quote} 부분이 인상적이었는데요, 그 배경을 조금 더 자세히 말씀해 주시겠어요?",
    "조금 전 {quote} 부분에서 가장 중요하게 생각하신 것은 무엇이었나요?",
    "{quote} 부분을 조금 더 듣고 싶은데요, 결과는 어떠했나요?",
    "{quote} 부분은 지금 일하시는 방식에 어떤 영향을 주었나요?",
)
_SPEECH_KOREAN = (
    "{quote}라고 하셨는데, 그때의 상황을 구체적으로 들려주시겠어요?",
    "{quote}라고 하셨는데, 그 과정에서 가장 어려웠던 점은 무엇이었나요?",
    "방금 {quote}라고 하셨는데, 그 경험에서 새로 배우신 점은 무엇인가요?",
    "{quote}라고 말씀하셨는데, 그 배경을 조금 더 자세히 들려주시겠어요?",
    "앞서 {quote}라고 하셨는데, 그때 가장 중요하게 생각하신 것은 무엇이었나요?",
    "{quote}라고 하셨는데, 그 결과는 어떠했나요?",
    "조금 전 {quote}라고 하셨는데, 지금 일하시는 방식에는 어떤 영향을 주었나요?",
)
_WROTE_KOREAN = (
    "이력서에 적어 주신 {quote} 부분에서 직접 맡으신 역할은 무엇이었나요?",
    "이력서의 {quote} 부분이 눈에 띄는데요, 가장 어려웠던 점은 무엇이었나요?",
    "이력서에 {quote} 부분이 있는데요, 구체적으로 어떻게 진행하셨나요?",
    "이력서에 쓰신 {quote} 부분에서 가장 의미 있는 성과는 무엇이었나요?",
    "이력서의 {quote} 부분을 지금 다시 하신다면 무엇을 다르게 하시겠습니까?",
    "이력서에 적어 주신 {quote} 부분을 통해 무엇을 배우셨나요?",
)


def frames(language: Language, phrase: Phrase) -> tuple[str, ...]:
    """Return the frames that suit ``phrase``."""
    if language is Language.ENGLISH:
        return _SAID_ENGLISH if phrase.said else _WROTE_ENGLISH
    if not phrase.said:
        return _WROTE_KOREAN
    return _SPEECH_KOREAN if phrase.is_speech else _SAID_KOREAN


def compose(
    request: QuestionRequested, ground: Ground, options: Frames | None = None
) -> Draft | None:
    """Return a question around the best phrase; None: nothing can be quoted.

    Of the ``options`` that a model had, if it had any, the first one of the best phrase.

    The order of the frames follows from the session and the question's number: the same request
    gives the same question. What the guard would refuse, a frame that was used before for one, is
    passed over.
    """
    if options is not None:
        return next(iter(options.options.values()))
    if ground.language is Language.KOREAN:
        return korean.compose(request, ground)
    phrase = phrases.choose(ground)
    if phrase is None:
        return None
    seed = f"{request.session}\n{request.question}"

    def rank(frame: str) -> bytes:
        return hashlib.sha256(f"{seed}\n{frame}".encode()).digest()

    for frame in sorted(frames(ground.language, phrase), key=rank):
        draft = Draft(frame.replace("{quote}", f"“{phrase.text}”"), phrase.text)
        if guard.verdict(draft, ground) == guard.PASSED:
            return draft
    return None
