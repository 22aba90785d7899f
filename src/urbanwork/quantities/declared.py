"""Tables of rules in YAML, held against a model: every fault with file and line, all at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.quantities.kept_yaml import load_own_yaml
from urbanwork.quantities.yamlfile import Lines


class Declared(BaseModel):
    """What a table of rules declares: unknown keys are faults, nothing changes once read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Table = TypeVar("Table", bound=Declared)


def read_declared(path: Path, model: type[Table]) -> Table:
    """The table of a file as its model.

    Raises:
        UserError: the file is missing, unreadable, not UTF-8 or not valid YAML.
        ManyFaultsError: keys or values that the model does not allow, one sentence each.
    """
    data, lines = load_own_yaml(path)
    if not isinstance(data, dict):
        raise UserError(f"{path}: the file holds no mapping of keys; is it the right file?")
    return held_against(data, model, lines)


def held_against(data: Any, model: type[Table], lines: Lines) -> Table:
    """Data that was read already, as its model.

    Raises:
        ManyFaultsError: keys or values that the model does not allow, one sentence each.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = [_sentence(one, lines) for one in error.errors(include_url=False)]
        raise ManyFaultsError(list(dict.fromkeys(faults))) from None


def _sentence(one: Any, lines: Lines) -> str:
    place = tuple(one["loc"])
    key = ".".join(str(part) for part in place)
    where = f"{lines.where(*place)}: {key + ': ' if key else ''}"
    if one["type"] == "missing":
        return f"{where}missing; add it"
    if one["type"] == "extra_forbidden":
        return f"{where}unknown key; remove it or correct its name"
    said = str(one["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    if one["type"] == "value_error":
        return f"{where}{said}"
    return f"{where}got {one['input']!r}; it {said}"
