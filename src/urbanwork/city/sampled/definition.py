"""The definition that a city is sampled by, read from `ghsci.yaml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from urbanwork.quantities.yamlfile import load_yaml
from urbanwork.sources.osm.tagged import TagRule

OWN = Path(__file__).with_name("ghsci.yaml")


@dataclass(frozen=True, slots=True)
class OpenSpaceRules:
    """Which areas are open space, and what is known of them by their tags."""

    chosen: TagRule
    without: TagRule  # cut out of them
    water: TagRule
    watercourse: TagRule
    linear: TagRule
    not_public: TagRule

    def attributes(self) -> tuple[TagRule, ...]:
        """The rules asked of the open spaces that were chosen."""
        return self.water, self.watercourse, self.linear, self.not_public


@dataclass(frozen=True, slots=True)
class Numbers:
    """Distances in metres, areas in hectares, shares; `ghsci.yaml` says what each is for."""

    buffer_m: float
    clean_rim_m: float
    crossing_tolerance_m: float
    cell_m: float
    sample_every_m: float
    least_people: float
    least_share_inside: float
    access_m: float
    neighbourhood_m: float
    cluster_m: float
    linear_ha: float
    linear_roundness: float
    linear_diameter_m: float
    linear_overlap_share: float
    linear_touch_m: float
    linear_overlap_ha: float
    entry_every_m: float
    entry_street_m: float
    any_ha: float
    large_ha: float


@dataclass(frozen=True, slots=True)
class Definition:
    """All that a city is sampled by, except its coordinate system."""

    version: str
    streets_without: Mapping[str, str]  # key -> regular expression found anywhere in the value
    destinations: Mapping[str, TagRule]
    timetable: Mapping[str, float]  # category -> longest headway, minutes; inf: any service
    daily_living: tuple[tuple[str, ...], ...]  # groups of categories, one point each
    reference_cities: Mapping[str, tuple[float, float]]  # quantity -> mean, standard deviation
    area_keys: tuple[str, ...]
    open_space: OpenSpaceRules
    numbers: Numbers

    def chosen(self) -> tuple[TagRule, ...]:
        """The rules of all features that are wanted from an extract."""
        spaces = self.open_space
        return (*self.destinations.values(), spaces.chosen, spaces.without)


def load_definition(path: Path | None = None) -> Definition:
    """The definition of a file written like `ghsci.yaml`, by default of that very file.

    Raises:
        UserError: a missing file, or one that is not YAML.
        KeyError: an entry is missing.

    >>> load_definition().numbers.buffer_m
    1600.0
    """
    return _own() if path is None else _loaded(path)


@cache
def _own() -> Definition:
    return _loaded(OWN)


def _loaded(path: Path) -> Definition:
    data, _ = load_yaml(path)
    spaces, unseen = data["open_space"], data["unseen_keys"]
    numbers = {each.name: float(data["numbers"][each.name]["value"]) for each in fields(Numbers)}
    return Definition(
        data["version"],
        data["streets_without"],
        {name: _rule(rule, unseen) for name, rule in data["destinations"].items()},
        {name: float(each["headway_min"]) for name, each in data["timetable"].items()},
        tuple(tuple(group) for group in data["daily_living"]),
        {name: (each["mean"], each["sd"]) for name, each in data["reference_cities"].items()},
        tuple(data["area_keys"]),
        OpenSpaceRules(*(_rule(spaces[each.name], unseen) for each in fields(OpenSpaceRules))),
        Numbers(**numbers),
    )


def _rule(data: Mapping[str, Any], unseen: Sequence[str]) -> TagRule:
    return {key: tuple(values) for key, values in data.items() if key not in unseen}
