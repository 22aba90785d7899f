"""An examination as a GeoPackage that QGIS opens already coloured, titles in both languages."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

VIRIDIS = ("#440154", "#3b528b", "#21918c", "#5ec962", "#fde725")
"""Five steps of viridis: colour-blind safe, prints in grey."""

_STYLES = """CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
f_table_catalog TEXT, f_table_schema TEXT, f_table_name TEXT, f_geometry_column TEXT,
styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
owner TEXT, ui TEXT, update_time DATETIME)"""


def write_geopackage(exam: Path, target: Path) -> Path:
    """Layers `areas` and `cells` in WGS84, with one QGIS style per indicator."""
    manifest = json.loads((exam / "manifest.json").read_text(encoding="utf-8"))
    shown = _first_shown(exam, manifest)
    for layer in ("areas", "cells"):
        _layer(pq.read_table(exam / f"{layer}.parquet"), layer, target, manifest["as_of"])
    with sqlite3.connect(target) as connection:
        connection.execute(_STYLES)
        for layer in ("areas", "cells"):
            table = pq.read_table(exam / f"{layer}.parquet")
            _add_styles(connection, layer, table, manifest, shown)
        connection.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
            (f"{manifest['as_of']}T00:00:00.000Z",),
        )
    connection.close()
    return target


def _first_shown(exam: Path, manifest: Mapping[str, Any]) -> str:
    """The indicator shown first: the one with most people concerned, else the first measured."""
    problems = pq.read_table(exam / "problems.parquet", columns=["indicator", "people"])
    if problems.num_rows:
        totals = problems.group_by("indicator").aggregate([("people", "sum")])
        rows = totals.sort_by([("people_sum", "descending"), ("indicator", "ascending")])
        return str(rows["indicator"][0].as_py())
    values = pq.read_table(exam / "indicators.parquet", columns=["indicator", "area", "value"])
    city = values.filter(pc.equal(values["area"], "city")).filter(pc.is_valid(pc.field("value")))
    return (
        str(city["indicator"][0].as_py()) if city.num_rows else next(iter(manifest["indicators"]))
    )


def _layer(table: pa.Table, name: str, target: Path, as_of: str) -> None:
    """Write one layer; dates inside come from the examination, not from the clock."""
    import pyogrio
    from pyogrio import raw

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{as_of}T00:00:00.000Z"})
    columns = [column for column in table.column_names if column != "geometry"]
    fields = [_field(table, column) for column in columns]
    raw.write(
        str(target), geometry=_multipolygons(table["geometry"].to_numpy()),
        field_data=[data for data, _ in fields],
        field_mask=[mask for _, mask in fields], fields=columns, layer=name, driver="GPKG",
        geometry_type="MultiPolygon", crs="EPSG:4326", append=target.exists(),
        layer_options={"DESCRIPTION": f"urbanwork {name}"},
    )  # fmt: skip
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _multipolygons(wkb: Any) -> Any:
    """All of one type: QGIS shows a layer of two types as two layers, one of them without style."""
    parts, owner = shapely.get_parts(shapely.from_wkb(wkb), return_index=True)
    return shapely.to_wkb(shapely.multipolygons(parts, indices=owner))


def _field(table: pa.Table, column: str) -> tuple[Any, Any]:
    """Values and mask of missing ones; H3 cells as text, since QGIS has no 64-bit unsigned."""
    values = table[column]
    if column == "cell":
        return np.array([f"{cell:x}" for cell in values.to_pylist()], object), None
    if pa.types.is_string(values.type):
        return values.to_numpy(), None
    mask = values.is_null().to_numpy()
    filled = values.fill_null(0).to_numpy() if mask.any() else values.to_numpy()
    return filled, mask if mask.any() else None


def _add_styles(
    connection: sqlite3.Connection,
    layer: str,
    table: pa.Table,
    manifest: Mapping[str, Any],
    shown: str,
) -> None:
    """A style for each indicator of the layer; one from tables has no column in the cells."""
    known = [key for key in sorted(manifest["indicators"]) if key in table.column_names]
    shown = shown if shown in known else next(iter(known), shown)
    for number, key in enumerate(known):
        declared = manifest["indicators"][key]
        values = table[key].to_numpy()
        finite = values[np.isfinite(values)]
        if len(finite) == 0 and key != shown:
            continue
        qml = _qml(key, finite, manifest["indicators"], better=declared["better"])
        title = f"{declared['title']['en']} · {declared['title']['zh']}"
        connection.execute(
            "INSERT INTO layer_styles (id, f_table_catalog, f_table_schema, f_table_name, "
            "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, "
            "update_time) VALUES (?, '', '', ?, 'geom', ?, ?, '', ?, ?, 'urbanwork', ?)",
            (number + (1000 if layer == "cells" else 1), layer, title, qml, key == shown,
             f"{title} ({declared['unit']})", f"{manifest['as_of']}T00:00:00.000Z"),
        )  # fmt: skip


def _qml(key: str, values: Any, indicators: Mapping[str, Mapping[str, Any]], *, better: str) -> str:
    """A graduated style in five classes, and titles of the columns in both languages."""
    colours = VIRIDIS[::-1] if better == "lower" else VIRIDIS
    cuts = _cuts(values)
    symbols = "".join(
        f'<symbol type="fill" name="{n}" alpha="0.85" clip_to_extent="1"><layer class="SimpleFill" '
        f'enabled="1" pass="0" locked="0"><Option type="Map"><Option name="color" type="QString" '
        f'value="{_rgb(colour)},255"/><Option name="style" type="QString" value="solid"/>'
        f'<Option name="outline_style" type="QString" value="no"/></Option></layer></symbol>'
        for n, colour in enumerate(colours)
    )
    ranges = "".join(
        f'<range lower="{low!r}" upper="{high!r}" symbol="{n}" render="true" '
        f"label={quoteattr(f'{low:.3g} – {high:.3g} ' + indicators[key]['unit'])}/>"
        for n, (low, high) in enumerate(pairwise(cuts))
    )
    aliases = "".join(
        f"<alias field={quoteattr(name)} "
        f"name={quoteattr(each['title']['en'] + ' · ' + each['title']['zh'])}/>"
        for name, each in sorted(indicators.items())
    )
    return (
        '<!DOCTYPE qgis PUBLIC "http://mrcc.com/qgis.dtd" "SYSTEM"><qgis version="3.22.0" '
        'styleCategories="Symbology|Fields"><renderer-v2 type="graduatedSymbol" '
        f'attr={quoteattr(chr(34) + key + chr(34))} graduatedMethod="GraduatedColor" '
        f'symbollevels="0" enableorderby="0"><ranges>{ranges}</ranges><symbols>{symbols}</symbols>'
        f"</renderer-v2><aliases>{aliases}</aliases></qgis>"
    )


def _cuts(values: Any) -> list[float]:
    """Six bounds of five classes of equal width, rounded outward never inward."""
    if len(values) == 0:
        return [float(n) for n in range(6)]
    low, high = float(values.min()), float(values.max())
    if high <= low:
        high = low + 1.0
    return [float(x) for x in np.linspace(low, high, 6)]


def _rgb(colour: str) -> str:
    return ",".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
