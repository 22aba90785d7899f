"""Entries held against their fields: every fault as one sentence with file and line."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from urbanwork.catalogue.fields import BILINGUAL, PARAMETER, Field, Fields
from urbanwork.quantities.yamlfile import Lines

_GOT = {
    bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list",
    dict: "a mapping", type(None): "nothing",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """An entry of one file: where it stands and what messages call it."""

    lines: Lines
    key: tuple[str | int, ...] = ()
    what: str = ""

    def at(self, *key: str | int) -> Spot:
        return Spot(self.lines, (*self.key, *key), self.what)

    def called(self, what: str) -> Spot:
        return Spot(self.lines, self.key, what)

    def fault(self, sentence: str) -> str:
        """`file:line: what: sentence`."""
        label = f"{self.what}: " if self.what else ""
        return f"{self.lines.where(*self.key)}: {label}{sentence}"


def suggestion(word: str, choices: Iterable[str]) -> str:
    """`; did you mean 'x'?` where a choice is near, else the choices.

    >>> suggestion("kindergraten", ["kindergarten", "post"])
    "; did you mean 'kindergarten'?"
    """
    known = list(choices)
    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean '{near[0]}'?" if near else f"; choose from {', '.join(known)}"


def table_faults(data: Any, fields: Fields, spot: Spot) -> Iterator[str]:
    """Faults of a mapping: keys that are missing or unknown, values of the wrong kind."""
    if not isinstance(data, dict):
        yield spot.fault(f"a mapping of keys is wanted, got {_got(data)}")
        return
    for name in data:
        if name not in fields:
            yield spot.at(name).fault(f"unknown key '{name}'{suggestion(name, fields)}")
    for name, field in fields.items():
        value = data.get(name)
        if value is None:
            if not field.is_optional:
                yield spot.fault(f"'{name}' is missing ({field.note})")
        elif not _is_sound(value, field):
            yield from _CHECKS[field.kind](value, field, spot.at(name))


def _is_sound(value: Any, field: Field) -> bool:
    """Whether a text or a list of texts has no fault; of other kinds it is not said.

    Nearly every value is sound, and a catalogue has thousands: no spot is made for these.
    """
    if field.kind == "texts":
        return isinstance(value, list) and bool(value) and all(_is_word(v, field) for v in value)
    return field.kind == "text" and _is_word(value, field)


def _is_word(value: Any, field: Field) -> bool:
    return (
        isinstance(value, str)
        and bool(value.strip())
        and (not field.choices or value in field.choices)
        and (not field.pattern or re.fullmatch(field.pattern, value) is not None)
    )


def _got(value: Any) -> str:
    return _GOT.get(type(value), type(value).__name__)


def _name(spot: Spot) -> str:
    return f"'{spot.key[-1]}'" if isinstance(spot.key[-1], str) else f"'{spot.key[-2]}'"


def _text(value: Any, field: Field, spot: Spot) -> Iterator[str]:
    if not isinstance(value, str):
        hint = f'; put it in quotes: "{value}"' if isinstance(value, (int, float)) else ""
        yield spot.fault(f"{_name(spot)} must be text, got {_got(value)}{hint}")
    elif not value.strip():
        yield spot.fault(f"{_name(spot)} is empty ({field.note})")
    elif field.choices and value not in field.choices:
        yield spot.fault(f"{_name(spot)} is '{value}'{suggestion(value, field.choices)}")
    elif field.pattern and not re.fullmatch(field.pattern, value):
        yield spot.fault(f"{_name(spot)} is '{value}', wanted something like {field.example}")


def _texts(value: Any, field: Field, spot: Spot) -> Iterator[str]:
    if not isinstance(value, list) or not (value or field.can_be_empty):
        got = "an empty list" if value == [] else _got(value)
        yield spot.fault(f"{_name(spot)} must be a list of texts, got {got} ({field.note})")
        return
    for place, item in enumerate(value):
        yield from _text(item, field, spot.at(place))


def _number(value: Any, field: Field, spot: Spot) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        yield spot.fault(f"{_name(spot)} must be a number, got {_got(value)} ({field.note})")


def _whole(value: Any, field: Field, spot: Spot) -> Iterator[str]:
    if isinstance(value, bool) or not isinstance(value, int):
        yield spot.fault(f"{_name(spot)} must be a whole number, got {_got(value)} ({field.note})")


def _date(value: Any, field: Field, spot: Spot) -> Iterator[str]:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(value)):
            raise ValueError
        date.fromisoformat(str(value))
    except ValueError:
        yield spot.fault(f"{_name(spot)} is '{value}', wanted a date such as 2018-12-01")


def _value(value: Any, field: Field, spot: Spot) -> Iterator[str]:
    items = value if isinstance(value, list) else [value]
    are_words = [isinstance(item, str) and bool(item) for item in items]
    are_numbers = [
        isinstance(item, (int, float)) and not isinstance(item, bool) and math.isfinite(item)
        for item in items
    ]
    if not items or not (all(are_words) or all(are_numbers)):
        yield spot.fault("'value' must be a number, a word, or a list of only one of them")


def _bilingual(value: Any, field: Field, spot: Spot) -> Iterator[str]:
    if isinstance(value, str):
        yield spot.fault(f"{_name(spot)} must have two texts: en in English and zh in Chinese")
        return
    yield from table_faults(value, BILINGUAL, spot)


def _parameters(value: Any, field: Field, spot: Spot) -> Iterator[str]:
    if not isinstance(value, dict):
        yield spot.fault(f"'parameters' must be a mapping by name, got {_got(value)}")
        return
    for name, parameter in value.items():
        yield from table_faults(parameter, PARAMETER, spot.at(name))


def _table(value: Any, field: Field, spot: Spot) -> Iterator[str]:
    yield from table_faults(value, field.fields or {}, spot)


def _tables(value: Any, field: Field, spot: Spot) -> Iterator[str]:
    if not isinstance(value, list):
        yield spot.fault(f"{_name(spot)} must be a list of entries, got {_got(value)}")
        return
    for place, entry in enumerate(value):
        label = entry.get("id", "") if isinstance(entry, dict) else ""
        called = spot.at(place).called(str(label or f"entry {place + 1}"))
        yield from table_faults(entry, field.fields or {}, called)


def _named_tables(value: Any, field: Field, spot: Spot) -> Iterator[str]:
    if not isinstance(value, dict):
        yield spot.fault(f"{_name(spot)} must be a mapping by name, got {_got(value)}")
        return
    for name, entry in value.items():
        yield from table_faults(entry, field.fields or {}, spot.at(name).called(str(name)))


_CHECKS: Mapping[str, Callable[[Any, Field, Spot], Iterator[str]]] = {
    "text": _text, "texts": _texts, "number": _number, "whole": _whole, "date": _date,
    "value": _value, "bilingual": _bilingual, "parameters": _parameters, "table": _table,
    "tables": _tables, "named_tables": _named_tables,
}  # fmt: skip


def duplicates(ids: Sequence[tuple[str, Spot]]) -> Iterator[str]:
    """Ids that stand twice, told at the second place with the first."""
    first: dict[str, Spot] = {}
    for name, spot in ids:
        if name in first:
            where = first[name].lines.where(*first[name].key)
            yield spot.fault(f"the id '{name}' is given twice (first in {where}); an id is unique")
        first.setdefault(name, spot)
