"""Scenarios to files: GeoJSON or YAML by the ending, read back the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import shapely

from urbanwork.errors import UserError
from urbanwork.planning.changes import Change, Scenario

_FIELDS = ("target", "category", "name", "capacity", "people", "floor_m2", "headway_min")


def write_scenario(scenario: Scenario, path: Path | str) -> None:
    """Write a scenario; .geojson and .json give GeoJSON, .yaml gives YAML.

    Raises UserError for another ending, or a folder that cannot be written to.
    """
    from urbanwork.city.store import write_file

    path = Path(path)
    suffix = path.suffix.lower()
    if suffix in (".geojson", ".json"):
        text = json.dumps(as_geojson(scenario), ensure_ascii=False, indent=1) + "\n"
    elif suffix in (".yaml", ".yml"):
        import yaml

        text = yaml.safe_dump(_as_yaml(scenario), allow_unicode=True, sort_keys=False)
    else:
        raise UserError(f"{path}: scenarios are written as .geojson or .yaml; change the ending")
    write_file(path, text.encode())


def as_geojson(scenario: Scenario) -> dict[str, Any]:
    """The scenario as a FeatureCollection with its head beside the features."""
    features = [
        {
            "type": "Feature",
            "id": change.id,
            "geometry": _mapping(change),
            "properties": _fields(change),
        }
        for change in scenario.changes
    ]
    return {"type": "FeatureCollection", **_head(scenario), "features": features}


def _as_yaml(scenario: Scenario) -> dict[str, Any]:
    changes = []
    for change in scenario.changes:
        entry = {"id": change.id, **_fields(change)}
        if change.geometry is not None and change.geometry.geom_type == "Point":
            entry["at"] = [change.geometry.x, change.geometry.y]
        elif change.geometry is not None:
            entry["geometry"] = shapely.to_wkt(change.geometry, rounding_precision=-1)
        changes.append(entry)
    return {**_head(scenario), "crs": "EPSG:4326", "changes": changes}


def _head(scenario: Scenario) -> dict[str, Any]:
    head = {
        "scenario": scenario.id, "name": scenario.name, "base": scenario.base,
        "author": scenario.author, "date": scenario.date,
    }  # fmt: skip
    return {key: value for key, value in head.items() if value is not None}


def _fields(change: Change) -> dict[str, Any]:
    found = {name: getattr(change, name) for name in _FIELDS}
    fields = {"kind": change.kind, **{k: v for k, v in found.items() if v is not None}}
    for name in ("codes", "approvals"):
        if getattr(change, name):
            fields[name] = list(getattr(change, name))
    return {**fields, **change.properties}


def _mapping(change: Change) -> Any:
    if change.geometry is None:
        return None
    return json.loads(shapely.to_geojson(change.geometry))
