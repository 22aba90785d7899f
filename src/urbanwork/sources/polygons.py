"""Boundaries and districts from files: polygons in longitude and latitude (WGS84), valid.

What a file says of its coordinates is not believed blindly: metres that are called degrees,
latitude before longitude, and a missing coordinate system are told, not guessed at.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from urbanwork.errors import UserError
from urbanwork.quantities.crs import LONLAT, crs_of, reproject
from urbanwork.quantities.datum import Datum, geometries_to_wgs84
from urbanwork.quantities.gauss_kruger import easting_fault
from urbanwork.sources.area_names import NamedPolygons, as_areas
from urbanwork.sources.layers import Flags, Geometries, Ints, Text
from urbanwork.sources.polygon_files import Features, read_features

__all__ = ["NamedPolygons", "Polygons", "as_areas", "as_boundary", "polygons_of", "read_polygons"]

_POLYGON, _MULTIPOLYGON, _COLLECTION = 3, 6, 7
_KINDS = ("point", "line", "line", "polygon", "point", "line", "polygon", "collection")


@dataclass(frozen=True, slots=True)
class Polygons:
    """The polygons of one file; `report` says what was read, repaired and left out."""

    path: Path
    geometry: Geometries  # [N] Polygon or MultiPolygon, valid, lon/lat
    attributes: dict[str, Text]  # column -> [N] text or None
    report: dict[str, Any] = field(default_factory=dict)
    row: Ints = field(default_factory=lambda: np.zeros(0, np.int64))  # [N] feature, from 0
    mended: dict[int, str] = field(default_factory=dict)  # feature -> what was wrong with it


def read_polygons(
    path: Path | str,
    *,
    crs: str | None = None,
    datum: Datum | None = None,
    layer: str | None = None,
) -> Polygons:
    """Return the polygons of a GeoJSON, GeoPackage, Shapefile or zip of these, in WGS84.

    `crs` is the coordinate system where the file states none, or a wrong one; `datum` declares
    coordinates shifted by GCJ-02 or BD-09, which no file states. Invalid rings are repaired and
    counted; features that are no polygons or are empty are left out and counted.

    Raises:
        UserError: the file cannot be read; it has no polygons, no coordinate system, or
            coordinates that are not on Earth.
    """
    path = Path(path)
    return polygons_of(read_features(path, layer), path, crs=crs, datum=datum)


def polygons_of(
    features: Features, path: Path, *, crs: str | None = None, datum: Datum | None = None
) -> Polygons:
    """The same for features at hand; `path` is the file that messages name."""
    rows, geometry, left_out = _polygons_only(features, path)
    system = crs or features.crs
    if system is None:
        raise UserError(_no_crs(path))
    geometry = _in_wgs84(geometry, system, path, is_declared=crs is not None)
    if datum is not None:
        geometry = geometries_to_wgs84(geometry, datum)
    geometry, mended = _repaired(geometry)
    kept = ~shapely.is_empty(geometry)
    if not kept.any():
        raise UserError(f"{path}: no polygon is left after repair of its rings; draw it anew")
    report = _report(features, system, datum, len(mended), left_out + int((~kept).sum()))
    return Polygons(
        path, geometry[kept], _chosen(features, rows[kept]), report, rows[kept],
        {int(rows[place]): why for place, why in mended.items()},
    )  # fmt: skip


def as_boundary(polygons: Polygons) -> BaseGeometry:
    """Return the union of the polygons: a Polygon or MultiPolygon in lon/lat."""
    return shapely.union_all(polygons.geometry)


def _chosen(features: Features, rows: Any) -> dict[str, Text]:
    return {name: column[rows] for name, column in features.attributes.items()}


def _report(
    features: Features, system: str, datum: str | None, repaired: int, left_out: int
) -> dict[str, Any]:
    return _hint(features, datum) | {
        "features": len(features.geometry),
        "repaired": repaired,
        "left_out": left_out,
        "crs": system,
        "datum": datum or "wgs84",
        "encoding": features.encoding,
    }


def _hint(features: Features, datum: str | None) -> dict[str, str]:
    """A word of warning where the columns are those of a publisher known for GCJ-02."""
    if datum is not None or not {"adcode", "childrenNum"} <= features.attributes.keys():
        return {}
    return {
        "hint_en": "The columns are those of DataV (AMap), which publishes in GCJ-02, about 500 m "
        "off; if the file comes from there, declare 'datum: gcj02'.",
        "hint_zh": "字段与 DataV（高德）一致，其坐标为 GCJ-02，偏差约 500 米；"
        "若文件来自该处，请声明“datum: gcj02”。",
    }


# Which features


def _polygons_only(features: Features, path: Path) -> tuple[Any, Geometries, int]:
    """The rows that are polygons, or hold some, with their geometry; and how many are not."""
    geometry = _without_collections(features.geometry)
    kinds = shapely.get_type_id(geometry)
    is_polygon = np.isin(kinds, (_POLYGON, _MULTIPOLYGON)) & ~shapely.is_empty(geometry)
    if not is_polygon.any():
        raise UserError(_no_polygons(path, kinds))
    rows = np.flatnonzero(is_polygon)
    return rows, geometry[rows], len(geometry) - len(rows)


def _without_collections(geometry: Geometries) -> Geometries:
    """Collections become the union of the polygons in them."""
    result = geometry.copy()
    for row in np.flatnonzero(shapely.get_type_id(geometry) == _COLLECTION):
        parts = shapely.get_parts(geometry[row])
        result[row] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return result


def _no_polygons(path: Path, kinds: Any) -> str:
    known = kinds[kinds >= 0]
    if len(known) == 0:
        return f"{path}: the file has no features with a geometry; give one with polygons"
    kind = _KINDS[int(np.bincount(known).argmax())]
    hint = {"line": " (QGIS: 'Lines to polygons' closes them)"}.get(kind, "")
    plural = "" if len(known) == 1 else "s"
    return f"{path}: has {len(known):,} {kind}{plural} but no polygons; give areas{hint}"


# Coordinates


def _no_crs(path: Path) -> str:
    beside = f" (the file {path.with_suffix('.prj').name} beside it is missing)"
    return (
        f"{path}: does not say its coordinate system"
        f"{beside if path.suffix.lower() == '.shp' else ''}; declare it with 'crs:', such as "
        "{path: " + path.name + ", crs: EPSG:4547}"
    )


def _in_wgs84(geometry: Geometries, system: str, path: Path, *, is_declared: bool) -> Geometries:
    where = "is declared as" if is_declared else "says"
    try:
        crs = crs_of(system)
    except UserError as error:
        raise UserError(f"{path}: {error}") from None
    bounds = shapely.total_bounds(geometry)
    if not np.isfinite(shapely.get_coordinates(geometry)).all():
        raise UserError(f"{path}: has coordinates that are no numbers; mend or remove them")
    label = _label(system)
    if crs.is_geographic:
        _check_degrees(bounds, path, f"{where} {label}")
    else:
        _check_metres(bounds, path, f"{where} {label}", crs)
    if _is_lonlat(crs):
        return geometry
    return _converted(geometry, system, path, label)


def _is_lonlat(crs: Any) -> bool:
    return bool(crs.to_epsg(min_confidence=100) == 4326 or crs.to_authority() == ("OGC", "CRS84"))


def _label(system: str) -> str:
    """EPSG:4547 from a URN; the name of a system given as WKT."""
    if len(system) <= 60:
        return system.replace("urn:ogc:def:crs:", "").replace("::", ":")
    return str(crs_of(system).name)


def _check_degrees(bounds: Any, path: Path, says: str) -> None:
    west, south, east, north = (float(one) for one in bounds)
    if max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90:
        return
    if max(abs(west), abs(east)) <= 90 and max(abs(south), abs(north)) <= 180:
        raise UserError(
            f"{path}: has latitude up to {_largest(south, north)}, which no place on Earth has; "
            "it seems to hold latitude before longitude: swap them"
        )
    raise UserError(
        f"{path}: {says}, degrees, but has coordinates such as {west:,.0f}, {south:,.0f}, which "
        "are no degrees; if they are metres, declare their system with 'crs:', such as EPSG:4547"
    )


def _check_metres(bounds: Any, path: Path, says: str, crs: Any) -> None:
    west, south, east, north = (float(one) for one in bounds)
    if max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90:
        raise UserError(
            f"{path}: {says}, metres, but has coordinates such as {west:.4f}, {south:.4f}, which "
            "look like degrees; declare 'crs: EPSG:4326'"
        )
    fault = easting_fault(crs, bounds)
    if fault is not None:
        raise UserError(f"{path}: {says}, but {fault}")


def _largest(a: float, b: float) -> str:
    return f"{max(a, b, key=abs):.1f}"


def _converted(geometry: Geometries, system: str, path: Path, label: str) -> Geometries:
    moved = reproject(geometry, system, LONLAT)
    coordinates = shapely.get_coordinates(moved)
    if not np.isfinite(coordinates).all() or np.abs(coordinates[:, 1]).max() > 90:
        raise UserError(
            f"{path}: some coordinates are outside of the world of {label}; "
            "declare the right system with 'crs:'"
        )
    return moved


def _repaired(geometry: Geometries) -> tuple[Geometries, dict[int, str]]:
    """Valid polygons, and what was wrong: rings that cross themselves, holes outside."""
    is_broken: Flags = ~shapely.is_valid(geometry)
    if not is_broken.any():
        return geometry, {}
    places = np.flatnonzero(is_broken).tolist()
    reasons = shapely.is_valid_reason(geometry[is_broken]).tolist()
    result = geometry.copy()
    result[is_broken] = shapely.make_valid(
        geometry[is_broken], method="structure", keep_collapsed=False
    )
    return _without_collections(result), dict(zip(places, reasons, strict=True))
