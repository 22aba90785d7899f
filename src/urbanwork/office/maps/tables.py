"""The map as tables, for those who do not see it and for those who want the figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from urbanwork.office.maps.last import key_of
from urbanwork.office.maps.marks import open_tasks
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.measured import STATES, State
from urbanwork.reporting.numbers import Lang, format_people, format_value
from urbanwork.reporting.wording import grade_label, reason_words

CITY: Final = "city"
CELL: Final = re.compile("[0-9A-Fa-f]{1,16}")
MOST_CELLS: Final = 20
MOST_COUNTED: Final = 20_000
"""Tasks beyond these are not counted in the table."""


@lru_cache(maxsize=4)
def _rows(exam: Path, _key: str) -> dict[str, list[dict[str, Any]]]:
    """Rows of figures by indicator, the city first."""
    columns = ["indicator", "area", "value", "unit", "grade", "reason", "people_short"]
    table = pq.read_table(exam / "indicators.parquet", columns=[*columns, "is_estimate"])
    found: dict[str, list[dict[str, Any]]] = {}
    for row in table.to_pylist():
        found.setdefault(row["indicator"], []).append(row)
    for rows in found.values():
        rows.sort(key=lambda row: row["area"] != CITY)
    return found


@lru_cache(maxsize=4)
def _names(exam: Path, _key: str) -> dict[str, dict[str, str]]:
    columns = ["area", "name", "name_zh", "name_en"]
    rows = pq.read_table(exam / "areas.parquet", columns=columns).to_pylist()
    return {
        row["area"]: {
            "en": row["name_en"] or row["name"] or row["area"],
            "zh": row["name_zh"] or row["name"] or row["area"],
        }
        for row in rows
    }


def area_names(exam: Path) -> Mapping[str, Mapping[str, str]]:
    """Names of the areas of an examination in both languages, by id."""
    return _names(exam, key_of(exam))


def area_rows(exam: Path, indicator: str, rights: Rights, lang: Lang) -> list[dict[str, Any]]:
    """Each area with its value, grade, people for whom it falls short, and open tasks."""
    names, tasks = area_names(exam), tasks_by_area(rights, indicator)
    return [
        {
            "area": "" if row["area"] == CITY else row["area"],
            "name": names.get(row["area"], {}).get(lang, ""),
            "value": _value(row, lang), "grade": row["grade"],
            "grade_word": grade_label(row["grade"] or "no_data", lang),
            "people": format_people(row["people_short"], lang, is_estimate=row["is_estimate"])
            if row["people_short"] else "",
            "tasks": sum(tasks.values()) if row["area"] == CITY else tasks[row["area"]],
        }
        for row in _rows(exam, key_of(exam)).get(indicator, [])
    ]  # fmt: skip


def tasks_by_area(rights: Rights, indicator: str) -> Counter[str]:
    """How many open tasks of an indicator the post may see, by area."""
    found = open_tasks(rights).filter(indicator=indicator).order_by()
    return Counter(found.values_list("area", flat=True)[:MOST_COUNTED])


def _value(row: Mapping[str, Any], lang: Lang) -> str:
    if row["value"] is None:
        return reason_words(row["reason"], lang) if row["reason"] else "–"
    return format_value(row["value"], row["unit"], lang)


@lru_cache(maxsize=16)
def _cells(exam: Path, _key: str, indicator: str) -> list[dict[str, Any]]:
    """The cells with most people whom an indicator does not reach."""
    state = f"{indicator}:state"
    if state not in pq.read_schema(exam / "cells.parquet").names:
        return []
    table = pq.read_table(exam / "cells.parquet", columns=["cell", "area", "people", state])
    short = table.filter(pc.equal(table[state], STATES.index(State.NOT_REACHED)))
    worst = short.sort_by([("people", "descending"), ("cell", "ascending")])
    return list(worst.slice(0, MOST_CELLS).to_pylist())


def worst_cells(exam: Path, indicator: str, lang: Lang) -> list[dict[str, str]]:
    """Cells where most people lack what the indicator asks for, each with its area."""
    names = area_names(exam)
    return [
        {
            "cell": f"{row['cell']:x}", "area": names.get(row["area"], {}).get(lang, ""),
            "people": format_people(row["people"], lang),
        }
        for row in _cells(exam, key_of(exam), indicator)
        if row["people"] >= 1
    ]  # fmt: skip


@lru_cache(maxsize=4)
def _area_by_cell(exam: Path, _key: str) -> tuple[Any, list[str]]:
    table = pq.read_table(exam / "cells.parquet", columns=["cell", "area"]).sort_by("cell")
    return np.asarray(table["cell"].to_numpy(), np.uint64), table["area"].to_pylist()


def area_of_cell(exam: Path, key: str, cell: str) -> str | None:
    """The area in which a cell lies; None for a cell that the examination has not."""
    if CELL.fullmatch(cell) is None:
        return None
    cells, areas = _area_by_cell(exam, key)
    number = np.uint64(int(cell, 16))
    row = int(np.searchsorted(cells, number))
    return areas[row] if row < len(cells) and cells[row] == number else None


@lru_cache(maxsize=4)
def _shapes(exam: Path, _key: str) -> tuple[Any, list[str]]:
    import shapely

    table = pq.read_table(exam / "areas.parquet", columns=["area", "geometry"])
    shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    return shapely.STRtree(shapes), table["area"].to_pylist()


def area_at(exam: Path, longitude: float, latitude: float) -> str | None:
    """The area in which a point lies; None outside of all."""
    import shapely

    tree, areas = _shapes(exam, key_of(exam))
    rows = tree.query(shapely.Point(longitude, latitude), predicate="within")
    return areas[int(min(rows))] if len(rows) else None


def figure_of(exam: Path, indicator: str, area: str, lang: Lang) -> str:
    """The value of an indicator in an area, else in the city; empty where there is none."""
    wanted = area or CITY
    rows = _rows(exam, key_of(exam)).get(indicator, [])
    row = next((each for each in rows if each["area"] == wanted), None)
    return _value(row, lang) if row is not None else ""
