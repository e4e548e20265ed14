"""Requests that nobody thought of, made from the gateway's own OpenAPI description."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks

from tests.support.fuzz_oracle import Outcome

_CHECKS = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
_UNHINDERED = settings(
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class Door:
    """Where the gateway is, and a session of which the fuzzer has the token."""

    url: str
    key: str
    session: str
    token: str


def fuzz_api(door: Door, examples: int, start: int) -> Outcome:
    """Send ``examples`` good and as many bad requests to each operation; blocks until answered."""
    outcome = Outcome()
    schema = schemathesis.openapi.from_url(f"{door.url}/openapi.json")
    for number, found in enumerate(schema.get_all_operations()):
        operation = found.ok()
        for mode in GenerationMode:
            cases = operation.as_strategy(generation_mode=mode)
            test = given(cases, st.integers(0, 5))(_one(door, outcome, operation))
            run = seed(start + number)(settings(_UNHINDERED, max_examples=examples)(test))
            try:
                run()
            except Unsatisfiable:
                continue  # nothing about this operation can be wrong
    return outcome


def _one(door: Door, outcome: Outcome, operation: Any) -> Callable[[Any, int], None]:
    documented = operation.definition.raw.get("responses", {})

    def send(case: Any, choose: int) -> None:
        _aim(case, door, choose)
        response = case.call(base_url=door.url, timeout=30)
        outcome.records += 1
        outcome.accepted += response.status_code < 300
        if response.status_code == 500 or (
            response.status_code > 500 and str(response.status_code) not in documented
        ):
            outcome.findings.append(f"{response.status_code}: {case.as_curl_command()[:600]}")
            return
        if response.status_code == 400 and "application/json" not in _kind(response):
            return  # the server beneath the application did not take it for HTTP
        try:
            case.validate_response(response, checks=_CHECKS)
        except BaseException as error:
            outcome.findings.append(f"{str(error)[:900]}")

    return send


def _kind(response: Any) -> str:
    return str(response.headers.get("content-type", ""))


def _aim(case: Any, door: Door, choose: int) -> None:
    """Send most requests with a key or token that gets them past the door."""
    headers = dict(case.headers or {})
    if choose:
        secret = door.key if case.path == "/api/sessions" else door.token
        headers["Authorization"] = f"Bearer {secret}"
    case.headers = headers
    keeps = case.method != "DELETE"  # else the next requests would find nothing behind the door
    if choose > 1 and keeps and "session" in (case.path_parameters or {}):
        case.path_parameters["session"] = door.session
    if choose > 1 and isinstance(case.body, dict) and "session" in case.body:
        case.body["session"] = door.session
