"""The process that reads one résumé: the file on stdin, JSON on stdout, and nothing else to reach.

It lives apart from the gateway because a file may make a library use all time and memory, and it
can open no file, because a file may also make a library do what nobody thought of.

The reply is ``{"resume": {...}}``, ``{"refused": {"code", "message"}}``, or ``{"failed": "..."}``
with the kind of the error and nothing of the file's content.
"""

from __future__ import annotations

import codecs
import contextlib
import encodings
import json
import logging
import os
import pkgutil
import resource
import sys
from collections.abc import Mapping
from typing import Any

from gateway.resumes import pdf
from gateway.resumes.extract import extract
from gateway.resumes.limits import MAX_BYTES, MIN_LETTERS
from gateway.resumes.model import Resume
from gateway.resumes.refusal import Code, Refused
from gateway.resumes.sections import resume_of

MAX_MEMORY = 512 * 1024 * 1024
"""Bytes of address space."""

MAX_CPU_S = 10
"""Seconds of a core, those of starting included."""

_NICENESS = 10
"""Live interviews on this machine come first."""


def read(data: bytes) -> Resume:
    """Return the résumé in a file.

    Raises:
        Refused: it is not taken.
    """
    resume = resume_of(extract(data))
    if sum(map(str.isalnum, resume.text)) < MIN_LETTERS:
        raise Refused(
            Code.NO_TEXT, "this file holds hardly more than a name: choose your résumé again"
        )
    return resume


def reply_to(data: bytes) -> Mapping[str, Any]:
    """Return what goes to stdout."""
    try:
        return {"resume": read(data).model_dump(mode="json")}
    except Refused as refused:
        return {"refused": {"code": refused.code, "message": refused.message}}
    except Exception as error:  # the parent must hear of it
        return {"failed": type(error).__name__}


def confine() -> None:
    """Give up memory, time, files and processes beyond what reading a file needs.

    What is imported late is loaded here, since afterwards no module can be: any of the encodings
    may be named in a text, a zip file's directory or a font.
    """
    logging.disable()
    pdf.warm_up()
    for module in pkgutil.iter_modules(encodings.__path__):
        with contextlib.suppress(LookupError):  # not all of them are encodings
            codecs.lookup(module.name)
    os.nice(_NICENESS)
    for limit, most in (
        (resource.RLIMIT_AS, MAX_MEMORY),
        (resource.RLIMIT_CPU, MAX_CPU_S),
        (resource.RLIMIT_NOFILE, 0),  # those that are open stay so
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))


def main() -> None:
    """Read the file on stdin, print the reply."""
    confine()
    reply = reply_to(sys.stdin.buffer.read(MAX_BYTES + 1))
    sys.stdout.buffer.write(json.dumps(reply).encode())


if __name__ == "__main__":
    main()
