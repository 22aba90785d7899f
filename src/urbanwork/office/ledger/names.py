"""Names of what tasks speak of: areas and indicators of the last examination, points and asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from urbanwork.arrangement.models import Ask, Body, Point
from urbanwork.catalogue.models import Catalogue, Indicator
from urbanwork.errors import UserError
from urbanwork.office.place import office_place
from urbanwork.quantities.bilingual import Bilingual

CITY = "city"
"""How tables of an examination call the city as a whole."""


@dataclass(frozen=True)
class Asked:
    """An ask of the arrangement with the point that holds it and the bodies that it names."""

    ask: Ask
    point: Point
    lead: Body | None
    cooperating: tuple[Body, ...]


@dataclass(frozen=True)
class Problem:
    """A problem of an examination, by the columns of its table."""

    id: str
    indicator: str
    area: str
    people: float | None
    value: float | None
    threshold: float | None
    unit: str
    strength: str
    mend: Bilingual


@dataclass(frozen=True)
class Names:
    """What can be named. Empty where the city has no examination yet."""

    examination: str = ""
    areas: Mapping[str, Bilingual] = field(default_factory=dict)
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    points: Mapping[str, Bilingual] = field(default_factory=dict)
    asks: Mapping[str, Asked] = field(default_factory=dict)
    problems: Mapping[str, Problem] = field(default_factory=dict)
    middles: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    asked_by: Mapping[str, Asked] = field(default_factory=dict)
    """By indicator the ask that names it: by its id before a pattern or a code that fits too."""

    def area(self, key: str) -> Bilingual:
        """The name of an area, else its id."""
        return self.areas.get(key) or Bilingual(key, key)

    def indicator(self, key: str) -> Bilingual:
        """The title of an indicator, else its id."""
        known = self.indicators.get(key)
        return known.title if known else Bilingual(key, key)

    def point(self, key: str) -> Bilingual:
        """The title of a point, else its id."""
        return self.points.get(key) or Bilingual(key, key)


def names() -> Names:
    """The names of this office's city as of its last examination; read once for each."""
    from urbanwork.examination.run import last_folder

    city = office_place().city
    return _names(city, last_folder(city))


@lru_cache(maxsize=4)
def _names(city: Path, exam: Path | None) -> Names:
    from urbanwork.city.reading import read_settings
    from urbanwork.examination.run import catalogue_of

    settings = read_settings(city)
    catalogue = catalogue_of(settings)
    known: dict[str, Any] = {"indicators": catalogue.indicators}
    try:
        known |= {} if exam is None else _examined(exam)
    except (OSError, ValueError, KeyError):  # a folder that is no whole examination
        known["examination"] = ""
    arranged = _arranged(settings.arrangement, settings.folder)
    asks = arranged.get("asks", {}).values()
    return Names(**known, **arranged, asked_by=_asked_by(asks, catalogue))


def _asked_by(asks: Iterable[Asked], catalogue: Catalogue) -> dict[str, Asked]:
    from urbanwork.arrangement.binding import SERVES, matches

    def vagueness(named: tuple[str, Asked]) -> int:
        return 2 if named[0].startswith(SERVES) else int("*" in named[0])

    named = [(each, asked) for asked in asks for each in asked.ask.indicators]
    found: dict[str, Asked] = {}
    for each, asked in sorted(named, key=vagueness):
        for indicator in matches(each, catalogue):
            found.setdefault(indicator, asked)
    return found


def _arranged(name: str, folder: Path) -> dict[str, Any]:
    from urbanwork.arrangement.loading import load_arrangement

    try:
        arrangement = load_arrangement(name, folder=folder)
    except UserError:
        return {}
    asks = {
        ask.id: Asked(
            ask, point, arrangement.bodies.get(ask.lead or ""),
            tuple(arrangement.bodies[each] for each in ask.cooperating),
        )
        for point in arrangement.points()
        for ask in point.asks
    }  # fmt: skip
    return {"points": {each.id: each.title for each in arrangement.points()}, "asks": asks}


def _examined(exam: Path) -> dict[str, Any]:
    import pyarrow.parquet as pq
    import shapely

    areas = pq.read_table(
        exam / "areas.parquet", columns=["area", "name", "name_zh", "name_en", "geometry"]
    ).to_pylist()
    middles = shapely.point_on_surface(shapely.from_wkb([each["geometry"] for each in areas]))
    return {
        "examination": exam.name,
        "areas": {each["area"]: _name(each) for each in areas},
        "middles": {
            each["area"]: (round(middle.x, 6), round(middle.y, 6))
            for each, middle in zip(areas, middles, strict=True)
            if middle is not None and not middle.is_empty
        },
        "problems": {each.id: each for each in map(_problem, _rows(exam))},
    }


def _rows(exam: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    rows: list[dict[str, Any]] = pq.read_table(
        exam / "problems.parquet",
        columns=["problem_id", "indicator", "area", "people", "value", "threshold", "unit",
                 "strength", "mend_en", "mend_zh"],
    ).to_pylist()  # fmt: skip
    return rows


def _name(row: Mapping[str, Any]) -> Bilingual:
    return Bilingual(row["name_en"] or row["name"], row["name_zh"] or row["name"])


def _problem(row: Mapping[str, Any]) -> Problem:
    return Problem(
        row["problem_id"], row["indicator"], row["area"], row["people"], row["value"],
        row["threshold"], row["unit"] or "", row["strength"] or "",
        Bilingual(row["mend_en"] or "", row["mend_zh"] or ""),
    )  # fmt: skip
