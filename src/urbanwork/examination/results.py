"""The files of an examination, the same bytes for the same inputs, whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from urbanwork.examination.measuring import AreaTable, CellTable, Measured
from urbanwork.examination.tables import SCHEMA_VERSION
from urbanwork.examination.tabulate import AreaValue, cell_values

_GEO_VERSION = "1.1.0"
_WGS84_LONLAT = Path(__file__).with_name("crs84.json")


def cells_table(measured: Measured) -> pa.Table:
    """cells.parquet: one row a cell, columns per examination.tables.CELLS and per indicator."""
    cells: CellTable = measured.cells
    columns: dict[str, Any] = {
        "cell": pa.array(cells.cell, pa.uint64()),
        "area": pa.array(measured.areas.area[cells.area], pa.string()),
        "people": cells.people,
        "people_lower": cells.people_lower,
        "people_upper": cells.people_upper,
        "land_m2": cells.land_m2,
        "lon": cells.lon,
        "lat": cells.lat,
        "geometry": pa.array(shapely.to_wkb(cells.geometry), pa.binary()),
    }
    for key, ratio in measured.ratios.items():
        columns[key] = pa.array(cell_values(ratio), from_pandas=True)
        columns[f"{key}:state"] = pa.array(ratio.state, pa.int8())
        if ratio.distance is not None:
            finite = np.where(np.isfinite(ratio.distance), ratio.distance, np.nan)
            columns[f"{key}:distance"] = pa.array(finite, from_pandas=True)
    return _geo(pa.table(columns), cells.geometry)


def areas_table(measured: Measured, values: Mapping[str, list[AreaValue]]) -> pa.Table:
    """areas.parquet: one row an area, columns per examination.tables.AREAS and per indicator."""
    areas: AreaTable = measured.areas
    count = len(areas.area)
    columns: dict[str, Any] = {
        "area": pa.array(areas.area, pa.string()),
        "name": pa.array(areas.name, pa.string(), from_pandas=True),
        "name_zh": pa.array(areas.name_zh, pa.string(), from_pandas=True),
        "name_en": pa.array(areas.name_en, pa.string(), from_pandas=True),
        "people": pa.array(areas.people[:count], from_pandas=True),
        "people_lower": pa.array(areas.people_lower[:count], from_pandas=True),
        "people_upper": pa.array(areas.people_upper[:count], from_pandas=True),
        "land_m2": pa.array(areas.land_m2[:count], from_pandas=True),
        "geometry": pa.array(shapely.to_wkb(areas.geometry), pa.binary()),
    }
    for key, each in values.items():
        columns[key] = pa.array([value.measured.value for value in each[:count]], pa.float64())
    return _geo(pa.table(columns), areas.geometry)


def _geo(table: pa.Table, geometry: Any) -> pa.Table:
    """The table with the metadata that makes it GeoParquet 1.1."""
    kinds = sorted(set(np.asarray(shapely.get_type_id(geometry)).tolist()))
    names = {3: "Polygon", 6: "MultiPolygon", 7: "GeometryCollection"}
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": [names[kind] for kind in kinds if kind in names],
        "crs": _crs84(),
        "edges": "planar",
    }
    if len(geometry):
        column["bbox"] = [round(float(x), 9) for x in shapely.total_bounds(geometry)]
    geo = {"version": _GEO_VERSION, "primary_column": "geometry", "columns": {"geometry": column}}
    metadata = {
        b"geo": json.dumps(geo, sort_keys=True).encode(),
        b"urbanwork:schema": str(SCHEMA_VERSION).encode(),
    }
    return table.replace_schema_metadata(metadata)


def _crs84() -> dict[str, Any]:
    """Longitude and latitude as PROJ writes them; kept, for PROJ takes long to load."""
    return dict(json.loads(_WGS84_LONLAT.read_text(encoding="utf-8")))


def with_schema(table: pa.Table) -> pa.Table:
    """The table stamped with the version of the schema."""
    return table.replace_schema_metadata({b"urbanwork:schema": str(SCHEMA_VERSION).encode()})


def write_table(table: pa.Table, path: Path) -> None:
    """One Parquet file, the same bytes for the same table."""
    pq.write_table(
        table, path, compression="zstd", version="2.6", write_statistics=True, store_schema=True,
        row_group_size=1 << 20, data_page_version="1.0", use_dictionary=True,
    )  # fmt: skip


def write_json(data: Mapping[str, Any] | Sequence[Any], path: Path) -> None:
    """JSON with sorted keys, an entry a line."""
    path.write_text(json_lines(data, sort_keys=True), encoding="utf-8")


def json_lines(data: Mapping[str, Any] | Sequence[Any], *, sort_keys: bool = False) -> str:
    """JSON in which each outermost entry has a line of its own.

    A program reads it as any JSON, a person finds the line that changed. Indented all through it
    takes ten times as long to write, for Python's compiled writer does not indent.

    >>> print(json_lines({"b": [1, 2], "a": {"c": None}}, sort_keys=True), end="")
    {
    "a": {"c": null},
    "b": [1, 2]
    }
    """

    def line(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=sort_keys, default=str)

    if isinstance(data, Mapping):
        keys = sorted(data) if sort_keys else data
        return "{\n" + ",\n".join(f"{line(key)}: {line(data[key])}" for key in keys) + "\n}\n"
    return "[\n" + ",\n".join(map(line, data)) + "\n]\n"
