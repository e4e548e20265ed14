"""The examples that the articles of the Standard Pronunciation (표준 발음법) themselves give."""

from __future__ import annotations

import pytest

from workers.tts.korean.jamo import syllable
from workers.tts.korean.pronunciation import pronounced


def said(words: str) -> str:
    return " ".join(pronounced(words.split()))


def check(examples: str) -> None:
    """Compare each ``spelled[heard]``."""
    wrong = {}
    for example in examples.replace("\n", ",").split(","):
        spelled, _, heard = example.strip().rstrip("]").partition("[")
        if spelled and (found := said(spelled)) != heard:
            wrong[spelled] = f"{found}, not {heard}"
    assert wrong == {}


@pytest.mark.parametrize("character", "가힣값뷁쌓")
def test_a_syllable_is_its_parts(character: str) -> None:
    assert str(syllable(character)) == character


@pytest.mark.parametrize("character", ["a", "ㄱ", " ", "漢"])
def test_what_is_no_syllable_is_refused(character: str) -> None:
    with pytest.raises(ValueError, match="no syllable"):
        syllable(character)


def test_article_5_vowels() -> None:
    check("가져[가저], 다쳐[다처], 시계[시게], 지혜[지헤], 예절[예절], 사례[사례]")
    check("희망[히망], 무늬[무니], 주의를[주이를], 우리의[우리에], 의사[의사], 의의[의에]")


def test_articles_8_to_11_codas() -> None:
    check("닦다[닥따], 키읔[키윽], 옷[옫], 있다[읻따], 젖[젇], 꽃[꼳], 솥[솓], 앞[압]")
    check("넋[넉], 앉다[안따], 여덟[여덜], 넓다[널따], 외곬[외골], 핥다[할따], 값[갑], 없다[업따]")
    check("밟다[밥따], 밟는[밤는], 닭[닥], 맑다[막따], 삶[삼], 젊다[점따], 읊다[읍따]")
    check("맑게[말께], 묽고[물꼬], 얽거나[얼꺼나]")


def test_article_12_h() -> None:
    check("놓고[노코], 좋던[조턴], 쌓지[싸치], 많고[만코], 않던[안턴], 닳지[달치]")
    check("각하[가카], 먹히다[머키다], 밝히다[발키다], 맏형[마텽], 좁히다[조피다], 넓히다[널피다]")
    check("꽂히다[꼬치다], 앉히다[안치다], 못하다[모타다], 숱하다[수타다]")
    check("닿소[다쏘], 많소[만쏘], 싫소[실쏘], 놓는[논는], 쌓네[싼네], 않네[안네], 뚫네[뚤레]")
    check("낳은[나은], 놓아[노아], 쌓이다[싸이다], 많아[마나], 않은[아는], 싫어도[시러도]")


def test_articles_13_and_14_liaison() -> None:
    check("깎아[까까], 옷이[오시], 있어[이써], 낮이[나지], 꽃을[꼬츨], 밭에[바테], 앞으로[아프로]")
    check("넋이[넉씨], 앉아[안자], 닭을[달글], 젊어[절머], 핥아[할타]")
    check("읊어[을퍼], 값을[갑쓸], 없어[업써]")
    check("강아지[강아지], 영어[영어]")


def test_article_15_before_words_of_their_own() -> None:
    check("겉옷[거돋], 맛없다[마덥따], 헛웃음[허두슴], 맛있다[마싣따], 멋있다[머싣따]")


def test_article_17_palatalisation() -> None:
    check("굳이[구지], 미닫이[미다지], 같이[가치], 밭이[바치], 벼훑이[벼훌치]")
    check("굳히다[구치다], 닫히다[다치다], 묻히다[무치다], 붙여[부처]")


def test_articles_18_and_19_nasals() -> None:
    check("먹는[멍는], 국물[궁물], 깎는[깡는], 닫는[단는], 짓는[진는], 있는[인는], 맞는[만는]")
    check("쫓는[쫀는], 놓는[논는], 잡는[잠는], 앞마당[암마당], 없는[엄는], 합니다[함니다]")
    check("담력[담녁], 침략[침냑], 강릉[강능], 대통령[대통녕], 막론[망논], 협력[혐녁], 십리[심니]")


def test_article_20_liquids() -> None:
    check("난로[날로], 신라[실라], 대관령[대괄령], 칼날[칼랄], 물난리[물랄리], 할는지[할른지]")
    check("의견란[의견난], 생산량[생산냥], 결단력[결딴녁], 상견례[상견녜]")


def test_articles_23_to_28_tense_consonants() -> None:
    check("국밥[국빱], 깎다[깍따], 닭장[닥짱], 옷고름[옫꼬름], 있던[읻떤], 꽃다발[꼳따발]")
    check(
        "곱돌[곱똘], 덮개[덥깨], 넓죽하다[널쭈카다], 앉고[안꼬], 닮고[담꼬], 넓게[널께], 떫지[떨찌]"
    )
    check("갈등[갈뜽], 발전[발쩐], 절도[절또], 일시[일씨], 물질[물찔]")
    check("문고리[문고리], 성과[성꽈], 조건[조껀], 장점[장쩜], 자격증[자격쯩], 글자[글짜]")
    check("의사결정[의사결쩡], 현실사례[현실사례], 지원가능[지원가능], 확인기간[화긴기간]")
    assert said("할 것을") == "할 꺼슬"
    assert said("갈 데가") == "갈 떼가"
    assert said("할 수는") == "할 쑤는"
    assert said("말을 것") == "마를 걷", "a particle is no ending"
    assert said("일 때문에") == "일 때무네", "a noun is no ending"


def test_words_are_pronounced_apart() -> None:
    assert said("먼저 말씀해 주시겠습니까") == "먼저 말씀해 주시겓씀니까"
    assert pronounced([]) == []


def test_every_syllable_there_is_can_be_pronounced_after_every_coda() -> None:
    for coda in "각갂갃간갅갆갇갈갉갊갋갌갍갎갏감갑값갓갔강갖갗갘같갚갛":
        for onset in "가까나다따라마바빠사싸아자짜차카타파하이히여혀":
            heard = pronounced([coda + onset])[0]
            assert len(heard) == 2
            assert syllable(heard[0]).coda in ("", *"ㄱㄴㄷㄹㅁㅂㅇ"), coda + onset
