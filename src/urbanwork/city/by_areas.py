"""A city without an extract: its areas alone, for what tables and rasters say of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import shapely

from urbanwork.city.areas import NamedAreas, find_areas
from urbanwork.city.ground import Ground, check_place
from urbanwork.city.model import (
    Areas,
    BuildingModel,
    Cells,
    Completeness,
    LandModel,
    Network,
    PlaceModel,
    PreparedCity,
)
from urbanwork.city.projecting import bent, projected
from urbanwork.kernels.graph import Graph
from urbanwork.quantities.crs import metric_crs
from urbanwork.quantities.measured import Reason
from urbanwork.sources.layers import Boundaries
from urbanwork.sources.stored import empty

Progress = Callable[[str, str], None]

NO_EXTRACT = (
    "The city has no OpenStreetMap extract: with one (osm: in city.yaml) this would be measured.",
    "该城市未提供 OpenStreetMap 数据；在 city.yaml 中加入 osm: 后即可测算。",
)
LAYERS = ("streets", "drive", "buildings", "landuse", "people", "timetable", "green")


def assemble_areas(
    areas: NamedAreas,
    boundary: Any,
    sources: list[dict[str, Any]],
    categories: Iterable[str],
    progress: Progress,
    *,
    name: str,
    name_zh: str | None,
    as_of: str,
    jurisdiction: str,
    where: str,
) -> PreparedCity:
    """The city of these areas (lon/lat): no cells, streets or places, and every layer missing.

    Raises UserError when the areas lie on one another or outside the boundary.
    """
    progress("areas", "分区")
    whole = shapely.union_all(areas.geometry) if boundary is None else boundary
    check_place(whole, where)
    ground = Ground(whole, "areas" if boundary is None else "given", None, 0, 1.0)
    nothing = np.zeros(0, np.object_)
    named = find_areas(areas, empty(Boundaries), ground, nothing, where=where)
    crs = metric_crs(whole.centroid.x, whole.centroid.y)
    metric = bent(whole, crs)
    shown = Areas(
        named.id, named.name, named.name_zh, named.name_en, projected(named.geometry, crs),
        named.origin,
    )  # fmt: skip
    ground_report = {
        "kind": "ground", "boundary": ground.origin, "boundary_name": None,
        "share_of_boundary_seen": 1.0, "areas": named.origin, "street_pieces_cut_off": 0,
    }  # fmt: skip
    streets = empty(Network, graph=empty(Graph, row_start=np.zeros(1, np.int32)))
    return empty(
        PreparedCity,
        name=name, name_zh=name_zh, as_of=as_of, jurisdiction=jurisdiction, crs=crs,
        boundary=metric, boundary_origin=ground.origin, extent=metric, is_sample=False,
        people_origin="none", people_note_en=NO_EXTRACT[0], people_note_zh=NO_EXTRACT[1],
        areas=shown, walk=streets, drive=streets, has_extract=False,
        cells=empty(Cells), places=empty(PlaceModel), buildings=empty(BuildingModel),
        land=empty(LandModel), completeness=_nothing_there(categories),
        sources=[*sources, ground_report],
    )  # fmt: skip


def _nothing_there(categories: Iterable[str]) -> dict[str, Completeness]:
    keys = [*(f"layer:{each}" for each in LAYERS), *(f"place:{each}" for each in categories)]
    return {key: Completeness(key, 0.0, 0.0, Reason.LAYER_MISSING, *NO_EXTRACT) for key in keys}
