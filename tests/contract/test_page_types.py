"""What the pages are told the gateway says is what it says: declarations beside models."""

from __future__ import annotations

import dataclasses
from enum import StrEnum

import pytest
from pydantic import BaseModel

from gateway.accounts.model import Role
from gateway.api import accounts, errors, invitations, jobs, rtc, sessions
from gateway.live.commands import Request
from gateway.reports import JudgementReport, Means, QuestionReport, Report
from gateway.session.checks import Command
from gateway.session.guide import Advice
from gateway.session.model import Ack, Fault, State
from schemas.events import (
    CalibrationCompleted,
    Component,
    QuestionAsked,
    QuestionScored,
    QuestionSpoken,
    TranscriptFinal,
    TranscriptSegment,
    Word,
)
from schemas.formula import Baseline, Policy
from schemas.language import Language
from schemas.rubric import Criterion
from tests.support.declarations import of_schema, read

DECLARED = read()

TOLD: tuple[type[BaseModel], ...] = (
    sessions.Snapshot,
    sessions.Given,
    sessions.CalibrationResult,
    sessions.CaptionLine,
    sessions.CreatedSession,
    CalibrationCompleted,
    QuestionAsked,
    QuestionSpoken,
    TranscriptSegment,
    TranscriptFinal,
    QuestionScored,
    Component,
    Baseline,
    Word,
    Fault,
    rtc.Answer,
    rtc.IceServers,
    rtc.IceServer,
    errors.ErrorReply,
    errors.ErrorBody,
    Report,
    QuestionReport,
    JudgementReport,
    Means,
    accounts.PersonReply,
    jobs.JobReply,
    invitations.InvitationReply,
    invitations.Entered,
    Criterion,
)
"""What the gateway sends."""

TAKEN: tuple[type[BaseModel], ...] = (
    sessions.NewSession,
    rtc.Offer,
    accounts.SignUp,
    accounts.LogIn,
    accounts.PasswordReset,
    jobs.NewJob,
    invitations.NewInvitation,
)
"""What it takes; a page may leave out what has a default."""

LOOSE = {("Snapshot", "scores")}
"""Of which the gateway's own model says only that these are objects."""

LEFT_OUT = {("IceServer", "username"), ("IceServer", "credential")}
"""Not sent where there is none."""


def names(models: tuple[type[BaseModel], ...]) -> list[str]:
    return [each.__name__ for each in models]


def mismatches(model: type[BaseModel], fields: set[str], *, narrower: bool = False) -> list[str]:
    """Return the fields whose declared type is not that of ``model``, nor one ``narrower``."""
    name = model.__name__
    schema = model.model_json_schema(mode="validation")
    wrong = []
    for each in sorted(fields):
        if (name, each) in LOOSE:
            continue
        declared = DECLARED.interfaces[name][each]
        found = DECLARED.members(declared.text)
        meant = of_schema(schema["properties"][each], schema.get("$defs", {}))
        if declared.is_optional:
            meant -= {"null"}
        if not (found <= meant if narrower else found == meant):
            wrong.append(f"{each}: {sorted(map(str, found))}, not {sorted(map(str, meant))}")
    return wrong


@pytest.mark.parametrize("model", TOLD, ids=names(TOLD))
def test_what_the_gateway_tells_is_declared_field_by_field(model: type[BaseModel]) -> None:
    declared = DECLARED.interfaces[model.__name__]
    assert set(declared) == set(model.model_fields)
    assert mismatches(model, set(declared)) == []
    optional = {(model.__name__, each) for each, it in declared.items() if it.is_optional}
    assert optional <= LEFT_OUT


@pytest.mark.parametrize("model", TAKEN, ids=names(TAKEN))
def test_what_a_page_sends_is_taken(model: type[BaseModel]) -> None:
    declared = DECLARED.interfaces[model.__name__]
    fields = model.model_fields
    assert set(declared) <= set(fields)
    needed = {each for each, it in fields.items() if it.is_required()}
    assert needed <= {each for each, it in declared.items() if not it.is_optional}
    assert mismatches(model, set(declared), narrower=True) == []


def test_commands_and_their_replies_are_declared() -> None:
    request = {each.name for each in dataclasses.fields(Request)}
    assert set(DECLARED.interfaces["Request"]) == request
    assert set(DECLARED.interfaces["Acknowledgement"]) == {"ack", *Ack.model_fields}


@pytest.mark.parametrize("values", [Command, Advice, State, Role, Language, Policy])
def test_the_values_of_an_enumeration_are_declared(values: type[StrEnum]) -> None:
    assert DECLARED.members(values.__name__) == {f'"{each.value}"' for each in values}
