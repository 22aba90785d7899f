"""The definitions that an examination used, kept with it as data and used again by a later one.

`definitions.json` holds the indicators, the standards that were chosen for the city, and the
settings that decide numbers. A re-examination that takes them (`examine --like`) answers the same
questions in the same way; what has been defined anew since then is named, not used.

Code is not frozen: the manifest says by which program a value was computed, and `compare` names a
change of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from urbanwork.catalogue.models import Bilingual, Catalogue, Indicator, Standard
from urbanwork.city.settings import CitySettings
from urbanwork.errors import UserError
from urbanwork.examination.results import json_lines
from urbanwork.quantities.plain_data import plain_data
from urbanwork.version import __version__

FILE = "definitions.json"
FORMAT = 1

_DECIDES_NUMBERS = (
    "version", "measure", "inputs", "unit", "support", "smallest_people", "missing",
)  # fmt: skip
_DECIDES_GRADES = (
    "id", "edition", "clause", "strength", "operator", "value", "upper", "fair", "unit",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One definition that is another today, in words."""

    kind: Literal["added", "removed", "changed", "standard"]
    id: str  # of the indicator, or the key of the standard
    said: Bilingual


def freeze(
    catalogue: Catalogue, standards: Mapping[str, Standard], settings: CitySettings
) -> bytes:
    """`definitions.json`: the same bytes for the same definitions.

    `standards` are the rows that were chosen for this city and day, by key.
    """
    extra = {
        name: plain_data(getattr(catalogue, name))
        for name in _names(Catalogue)
        if name not in ("indicators", "standards", "origins", "version")
    }
    data = {
        "format": FORMAT,
        "urbanwork": __version__,
        "catalogue": settings.catalogue,
        "catalogue_version": catalogue.version,
        "settings": settings_that_count(settings),
        "indicators": [plain_data(each) for each in catalogue.indicators.values()],
        "standards": [plain_data(standards[key]) for key in sorted(standards)],
        **extra,
    }
    return json_lines(data).encode()


def settings_that_count(settings: CitySettings) -> dict[str, Any]:
    """The settings that decide numbers beside files and catalogue, as plain data."""
    plain = settings.model_dump(mode="json", include={"people", "cells", "sampling"})
    window = settings.gtfs.window.model_dump(mode="json") if settings.gtfs else None
    return {**plain, "standard_sets": list(settings.standards), "window": window}


def load(path: Path) -> Catalogue:
    """The catalogue that an examination used, its standards those chosen then.

    `path` is the file or the folder of the examination. One row a key: `by_key` gives them as a run
    takes them.

    Raises:
        UserError: there is no such file, it is damaged, or another version wrote it.
    """
    file = path / FILE if path.is_dir() else path
    data = read(file)
    try:
        indicators = [_made(Indicator, each) for each in data["indicators"]]
        standards = tuple(_made(Standard, each) for each in data["standards"])
        rest = {name: data[name] for name in _names(Catalogue) if name in data}
        made: Catalogue = replace(
            _made(Catalogue, {**rest, "indicators": {}, "standards": []}),
            indicators={each.id: each for each in indicators}, standards=standards,
            version=str(data["catalogue_version"]),
        )  # fmt: skip
        return made
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(
            f"{file}: the definitions cannot be read ({error}); they were written by another "
            "version of urbanwork; use that one, or examine without --like"
        ) from None


def read(file: Path) -> dict[str, Any]:
    """The file as plain data. Raises UserError as `load` does."""
    try:
        data = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise UserError(
            f"{file}: there is no such file: the examination was made by an urbanwork that did not "
            "keep its definitions; examine the city once more and use that examination"
        ) from None
    except ValueError:
        raise UserError(f"{file}: the file is damaged; take it from a copy") from None
    found = data.get("format") if isinstance(data, dict) else None
    if found != FORMAT:
        raise UserError(f"{file}: its format is {found}, this urbanwork reads {FORMAT}")
    return dict(data)


def by_key(catalogue: Catalogue) -> dict[str, Standard]:
    """The frozen standards by the key that they hold for."""
    return {row.key: row for row in catalogue.standards}


def decides_numbers(indicator: Indicator) -> dict[str, Any]:
    """What of an indicator decides its values: no text, no standard."""
    own = {name: plain_data(getattr(indicator, name)) for name in _DECIDES_NUMBERS}
    return {**own, **{f"parameter {k}": v for k, v in indicator.arguments().items()}}


def decides_grades(standard: Standard) -> dict[str, Any]:
    """What of a standard decides a grade, and the document that it is from."""
    return {name: getattr(standard, name) for name in _DECIDES_GRADES}


def not_used(
    frozen: Catalogue, today: Catalogue, standards: Mapping[str, Standard]
) -> list[Difference]:
    """What is defined otherwise today than in the frozen catalogue, so that it is not used.

    `standards` are the rows that would be chosen today.
    """
    return [*_of_indicators(frozen, today), *_of_standards(frozen, standards)]


def _of_indicators(frozen: Catalogue, today: Catalogue) -> Iterator[Difference]:
    for key, now in today.indicators.items():
        was = frozen.indicators.get(key)
        title = now.title
        if was is None:
            yield Difference("added", key, Bilingual(
                f"“{title.en}” ({key}) is new and is not measured.",
                f"“{title.zh}”（{key}）为新增指标，未测算。",
            ))  # fmt: skip
            continue
        what = changed(decides_numbers(was), decides_numbers(now))
        if what:
            yield Difference("changed", key, Bilingual(
                f"“{title.en}” ({key}) is defined otherwise today ({what}); the earlier "
                "definition is used.",
                f"“{title.zh}”（{key}）现行定义已变（{what}），仍用原定义。",
            ))  # fmt: skip
    for key, was in frozen.indicators.items():
        if key not in today.indicators:
            yield Difference("removed", key, Bilingual(
                f"“{was.title.en}” ({key}) is no longer in the catalogue; it is still measured.",
                f"“{was.title.zh}”（{key}）已不在指标目录中，仍予测算。",
            ))  # fmt: skip


def _of_standards(frozen: Catalogue, today: Mapping[str, Standard]) -> Iterator[Difference]:
    was_chosen = by_key(frozen)
    for key in sorted({*was_chosen, *today}):
        was, now = was_chosen.get(key), today.get(key)
        if was is not None and now is not None:
            what = changed(decides_grades(was), decides_grades(now))
        else:
            what = f"{_row_name(was)} → {_row_name(now)}"
        if what:
            yield Difference("standard", key, Bilingual(
                f"The standard for {key} is another today ({what}); the earlier one is used.",
                f"{key} 的现行标准已变（{what}），仍用原标准。",
            ))  # fmt: skip


def _row_name(row: Standard | None) -> str:
    return "–" if row is None else row.id


def changed(was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What differs, as `name: before → after`; empty where nothing does.

    >>> changed({"radius_m": 300, "unit": "%"}, {"radius_m": 500, "unit": "%"})
    'radius_m: 300 → 500'
    """
    names = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    return ", ".join(
        f"{name.removeprefix('parameter ')}: {_word(was.get(name))} → {_word(now.get(name))}"
        for name in names
    )


def _word(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _names(kind: type) -> list[str]:
    return [each.name for each in fields(kind)]


def _made(kind: Any, data: Any) -> Any:
    """Plain data as the type that its annotation names: dataclasses, tuples, mappings of these."""
    if is_dataclass(kind) and isinstance(kind, type):
        return _dataclass(kind, data)
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple and isinstance(data, Sequence):
        kinds = inner if inner[-1:] != (Ellipsis,) else (inner[0],) * len(data)
        return tuple(_made(k, each) for k, each in zip(kinds, data, strict=True))
    if isinstance(data, Mapping) and len(inner) == 2:
        return {key: _made(inner[1], each) for key, each in data.items()}
    if data is not None and NoneType in inner and len(inner) == 2:
        return _made(inner[0] if inner[1] is NoneType else inner[1], data)
    return data


def _dataclass(kind: type, data: Mapping[str, Any]) -> Any:
    shape = _shape(kind)
    unknown = sorted(set(data) - set(shape))
    if unknown:
        raise ValueError(f"{kind.__name__} has no {', '.join(unknown)}")
    for name, (_, is_needed) in shape.items():
        if is_needed and name not in data:
            raise ValueError(f"{kind.__name__} lacks {name}")
    return kind(**{name: _made(shape[name][0], value) for name, value in data.items()})


@cache
def _shape(kind: type) -> dict[str, tuple[Any, bool]]:
    """Of each field of a dataclass its type, and whether it must be given."""
    hints = get_type_hints(kind)
    return {
        each.name: (hints[each.name], each.default is MISSING and each.default_factory is MISSING)
        for each in fields(kind)
    }
