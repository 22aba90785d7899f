"""Figures of areas and cells for programs and files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.http import HttpResponse, HttpResponseBase

from urbanwork.errors import UserError
from urbanwork.office.lists.files import as_file as table_file
from urbanwork.office.maps.tables import CITY, area_names, tasks_by_area
from urbanwork.office.pages.language import language, said
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.quantities.measured import STATES
from urbanwork.reporting.wording import STATE_WORDS, grade_label, reason_words

_OF_AREAS: Final = ["area", "value", "lower", "upper", "unit", "grade", "reason", "people_short"]


def of_areas(exam: Path, indicator: str) -> list[dict[str, Any]]:
    """One indicator in every area and in the city, which comes first."""
    table = pq.read_table(exam / "indicators.parquet", columns=["indicator", *_OF_AREAS])
    rows = table.filter(pc.equal(table["indicator"], indicator)).to_pylist()
    names = {CITY: {"en": "Whole city", "zh": "全市"}, **area_names(exam)}
    rows.sort(key=lambda row: row["area"] != CITY)
    return [
        {**{key: row[key] for key in _OF_AREAS}, "name": names[row["area"]]["en"],
         "name_zh": names[row["area"]]["zh"]}
        for row in rows
    ]  # fmt: skip


def _cells(exam: Path, indicator: str, *, with_shapes: bool = False) -> pa.Table:
    """Columns cell, area, lon, lat, people, value, state, distance; by id of the cell."""
    known = pq.read_schema(exam / "cells.parquet").names
    if f"{indicator}:state" not in known:
        return pa.table({name: [] for name in ("cell", "area", "lon", "lat", "people")})
    wanted = {"value": indicator, "state": f"{indicator}:state",
              "distance": f"{indicator}:distance"}  # fmt: skip
    there = {name: column for name, column in wanted.items() if column in known}
    plain = ["cell", "area", "lon", "lat", "people", *(["geometry"] if with_shapes else [])]
    table = pq.read_table(exam / "cells.parquet", columns=[*plain, *there.values()])
    return table.rename_columns([*plain, *there]).sort_by("cell")


def of_cells(exam: Path, indicator: str, after: str, limit: int) -> dict[str, Any]:
    """One page of cells; `after` is the last cell of the page before.

    Raises UserError for an `after` that is no cell.
    """
    table = _cells(exam, indicator)
    if after:
        table = table.filter(pc.greater(table["cell"], pa.scalar(_number(after), pa.uint64())))
    rows = [_cell(row) for row in table.slice(0, limit + 1).to_pylist()]
    return {"cells": rows[:limit], "after": rows[limit - 1]["cell"] if len(rows) > limit else ""}


def _number(cell: str) -> int:
    try:
        return int(np.uint64(int(cell, 16)))
    except (ValueError, OverflowError):
        raise UserError(f"after: got '{cell}', wanted a cell such as 8a1126d33147fff") from None


def _cell(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cell": f"{row['cell']:x}", "area": row["area"], "lon": row["lon"], "lat": row["lat"],
        "people": row["people"], "value": _finite(row["value"]),
        "state": str(STATES[row["state"]]), "distance": _finite(row.get("distance")),
    }  # fmt: skip


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None


# Files

_HEADS: Final = {
    "area": Bilingual("number of the area", "片区编号"), "name": Bilingual("name", "名称"),
    "name_zh": Bilingual("name in Chinese", "中文名"), "cell": Bilingual("cell", "网格单元"),
    "value": Bilingual("value", "数值"), "lower": Bilingual("at least", "下限"),
    "upper": Bilingual("at most", "上限"), "unit": Bilingual("unit", "单位"),
    "grade": Bilingual("grade", "评级"), "reason": Bilingual("why there is no value", "无数值原因"),
    "people_short": Bilingual("people concerned", "涉及人口"),
    "tasks": Bilingual("open tasks", "在办任务"), "people": Bilingual("people", "人口"),
    "state": Bilingual("state", "状态"), "lon": Bilingual("longitude", "经度"),
    "lat": Bilingual("latitude", "纬度"),
    "distance": Bilingual("metres or minutes to the nearest", "至最近设施（米或分钟）"),
}  # fmt: skip


def as_file(exam: Path, indicator: str, layer: str, kind: str, rights: Rights) -> HttpResponseBase:
    """All figures of a layer as CSV, XLSX or GeoJSON.

    Tables are for people: words for codes, and of each area the open tasks that the post may see.
    Zones are in none of them.
    """
    name = f"{layer}-{indicator}"
    if kind == "geojson":
        rows, shapes = _drawn(exam, indicator, layer)
        response = HttpResponse(_geojson(rows, shapes), content_type="application/geo+json")
        response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
        return response
    rows = (
        _told_areas(exam, indicator, rights) if layer == "areas" else _told_cells(exam, indicator)
    )
    keys = [key for key in _HEADS if rows and key in rows[0]]
    head = [said(_HEADS[key]) for key in keys]
    return table_file(kind, name, head, ([row[key] for key in keys] for row in rows))


def _told_areas(exam: Path, indicator: str, rights: Rights) -> list[dict[str, Any]]:
    tasks, lang = tasks_by_area(rights, indicator), language()
    return [
        {
            **row, "grade": grade_label(row["grade"] or "no_data", lang),
            "reason": reason_words(row["reason"], lang) if row["reason"] else None,
            "tasks": tasks.total() if row["area"] == CITY else tasks[row["area"]],
        }
        for row in of_areas(exam, indicator)
    ]  # fmt: skip


def _told_cells(exam: Path, indicator: str) -> list[dict[str, Any]]:
    rows = [_cell(row) for row in _cells(exam, indicator).to_pylist()]
    return [{**row, "state": said(STATE_WORDS.get(row["state"], row["state"]))} for row in rows]


def _drawn(exam: Path, indicator: str, layer: str) -> tuple[list[dict[str, Any]], list[bytes]]:
    """The rows that have an outline, with it."""
    if layer == "cells":
        table = _cells(exam, indicator, with_shapes=True)
        shapes = table["geometry"].to_pylist() if table.num_rows else []
        return [_cell(row) for row in table.to_pylist()], shapes
    table = pq.read_table(exam / "areas.parquet", columns=["area", "geometry"])
    shape_of = dict(zip(table["area"].to_pylist(), table["geometry"].to_pylist(), strict=True))
    kept = [row for row in of_areas(exam, indicator) if row["area"] in shape_of]
    return kept, [shape_of[row["area"]] for row in kept]


def _geojson(rows: list[dict[str, Any]], shapes: list[bytes]) -> str:
    import shapely

    drawn = shapely.to_geojson(shapely.from_wkb(shapes)) if shapes else []
    features = [
        {"type": "Feature", "properties": row, "geometry": json.loads(shape)}
        for row, shape in zip(rows, drawn, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
