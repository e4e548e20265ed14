"""Kinds of fields that several requests have."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from gateway.accounts.model import LONGEST_EMAIL, LONGEST_NAME, NAME_PATTERN, normal_email
from gateway.accounts.passwords import LONGEST, SHORTEST


def one_line(text: object) -> object:
    """Return a text with every run of white space as one space."""
    return " ".join(text.split()) if isinstance(text, str) else text


Email = Annotated[str, Field(max_length=LONGEST_EMAIL), AfterValidator(normal_email)]

Name = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_NAME, pattern=NAME_PATTERN),
    BeforeValidator(one_line),
]

NewPassword = Annotated[
    SecretStr, Field(min_length=SHORTEST, max_length=LONGEST, description="any characters")
]

Password = Annotated[SecretStr, Field(max_length=LONGEST)]

Token = Annotated[str, Field(max_length=1000, description="signed; from the link's fragment")]
