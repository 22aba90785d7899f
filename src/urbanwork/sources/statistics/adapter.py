"""How a wide table is read, as its adapter (a YAML file) declares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from urbanwork.errors import ManyFaultsError
from urbanwork.quantities.yamlfile import Key, Lines, load_yaml_and_faults
from urbanwork.sources.statistics.values import FIRST_YEAR, LAST_YEAR
from urbanwork.sources.statistics.variables import Variable, Vocabulary
from urbanwork.sources.statistics.words import listed, nearest, unit_folded

Term = str | float
"""A column by its header, or a number."""

KEYS: Mapping[str, str] = {
    "header": "row, or list of rows, with the names of the columns, as a spreadsheet numbers them",
    "skip": "rows that hold no figures",
    "last": "last row of the table; what stands below is not read",
    "sheet": "sheet of a workbook",
    "area": "column with the names of the areas",
    "code": "column with their codes",
    "year": "year of all figures, or {column: ...}",
    "source": "document that the figures are from",
    "city": "names and codes of the row of the whole city",
    "only": "{column: value}: the rows that are read, others are left out",
    "columns": "list of figures: variable, column, unit ...",
    "breaks": "list of breaks of series: year, why, variables, areas",
    "totals": "list of totals that do not add up, and why: variable, year, why",
}
COLUMN_KEYS: Mapping[str, str] = {
    "variable": "id of a variable",
    "column": "column, or list of columns that are added",
    "minus": "column, or list of columns that are taken off",
    "times": "column or number to multiply by",
    "divided_by": "column or number to divide by",
    "unit": "unit of the result; else the one in brackets in the header, else the canonical one",
    "year": "year, where columns have several",
    "source": "document, where columns have several",
    "blank": "0 where an empty cell means none; else it means not known",
}
BREAK_KEYS = ("year", "why", "variables", "areas")
TOTAL_KEYS = ("variable", "year", "why")


@dataclass(frozen=True, slots=True)
class Column:
    """A figure of each row: (sum of plus - sum of minus) x times / divided_by."""

    variable: Variable
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    times: Term | None
    divided_by: Term | None
    unit: str | None
    year: int | None
    source: str | None
    is_blank_zero: bool
    where: str  # "census.yaml:12"

    @property
    def terms(self) -> tuple[str, ...]:
        """All columns that it reads."""
        others = (each for each in (self.times, self.divided_by) if isinstance(each, str))
        return (*self.plus, *self.minus, *others)


@dataclass(frozen=True, slots=True)
class Break:
    """From `year` on, figures cannot be compared with earlier ones."""

    year: int
    why: str
    variables: frozenset[str]  # empty: all
    areas: tuple[str, ...]  # empty: all, and the city
    where: str


@dataclass(frozen=True, slots=True)
class Adapter:
    """What an adapter declares; without columns it speaks of a tidy table."""

    where: str = ""
    header: tuple[int, ...] = ()  # rows from 1; empty: found out
    skip: frozenset[int] = frozenset()
    last: int | None = None
    sheet: str | None = None
    area: str | None = None
    code: str | None = None
    year: int | None = None
    year_column: str | None = None
    source: str | None = None
    city: tuple[str, ...] = ()
    only: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[Column, ...] = ()
    breaks: tuple[Break, ...] = ()
    totals: Mapping[tuple[str, int], str] = field(default_factory=dict)


def read_adapter(path: Path, vocabulary: Vocabulary) -> Adapter:
    """The adapter in a YAML file.

    Raises:
        UserError: the file cannot be read as YAML.
        ManyFaultsError: all its faults, each with its line.
    """
    data, lines, faults = load_yaml_and_faults(path)
    reading = _Reading(lines, list(faults), vocabulary)
    adapter = reading.adapter(data)
    if reading.faults:
        raise ManyFaultsError(reading.faults)
    return adapter


@dataclass(frozen=True, slots=True)
class _Reading:
    lines: Lines
    faults: list[str]
    vocabulary: Vocabulary

    def fault(self, key: Key, sentence: str) -> None:
        self.faults.append(f"{self.lines.where(*key)}: {'.'.join(map(str, key))}: {sentence}")

    def adapter(self, data: Any) -> Adapter:
        given = self.mapping((), data, KEYS)
        year = given.get("year")
        in_column = year.get("column") if isinstance(year, dict) else None
        columns = [self.column(place, each) for place, each in self.entries(given, "columns")]
        return Adapter(
            where=self.lines.name,
            header=self.rows(("header",), given.get("header")),
            skip=frozenset(self.rows(("skip",), given.get("skip"))),
            last=next(iter(self.rows(("last",), given.get("last"))), None),
            sheet=self.text(("sheet",), given.get("sheet")),
            area=self.text(("area",), given.get("area")),
            code=self.text(("code",), given.get("code")),
            year=None if in_column else self.year(("year",), year),
            year_column=self.text(("year", "column"), in_column),
            source=self.text(("source",), given.get("source")),
            city=self.texts(("city",), given.get("city")),
            only=self.only(given.get("only")),
            columns=tuple(each for each in columns if each is not None),
            breaks=tuple(
                self.a_break(place, each) for place, each in self.entries(given, "breaks")
            ),
            totals=dict(self.total(place, each) for place, each in self.entries(given, "totals")),
        )

    def mapping(self, key: Key, given: Any, known: Any) -> dict[str, Any]:
        if not isinstance(given, dict):
            wanted = f"a mapping with keys such as {listed(known, 5)}"
            self.faults.append(f"{self.lines.where(*key)}: got {given!r:.60}, wanted {wanted}")
            return {}
        for wrong in [each for each in given if each not in known]:
            hint = nearest(wrong, known) or f"; the keys here are {listed(known, 20)}"
            self.fault((*key, wrong), f"there is no such key{hint}")
        return given

    def entries(self, given: Mapping[str, Any], name: str) -> list[tuple[int, Any]]:
        several = given.get(name)
        if several is None:
            return []
        if not isinstance(several, list):
            self.fault((name,), f"got {several!r:.60}, wanted a list")
            return []
        return list(enumerate(several))

    def column(self, place: int, data: Any) -> Column | None:
        key: Key = ("columns", place)
        given = self.mapping(key, data, COLUMN_KEYS)
        variable = self.variable((*key, "variable"), given.get("variable"))
        plus = self.texts((*key, "column"), given.get("column"))
        if given and not plus:
            self.fault((*key, "column"), "missing; give the column, or a list of columns to add")
        unit = self.text((*key, "unit"), given.get("unit"))
        if variable is not None and unit is not None and variable.factor(unit) is None:
            known = listed(variable.factors, 8)
            self.fault((*key, "unit"), f"'{unit}' is no unit of {variable.id}; give one of {known}")
        if given.get("blank") not in (None, 0):
            self.fault((*key, "blank"), f"got {given['blank']!r}, wanted 0 or nothing")
        times = self.term((*key, "times"), given.get("times"))
        divided_by = self.term((*key, "divided_by"), given.get("divided_by"))
        minus = self.texts((*key, "minus"), given.get("minus"))
        year = self.year((*key, "year"), given.get("year"))
        source = self.text((*key, "source"), given.get("source"))
        if variable is None:
            return None
        return Column(
            variable, plus, minus, times, divided_by, None if unit is None else unit_folded(unit),
            year, source, given.get("blank") == 0, self.lines.where(*key),
        )  # fmt: skip

    def a_break(self, place: int, data: Any) -> Break:
        key: Key = ("breaks", place)
        given = self.mapping(key, data, BREAK_KEYS)
        for needed in ("year", "why"):
            if given and given.get(needed) is None:
                self.fault((*key, needed), "missing; say from which year on, and why")
        ids = self.texts((*key, "variables"), given.get("variables"))
        found = [self.variable((*key, "variables"), each) for each in ids]
        return Break(
            self.year((*key, "year"), given.get("year")) or 0,
            self.text((*key, "why"), given.get("why")) or "",
            frozenset(each.id for each in found if each is not None),
            self.texts((*key, "areas"), given.get("areas")), self.lines.where(*key),
        )  # fmt: skip

    def total(self, place: int, data: Any) -> tuple[tuple[str, int], str]:
        key: Key = ("totals", place)
        given = self.mapping(key, data, TOTAL_KEYS)
        variable = self.variable((*key, "variable"), given.get("variable"))
        for needed in ("year", "why"):
            if given and given.get(needed) is None:
                self.fault((*key, needed), "missing; say of which year it is, and why")
        year = self.year((*key, "year"), given.get("year")) or 0
        why = self.text((*key, "why"), given.get("why")) or ""
        return (variable.id if variable else "", year), why

    def variable(self, key: Key, given: Any) -> Variable | None:
        found = self.vocabulary.variables.get(str(given))
        if given is None:
            self.fault(key, "missing; give the id of a variable ('urbanwork variables' lists them)")
        elif found is None:
            hint = nearest(str(given), self.vocabulary.variables)
            self.fault(key, f"there is no variable '{given}'{hint or self._hint(str(given))}")
        return found

    def _hint(self, name: str) -> str:
        found = self.vocabulary.find(name)
        return f"; write its id '{found.id}'" if found else self.vocabulary.suggestion(name)

    def rows(self, key: Key, given: Any) -> tuple[int, ...]:
        several = given if isinstance(given, list) else [] if given is None else [given]
        good = [each for each in several if type(each) is int and each >= 1]
        if len(good) < len(several):
            self.fault(key, f"got {given!r}, wanted rows as a spreadsheet numbers them, from 1")
        return tuple(sorted(good))

    def year(self, key: Key, given: Any) -> int | None:
        if given is None or (type(given) is int and FIRST_YEAR <= given <= LAST_YEAR):
            return given
        column = " or {column: ...}" if len(key) == 1 else ""
        self.fault(key, f"got {given!r}, wanted a year such as 2020{column}")
        return None

    def text(self, key: Key, given: Any) -> str | None:
        if given is None or (isinstance(given, str | int) and not isinstance(given, bool)):
            return None if given is None else str(given).strip() or None
        self.fault(key, f"got {given!r:.60}, wanted a text")
        return None

    def texts(self, key: Key, given: Any) -> tuple[str, ...]:
        several = given if isinstance(given, list) else [given]
        return tuple(text for text in (self.text(key, each) for each in several) if text)

    def term(self, key: Key, given: Any) -> Term | None:
        if isinstance(given, int | float) and not isinstance(given, bool):
            if given == 0:
                self.fault(key, "got 0, wanted another number, or a column")
            return float(given)
        return self.text(key, given)

    def only(self, given: Any) -> dict[str, str]:
        if given is None:
            return {}
        if isinstance(given, dict):
            return {name: str(value) for name, value in given.items()}
        self.fault(("only",), f"got {given!r:.60}, wanted {{column: value}}")
        return {}
