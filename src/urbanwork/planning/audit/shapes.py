"""The geometry of a plan: layers and scenario, read once, faults kept for the checklist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.planning.audit.plan import Plan
from urbanwork.planning.changes import Scenario
from urbanwork.planning.reading import read_scenario
from urbanwork.quantities.crs import LONLAT, metric_crs, project, reproject
from urbanwork.sources.polygon_files import read_features

Geometries = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Layer:
    """One file of geometries of a plan, on an equal-area map in metres."""

    number: int  # in plan.yaml
    said: Mapping[str, Any]
    shapes: Geometries  # [N] metric, invalid ones too; as drawn where there is no system
    rows: NDArray[np.int64]  # [N] number of the feature in the file, from 1
    categories: NDArray[np.object_]  # [N] or None
    crs: str | None  # stated by the file or by plan.yaml
    faults: tuple[str, ...]  # (feature number) why it is not valid
    places: tuple[str, ...]  # "land.geojson:3" of each fault
    unread: str | None = None  # why the file could not be read
    boundary: shapely.Geometry | None = None  # that the layer must fill, on the same map

    @property
    def file(self) -> str:
        return str(self.said["file"])

    @property
    def is_measured(self) -> bool:
        """Whether areas can be told: it was read, is valid and has a coordinate system."""
        return self.unread is None and self.crs is not None and not self.faults


@dataclass(frozen=True, slots=True)
class Drawn:
    """All geometry of a plan."""

    layers: tuple[Layer, ...]
    scenario: Scenario | None
    scenario_faults: tuple[str, ...]


def read_drawn(plan: Plan) -> Drawn:
    """Read all files of geometry; what cannot be read is kept as a fault, not raised."""
    layers = tuple(_layer(plan, number, said) for number, said in enumerate(plan.listed("layers")))
    name = plan.data.get("scenario")
    if name is None:
        return Drawn(layers, None, ())
    try:
        return Drawn(layers, read_scenario(plan.folder / name), ())
    except ManyFaultsError as error:
        return Drawn(layers, None, tuple(_short(fault, plan) for fault in error.faults))
    except UserError as error:
        return Drawn(layers, None, (_short(str(error), plan),))


def map_of(lonlat: Geometries) -> str:
    """The equal-area map in metres around shapes in longitude and latitude."""
    west, south, east, north = shapely.total_bounds(lonlat)
    if not (abs(west) <= 180 and abs(east) <= 180 and abs(south) <= 90 and abs(north) <= 90):
        raise UserError("its coordinates do not lie on Earth in the coordinate system stated")
    return metric_crs((west + east) / 2, (south + north) / 2)


def _short(sentence: str, plan: Plan) -> str:
    """A fault with the file as the plan names it."""
    return sentence.replace(f"{plan.folder}/", "")


def _layer(plan: Plan, number: int, said: Mapping[str, Any]) -> Layer:
    try:
        features = read_features(plan.folder / said["file"], said.get("layer"))
    except UserError as error:
        return _nothing(number, said, _short(str(error), plan))
    drawn = np.flatnonzero(~shapely.is_missing(features.geometry))
    shapes = features.geometry[drawn]
    rows = drawn + 1
    bad = np.flatnonzero(~shapely.is_valid(shapes) | shapely.is_empty(shapes))
    faults = tuple(_why(shapes[n]) for n in bad)
    places = tuple(f"{said['file']}:{rows[n]}" for n in bad)
    crs = _system(said, features.crs)
    categories = _categories(features.attributes, said, drawn)
    try:
        shapes, outline = _on_map(plan, said, shapes, crs)
    except UserError as error:
        return _nothing(number, said, f"{said['file']}: {_short(str(error), plan)}")
    return Layer(number, said, shapes, rows, categories, crs, faults, places, boundary=outline)


def _on_map(
    plan: Plan, said: Mapping[str, Any], shapes: Geometries, crs: str | None
) -> tuple[Geometries, shapely.Geometry | None]:
    """The shapes, and the boundary that they must fill, on one map; as drawn without a system."""
    if crs is None or len(shapes) == 0:
        return shapes, None
    lonlat = reproject(shapes, crs, LONLAT)
    map_ = map_of(lonlat)
    if said.get("boundary") is None:
        return project(lonlat, map_), None
    around = read_features(plan.folder / said["boundary"], None)
    outline = project(reproject(around.geometry, around.crs or crs, LONLAT), map_)
    return project(lonlat, map_), shapely.union_all(shapely.make_valid(outline))


def _nothing(number: int, said: Mapping[str, Any], why: str) -> Layer:
    none = np.zeros(0, np.object_)
    return Layer(number, said, none, none.astype(np.int64), none, said.get("crs"), (), (), why)


def _system(said: Mapping[str, Any], stated: str | None) -> str | None:
    """What the plan declares, else what the file states."""
    given = said.get("crs") or stated
    return None if given is None else str(given)


def _why(shape: shapely.Geometry) -> str:
    return "is empty" if shape.is_empty else str(shapely.is_valid_reason(shape))


def _categories(
    attributes: Mapping[str, NDArray[np.object_]], said: Mapping[str, Any], kept: NDArray[np.int64]
) -> NDArray[np.object_]:
    column = attributes.get(str(said.get("category")))
    return np.full(len(kept), None, np.object_) if column is None else column[kept]
