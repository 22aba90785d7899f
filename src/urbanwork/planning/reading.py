"""Scenarios and plans from files: one change a feature, or every fault of the file at once.

Our own form is YAML, or GeoJSON with the head of the scenario beside its features. Plans come from
GeoPackage, Shapefile or DXF too: there the columns are the fields, in English or Chinese.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.planning.building import change_of
from urbanwork.planning.changes import Change, Scenario
from urbanwork.planning.coordinates import Stated, in_wgs84
from urbanwork.quantities.datum import Datum
from urbanwork.sources.polygon_files import CRS84

YAML = (".yaml", ".yml")
GEOJSON = (".geojson", ".json")
_HEAD = ("name", "base", "author", "date", "datum")
_DATUMS = ("wgs84", "gcj02", "bd09")


@dataclass(frozen=True, slots=True)
class Raw:
    """One change as it stands in a file."""

    where: str  # "plan.geojson:3"
    fields: Mapping[str, Any]
    geometry: BaseGeometry | None


@dataclass(frozen=True, slots=True)
class _File:
    head: Mapping[str, Any]
    crs: Any  # as it stands in the file
    raws: list[Raw]
    faults: list[str]
    otherwise: str | None = None  # the system of a format where a file names none


def read_scenario(
    path: Path | str, *, crs: str | None = None, datum: Datum | None = None,
    layer: str | None = None,
) -> Scenario:  # fmt: skip
    """Return the scenario of a file, its geometries in longitude and latitude (WGS84).

    `crs` is the coordinate system where the file states none; `datum` declares coordinates that
    are shifted by GCJ-02 or BD-09.

    Raises:
        UserError: the file cannot be read, has no coordinate system, or holds no change.
        ManyFaultsError: everything that is wrong with its changes, one sentence each.
    """
    path = Path(path)
    file = _read(path, layer)
    if not file.raws and not file.faults:
        raise UserError(f"{path}: the plan is empty: it has no change; give at least one")
    faults = [*file.faults, *_head_faults(file.head, path)]
    shift = datum or file.head.get("datum")
    raws = _placed(file.raws, Stated(path, _system(file.crs, path), crs, file.otherwise, shift))
    changes: list[Change] = []
    for number, raw in enumerate(raws, start=1):
        change, found = change_of(raw.fields, raw.geometry, raw.where, number)
        faults += found
        if change is not None:
            changes.append(change)
    faults += _given_twice(changes)
    if faults:
        raise ManyFaultsError(faults)
    return _scenario(file.head, changes, path)


def _system(said: Any, path: Path) -> str | None:
    """The coordinate system that a file names; a bare number is that of EPSG."""
    if said is None or isinstance(said, str):
        return said
    if isinstance(said, int) and not isinstance(said, bool):
        return f"EPSG:{said}"
    raise UserError(f"{path}: crs must be a text such as EPSG:4326, got {said!r}")


def _scenario(head: Mapping[str, Any], changes: list[Change], path: Path) -> Scenario:
    from urbanwork.city.store import hash_file

    name = str(head.get("scenario") or head.get("id") or path.stem)
    text = {key: None if head.get(key) is None else str(head[key]) for key in _HEAD}
    source = {"file": path.name, "sha256": hash_file(path)}
    return Scenario(
        name, text["name"] or name, tuple(changes), text["base"], text["author"], text["date"],
        (source,),
    )  # fmt: skip


def _head_faults(head: Mapping[str, Any], path: Path) -> list[str]:
    datum = head.get("datum")
    if datum is None or datum in _DATUMS:
        return []
    return [f"{path}: datum '{datum}' is not known; give one of {', '.join(_DATUMS)}"]


def _given_twice(changes: list[Change]) -> Iterator[str]:
    first: dict[str, str] = {}
    for change in changes:
        if change.id in first:
            yield (
                f"{change.origin}: the id '{change.id}' is given twice (first at "
                f"{first[change.id]}); give each change its own"
            )
        first.setdefault(change.id, change.origin)


# Files


def _read(path: Path, layer: str | None) -> _File:
    if path.suffix.lower() in YAML:
        return _yaml(path)
    if path.suffix.lower() in GEOJSON:
        document = _json(path)
        if isinstance(document, dict) and "changes" in document:
            raws, faults = _listed(document, lambda row: f"{path}:{row + 1}")
            return _File(document, document.get("crs"), raws, faults)
        if isinstance(document, dict) and document.get("type") == "FeatureCollection":
            return _geojson(document, path)
    return _table(path, layer)


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such file; check the path") from None
    except OSError as error:
        raise UserError(f"{path}: the file cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError):
        raise UserError(f"{path}: this is not valid JSON in UTF-8, perhaps cut off") from None


def _yaml(path: Path) -> _File:
    from urbanwork.quantities.yamlfile import load_yaml_and_faults

    data, lines, faults = load_yaml_and_faults(path)
    if not isinstance(data, dict):
        raise UserError(
            f"{path}: the plan is empty or no list of changes; wanted 'scenario:' and 'changes:'"
        )
    known = {"scenario", "crs", "changes", *_HEAD}
    faults = faults + [
        f"{lines.where(key)}: '{key}' is not known; wanted {', '.join(sorted(known))}"
        for key in data
        if key not in known
    ]
    raws, more = _listed(data, lambda row: lines.where("changes", row))
    return _File(data, data.get("crs"), raws, [*faults, *more])


def _listed(data: Mapping[str, Any], where: Any) -> tuple[list[Raw], list[str]]:
    """The changes of a list, each with the fields and the geometry that it has."""
    raws: list[Raw] = []
    faults: list[str] = []
    listed = data.get("changes")
    for row, entry in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(entry, dict):
            faults.append(f"{where(row)}: a change must be a mapping with 'kind:', got {entry!r}")
            continue
        drawn = entry.get("geometry", entry.get("at"))
        geometry, fault = _drawn(drawn, is_point="geometry" not in entry)
        if fault:
            faults.append(f"{where(row)}: {fault}")
            continue
        fields = {key: value for key, value in entry.items() if key not in ("geometry", "at")}
        raws.append(Raw(where(row), fields, geometry))
    return raws, faults


def _drawn(value: Any, *, is_point: bool) -> tuple[BaseGeometry | None, str | None]:
    """The geometry written as GeoJSON, as WKT, or as the two numbers of a point."""
    if value is None:
        return None, None
    try:
        if is_point:
            x, y = value
            return shapely.Point(float(x), float(y)), None
        if isinstance(value, str):
            with np.errstate(invalid="ignore"):  # nan: told when coordinates are looked at
                return shapely.force_2d(shapely.from_wkt(value)), None
        return shapely.force_2d(shapely.geometry.shape(value)), None
    except Exception:  # shapely meets what is no geometry with errors of many kinds
        wanted = "'at: [lon, lat]'" if is_point else "a GeoJSON geometry or WKT text"
        return None, f"its geometry cannot be read; wanted {wanted}"


def _geojson(document: Mapping[str, Any], path: Path) -> _File:
    raws: list[Raw] = []
    faults: list[str] = []
    features = document.get("features")
    for row, feature in enumerate(features if isinstance(features, list) else []):
        where = f"{path}:{row + 1}"
        if not isinstance(feature, dict):
            faults.append(f"{where}: a feature must be an object, got {type(feature).__name__}")
            continue
        geometry, fault = _drawn(feature.get("geometry"), is_point=False)
        if fault:
            faults.append(f"{where}: {fault}")
            continue
        fields = feature.get("properties") or {}
        if not isinstance(fields, dict):
            faults.append(f"{where}: properties must be an object, got {fields!r}")
            continue
        fields = dict(fields)
        if feature.get("id") is not None:
            fields.setdefault("id", str(feature["id"]))
        raws.append(Raw(where, fields, geometry))
    return _File(document, _geojson_crs(document), raws, faults, CRS84)


def _geojson_crs(document: Mapping[str, Any]) -> Any:
    """The `crs` member of GeoJSON 2008, None where there is none."""
    member = document.get("crs")
    if not isinstance(member, dict):
        return member
    named = member.get("properties")
    return named.get("name") if isinstance(named, dict) else None


def _table(path: Path, layer: str | None) -> _File:
    """A plan from another program: a row a change, the columns are its fields."""
    from urbanwork.sources.polygon_files import read_features

    features = read_features(path, layer)
    raws = []
    for row, geometry in enumerate(features.geometry):
        fields = {name: column[row] for name, column in features.attributes.items()}
        kept = {name: value for name, value in fields.items() if value is not None}
        raws.append(Raw(f"{path}:{row + 1}", kept, geometry))
    return _File({}, features.named_crs, raws, [], features.crs)


def _placed(raws: list[Raw], stated: Stated) -> list[Raw]:
    """The same changes with what they draw in longitude and latitude."""
    shapes = np.array([raw.geometry for raw in raws], np.object_)
    drawn = np.flatnonzero(~shapely.is_missing(shapes))
    if len(drawn):
        shapes[drawn] = in_wgs84(shapes[drawn], stated)
    return [replace(raw, geometry=shape) for raw, shape in zip(raws, shapes.tolist(), strict=True)]
