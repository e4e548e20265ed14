"""What an interviewer must not ask about, in both languages.

A match refuses the question, so a word that engineers use in another sense (a race condition, a
parent class, 서비스 장애, 유지 보수) is told apart where that can be done; where it cannot, a good
question is lost and another one asked.
"""

from __future__ import annotations

import re

from workers.language.plain import plain

_TECHNICAL = (
    r"(?:class|process|component|node|element|theme|object|key|record|table|thread|pom|commit)"
)

TOPICS: dict[str, str] = {
    "age": (
        r"\bhow old\b|\bag(?:e|es|ed|eing|ing)\b|\bteenage\w*|\bborn\b|\bbirth\w*"
        r"|\byears? old\b|\b(?:too|so|how|very) (?:young|old)\b|\belderly\b"
        r"|\bretire(?:d|ment)?\b|\bgeneration (?:are|do) you\b|\bmiddle-aged\b"
        r"|연령|생년|생일|출생|환갑|은퇴|몇 ?살|\d+ ?살|(?:몇|\d+) ?년생"
        r"|(?<![가-힣])(?:나이(?!브|키|트|스)|연세|정년|젊으|젊은|늙|어리신|어려 보)"
    ),
    "family status": (
        r"\bmarr(?:y|ied|ies|iage|iages|ying)\b|\bmarital\b|\bunmarried\b|\bwedding\w*"
        r"|\bspouses?\b|\bhusbands?\b|\bwife\b|\bwives\b|\bdivorc\w+|\bwidow\w*|\bfianc[eé]\w*"
        rf"|\bboyfriends?\b|\bgirlfriends?\b|\bchildren\b|\bchild(?! {_TECHNICAL})\b"
        rf"|\bchildcare\b"
        r"|\bday ?care\b|\bkids?\b|\bbab(?:y|ies)\b|\bpregnan\w+|\bmaternity\b|\bpaternity\b"
        r"|\bparental\b|\bgive birth\b|\bsons?\b|\bdaughters?\b|\bmotherhood\b|\bfatherhood\b"
        r"|결혼|혼인|배우자|남편|(?:남자|여자) ?친구|자녀|임산부"
        r"|(?<![가-힣])(?:기혼|미혼|이혼|재혼|약혼|애인|자식|아기|임신|출산|육아|시댁|처가|신혼)"
        r"|(?<![가-힣])아이(?:들|가|를|는|와|의|도|들이|들을)?(?![가-힣])"
        r"|(?<![가-힣])(?:아내|아들|딸)(?:이|가|을|를|은|는|과|와|도|의|분)?(?![가-힣])"
    ),
    "family background": (
        rf"(?<!font )(?<!product )\bfamil(?:y|ies)\b|\bparents?(?! {_TECHNICAL})\b|\bmothers?\b"
        rf"|\bfathers?\b|\bmom\b|\bdad\b|\bsiblings?(?! {_TECHNICAL})\b|\bbrothers?\b"
        rf"|\bsisters?\b"
        r"|\bgrand(?:mother|father|parent)s?\b|\bupbringing\b|\bin-laws\b"
        r"|가족|부모(?! ?(?:클래스|컴포넌트|노드|프로세스|요소|객체|테이블|키))|아버지|어머니"
        r"|아버님|어머님|형제|자매|남매|할머니|할아버지|가정 ?(?:환경|형편|생활|사정)|가정사"
        r"|가정을 꾸|(?<!지적 )(?<!지적)재산"
        r"|(?<![가-힣])(?:아빠|엄마|집안|외동|장남|장녀|맏이)"
    ),
    "religion": (
        r"\breligio\w+|\bchurch\w*|\bmosques?\b|\bsynagogues?\b|\btemples?\b"
        r"|\bpray(?:s|ed|ing|er|ers)?\b|\bfaiths?\b|\bchristian\w*|\bmuslims?\b|\bislam\w*"
        r"|\bjew(?:s|ish)?\b|\bjudaism\b|\bbuddhis\w+|\bhindu\w*|\bcatholic\w*|\bprotestant\w*"
        r"|\batheis\w+|\bbible\b|\bquran\b|\bworship\w*|\bbelieve in god\b|\bramadan\b"
        r"|\bsabbath\b"
        r"|종교|교회|신앙|기독교|개신교|천주교|가톨릭|이슬람|무슬림|하느님|하나님|절에 다니"
        r"|(?<![가-힣])(?:성당|사찰|불교|무교|성경|예배|목사|스님|신부님|기도(?:를|하|회))"
    ),
    "origin": (
        r"\bnationalit\w+|\bethnic\w*|(?<!data )\brac(?:e|es)\b(?! (?:condition|hazard)s?)"
        r"|\bracial\w*|\bimmigra\w+|\bmigrants?\b|\bvisas?\b|\bcitizen\w*|\bforeigners?\b"
        r"|\bhome ?towns?\b|\bhome countr\w+|\bmother tongue\b"
        r"|\bnative (?:speaker|language|countr\w+|tongue|land)\b"
        r"|\bwhere (?:are|were|do|did) you (?:\w+ )?(?:come )?from\b"
        r"|\bwhere you (?:come|are) from\b|\bcountry of origin\b"
        r"|\b(?:national|ethnic|your|family) origins?\b|\baccents?\b|\bancest\w+|\bskin\b"
        r"|\bheritage\b|\bgr(?:ow|ew) up\b|\bfrom originally\b"
        r"|혈통|피부색|시민권|영주권|고향|출신|사투리|태어나|어느 나라|어디 사람"
        r"|(?<![가-힣])(?:국적|인종|민족|혼혈|다문화|이민|비자|귀화|모국|본적|본관|외국인|교포)"
    ),
    "health": (
        r"\bhealth(?:y|ier)?\b(?![ -](?:checks?|endpoints?|probes?|metrics?|monitor\w*))"
        r"|\bunhealthy\b|\bdisabilit\w+|\bdisabled (?:person|people|worker|employee)s?\b"
        r"|\b(?:are|were) you (?:\w+ )?disabled\b|\bhandicap\w*|\bimpairments?\b"
        r"|\bill(?:ness|nesses)?\b|\bsick\w*|\bdiseases?\b|\bmedica(?:tion|tions|ments?)\b"
        r"|\bmedical (?:condition|histor|leave|issue|problem|treatment|record)\w*"
        r"|\btherap(?:y|ies|ist)\b|\bdepress(?:ed|ion|ive)\b|\banxiety\b|\bdiagnosed with\b"
        r"|\bdisorders?\b|\bsurger(?:y|ies)\b|\bhospitali[sz]\w+|\bwheelchair\w*|\bcancer\b"
        r"|\binjur\w+|\bdiabet\w+|\ballerg\w+|\bsmok(?:e|er|ing)\b(?! tests?)|\balcohol\w*"
        r"|\bautis\w+|\badhd\b|\btested positive\b"
        r"|건강|장애인|장애우|장애가 있|장애를 (?:가지|갖|앓)|장애 ?(?:등급|여부)"
        r"|(?:신체|정신|발달) ?장애|불안 ?장애|질병|질환|우울|당뇨|알레르기|흡연|담배"
        r"|병원에 (?:다니|입원)"
        r"|(?<![가-힣])(?:지병|병력|입원|수술|공황|투약|복용|암에|음주|주량|술을|아프신"
        r"|아프셨|편찮)"
    ),
    "politics": (
        r"\bpolitic\w*|(?<!leader )\belections?\b"
        r"|\b(?:did|do|does|would|will) you (?:\w+ )?vote\b|\byou vot(?:e|ed|ing)\b"
        r"|\bvot(?:e|ed|ing) for\b|\brepublicans?\b|\bdemocrats?\b|\bconservatives\b"
        r"|\bliberals?\b|\bcommunis\w+|\bsocialis[mt]\w*|\b(?:trade|labou?r) unions?\b"
        r"|\bunion member\w*|\bpresident (?:trump|biden|yoon|lee|moon|park)\b"
        r"|대통령|국회|좌파|우파|노동조합|보수 ?(?:성향|진영|정당|주의)"
        r"|진보 ?(?:성향|진영|정당)|(?:보수|진보)(?:적|인 편)"
        r"|투표(?! ?(?:시스템|기능|알고리즘))|선거(?! ?알고리즘)"
        r"|(?<![가-힣])(?:정치|정당(?!한|하|화|성)|여당|야당|노조|이념)"
    ),
    "sexual orientation": (
        r"\bsex(?:es|ual|uality|ually)?\b|\bgays?\b|\blesbians?\b|\bbisexual\w*"
        r"|\btrans(?:gender|sexual)\w*|\bhomosexual\w*|\bheterosexual\w*|\blgbt\w*"
        r"|\bgenders?\b|\bqueer\b|\bromantic\w*|\bdating\b|\bpronouns?\b|\bsleep with\b"
        r"|성적 ?(?:지향|취향|정체성)|성 ?정체성|성별|동성애|이성애|양성애|레즈비언|성소수자"
        r"|트랜스젠더|커밍아웃|성관계|연애|이상형|(?<![가-힣])게이(?![가-힣])"
    ),
    "military service": (
        r"\bmilitary\b|\barmy\b|\bnavy\b|\bmarines?\b|\bair force\b|\bsoldiers?\b"
        r"|\bveterans?\b|\bconscript\w*|\benlist\w*|\barmed forces\b|\bnational service\b"
        r"|\bdraft(?:ed)? into\b"
        r"|군대|병역|만기 ?전역|전역(?:하|은 언제|을 언제)|공익 ?근무|사회복무|예비군"
        r"|의무 ?복무"
        r"|(?<![가-힣])(?:군 ?복무|군 ?생활|군 ?면제|입대|제대(?:하|는|를|후)|현역|미필|군필"
        r"|훈련소)"
    ),
    "appearance": (
        r"\byour (?:looks?|appearance|weight|height|body|face|hair|figure|clothes)\b"
        r"|\bappearances?\b|\battractive\w*|\bhandsome\b|\bgood-looking\b|\boverweight\b"
        r"|\bobes\w+|\btattoos?\b|\bhow tall\b|\bmuch do you weigh\b|\bmake-?up\b"
        r"|\bplastic surgery\b|\bhairstyle\w*"
        r"|용모|몸무게|몸매|잘생|못생|헤어스타일|얼굴(?! ?(?:인식|검출|탐지))"
        r"|(?<![가-힣])(?:키(?:가|는) (?:몇|얼마|어떻|크|작)|외모|체중|체격|성형|미모|예쁘"
        r"|문신|화장을)"
    ),
}

_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in TOPICS.items()}


def topic_of(text: str) -> str:
    """Return the forbidden topic that ``text`` touches, or nothing."""
    normal = plain(text)
    return next((name for name, pattern in _PATTERNS.items() if pattern.search(normal)), "")
