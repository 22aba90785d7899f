"""The vocabulary of statistics: `variables.yaml`, checked as a whole with file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from urbanwork.errors import ManyFaultsError
from urbanwork.quantities.kept_yaml import load_own_yaml
from urbanwork.quantities.yamlfile import Key, Lines
from urbanwork.sources.statistics.words import folded, nearest, unit_folded, without_brackets

OWN = Path(__file__).with_name("variables.yaml")

KINDS = ("stock", "flow", "ratio", "mean", "index")
"""At a date, in a year, a part of a whole, a mean over people or things, a score."""

SUM, NONE, MEAN_OF = "sum", "none", "mean of "
_KEYS = ("title", "meaning", "unit", "kind", "aggregation", "range", "aliases")


@dataclass(frozen=True, slots=True)
class Variable:
    """What one variable of statistics means, and how its figures add up."""

    id: str
    title: tuple[str, str]  # English, Chinese
    meaning: tuple[str, str]
    unit: str  # canonical; figures are held in it
    kind: str  # KINDS
    aggregation: str  # sum, mean, none
    weight: str | None  # of a mean: the variable that weights the areas
    low: float  # plausible, in the canonical unit
    high: float
    aliases: tuple[str, ...]
    factors: Mapping[str, float]  # folded name of a unit -> factor to the canonical one

    @property
    def is_percentage(self) -> bool:
        return self.unit == "%"

    def factor(self, unit: str) -> float | None:
        """What a figure in `unit` is multiplied by; None for a unit of another kind."""
        return self.factors.get(unit_folded(unit))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All variables, by id and by every name that tables have for them."""

    variables: Mapping[str, Variable]
    by_name: Mapping[str, str]  # folded name -> id

    def find(self, text: str) -> Variable | None:
        """The variable that a table calls `text`, with or without its unit in brackets."""
        for name in (text, without_brackets(text)):
            found = self.by_name.get(folded(name))
            if found is not None:
                return self.variables[found]
        return None

    def suggestion(self, text: str) -> str:
        """A question after the variable that is nearest to an unknown name."""
        near = nearest(folded(text), self.by_name)
        if not near:
            return ""
        return f"; did you mean '{self.by_name[near.split(chr(39))[1]]}'?"


def load_variables(path: Path = OWN) -> Vocabulary:
    """The vocabulary of a file written like `variables.yaml`, by default of that very file.

    Raises:
        UserError: the file cannot be read as YAML.
        ManyFaultsError: all faults at once, each with its line.
    """
    return _own() if path is OWN else _loaded(path)


@cache
def _own() -> Vocabulary:
    return _loaded(OWN)


def _loaded(path: Path) -> Vocabulary:
    data, lines = load_own_yaml(path)
    reading = _Reading(lines, [])
    given = data if isinstance(data, dict) else {}
    units = reading.units(given.get("units"))
    variables = reading.variables(given.get("variables"), units)
    by_name = reading.names(variables)
    if reading.faults:
        raise ManyFaultsError(reading.faults)
    return Vocabulary(variables, by_name)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Turns plain data into variables, noting every fault."""

    lines: Lines
    faults: list[str]

    def fault(self, key: Key, sentence: str) -> None:
        self.faults.append(f"{self.lines.where(*key)}: {'.'.join(map(str, key))}: {sentence}")

    def units(self, given: Any) -> dict[str, dict[str, float]]:
        families: dict[str, dict[str, float]] = {}
        for family, names in _mapping(given).items():
            factors: dict[str, float] = {}
            for name, factor in _mapping(names).items():
                if not isinstance(factor, int | float) or isinstance(factor, bool) or factor <= 0:
                    self.fault(("units", family, name), f"got {factor!r}, wanted a factor above 0")
                    continue
                factors[unit_folded(name)] = float(factor)
            if factors.get(unit_folded(family)) != 1.0:
                self.fault(("units", family), f"must have its own name: '{family}: 1'")
            families[family] = factors
        if not families:
            self.fault(("units",), "missing; give the units by family")
        return families

    def variables(
        self, given: Any, units: Mapping[str, Mapping[str, float]]
    ) -> dict[str, Variable]:
        found: dict[str, Variable] = {}
        for name, entry in _mapping(given).items():
            made = self.variable(name, _mapping(entry), units)
            if made is not None:
                found[name] = made
        if not found:
            self.fault(("variables",), "missing; give at least one variable")
        for each in found.values():
            if each.weight is not None and each.weight not in _mapping(given):
                self.fault(
                    ("variables", each.id, "aggregation"),
                    f"'{each.weight}' is no variable{nearest(each.weight, found)}",
                )
        return found

    def variable(
        self, name: str, entry: Mapping[str, Any], units: Mapping[str, Mapping[str, float]]
    ) -> Variable | None:
        key: Key = ("variables", name)
        before = len(self.faults)
        for wrong in [each for each in entry if each not in _KEYS]:
            self.fault((*key, wrong), f"there is no such key{nearest(wrong, _KEYS)}")
        texts = [self.bilingual((*key, each), entry.get(each)) for each in ("title", "meaning")]
        unit = self.one_of((*key, "unit"), entry.get("unit"), tuple(units))
        kind = self.one_of((*key, "kind"), entry.get("kind"), KINDS)
        how, weight = self.aggregation((*key, "aggregation"), entry.get("aggregation"))
        low, high = self.range((*key, "range"), entry.get("range"))
        aliases = entry.get("aliases") or []
        if not isinstance(aliases, list):
            self.fault((*key, "aliases"), f"got {aliases!r}, wanted a list of names")
        if len(self.faults) > before:
            return None
        return Variable(
            name, texts[0], texts[1], unit, kind, how, weight, low, high,
            tuple(str(each) for each in aliases), units[unit],
        )  # fmt: skip

    def bilingual(self, key: Key, given: Any) -> tuple[str, str]:
        texts = _mapping(given)
        for language in ("en", "zh"):
            if not isinstance(texts.get(language), str) or not texts[language].strip():
                self.fault((*key, language), "missing; give the text in English and in Chinese")
        return str(texts.get("en", "")), str(texts.get("zh", ""))

    def one_of(self, key: Key, given: Any, known: tuple[str, ...]) -> str:
        if given not in known:
            self.fault(key, f"got {given!r}, wanted one of {', '.join(known)}")
        return str(given)

    def aggregation(self, key: Key, given: Any) -> tuple[str, str | None]:
        text = str(given)
        if text in (SUM, NONE):
            return text, None
        if text.startswith(MEAN_OF):
            return "mean", text.removeprefix(MEAN_OF)
        self.fault(key, f"got {given!r}, wanted sum, none, or 'mean of <variable>'")
        return NONE, None

    def range(self, key: Key, given: Any) -> tuple[float, float]:
        is_pair = isinstance(given, list) and len(given) == 2
        if is_pair and all(isinstance(each, int | float) for each in given) and given[0] < given[1]:
            return float(given[0]), float(given[1])
        self.fault(key, f"got {given!r}, wanted [least, most]")
        return 0.0, 0.0

    def names(self, variables: Mapping[str, Variable]) -> dict[str, str]:
        by_name: dict[str, str] = {}
        for each in variables.values():
            for name in (each.id, *each.title, *each.aliases):
                other = by_name.setdefault(folded(name), each.id)
                if other != each.id:
                    self.fault(("variables", each.id), f"'{name}' is a name of '{other}' too")
        return by_name


def _mapping(given: Any) -> dict[str, Any]:
    return given if isinstance(given, dict) else {}
