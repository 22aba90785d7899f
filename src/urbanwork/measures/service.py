"""What places serve: residential land around them, ground and area for each, distance apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.overlap import overlaps
from urbanwork.measures.green import covered_share, ground_once
from urbanwork.measures.land import Ground, kinds_m2, sum_by_cell
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.reach import CODE, PERCENT, measured_states
from urbanwork.measures.residential import residential_m2_near
from urbanwork.measures.shared import Access
from urbanwork.measures.target import chosen, completeness_key, of
from urbanwork.quantities.measured import Reason, State

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

M2_PER_KM2 = 1e6
GREENWAY = re.compile(
    r"绿道|綠道|greenway|green way|v[ií]a verde|via verda|voie verte|coul[ée]e verte|gr[üu]nzug"
    r"|gr[üu]ner ring|ecopista|parque lineal",
    re.IGNORECASE,
)
"""Names of greenways in the languages that extracts show; OpenStreetMap has no tag for them."""


def residential_near_share(access: Access, *, category: str, radius_m: float) -> CellRatio:
    """Share of residential land within a straight line of a place, percent.

        share = 100 * residential land within radius of the outline / residential land known

    Args:
        access: the city.
        category: key of the places.
        radius_m: service radius, metres.

    Source: city health examination, service-radius coverage of hospitals (4 km) and of middle
    schools (1 km), both over residential land (STANDARDS.md H25, H32).
    """
    missing = access.no_data(completeness_key(category), "layer:landuse")
    if missing is not None:
        return missing
    return _near_share(access, _shapes(access, category), radius_m)


def greenway_near_share(access: Access, *, radius_m: float) -> CellRatio:
    """Share of residential land within a straight line of a greenway, percent.

        share = 100 * residential land within radius of a greenway / residential land known

    A greenway is a street or path whose name says so (`GREENWAY`).

    Args:
        access: the city.
        radius_m: service radius, metres.

    Source: city health examination, service-radius coverage of greenways (STANDARDS.md H05).
    """
    missing = access.no_data("layer:streets", "layer:landuse")
    if missing is not None:
        return missing
    lines = _greenways(access)
    if len(lines) == 0:
        return CellRatio.no_data(
            access.cells, Reason.NONE_MAPPED,
            "No street or path of the extract has the name of a greenway.",
            "数据中没有名称为绿道的道路或小径。",
        )  # fmt: skip
    return _near_share(access, lines, radius_m)


def _near_share(access: Access, shapes: Geometries, radius_m: float) -> CellRatio:
    residential = kinds_m2(access.city, ("residential",))
    if not residential.any():
        return CellRatio.no_data(
            access.cells, Reason.NO_LAND, "No residential land is mapped inside the boundary.",
            "边界内没有居住用地数据。",
        )  # fmt: skip
    covered = residential_m2_near(access.city, [(shapes, radius_m)])
    return covered_share(access, np.minimum(covered, residential), residential, radius_m)


def _greenways(access: Access) -> Geometries:
    """Course of every edge that is named as a greenway, metric lines."""
    walk = access.city.walk
    names = {name for name in walk.street_name if name}
    green = {name for name in names if GREENWAY.search(name)}
    edge = np.flatnonzero([name in green for name in walk.street_name])
    size = walk.start[edge + 1] - walk.start[edge]
    first = np.repeat(walk.start[edge], size)
    vertex = first + np.arange(len(first)) - np.repeat(np.cumsum(size) - size, size)
    points = np.column_stack([walk.vertex_x[vertex], walk.vertex_y[vertex]])
    lines = shapely.linestrings(points, indices=np.repeat(np.arange(len(edge)), size))
    return np.asarray(lines, np.object_)


def _shapes(access: Access, category: str) -> Geometries:
    """Outlines of the places of a category, points where none is drawn."""
    places = access.city.places
    row = np.flatnonzero(chosen(places, of(category)))
    drawn = places.geometry[row]
    points = shapely.points(places.x[row], places.y[row])
    return np.where(shapely.is_missing(drawn), points, drawn)


def ground_per_place(access: Access, *, category: str, over: Ground = "land") -> CellRatio:
    """Ground for each place of a category inside the boundary, km2 per place.

        ground per place = km2 of the ground / number of places

    Args:
        access: the city.
        category: key of the places.
        over: the ground: all land, or built-up land only.

    Source: GB 51080-2015 4.1, land of the district of one fire station (STANDARDS.md P02).
    """
    missing = access.no_data(completeness_key(category), *access.ground_keys(over))
    if missing is not None:
        return missing
    places = access.city.places
    row = places.category == category
    cell = access.cell_of(places.x[row], places.y[row])
    count = np.where(access.is_seen, sum_by_cell(cell, None, access.cells), 0.0)
    ground = np.where(access.is_seen, access.ground_m2(over), 0.0) / M2_PER_KM2
    state = np.where((ground > 0) | (count > 0), CODE[State.MEASURED], CODE[State.EMPTY])
    return CellRatio(
        ground, count, np.zeros(access.cells),
        np.where(access.is_seen, state, CODE[State.UNKNOWN]).astype(np.int8), 1.0, is_share=False,
    )  # fmt: skip


def place_area_per_person(
    access: Access, *, category: str, min_area_m2: float = 0.0, below_area_m2: float = np.inf
) -> CellRatio:
    """Area of places of a category and size inside the boundary per person, m2 per person.

        area per person = area of places with min <= area < below / people

    Ground of two places counts once. Places without an outline have no area.

    Args:
        access: the city.
        category: key of the places.
        min_area_m2: smallest area of a place that counts, m2.
        below_area_m2: places from this area on do not count, m2.

    Source: GB 55014-2021 2.1.3, comprehensive and community parks per person (STANDARDS.md G03).
    """
    missing = access.no_data(completeness_key(category), "layer:people")
    if missing is not None:
        return missing
    places = access.city.places
    row = chosen(places, of(category)) & ~shapely.is_missing(places.geometry)
    row &= (places.area_m2 >= min_area_m2) & (places.area_m2 < below_area_m2)
    _, cell, area = overlaps(ground_once(places.geometry[row]), access.city.cells.geometry)
    total = np.where(access.is_seen, sum_by_cell(cell, area, access.cells), 0.0)
    people = np.where(access.is_seen, access.people, 0.0)
    hidden = np.where(access.is_seen, 0.0, access.people)
    has_any = np.where((people > 0) | (total > 0), CODE[State.MEASURED], CODE[State.EMPTY])
    state = np.where(access.is_seen, has_any, CODE[State.UNKNOWN]).astype(np.int8)
    return CellRatio(total, people, hidden, state, 1.0, is_share=False, people_power=-1)


def places_apart_share(
    access: Access, *, category: str, others: Sequence[str], distance_m: float
) -> CellRatio:
    """Share of places of a category that keep a straight distance from others, percent.

        share = 100 * places with every other at least the distance away / places known

    From outline to outline; a place whose surroundings lie beyond the edge of the data is unknown
    unless another is seen too near.

    Args:
        access: the city.
        category: key of the places that must keep away.
        others: keys of the places that they must keep away from.
        distance_m: least distance, metres.

    Source: GB 51080-2015 4.1.5, fire stations and crowded exits (STANDARDS.md P04, P05, P09).
    """
    keys = [completeness_key(each) for each in (category, *others)]
    missing = access.no_data(*keys)
    if missing is not None:
        return missing
    places = access.city.places
    shapes = _shapes(access, category)
    tree = shapely.STRtree(np.concatenate([_shapes(access, each) for each in others]))
    is_near = np.zeros(len(shapes), np.bool_)
    is_near[tree.query(shapes, "dwithin", distance=distance_m)[0]] = True
    row = places.category == category
    cell = access.cell_of(places.x[row], places.y[row])
    hides = (access.city.cells.edge_of_data_m < distance_m) | ~access.is_seen
    is_unknown = ~is_near & (cell >= 0) & hides[cell]
    return _counted(access, cell, ~is_near & ~is_unknown, is_unknown)


def _counted(
    access: Access, cell: NDArray[np.int64], is_apart: NDArray[np.bool_],
    is_unknown: NDArray[np.bool_],
) -> CellRatio:  # fmt: skip
    """Share of places [P], by the cell that each stands in."""
    unknown = sum_by_cell(cell[is_unknown], None, access.cells)
    known = sum_by_cell(cell, None, access.cells) - unknown
    apart = sum_by_cell(cell[is_apart], None, access.cells)
    state = measured_states(known, unknown)
    return CellRatio(apart, known, unknown, state, PERCENT, is_share=True)
