"""The pages' declarations of what travels (``gateway/types/*.d.ts``), read for comparison.

Only what those files consist of is understood: interfaces with a field a line, aliases of unions,
arrays, and ``Interface["field"]``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.locks import ROOT

FOLDER = ROOT / "gateway" / "types"

_COMMENT = re.compile(r"/\*\*.*?\*/", re.DOTALL)
_INTERFACE = re.compile(
    r"^(?:export )?interface (\w+)(?: extends (\w+))? \{\n(.*?)^\}", re.M | re.S
)
_FIELD = re.compile(r"^  (\w+)(\??): (.+);$", re.MULTILINE)
_ALIAS = re.compile(r"^(?:export )?type (\w+) =\s(.*?);$", re.MULTILINE | re.DOTALL)
_OF_FIELD = re.compile(r'(\w+)\["(\w+)"\]')

Members = frozenset[object]
"""What a value may be: names of types, literals as in JSON, and ``("array", Members)``."""


@dataclass(frozen=True)
class Field:
    """A field of an interface, its type still as it is written."""

    text: str
    is_optional: bool


@dataclass
class Declarations:
    """All interfaces and aliases by their names."""

    interfaces: dict[str, dict[str, Field]] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def members(self, text: str) -> Members:
        """Return what a value of the type ``text`` may be."""
        found: set[object] = set()
        for part in _alternatives(text):
            if part.endswith("[]"):
                found.add(("array", self.members(part[:-2].removeprefix("(").removesuffix(")"))))
            elif part in self.aliases:
                found |= self.members(self.aliases[part])
            elif at := _OF_FIELD.fullmatch(part):
                found |= self.members(self.interfaces[at[1]][at[2]].text)
            else:
                found.add(part)
        return frozenset(found)


def read(folder: Path = FOLDER) -> Declarations:
    """Return what the files of ``folder`` declare."""
    text = "\n".join(path.read_text() for path in sorted(folder.glob("*.d.ts")))
    text = _COMMENT.sub("", text)
    found = Declarations(aliases=dict(_ALIAS.findall(text)))
    bases: dict[str, str] = {}
    for name, base, body in _INTERFACE.findall(text):
        assert name not in found.interfaces, f"{name} is declared twice"
        bases[name] = base
        found.interfaces[name] = {
            each: Field(type_, optional == "?") for each, optional, type_ in _FIELD.findall(body)
        }
    for name in found.interfaces:
        base = bases[name]
        while base in found.interfaces:
            found.interfaces[name] = found.interfaces[base] | found.interfaces[name]
            base = bases[base]
    return found


def of_schema(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Members:
    """Return what a value of a JSON schema may be, in the words of the declarations."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        target = definitions[name]
        return of_schema(target, definitions) if "enum" in target else frozenset({name})
    if "anyOf" in schema:
        return frozenset().union(*(of_schema(each, definitions) for each in schema["anyOf"]))
    if "const" in schema or "enum" in schema:
        values = schema.get("enum", [schema.get("const")])
        return frozenset(json.dumps(each) for each in values)
    if schema["type"] == "array":
        return frozenset({("array", of_schema(schema["items"], definitions))})
    return frozenset({{"integer": "number"}.get(schema["type"], schema["type"])})


def _alternatives(text: str) -> list[str]:
    """Return the members of a union, not of those within its brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "(<[{") - (character in ")>]}")
        if character == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]
