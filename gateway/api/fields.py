"""Kinds of fields that several requests have."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from gateway.accounts.model import LONGEST_EMAIL, normal_email
from gateway.accounts.passwords import LONGEST, SHORTEST

_UNPRINTABLE = "\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069"
"""Control characters, which PostgreSQL does not store, and those that turn a text's direction,
with which one name looks like another."""


def one_line(text: object) -> object:
    """Return a text with every run of white space as one space."""
    return " ".join(text.split()) if isinstance(text, str) else text


Email = Annotated[str, Field(max_length=LONGEST_EMAIL), AfterValidator(normal_email)]

Name = Annotated[
    str,
    Field(min_length=1, max_length=100, pattern=f"^[^{_UNPRINTABLE}]+$"),
    BeforeValidator(one_line),
]

NewPassword = Annotated[
    SecretStr, Field(min_length=SHORTEST, max_length=LONGEST, description="any characters")
]

Password = Annotated[SecretStr, Field(max_length=LONGEST)]

Token = Annotated[str, Field(max_length=1000, description="signed; from the link's fragment")]
