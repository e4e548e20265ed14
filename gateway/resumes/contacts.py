"""Contact details and personal particulars: found by pattern, and not kept.

A question must never quote them, and nobody downstream needs them. Patterns find what has a form
of its own; a name or an unusual address is not found.
"""

from __future__ import annotations

import re

MIN_REST = 20
"""Letters and digits that a line must have left to be kept after something was cut from it."""

_EMAIL = r"[\w.+-]{1,64}\s?(?:@|\(at\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"

_WEB = (
    r"(?:https?://|www\.)[^\s|)\]]+"
    r"|\b(?:linkedin\.com|github\.com|instagram\.com|facebook\.com|blog\.naver\.com)/[^\s|)\]]+"
)

# A birth date, then a digit for sex and century; often masked with stars.
_BIRTH_DATE = r"(?<!\d)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_RESIDENT_NUMBER = (
    rf"{_BIRTH_DATE}\s?[-–]\s?[\d*][\d*xX]{{6}}(?![\d*])"
    rf"|{_BIRTH_DATE}\d{{7}}(?!\d)"
)

_PHONE = (
    # Korean, at home and with the country's code
    r"(?<![\d.])(?:\+?82[-. )]{0,2}(?:\(0\))?|\(?0)(?:1[016789]|2|[3-6][1-5]|70|50\d?)"
    r"[-. )]{0,2}\d{3,4}[-. ]?(?:\d{4}|[*xX]{4})(?!\d)"
    # international: eight digits or more
    r"|(?<![\d.])\+(?=(?:[-. ()]{0,2}\d){8})\d{1,3}(?:[-. ]{0,2}\(?\d{1,4}\)?){2,5}(?!\d)"
    # North American
    r"|(?<![\d.])(?:1[-. ])?\(?\d{3}\)?[-. ]{1,2}\d{3}[-. ]\d{4}(?!\d)"
)

_PROVINCE = (
    r"(?:(?:서울|부산|대구|인천|광주|대전|울산|세종)(?:특별자치시|특별시|광역시|시)?"
    r"|(?:경기|강원|충청[남북]|충[남북]|전라[남북]|전[남북]|경상[남북]|경[남북]|제주)"
    r"(?:특별자치도|도)?)"
)
_POSTAL = (
    # a province or a city, its district, a street or quarter with a number, a building
    rf"(?:[(\[]?\d{{5}}[)\]]?\s?)?(?:{_PROVINCE}|[가-힣]{{1,4}}시)\s(?:[가-힣]{{1,6}}[시군구]\s){{1,2}}"
    r"(?:[가-힣]{1,6}[읍면]\s)?[가-힣0-9·]{1,12}(?:로|길|동|리|가)\s?\d{1,4}(?:-\d{1,4})?"
    r"(?:번지|번길)?(?:\s\d{1,4}(?:-\d{1,4})?)?"
    r"(?:[\s,]{1,2}\(?[가-힣A-Za-z0-9-]{1,15}(?:동|호|층|아파트|빌딩|타워|빌라|오피스텔)\b\)?)*"
    # Korean streets in Latin letters, with district and city
    r"|\b\d{1,5}(?:-\d{1,4})?,?\s[A-Za-z0-9]{1,20}-(?:ro|gil|daero|dong)\b"
    r"(?:,\s?[A-Za-z]{1,20}(?:-(?:gu|si|gun|do))?\b){0,4}"
    # number, name, kind of street
    r"|\b\d{1,5}\s(?:[A-Z][\w.']{0,20}\s){1,4}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct)\b\.?"
    # city, state, code
    r"|\b[A-Z][a-z]{1,20}(?:\s[A-Z][a-z]{1,20}){0,2},\s[A-Z]{2}\s\d{5}(?:-\d{4})?\b"
)

_BIRTH = (
    r"(?<!\d)(?:19|20)\d{2}년?(?:[.\s]{1,2}\d{1,2}월?[.\s]{1,2}\d{1,2}일?\.?)?\s?생(?![가-힣])"
    r"|(?<![가-힣])만\s?\d{2}\s?세"
)

_PARTICULARS = (
    r"(?:home )?address|date of birth|birth ?date|d\.?o\.?b\.?|age|gender|sex|marital status"
    r"|nationality|religion|full name|성명|이름|주민(?:등록)?번호|생년월일"
    r"|나이|연령|성별|혼인(?:여부)?|결혼(?:여부)?"
    r"|종교|국적|본적|(?:현|집)?주소|우편번호|카카오톡(?: id)?|kakao(?:talk)?(?: id)?"
)
"""What follows such a label, up to a bar, a tab or the line's end, is one whatever its form."""

_LABELS = (
    rf"{_PARTICULARS}|e-?mail|tel|telephone|phone|fax|contact|이메일|전자우편|전화(?:번호)?|연락처"
    r"|휴대(?:폰|전화)(?:번호)?|핸드폰|팩스"
)

_DETAIL = re.compile("|".join((_EMAIL, _WEB, _RESIDENT_NUMBER, _PHONE, _POSTAL, _BIRTH)))
_LABELLED = re.compile(
    rf"(?:^|(?<=[\t|/,(]))[ \W]{{0,3}}(?:{_PARTICULARS}) ?[:\t][^\n\t|]*", re.IGNORECASE
)
_LONE_LABEL = re.compile(rf"\W{{0,5}}(?:{_LABELS})\W{{0,5}}", re.IGNORECASE)


def without_contacts(text: str) -> str:
    """Return ``text`` without contact details; a line that held little else goes as a whole."""
    lines = (_cut(line) for line in text.split("\n"))
    return "\n".join(line for line in lines if line is not None)


def _cut(line: str) -> str | None:
    rest = _LABELLED.sub(" ", _DETAIL.sub(" ", line))
    if rest == line:
        return None if _LONE_LABEL.fullmatch(line) else line
    if sum(map(str.isalnum, rest)) < MIN_REST:
        return None
    return re.sub(r" {2,}", " ", rest).strip(" \t|,/·")
