"""What is never said back to a candidate, through the functions that choose the words."""

from __future__ import annotations

import pytest

from schemas.events import Exchange, QuestionRequested
from schemas.language import Language
from workers.language.private import is_private
from workers.questions import korean
from workers.questions.clauses import clauses
from workers.questions.deeds import buildings
from workers.questions.ground import Ground
from workers.questions.templates import compose

PRIVATE_EN = (
    "I am HIV positive.",
    "I am a single mum.",
    "I am from Nigeria.",
    "I'm Nigerian.",
    "I had a miscarriage that year.",
    "I use a hearing aid in meetings.",
    "She was fifty eight.",
    "I just turned forty-three.",
    "My colleague served three years in prison.",
    "I checked into rehab for three months.",
    "My boss killed himself.",
    "My father in law died in spring.",
    "I am blind in one eye.",
    "I'm deaf on the left side.",
    "I was diagnosed as bipolar last year.",
    "I have epilepsy and take pills.",
    "I was homeless for a year.",
    "I believe in Allah and eat halal food.",
    "The foreman harassed me for months.",
    "I served in an infantry battalion.",
    "I wrote the rota because my kids start school at eight.",
    "My wife was in hospital so I moved the whole team to mornings.",
    "I like men and my partner does too.",
    "I have two little ones at home and I planned the shifts around them.",
    "I came to this country in 2015 and learned the language.",
    "I came out last year and changed the team.",
    "I transitioned two years ago.",
    "I weigh a hundred and forty kilos.",
    "I raised three boys alone and ran a bakery.",
    "I had a heart attack at the till.",
    "My manager called me a monkey.",
    "I get panic attacks before big meetings.",
)
PRIVATE_KO = (
    "그해에 유산을 하고 석 달 동안 일을 쉬었습니다.",
    "항암 치료를 받으면서 팀의 일정을 조정했습니다.",
    "매주 정신과 상담을 받으면서 업무를 계속했습니다.",
    "해병대에서 통신 장비를 삼 년 동안 관리했습니다.",
    "휠체어를 타고 매일 두 시간씩 출근했습니다.",
    "와이프가 둘째를 가져서 근무 시간을 오전으로 바꿨습니다.",
    "혼자 애를 키우면서 야간 근무 일정을 조정했습니다.",
    "생리통이 심해서 회의 시간을 오후로 옮겼습니다.",
    "동성 파트너와 함께 작은 가게를 운영했습니다.",
    "탈북 뒤에 서울의 작은 공장에서 일을 배웠습니다.",
    "쉰다섯에 회사를 그만두고 새로운 일을 시작했습니다.",
    "할랄 음식만 먹어서 회식 메뉴를 바꿨습니다.",
    "상사의 성추행을 회사에 알리고 부서를 옮겼습니다.",
    "팀장이 자살한 뒤에 팀의 업무를 새로 나눴습니다.",
    "암 투병을 하면서 큰 프로젝트를 마무리했습니다.",
    "왼쪽 귀가 안 들려서 회의 방식을 바꿨습니다.",
    "저는 게이라서 처음 팀에서 많이 힘들었습니다.",
    "베트남에서 와서 새로운 언어를 배웠습니다.",
    "뇌성마비가 있어서 키보드를 새로 바꿨습니다.",
    "둘째 낳고 다시 가게 일을 시작했습니다.",
    "육십 대에 작은 가게를 새로 열었습니다.",
    "취사병으로 삼백 명의 식사를 조리했습니다.",
    "교도소에서 나온 뒤에 목공 기술을 배웠습니다.",
)


def request(answer: str) -> QuestionRequested:
    language = Language.KOREAN if any("가" <= each <= "힣" for each in answer) else Language.ENGLISH
    return QuestionRequested(
        session="s", question=2, at=0, language=language, total=9, facts=(),
        history=(Exchange(question="Tell me.", answer=answer),),
    )  # fmt: skip


def asked(answer: str) -> str:
    """Return the question that a template makes of an answer, or nothing."""
    found = compose(request(answer), Ground.of(request(answer)))
    return "" if found is None else found.question


def built(answer: str) -> list[str]:
    return [each.text for each in buildings(Ground(Language.ENGLISH, answer, (), (), ()))]


@pytest.mark.parametrize("answer", [*PRIVATE_EN, *PRIVATE_KO])
def test_what_is_private_is_not_said_back(answer: str) -> None:
    assert asked(answer) == ""
    assert built(answer) == []


@pytest.mark.parametrize("answer", [*PRIVATE_EN, *PRIVATE_KO])
def test_the_sentence_after_it_still_is(answer: str) -> None:
    if answer in PRIVATE_KO:
        assert "점검표" in asked(f"{answer} 그 뒤에 짧은 점검표를 만들었습니다.")
    else:
        assert "a short checklist" in asked(f"{answer} Then I wrote a short checklist.")


@pytest.mark.parametrize(
    "text",
    [
        "We had thirty trainees.",
        "I was twenty minutes late.",
        "wrote a dead letter queue",
        "handled the kitchen brigade",
        "a migration from batches to streams",
        "기술을 제대로 배웠습니다.",
        "오픈 전과 후를 비교했습니다.",
        "문제 사례를 모았습니다.",
        "재활용 상자를 늘렸습니다.",
        "거래처와 일정을 조정했습니다.",
        "신규 업무 교육을 맡았습니다.",
        "마흔 명의 학생을 가르쳤습니다.",
        "식중독 예방 절차를 바꿨습니다.",
        "제품군에서 불량을 줄였습니다.",
    ],
)
def test_words_of_work_that_look_private_are_none(text: str) -> None:
    assert not is_private(text)


@pytest.mark.parametrize(
    "said",
    [
        "I am from Leeds.",
        "I am a widely read woman.",
        "I'm left handed by birth.",
        "I am a member of the opposition.",
        "I am a patient at the day ward.",
        "We were poor for many years.",
    ],
)
def test_what_somebody_is_is_no_trait(said: str) -> None:
    assert list(clauses(said)) == []


@pytest.mark.parametrize(
    "said", ["I am a very patient person.", "I'm careful with numbers.", "I am a good listener."]
)
def test_what_is_said_of_people_at_work_is_one(said: str) -> None:
    assert [tells for _, tells in clauses(said)] == ["trait"]


@pytest.mark.parametrize(
    ("said", "not_theirs"),
    [
        ("I was on holiday when the contractor came and repaired the pump.", "repaired"),
        ("I was new when my manager left the room and changed the whole rota.", "changed"),
        ("I was surprised when the auditor came in and checked the invoices.", "checked"),
        ("I planned the shifts while Tom came in and repaired the press.", "repaired"),
        ("I planned the shifts, Tom ordered the stock and repaired the press.", "repaired"),
        ("I called the firm Tom recommended and repaired the old press.", "repaired the old"),
        ("I cooked the fish and my colleague stayed and cleaned the press.", "cleaned"),
        ("My manager shouted, I designed the whole system.", "designed"),
        ("The auditor told me, we checked the invoices twice.", "checked"),
        ('She said: "I repaired the pump on Friday."', "repaired"),
        ('He asked "I moved the meeting?" and left.', "moved"),
    ],
)
def test_deeds_of_others_are_not_told_as_the_candidates(said: str, not_theirs: str) -> None:
    assert not any(each.startswith(not_theirs) or f"I {not_theirs}" in each for each in built(said))
    assert f"you {not_theirs}" not in asked(said)


def test_deeds_of_one_subject_are_found() -> None:
    assert built("I planned the shifts and ordered the stock and repaired the old press.")
    assert "repaired the old press" in built("I planned the shifts and repaired the old press.")


@pytest.mark.parametrize(
    "said",
    [
        "I dropped the server on the floor.",
        "I made up the numbers in the report.",
        "I closed the year with a loss of two million.",
        "I opened the shop with a debt of two million.",
        "I helped customers find what they needed.",
        "I explained to the customers why the bus was late.",
        "I trained all the drivers except the ones on nights.",
        "I trained all the drivers, except the ones on nights.",
        "I trained all the drivers, but not the ones on nights.",
        "I trained all the drivers who worked nights.",
        "I showed the boss, who was pleased.",
        "I replaced the old pumps instead of repairing them.",
        "I checked the long lists rather than the machines.",
        "I tested the new valves if there was time.",
        "I checked the long lists whether or not they were new.",
        "I ran the night shift until the new manager came.",
        "I showed the new drivers how they should park.",
        "I called off the product launch.",
        "I drove down the long road.",
        "I walked into the glass door.",
        "I put through the new orders.",
        "I cut forty people from the night shift.",
        "I closed the factory with three hundred workers.",
        "I made the cook cry.",
        "I dropped a pallet on a colleague.",
        "I drove the van into a wall.",
        "I moved the blame to the intern.",
        "I put the phone down on a customer.",
        "I called a customer names.",
        "I set off the fire alarm.",
    ],
)
def test_what_fits_no_sentence_is_not_built_in(said: str) -> None:
    every = buildings(Ground(Language.ENGLISH, said, (), (), ()))
    assert [each.text for each in every if each.form != "clause"] == []
    assert " you " not in asked(said).partition("”")[0]


@pytest.mark.parametrize(
    "said",
    [
        "I trained all the drivers, except the ones on nights.",
        "I trained all the drivers, but not the ones on nights.",
        "We opened the shop every day, unless it rained.",
    ],
)
def test_half_of_what_was_said_is_not_quoted(said: str) -> None:
    assert list(clauses(said)) == []


@pytest.mark.parametrize(
    "answer",
    [
        f"{word} {rest}"
        for word in (
            "저를", "저한테", "나를", "내", "제게", "저랑", "저와", "저만", "저보다", "저에게",
            "저까지", "저부터", "나한테", "제", "저희를", "우리와", "저는요 저도",
        )
        for rest in ("빼고 팀장이 회의를 진행했습니다.", "도와주는 동료가 일정을 바꿉니다.")
    ],
)  # fmt: skip
def test_the_interviewer_does_not_speak_of_themselves_in_korean(answer: str) -> None:
    assert asked(f"그날 {answer}") == ""


@pytest.mark.parametrize(
    "answer",
    [
        "새 표를 직접 만들긴 했습니다만 아무도 쓰지 않았습니다.",
        "팀장님이 창고 일정을 바꾸라고 했습니다.",
        "고객이 배송이 너무 늦다고 말했습니다.",
        "동료가 표를 다시 만들자고 하셨습니다.",
        "그때 내가 분명히 말했잖아 일정을 바꿨습니다.",
        "회의에서 그렇게 말했어 그리고 일정을 바꿨습니다.",
    ],
)
def test_korean_that_cannot_go_on_is_not_reported(answer: str) -> None:
    found = asked(answer)
    for wrong in ("긴 했다", "라고 했다고", "다고 말했다고", "자고 하셨다고", "말했잖아", "말했어"):
        assert wrong not in found


def test_a_polite_ending_with_an_only_ends_a_clause() -> None:
    answer = "처음에는 동료들과 새 표를 만들었습니다만 마감 시간을 두 시간 줄였습니다."
    assert "만들었습니다만" not in asked(answer)
    assert asked(answer) != ""
    assert list(korean._said("일정을 매주 정리합니다만 마감 날짜를 바꿉니다")) == []
