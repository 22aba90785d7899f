"""Faults of `city.yaml` in words: file, line, key, what was got, what was wanted, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from urbanwork.city.setting_kinds import shown
from urbanwork.quantities.yamlfile import Lines

Loc = tuple[str | int, ...]


def fault_sentences(error: ValidationError, model: type[BaseModel], lines: Lines) -> list[str]:
    """Return one sentence for each fault of the file, `file:line: key: ...`."""
    return [
        _sentence(one, model, lines)
        for one in error.errors(include_url=False)
        if one["type"]
        != "default_factory_not_called"  # a default that awaits another key's mending
    ]


def in_order(sentences: Iterable[str], lines: Lines) -> list[str]:
    """Return the sentences in the order of the lines of the file, each once."""
    start = len(lines.name) + 1
    return sorted(set(sentences), key=lambda one: (int(one[start:].partition(":")[0]), one))


def _sentence(one: Mapping[str, Any], model: type[BaseModel], lines: Lines) -> str:
    loc = _in_file(one["loc"], lines)
    if one["type"] == "missing":
        loc = (*loc, one["loc"][-1])
    key = ".".join(str(part) for part in loc if isinstance(part, str))
    return f"{lines.where(*loc)}: {key + ': ' if key else ''}{_said(one, model)}"


def _in_file(loc: Sequence[str | int], lines: Lines) -> Loc:
    """The place in the file: steps that pydantic took but the user did not write are left out.

    `osm: a.pbf` is checked as `osm: {path: a.pbf}`, and one register as a list of one.
    """
    kept: Loc = ()
    for step in loc:
        if (*kept, step) in lines.by_key:
            kept = (*kept, step)
    return kept


def _said(one: Mapping[str, Any], model: type[BaseModel]) -> str:
    kind, given = str(one["type"]), one["input"]
    if kind == "extra_forbidden":
        return _unknown(str(one["loc"][-1]), one["loc"][:-1], model)
    wanted = _wanted(one["loc"], model)
    if kind == "missing":
        return f"missing; add a line '{one['loc'][-1]}: ...' with the {wanted}"
    if kind == "said":
        return str(one["ctx"]["sentence"])
    if kind == "model_type":
        return f"got {shown(given)}, wanted {_mapping(_model_at(one['loc'], model) or model)}"
    return f"got {shown(given)}, wanted {wanted}{_limit(one)}"


def _mapping(model: type[BaseModel]) -> str:
    names = _names(model)
    if "path" in names:
        return "a path, or a mapping with 'path' in it"
    return f"a mapping with keys such as {', '.join(names[:4])}"


def _limit(one: Mapping[str, Any]) -> str:
    """What the value broke, in numbers."""
    limits = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    context: Mapping[str, Any] = one.get("ctx", {})
    for name, words in limits.items():
        if name in context:
            return f" ({words} {context[name]:g})"
    if "expected" in context:
        return f" (one of {context['expected']})"
    return {
        "string_type": " (text; put it in quotes)",
        "int_type": " (a whole number)",
        "float_type": " (a number)",
        "string_too_long": " (at most 200 characters)",
        "string_too_short": " (not an empty text)",
        "string_pattern_mismatch": " (lower-case letters, digits, - and _)",
        "missing_argument": "",
    }.get(str(one["type"]), "")


def _unknown(key: str, loc: Sequence[str | int], model: type[BaseModel]) -> str:
    """What to say of a key that does not exist: the nearest that does, or where it belongs."""
    here = _model_at(loc, model) or model
    names = _names(here)
    close = difflib.get_close_matches(key.lower(), names, n=1, cutoff=0.6)
    if close:
        return f"there is no such key; did you mean '{close[0]}'?"
    for parent, child in _children(model):
        if key in _names(child) and child is not here:
            return f"this key belongs under '{parent}'; move it there"
    return f"there is no such key; the keys here are {_some(names)}"


def _some(names: Sequence[str], most: int = 14) -> str:
    more = ", ... (docs/city.md has all)" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _names(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _children(model: type[BaseModel]) -> Iterator[tuple[str, type[BaseModel]]]:
    for name, field in model.model_fields.items():
        child = _model_in(field.annotation)
        if child is not None:
            yield name, child
            yield from ((f"{name}.{inner}", deeper) for inner, deeper in _children(child))


def _wanted(loc: Sequence[str | int], model: type[BaseModel]) -> str:
    """The description of the innermost key on the way that has one."""
    said = "another value"
    for field in _fields(loc, model):
        said = field.description or said
    return said


def _model_at(loc: Sequence[str | int], model: type[BaseModel]) -> type[BaseModel] | None:
    here: type[BaseModel] | None = model
    for field in _fields(loc, model):
        here = _model_in(field.annotation)
    return here


def _fields(loc: Sequence[str | int], model: type[BaseModel]) -> Iterator[FieldInfo]:
    here: type[BaseModel] | None = model
    for step in loc:
        field = _field(here, step) if here is not None and isinstance(step, str) else None
        if field is not None:
            yield field
            here = _model_in(field.annotation)


def _field(model: type[BaseModel], key: str) -> FieldInfo | None:
    for name, field in model.model_fields.items():
        if key in (name, field.alias):
            return field
    return None


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that a type such as `tuple[Model, ...]` or `Model | None` holds."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    held = (_model_in(inner) for inner in get_args(annotation))
    return next((model for model in held if model is not None), None)
