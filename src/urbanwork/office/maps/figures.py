"""Figures of areas and cells for programs and files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.http import HttpResponse

from urbanwork.errors import UserError
from urbanwork.office.maps.tables import CITY, area_names
from urbanwork.quantities.measured import STATES

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


def as_file(exam: Path, indicator: str, layer: str, kind: str) -> HttpResponse:
    """All figures of a layer as CSV or GeoJSON."""
    rows, shapes = _rows(exam, indicator, layer, with_shapes=kind == "geojson")
    text, mime = (_geojson(rows, shapes), "application/geo+json") if kind == "geojson" else (
        _csv(rows), "text/csv; charset=utf-8",
    )  # fmt: skip
    response = HttpResponse(text, content_type=mime)
    response["Content-Disposition"] = f'attachment; filename="{layer}-{indicator}.{kind}"'
    return response


def _rows(
    exam: Path, indicator: str, layer: str, *, with_shapes: bool
) -> tuple[list[dict[str, Any]], list[bytes]]:
    if layer == "cells":
        table = _cells(exam, indicator, with_shapes=with_shapes)
        shapes = table["geometry"].to_pylist() if with_shapes and table.num_rows else []
        return [_cell(row) for row in table.to_pylist()], shapes
    rows = of_areas(exam, indicator)
    if not with_shapes:
        return rows, []
    table = pq.read_table(exam / "areas.parquet", columns=["area", "geometry"])
    shape_of = dict(zip(table["area"].to_pylist(), table["geometry"].to_pylist(), strict=True))
    kept = [row for row in rows if row["area"] in shape_of]
    return kept, [shape_of[row["area"]] for row in kept]


def _csv(rows: list[dict[str, Any]]) -> str:
    """With a mark of the encoding, so that spreadsheets read Chinese; no cell is a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    if rows:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _harmless(value) for key, value in row.items()} for row in rows)
    return out.getvalue()


def _harmless(value: Any) -> Any:
    is_formula = isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{value}" if is_formula else value


def _geojson(rows: list[dict[str, Any]], shapes: list[bytes]) -> str:
    import shapely

    drawn = shapely.to_geojson(shapely.from_wkb(shapes)) if shapes else []
    features = [
        {"type": "Feature", "properties": row, "geometry": json.loads(shape)}
        for row, shape in zip(rows, drawn, strict=True)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
