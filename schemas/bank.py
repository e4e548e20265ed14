"""The bank's questions, in our own words.

``{position}`` and ``{company}`` stand for what the candidate applies for; a question that names
one has a second wording for when it is not known.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.language import Language


@dataclass(frozen=True, slots=True)
class Entry:
    """One question; ``woven`` is used instead of ``text`` when all it names is known."""

    text: str
    woven: str = ""


@dataclass(frozen=True, slots=True)
class Bank:
    """A language's questions: one opens, one closes, the others are asked in between."""

    opening: tuple[Entry, ...]
    middle: tuple[Entry, ...]
    closing: tuple[Entry, ...]

    @property
    def all(self) -> tuple[Entry, ...]:
        """Every question."""
        return self.opening + self.middle + self.closing


_ENGLISH = Bank(
    opening=(
        Entry(
            "To begin, please introduce yourself and tell me what brought you here today.",
            "To begin, please introduce yourself and tell me what drew you to the {position} role.",
        ),
        Entry(
            "Could you walk me through the path that led you to where you are now?",
            "Could you walk me through the path that led you to apply for the {position} role?",
        ),
        Entry(
            "Which part of your experience should I know about first, and why that one?",
            "Which part of your experience should {company} know about first, and why that one?",
        ),
    ),
    middle=(
        Entry("Tell me about a piece of work you are proud of and what your own share in it was."),
        Entry("Describe a problem that took you far longer than expected. How did you get there?"),
        Entry("Tell me about a time you disagreed with a colleague. What happened in the end?"),
        Entry("When did you last make a mistake at work, and what did you change afterwards?"),
        Entry("Describe a situation in which you had too little time. How did you choose?"),
        Entry("What is something you taught yourself recently, and how did you go about it?"),
        Entry("Tell me about feedback that was hard to hear. What did you do with it?"),
        Entry("Describe a decision you had to make without having all the facts."),
        Entry("Tell me about a time you helped somebody else to succeed."),
        Entry("How do you find out whether your work is actually good?"),
        Entry("Describe a change you pushed for. How did you win others over?"),
        Entry("Which habit or tool makes the largest difference to the way you work?"),
        Entry(
            "Which of your strengths will matter most in your next job? Please give an example.",
            "Which of your strengths matters most in the {position} role? Please give an example.",
        ),
        Entry(
            "What do you expect to be the hardest part of your next job?",
            "What do you expect to be the hardest part of the {position} role?",
        ),
    ),
    closing=(
        Entry(
            "Where would you like to be in three years, and what are you doing to get there?",
            "Where would you like to be after three years at {company}?",
        ),
        Entry(
            "Why should a team decide to work with you?",
            "Why should {company} decide to work with you?",
        ),
        Entry("Is there anything we have not talked about that you would like me to know?"),
    ),
)

_KOREAN = Bank(
    opening=(
        Entry(
            "먼저 간단한 자기소개와 함께 지원하시게 된 계기를 말씀해 주세요.",
            "먼저 간단한 자기소개와 함께 {position} 직무에 지원하시게 된 계기를 말씀해 주세요.",
        ),
        Entry(
            "지금까지 어떤 길을 걸어오셨는지 순서대로 들려주시겠어요?",
            "{position} 직무에 지원하시기까지 어떤 길을 걸어오셨는지 순서대로 들려주시겠어요?",
        ),
        Entry(
            "지금까지의 경험 중에서 가장 먼저 소개하고 싶은 것은 무엇이고, 그 이유는 무엇인가요?",
            "지금까지의 경험 중에서 {company}에 가장 먼저 소개하고 싶은 것은 무엇이고, "
            "그 이유는 무엇인가요?",
        ),
    ),
    middle=(
        Entry("가장 자랑스럽게 생각하시는 일은 무엇이고, 그 안에서 어떤 역할을 맡으셨나요?"),
        Entry("예상보다 훨씬 오래 걸렸던 문제가 있었다면 어떻게 풀어 나가셨는지 말씀해 주세요."),
        Entry("동료와 의견이 달랐던 적이 있으신가요? 어떻게 마무리되었는지 들려주세요."),
        Entry("최근에 일하면서 하신 실수와 그 뒤에 무엇을 바꾸셨는지 말씀해 주시겠어요?"),
        Entry("시간이 턱없이 부족했던 상황에서 우선순위를 어떻게 정하셨나요?"),
        Entry("최근에 스스로 익히신 것이 있다면 무엇이고, 어떤 방법으로 익히셨나요?"),
        Entry("받아들이기 어려웠던 조언이 있으셨나요? 그 조언을 어떻게 활용하셨는지 궁금합니다."),
        Entry("정보가 충분하지 않은 상태에서 결정을 내려야 했던 경험을 말씀해 주세요."),
        Entry("다른 사람이 좋은 성과를 내도록 도우신 경험이 있다면 들려주세요."),
        Entry("본인이 한 일이 잘되었는지는 어떤 기준으로 판단하시나요?"),
        Entry("변화를 먼저 제안하신 적이 있으신가요? 주변 사람들을 어떻게 설득하셨나요?"),
        Entry("일하는 방식에 가장 큰 도움이 되는 습관이나 도구는 무엇인가요?"),
        Entry(
            "앞으로 맡으실 일에서 가장 힘이 될 본인의 강점은 무엇인가요? 사례를 들어 주세요.",
            "{position} 직무에서 가장 힘이 될 본인의 강점은 무엇인가요? 사례를 들어 주세요.",
        ),
        Entry(
            "앞으로 맡으실 일에서 가장 어려울 것으로 예상하시는 부분은 무엇인가요?",
            "{position} 직무에서 가장 어려울 것으로 예상하시는 부분은 무엇인가요?",
        ),
    ),
    closing=(
        Entry(
            "3년 뒤에는 어떤 모습이기를 바라시고, 이를 위해 지금 무엇을 하고 계신가요?",
            "{company}에서 3년을 보내신 뒤에는 어떤 모습이기를 바라시나요?",
        ),
        Entry(
            "함께 일할 팀이 왜 지원자님을 선택해야 한다고 생각하시나요?",
            "{company}에서 왜 지원자님을 선택해야 한다고 생각하시나요?",
        ),
        Entry("마지막으로, 아직 말씀하지 못하셨지만 꼭 전하고 싶은 이야기가 있으신가요?"),
    ),
)

BANKS: dict[Language, Bank] = {Language.ENGLISH: _ENGLISH, Language.KOREAN: _KOREAN}
