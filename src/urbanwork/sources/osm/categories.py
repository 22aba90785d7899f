"""The tag rules of `categories.yaml`, checked as a whole with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from urbanwork.errors import ManyFaultsError
from urbanwork.quantities.kept_yaml import load_own_yaml
from urbanwork.quantities.yamlfile import Lines
from urbanwork.sources.layers import LAND_KINDS
from urbanwork.sources.osm.rules import Alternative, Condition, Rule, Test

OWN_RULES = Path(__file__).with_name("categories.yaml")
BUILDING_USES = ("residential", "commercial", "industrial", "public", "ancillary")
OPEN_SPACE = "open_space"

_SECTIONS = {"version", "places", "land", "buildings", "building_uses"}
_PLACE_KEYS = {
    "title", "any", "not", "unless_near", "areas_only", "levels", "unstated", "note",
    "plausible_per_10k_people", "why",
}  # fmt: skip
_GROUP_KEYS = {"any", "not", "note"}


@dataclass(frozen=True, slots=True)
class NearRule:
    """Elements that count only where no place of the category lies within some metres."""

    metres: float
    rule: Rule


@dataclass(frozen=True, slots=True)
class Category:
    """One category of place."""

    key: str
    title_en: str
    title_zh: str
    rule: Rule
    unless_near: tuple[NearRule, ...]
    areas_only: bool
    levels: tuple[str, ...]
    unstated: tuple[str, ...]
    plausible_per_10k_people: float  # below it the map, not the city, is taken to be poor
    why: str
    note: str


@dataclass(frozen=True, slots=True)
class Categories:
    """All rules of one file, in its order. Land kinds and uses: the first that holds wins."""

    places: Mapping[str, Category]
    land: Mapping[str, Rule]
    buildings: Rule
    building_uses: Mapping[str, Rule]
    version: str

    def rules(self) -> Iterator[Rule]:
        """Every rule there is."""
        for category in self.places.values():
            yield category.rule
            yield from (near.rule for near in category.unless_near)
        yield from self.land.values()
        yield self.buildings
        yield from self.building_uses.values()


def load_categories(path: Path | None = None) -> Categories:
    """The rules of a file written like `categories.yaml`, by default of that very file.

    Raises:
        UserError: missing or unreadable file, not YAML.
        ManyFaultsError: every entry that cannot be understood, with its line.
    """
    return _own() if path is None else _loaded(path)


@cache
def _own() -> Categories:
    return _loaded(OWN_RULES)


def _loaded(path: Path) -> Categories:
    data, lines = load_own_yaml(path)
    reader = _Reader(lines)
    categories = reader.categories(data)
    if reader.faults:
        raise ManyFaultsError(reader.faults)
    return categories


class _Reader:
    """Builds rules from plain data and collects what is wrong with it."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self.faults: list[str] = []

    def categories(self, data: Any) -> Categories:
        sections = self._mapping(data)
        self._known(sections, _SECTIONS)
        places = self._mapping(sections.get("places"), "places")
        categories = {key: self._category(key, value) for key, value in places.items()}
        for category in categories.values():
            for named in (*category.levels, *category.unstated):
                if named not in places:
                    self._fault(f"there is no category '{named}'", "places", category.key)
        return Categories(
            categories,
            self._groups(sections, "land", LAND_KINDS),
            self._rule(self._mapping(sections.get("buildings"), "buildings"), "buildings"),
            self._groups(sections, "building_uses", BUILDING_USES),
            str(sections.get("version", "")),
        )

    def _groups(
        self, sections: dict[str, Any], name: str, allowed: tuple[str, ...]
    ) -> dict[str, Rule]:
        groups = self._mapping(sections.get(name, {}), name)
        self._known(groups, set(allowed), name)
        rules = {}
        for key, value in groups.items():
            self._known(self._mapping(value, name, key), _GROUP_KEYS, name, key)
            rules[key] = self._rule(value, name, key)
        return rules

    def _category(self, key: str, value: Any) -> Category:
        at = ("places", key)
        entry = self._mapping(value, *at)
        self._known(entry, _PLACE_KEYS, *at)
        title = self._mapping(entry.get("title", {}), *at, "title")
        if not title.get("en") or not title.get("zh"):
            self._fault("a category needs a title in English (en) and Chinese (zh)", *at)
        return Category(
            key=key,
            title_en=str(title.get("en", "")),
            title_zh=str(title.get("zh", "")),
            rule=self._rule(entry, *at),
            unless_near=self._near(entry, *at),
            areas_only=entry.get("areas_only", False) is True,
            levels=self._words(entry.get("levels", []), *at, "levels"),
            unstated=self._words(entry.get("unstated", []), *at, "unstated"),
            plausible_per_10k_people=self._number(entry, "plausible_per_10k_people", *at),
            why=str(entry.get("why", "")),
            note=str(entry.get("note", "")),
        )

    def _near(self, entry: dict[str, Any], *at: str) -> tuple[NearRule, ...]:
        rules = []
        for place, value in enumerate(self._list(entry.get("unless_near", []), *at)):
            inner: tuple[str | int, ...] = (*at, "unless_near", place)
            near = self._mapping(value, *inner)
            self._known(near, {"metres", "any", "not"}, *inner)
            rules.append(NearRule(self._number(near, "metres", *inner), self._rule(near, *inner)))
        return tuple(rules)

    def _rule(self, entry: Any, *at: str | int) -> Rule:
        entry = self._mapping(entry, *at)
        alternatives = self._list(entry.get("any", []), *at, "any")
        if not alternatives:
            self._fault("'any' must list one alternative at least", *at, "any")
        return Rule(
            tuple(
                self._alternative(value, *at, "any", place)
                for place, value in enumerate(alternatives)
            ),
            self._exclusions(entry, *at),
        )

    def _alternative(self, value: Any, *at: str | int) -> Alternative:
        entry = self._mapping(value, *at)
        conditions = self._conditions(entry, *at)
        return Alternative(conditions, self._exclusions(entry, *at))

    def _exclusions(self, entry: dict[str, Any], *at: str | int) -> tuple[Any, ...]:
        value = entry.get("not", [])
        listed = [value] if isinstance(value, dict) else self._list(value, *at, "not")
        return tuple(
            self._conditions(self._mapping(part, *at, "not", place), *at, "not", place)
            for place, part in enumerate(listed)
        )

    def _conditions(self, entry: dict[str, Any], *at: str | int) -> tuple[Condition, ...]:
        tags = {key: value for key, value in entry.items() if key != "not"}
        if not tags:
            self._fault("an alternative must name one tag at least", *at)
        return tuple(self._condition(key, value, *at, key) for key, value in tags.items())

    def _condition(self, key: str, value: Any, *at: str | int) -> Condition:
        test = next((test for test in Test if test and key.endswith(test)), Test.IS)
        keys = tuple(key.removesuffix(test).split("|"))
        values = self._words(value, *at)
        if not values and value == []:
            self._fault(f"'{key}' needs a value", *at)
        if test is Test.CONTAINS:
            values = tuple(word for text in values for word in re.split(r",\s+", text) if word)
        if test is Test.CONTAINS:
            self._check_patterns(values, *at)
        if test in (Test.AT_MOST, Test.AT_LEAST) and not _is_number(values):
            self._fault(f"'{key}' needs one number", *at)
        return Condition(keys, test, values)

    def _check_patterns(self, values: tuple[str, ...], *at: str | int) -> None:
        for value in values:
            try:
                re.compile(value)
            except re.error as error:
                self._fault(f"'{value}' is no regular expression ({error})", *at)

    def _words(self, value: Any, *at: str | int) -> tuple[str, ...]:
        listed = value if isinstance(value, list) else [value]
        if any(isinstance(word, (dict, list, bool)) or word is None for word in listed):
            self._fault("a value must be a word or a list of words", *at)
            return ()
        return tuple(str(word) for word in listed)

    def _number(self, entry: dict[str, Any], key: str, *at: str | int) -> float:
        value = entry.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
            self._fault(f"'{key}' must be a number of 0 or more", *at, key)
            return 0.0
        return float(value)

    def _mapping(self, value: Any, *at: str | int) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self._fault("a mapping is wanted here (key: value)", *at)
        return {}

    def _list(self, value: Any, *at: str | int) -> list[Any]:
        if isinstance(value, list):
            return value
        self._fault("a list is wanted here (- one, - two)", *at)
        return []

    def _known(self, entry: dict[str, Any], known: set[str], *at: str | int) -> None:
        for key in sorted(entry.keys() - known):
            wanted = ", ".join(sorted(known))
            self._fault(f"'{key}' is not known here; known are {wanted}", *at, key)

    def _fault(self, sentence: str, *at: str | int) -> None:
        self.faults.append(f"{self._lines.where(*at)}: {sentence}")


def _is_number(values: tuple[str, ...]) -> bool:
    return len(values) == 1 and re.fullmatch(r"\d+(\.\d+)?", values[0]) is not None
