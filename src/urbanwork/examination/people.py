"""People and land of the areas and, last, of the city: from cells, else from tables."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.city.model import PreparedCity
from urbanwork.quantities.rounding import three_digits
from urbanwork.sources.layers import WHOLE_CITY

Floats = NDArray[np.float64]

RESIDENTS = "resident_population"
_ORIGINS = {
    "statistics": ("the city's statistics", "统计数据"),
    "raster": ("a population raster", "人口栅格"),
}


def people_of_areas(city: PreparedCity) -> tuple[Floats, Floats, Floats]:
    """People, least and most; float64[A + 1] each, the city last, nan where not known."""
    if not city.has_extract:
        people = _residents(city)[0]
        return people, people, people
    cells = city.cells
    columns = (cells.people, cells.people_lower, cells.people_upper)
    lists = [_by_area(city, each) for each in columns]
    return lists[0], lists[1], lists[2]


def land_of_areas(city: PreparedCity) -> Floats:
    """Land without water where cells show it, else the whole of each area, m2; float64[A + 1]."""
    if city.has_extract:
        return _by_area(city, city.cells.land_m2)
    import shapely

    areas = shapely.area(city.areas.geometry)
    return np.append(areas, areas.sum())


def people_facts(city: PreparedCity) -> dict[str, Any]:
    """What manifest and report say of the people of the city; 0 and origin none where unknown."""
    people, lower, upper = (float(each[-1]) for each in people_of_areas(city))
    origin, en, zh = city.people_origin, city.people_note_en, city.people_note_zh
    known = not np.isnan(people)
    if not city.has_extract and known:
        _, year, origin = _residents(city)
        counted = three_digits(people)
        en = f"{counted} residents in {year}, from {_ORIGINS[origin][0]}."
        zh = f"{year} 年常住人口 {counted} 人，来自{_ORIGINS[origin][1]}。"
    return {
        "people": people if known else 0.0,
        "people_lower": lower if known else 0.0,
        "people_upper": upper if known else 0.0,
        "people_origin": origin,
        "people_note_en": en,
        "people_note_zh": zh,
    }


def _by_area(city: PreparedCity, values: Floats) -> Floats:
    each = np.bincount(city.cells.area, values, len(city.areas.id))
    return np.append(each, values.sum())


def _residents(city: PreparedCity) -> tuple[Floats, int, str]:
    """Residents by area, their year, and where they come from: tables, else a raster.

    Of tables the last year that has areas; where no area has any, the city's last year. The city is
    its own figure of that year, else the sum of its areas.
    """
    table, count = city.statistics, len(city.areas.id)
    rows = np.flatnonzero((table.variable == RESIDENTS) & (table.year <= int(city.as_of[:4])))
    if len(rows) == 0:
        return _of_raster(city)
    of_areas = rows[table.area[rows] != WHOLE_CITY]
    year = int(table.year[of_areas if len(of_areas) else rows].max())
    rows = rows[table.year[rows] == year]
    area = np.where(table.area[rows] == WHOLE_CITY, count, table.area[rows])
    people = np.full(count + 1, np.nan)
    people[area] = table.value[rows]
    if np.isnan(people[-1]):
        people[-1] = people[:-1].sum()
    return people, year, "statistics"


def _of_raster(city: PreparedCity) -> tuple[Floats, int, str]:
    """Residents of the newest population raster among the dated ones; nan where there is none."""
    nothing = np.full(len(city.areas.id) + 1, np.nan)
    if not any(each.kind == "population" for each in city.rasters.values()):
        return nothing, 0, "none"
    from urbanwork.measures.dated import people_by_year
    from urbanwork.measures.tables import Tables

    series = people_by_year(Tables(city, nothing, land_of_areas(city)))
    if not series.years:
        return nothing, 0, "none"
    return series.at(series.years[-1]), series.years[-1], "raster"
