"""The names of all VIVA_* settings, taken from the settings classes themselves."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType

from pydantic import BaseModel
from pydantic_settings import BaseSettings

import schemas.settings


def names(*modules: ModuleType) -> set[str]:
    """Return the environment variables that the settings of ``modules`` read."""
    found: set[str] = set()
    for module in (schemas.settings, *modules):
        for _, each in inspect.getmembers(module, inspect.isclass):
            if issubclass(each, BaseSettings) and each is not BaseSettings:
                prefix = str(each.model_config.get("env_prefix", ""))
                nested = str(each.model_config.get("env_nested_delimiter") or "")
                found.update(_fields(each, prefix, nested))
    return found


def _fields(model: type[BaseModel], prefix: str, nested: str) -> Iterator[str]:
    for name, info in model.model_fields.items():
        yield (prefix + name).upper()
        inner = info.annotation
        if nested and isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _fields(inner, f"{prefix}{name}{nested}", nested)
