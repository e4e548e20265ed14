"""Whether records written under an older JSON schema are still read under a newer one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]

_NARROWER_WHEN_LARGER = ("minimum", "exclusiveMinimum", "minLength", "minItems")
_NARROWER_WHEN_SMALLER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems")


def incompatibilities(old: Schema, new: Schema) -> list[str]:
    """Return one line for each way in which ``new`` refuses what ``old`` allowed."""
    return list(_compare(old, new, old, new, "event"))


def _resolve(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    return schema


def _alternatives(schema: Schema, root: Schema) -> Sequence[Schema]:
    schema = _resolve(schema, root)
    return [_resolve(each, root) for each in schema.get("anyOf", [schema])]


def _compare(old: Schema, new: Schema, o: Schema, n: Schema, path: str) -> Iterator[str]:
    candidates = _alternatives(new, n)
    for allowed in _alternatives(old, o):
        found = [list(_narrowed(allowed, each, o, n, path)) for each in candidates]
        if all(found):
            yield from min(found, key=len)


def _narrowed(old: Schema, new: Schema, o: Schema, n: Schema, path: str) -> Iterator[str]:
    if old.get("type") != new.get("type") and (old.get("type"), new.get("type")) != (
        "integer",
        "number",
    ):
        yield f"{path}: was {old.get('type')}, is {new.get('type')}"
        return
    if "properties" in old or "properties" in new:
        yield from _object(old, new, o, n, path)
    if "items" in new:
        yield from _compare(old.get("items", {}), new["items"], o, n, f"{path}[]")
    values = set(old["enum"]) if "enum" in old else {old["const"]} if "const" in old else None
    if "enum" in new or "const" in new:
        allowed = set(new.get("enum", [new.get("const")]))
        if values is None or values - allowed:
            yield f"{path}: no longer allows {sorted((values or {'any value'}) - allowed)}"
    if "pattern" in new and new["pattern"] != old.get("pattern"):
        yield f"{path}: another pattern"
    for name in _NARROWER_WHEN_LARGER:
        if name in new and (name not in old or new[name] > old[name]):
            yield f"{path}: {name} rose"
    for name in _NARROWER_WHEN_SMALLER:
        if name in new and (name not in old or new[name] < old[name]):
            yield f"{path}: {name} fell"


def _object(old: Schema, new: Schema, o: Schema, n: Schema, path: str) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    for name in before:
        if name not in after:
            yield f"{path}.{name}: removed"
        else:
            yield from _compare(before[name], after[name], o, n, f"{path}.{name}")
    for name in new.get("required", ()):
        if name not in old.get("required", ()):
            yield f"{path}.{name}: required now"
