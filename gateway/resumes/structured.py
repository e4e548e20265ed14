"""Structured data about a candidate, stored by another system: checked once, here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Self

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from gateway.resumes.contacts import without_contacts
from gateway.resumes.refusal import Code, Refused
from gateway.resumes.sections import cut
from gateway.resumes.tidy import tidy
from schemas.resume import MAX_TEXT, Section, SectionKind

MAX_ENTRIES = 50
"""Entries of one list."""

MAX_RAW = 4 * MAX_TEXT
"""Characters of JSON: quotes, names and escapes come on top of the text."""

_ENCODED_TWICE = 2
_TOO_LONG = f"more than {MAX_TEXT:,} characters"


def _decoded(value: object) -> object:
    """Return what a string of JSON stands for, through one more layer of quotes if need be.

    Only an object or a list is taken out of a string: other text stays what it is.
    """
    found: object = value
    for _ in range(_ENCODED_TWICE):
        if not isinstance(found, str) or len(found) > MAX_RAW:
            break
        try:
            found = json.loads(found)
        except (ValueError, RecursionError):
            break
    return found if isinstance(found, dict | list) else value


def _nothing_for_null(value: object) -> object:
    return () if value is None else _decoded(value)


def _lines(value: object) -> object:
    """Return a list of lines as one text, null as none, a number (a year) as it is written."""
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "\n".join(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return "" if value is None else value


_Text = Annotated[
    str, BeforeValidator(_lines), StringConstraints(strip_whitespace=True, max_length=4_000)
]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Education(_Part):
    """A school; times are as written."""

    school: _Text = Field("", validation_alias=AliasChoices("school", "institution", "university"))
    degree: _Text = ""
    major: _Text = Field("", validation_alias=AliasChoices("major", "field", "field_of_study"))
    start: _Text = Field("", validation_alias=AliasChoices("start", "start_date", "startDate"))
    end: _Text = Field("", validation_alias=AliasChoices("end", "end_date", "endDate"))
    description: _Text = ""


class Experience(_Part):
    """A position; times are as written."""

    company: _Text = Field("", validation_alias=AliasChoices("company", "employer", "organization"))
    position: _Text = Field("", validation_alias=AliasChoices("position", "title", "role"))
    start: _Text = Field("", validation_alias=AliasChoices("start", "start_date", "startDate"))
    end: _Text = Field("", validation_alias=AliasChoices("end", "end_date", "endDate"))
    description: _Text = Field(
        "", validation_alias=AliasChoices("description", "highlights", "responsibilities")
    )


class Project(_Part):
    """A project; times are as written."""

    name: _Text = Field("", validation_alias=AliasChoices("name", "title"))
    role: _Text = ""
    start: _Text = Field("", validation_alias=AliasChoices("start", "start_date", "startDate"))
    end: _Text = Field("", validation_alias=AliasChoices("end", "end_date", "endDate"))
    technologies: _Text = Field(
        "", validation_alias=AliasChoices("technologies", "tech_stack", "skills")
    )
    description: _Text = Field("", validation_alias=AliasChoices("description", "highlights"))


_Entry = BeforeValidator(_decoded)
_List = BeforeValidator(_nothing_for_null)


class Profile(_Part):
    """What is known of a candidate beside, or instead of, a résumé file."""

    education: Annotated[tuple[Annotated[Education, _Entry], ...], _List] = Field(
        (), max_length=MAX_ENTRIES
    )
    experience: Annotated[tuple[Annotated[Experience, _Entry], ...], _List] = Field(
        (), max_length=MAX_ENTRIES
    )
    projects: Annotated[tuple[Annotated[Project, _Entry], ...], _List] = Field(
        (), max_length=MAX_ENTRIES
    )
    skills: Annotated[tuple[_Text, ...], _List] = Field((), max_length=MAX_ENTRIES)

    def sections(self) -> tuple[Section, ...]:
        """Return the same as sections of a résumé, without contact details."""
        return tuple(
            Section(kind=kind, text=piece)
            for kind, text in self._texts()
            for piece in cut(without_contacts(tidy(text)).strip())
        )

    def _texts(self) -> Iterator[tuple[SectionKind, str]]:
        yield SectionKind.EDUCATION, _listed(self.education)
        yield SectionKind.EXPERIENCE, _listed(self.experience)
        yield SectionKind.PROJECTS, _listed(self.projects)
        yield SectionKind.SKILLS, ", ".join(filter(None, self.skills))

    @model_validator(mode="after")
    def _check_length(self) -> Self:
        if sum(len(text) for _, text in self._texts()) > MAX_TEXT:
            raise ValueError(_TOO_LONG)
        return self


def profile_of(raw: object) -> Profile:
    """Return the profile in ``raw``: an object, its JSON, or its JSON encoded twice.

    Raises:
        Refused: something else stands where the profile, one of its lists or an entry belongs;
            the message names the place.
    """
    if isinstance(raw, str) and len(raw) > MAX_RAW:
        raise _bad(f"profile: {_TOO_LONG}")
    found = _decoded(raw)
    if not isinstance(found, Mapping):
        raise _bad(f"profile: {_belongs('an object', found)}")
    try:
        return Profile.model_validate(found)
    except ValidationError as error:
        raise _bad(_reason(error)) from None


def _listed(entries: Iterable[Education | Experience | Project]) -> str:
    return "\n\n".join(filter(None, map(_entry, entries)))


def _entry(entry: Education | Experience | Project) -> str:
    """Return the short fields on one line, the times after them, the long text below."""
    fields = entry.model_dump(exclude={"start", "end", "description"})
    times = " ~ ".join(filter(None, (entry.start, entry.end)))
    head = ", ".join(filter(None, [*fields.values(), times]))
    return "\n".join(filter(None, (head, entry.description)))


_WANTED: Mapping[str, str] = {
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object",
    "tuple_type": "a list",
    "string_type": "text",
}


def _reason(error: ValidationError) -> str:
    first: Mapping[str, Any] = error.errors(include_url=False)[0]
    place = ".".join(map(str, first["loc"])) or "profile"
    wanted = _WANTED.get(first["type"])
    message = first["msg"].removeprefix("Value error, ")
    return f"{place}: {_belongs(wanted, first['input']) if wanted else message}"


def _belongs(wanted: str, found: object) -> str:
    names = ((bool, "true or false"), (str, "text"), (int | float, "a number"), (list, "a list"))
    name = next((name for kind, name in names if isinstance(found, kind)), "")
    name = name or ("nothing" if found is None else "an object")
    return f"{wanted} belongs here, not {name}"


def _bad(reason: str) -> Refused:
    return Refused(Code.BAD_PROFILE, f"{reason[:200]}: correct the stored profile")
