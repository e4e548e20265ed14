"""Addresses, numbers and names that lead to a person: never repeated to anyone."""

from __future__ import annotations

import re

from workers.questions.ground import Draft, Ground

CONTACT = re.compile(
    r"\S+@\S+|\bhttps?:\S+|\bwww\.\S+"
    r"|\b(?!asp\.)[a-z0-9-]+\.(?:com|net|org|kr|co|dev|me|info)\b(?:/\S*)?"
    r"|(?<!\w)(?<!\d\.)(?!(?:19|20)\d\d\b)\+?\d[\d() .-]{6,}\d"  # years are no telephone number
    r"|\bmy name\b|\bname's\b|\bi live\b|\bmy address\b"
    r"|\d+ [a-z]+ (?:street|avenue|road|lane)\b"
    r"|이름은|라고 합니다|주민등록|연락처|전화번호|이메일|메일 주소|집 주소|거주지|살고 있|사는 곳",
    re.IGNORECASE,
)


def has_contact(draft: Draft, ground: Ground) -> bool:
    """Whether the draft holds an address, a number or a name."""
    return any(CONTACT.search(text) for text in (draft.question, draft.quote))
