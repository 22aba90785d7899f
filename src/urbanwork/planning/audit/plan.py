"""A folder with plan.yaml, read with every fault at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from urbanwork.catalogue.checking import Spot, duplicates, table_faults
from urbanwork.catalogue.models import Bilingual
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.planning.audit.fields import PLAN_FILE
from urbanwork.quantities.yamlfile import load_yaml_and_faults

FILE = "plan.yaml"
PATHS = {"population": "people", "built_up_land": "km2", "output": "value"}
"""Paths over the years, and the name of their figure."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as its file says it, with where each entry stands."""

    folder: Path
    data: Mapping[str, Any]
    spot: Spot

    @property
    def title(self) -> Bilingual:
        return words(self.data["title"])

    def where(self, *key: str | int) -> str:
        """`plan.yaml:12`."""
        return f"{FILE}:{self.spot.lines.of(*key)}"

    def listed(self, key: str) -> list[Mapping[str, Any]]:
        """The entries of a list, none where it is not given."""
        return list(self.data.get(key) or ())

    def table(self, key: str) -> Mapping[str, Any]:
        return self.data.get(key) or {}

    def path(self, key: str) -> dict[int, float]:
        """Figures by year of population, built-up land or output."""
        return {int(row["year"]): float(row[PATHS[key]]) for row in self.listed(key)}

    def has(self, file: str) -> bool:
        """Whether a file of the folder is there and holds anything."""
        path = self.folder / file
        return path.is_file() and path.stat().st_size > 0


def words(text: Mapping[str, str | None]) -> Bilingual:
    """A text of a plan; one language stands for both.

    >>> words({"zh": "港湾"})
    Bilingual(en='港湾', zh='港湾')
    """
    en, zh = text.get("en"), text.get("zh")
    return Bilingual(str(en or zh), str(zh or en))


def read_plan(folder: Path | str) -> Plan:
    """The plan of a folder.

    Raises:
        UserError: there is no plan.yaml, or it is not YAML.
        ManyFaultsError: every fault of the file at once, each with file and line.
    """
    folder = Path(folder)
    path = folder if folder.name == FILE else folder / FILE
    if not path.is_file():
        raise UserError(
            f"{folder}: this folder has no {FILE}; write one ('urbanwork schema plan' gives its "
            "form) or give the folder of a plan"
        )
    data, lines, faults = load_yaml_and_faults(path)
    root = Spot(lines)
    faults += table_faults(data, PLAN_FILE, root)
    if isinstance(data, dict) and not faults:
        faults += _cross_faults(Plan(path.parent, data, root))
    if faults:
        raise ManyFaultsError(faults)
    return Plan(path.parent, data, root)


def _cross_faults(plan: Plan) -> Iterator[str]:
    """Faults that single fields do not show."""
    yield from _text_faults(plan.data, plan.spot)
    yield from _file_faults(plan.data, plan.spot, plan.folder.resolve())
    for key in PATHS:
        yield from _path_faults(plan, key)
    for key in ("proposals", "systems"):
        spots = [plan.spot.at(key, n) for n in range(len(plan.listed(key)))]
        yield from duplicates([(e["id"], s) for e, s in zip(plan.listed(key), spots, strict=True)])
    yield from _order_faults(plan)
    yield from _amount_faults(plan)


def _text_faults(value: Any, spot: Spot) -> Iterator[str]:
    if isinstance(value, list):
        for place, each in enumerate(value):
            yield from _text_faults(each, spot.at(place))
    elif isinstance(value, dict):
        for name, each in value.items():
            if name in ("title", "what") and isinstance(each, dict) and not any(each.values()):
                sentence = f"'{name}' has no text; give en in English, zh in Chinese, or both"
                yield spot.at(name).fault(sentence)
            yield from _text_faults(each, spot.at(name))


_FILES = ("file", "scenario", "boundary", "before", "after")


def _file_faults(value: Any, spot: Spot, folder: Path) -> Iterator[str]:
    """A plan is handed over as one folder: its files do not lie elsewhere."""
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for name, each in entries:
        if isinstance(each, dict | list):
            yield from _file_faults(each, spot.at(name), folder)
        elif name in _FILES and each is not None and not _is_within(str(each), folder):
            yield spot.at(name).fault(
                f"'{each}' lies outside the folder of the plan; copy it into the folder and name "
                "it from there"
            )


def _is_within(file: str, folder: Path) -> bool:
    try:
        return (folder / file).resolve().is_relative_to(folder)
    except (OSError, ValueError):
        return False


def _path_faults(plan: Plan, key: str) -> Iterator[str]:
    rows = plan.listed(key)
    for place, row in enumerate(rows):
        if row[PATHS[key]] <= 0:
            yield plan.spot.at(key, place, PATHS[key]).fault(
                f"'{PATHS[key]}' is {row[PATHS[key]]}; a figure above 0 is wanted"
            )
    for place, (one, other) in enumerate(pairwise(rows)):
        if other["year"] <= one["year"]:
            yield plan.spot.at(key, place + 1, "year").fault(
                f"the year {other['year']} does not follow {one['year']}; give each year once, "
                "the earliest first"
            )
    units = {row.get("unit") for row in rows}
    if len(units) > 1:
        yield plan.spot.at(key).fault("figures in several units; give all in one")


def _order_faults(plan: Plan) -> Iterator[str]:
    horizon, shown = plan.table("horizon"), plan.table("publicity")
    if horizon and horizon["target_year"] <= horizon["base_year"]:
        yield plan.spot.at("horizon", "target_year").fault(
            f"the target year {horizon['target_year']} is not after the base year "
            f"{horizon['base_year']}"
        )
    if shown and shown["to"] < shown["from"]:
        yield plan.spot.at("publicity", "to").fault(
            f"the last day {shown['to']} is before the first, {shown['from']}"
        )


def _amount_faults(plan: Plan) -> Iterator[str]:
    accuracy = plan.table("positional_accuracy")
    if accuracy and accuracy["metres"] <= 0:
        yield plan.spot.at("positional_accuracy", "metres").fault(
            f"'metres' is {accuracy['metres']}; a length above 0 is wanted"
        )
    for place, layer in enumerate(plan.listed("layers")):
        rows = [("total_ha", layer.get("total_ha"))]
        rows += [("ha", row["ha"]) for row in layer.get("declared") or ()]
        if any(value is not None and value < 0 for _, value in rows):
            yield plan.spot.at("layers", place).fault("an area below 0 ha is declared")
