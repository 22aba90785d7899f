"""Dataclasses as JSON has them, without the deep copies of `dataclasses.asdict`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any


def plain_data(value: Any) -> Any:
    """Dataclasses, tuples and mappings as dicts and lists; all else stays what it is.

    >>> from urbanwork.quantities.bilingual import Bilingual
    >>> plain_data((Bilingual("park", "公园"), {1: 2.5}))
    [{'en': 'park', 'zh': '公园'}, {'1': 2.5}]
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, list | tuple):
        return [plain_data(each) for each in value]
    if isinstance(value, Mapping):
        return {str(key): plain_data(each) for key, each in value.items()}
    kind: type = type(value)
    names = _names(kind)
    return {name: plain_data(getattr(value, name)) for name in names} if names else value


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else ()
