"""Tiny towns drawn as text, with answers that a planner can check by hand.

    town('''
    A--2--+--3--#
          |
          P
    ''', step_m=100, legend={"A": "primary_school", "P": ("park", 6_000)})

Each character stands for a square cell of `step_m` metres, north up:

    - |      a street running west-east, north-south
    +        a crossing or a bend
    1 to 9   people living on the street; times `people_per_digit`
    0        a street cell without people
    > < ^    a street that is one-way for cars (east, west, north); people walk both ways
    A to Z   a place on the street; two of one letter are two places
    a to z   an entrance of a place on the street; two of one letter are two entrances of one place
    #        the street leaves the data here: an exit of the network
    * and    people who have no street (one times `people_per_digit`)
    ~        water: a cell without land
    . space  land without a street

Every two neighbours that both have a street towards each other are joined by an edge of
`step_m` metres, 36 seconds by car at 10 km/h for 100 m. Cells have ids 1, 2, 3 ... in reading
order, all in one area unless `areas` draws them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely

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
from urbanwork.kernels.graph import Snaps, build_graph
from urbanwork.measures.names import resolve
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.shared import Access
from urbanwork.quantities.crs import metric_crs
from urbanwork.quantities.measured import STATES, Reason, State

STREET = frozenset("-|+<>^#")
LAYERS = ("streets", "drive", "buildings", "landuse", "green", "people", "timetable")
LAND = {
    "r": "residential", "c": "commercial", "i": "industrial", "n": "institutional",
    "t": "transport", "g": "green", "f": "forest", "w": "water", "o": "open_space",
}  # fmt: skip
METRES_PER_SECOND = 10 / 3.6
STREET_WIDTH_M = 8.0

Legend = Mapping[str, str | tuple[str, float]]
Building = tuple[int, int, float, float, bool]
"""Column, row, footprint m2, floors m2, whether its storeys are mapped."""


def town(
    drawing: str,
    *,
    step_m: float = 100.0,
    people_per_digit: float = 1.0,
    legend: Legend | None = None,
    headways: Mapping[str, float] | None = None,
    land: Sequence[str] = (),
    buildings: Sequence[Building] = (),
    areas: str = "",
    missing: Sequence[str] = (),
    edge: bool = False,
    unnamed: bool = False,
    street_class: str = "residential",
) -> PreparedCity:
    """Return the prepared city of a drawing.

    Args:
        drawing: the streets, people and places.
        step_m: side of a cell, metres.
        people_per_digit: people of a cell marked 1.
        legend: category of each letter, or (category, area m2) for a place drawn as a square
            around its (first) letter. Letters are primary schools unless told otherwise.
        headways: minutes between departures by letter.
        land: drawings of land use of the same size, a layer each (see LAND); layers may overlap.
        buildings: what stands where.
        areas: a drawing of the same size with the letter of the area of each cell.
        missing: completeness keys that are not good enough to be judged.
        edge: whether the outline of the drawing is the edge of the data for straight lines.
        unnamed: whether the streets have no names.
        street_class: value of highway=* of all streets.
    """
    rows = _rows(drawing)
    chars = np.array([list(row) for row in rows])
    height, width = chars.shape
    x = np.tile(np.arange(width) * step_m, height)
    y = np.repeat(-np.arange(height) * step_m, width).astype(np.float64)
    flat = chars.ravel()
    on_street = np.array([_is_street(c) for c in flat])
    links = _links(chars)
    walk = _network(links, x, y, step_m, flat, unnamed, street_class, by_car=False)
    drive = _network(links, x, y, step_m, flat, unnamed, street_class, by_car=True)
    half = step_m / 2
    squares = shapely.box(x - half, y - half, x + half, y + half)
    boundary = shapely.box(x.min() - half, y.min() - half, x.max() + half, y.max() + half)
    people = np.array([_people(c) for c in flat]) * people_per_digit
    nodes = np.where(on_street, np.arange(len(flat)), -1)
    places = _places(flat, x, y, legend or {}, headways or {}, (walk, drive))
    far = np.full(len(flat), np.inf)
    if edge:
        far = shapely.distance(boundary.exterior, shapely.points(x, y))
    cells = Cells(
        id=np.arange(1, len(flat) + 1, dtype=np.uint64), geometry=squares,
        area=_area_of_cells(areas, chars.shape), land_m2=np.where(flat == "~", 0.0, step_m**2),
        people=people, people_lower=people, people_upper=people, x=x, y=y,
        walk=at_nodes(walk, nodes), drive=at_nodes(drive, nodes), edge_of_data_m=far,
    )  # fmt: skip
    ends = np.bincount(np.array(links, np.int64).reshape(-1, 2).ravel(), minlength=len(flat))
    street_m = ends * half
    return PreparedCity(
        name="Drawn", name_zh="画", as_of="2024-01-01", jurisdiction="FI",
        crs=metric_crs(25.0, 60.0), boundary=boundary, boundary_origin="given",
        extent=boundary, is_sample=False, people_origin="raster", people_note_en="Drawn people.",
        people_note_zh="画中人口。", areas=_areas(areas, squares, cells.area), cells=cells,
        walk=walk, drive=drive, places=places, buildings=_buildings(buildings, width, step_m, x, y),
        land=_land(land, squares), street_m=street_m, crossings=(ends >= 3).astype(np.float64),
        street_area_m2=street_m * STREET_WIDTH_M, water=np.zeros(0, np.object_),
        coastline=np.zeros(0, np.object_), completeness=_completeness(places, missing),
    )  # fmt: skip


def cell_at(city: PreparedCity, column: int, row: int) -> int:
    """Row of the cell drawn at a column and row of the text (of a town as drawn)."""
    width = int((city.cells.y == city.cells.y[0]).sum())
    return row * width + column


def measured(city: PreparedCity, measure: str, **parameters: Any) -> CellRatio:
    """The ratio of a measure, called by name as the catalogue does."""
    return resolve(measure)(Access.for_indicators(city, [(measure, parameters)]), **parameters)


def value_of(ratio: CellRatio) -> float | None:
    """Value of the whole town; None where nothing is known."""
    known = ratio.known.sum()
    return None if known == 0 else float(ratio.scale * ratio.numerator.sum() / known)


def bounds_of(share: CellRatio) -> tuple[float, float]:
    """Value of the whole town when all that is unknown is missed, and when it is all reached."""
    whole = share.known.sum() + share.unknown.sum()
    low = share.scale * share.numerator.sum() / whole
    return float(low), float(low + share.scale * share.unknown.sum() / whole)


def state_at(city: PreparedCity, ratio: CellRatio, column: int, row: int) -> State:
    """State of the cell drawn at a column and row of the text."""
    return STATES[ratio.state[cell_at(city, column, row)]]


def _rows(drawing: str) -> list[str]:
    lines = [line.rstrip() for line in drawing.split("\n")]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    indent = min(len(line) - len(line.lstrip()) for line in lines if line)
    width = max(len(line) for line in lines)
    return [line[indent:].ljust(width - indent) for line in lines]


def _is_street(char: str) -> bool:
    return char in STREET or char.isalnum()


def _people(char: str) -> float:
    return 1.0 if char == "*" else float(char) if char.isdigit() else 0.0


def _links(chars: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of neighbouring cells that are joined, the western or northern one first."""
    height, width = chars.shape
    number = np.arange(height * width).reshape(height, width)
    links = []
    for row in range(height):
        for column in range(width):
            here = chars[row, column]
            if not _is_street(here):
                continue
            if column + 1 < width and _runs(here, "|^") and _meets(chars[row, column + 1], "|^"):
                links.append((int(number[row, column]), int(number[row, column + 1])))
            if row + 1 < height and _runs(here, "-<>") and _meets(chars[row + 1, column], "-<>"):
                links.append((int(number[row, column]), int(number[row + 1, column])))
    return links


def _runs(char: str, across: str) -> bool:
    return char not in across


def _meets(char: str, across: str) -> bool:
    return _is_street(char) and char not in across


def _network(
    links: list[tuple[int, int]],
    x: np.ndarray,
    y: np.ndarray,
    step_m: float,
    flat: np.ndarray,
    unnamed: bool,
    street_class: str,
    *,
    by_car: bool,
) -> Network:
    ends = np.array(links, np.int64).reshape(-1, 2)
    per_m = 100 / METRES_PER_SECOND if by_car else 100.0
    one_way = np.zeros(len(ends), np.bool_)
    if by_car:
        ends, one_way = _one_way(ends, flat)
    weight = np.full(len(ends), round(step_m * per_m), np.int32)
    graph = build_graph(len(x), ends[:, 0], ends[:, 1], weight, one_way)
    network = Network(
        graph=graph, x=x, y=y, start=np.arange(0, 2 * len(ends) + 1, 2),
        vertex_x=x[ends].ravel(), vertex_y=y[ends].ravel(), way=np.arange(len(ends)),
        length_m=np.full(len(ends), step_m), street_class=np.full(len(ends), street_class, object),
        street_name=np.full(len(ends), None if unnamed else "Main Street", object),
        exits=Snaps(*(np.zeros(0, np.int32) for _ in range(4))),
    )  # fmt: skip
    return replace(network, exits=at_nodes(network, np.flatnonzero(flat == "#")))


def _one_way(ends: np.ndarray, flat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Edges that touch an arrow run its way only."""
    touches = np.stack([np.isin(flat[ends], [arrow]).any(axis=1) for arrow in "><^"])
    turned = touches[1] | touches[2]
    return np.where(turned[:, None], ends[:, ::-1], ends), touches.any(axis=0)


def at_nodes(network: Network, nodes: np.ndarray) -> Snaps:
    """Points standing on nodes; edge -1 where the node is -1 or has no street."""
    graph = network.graph
    edge = np.full(len(nodes), -1, np.int32)
    to_start, to_end = np.zeros(len(nodes), np.int32), np.zeros(len(nodes), np.int32)
    for point, node in enumerate(nodes):
        touching = np.flatnonzero((graph.edge_from == node) | (graph.edge_to == node))
        if node >= 0 and len(touching):
            edge[point] = touching[0]
            length = graph.edge_weight[touching[0]]
            at_start = graph.edge_from[touching[0]] == node
            to_start[point], to_end[point] = (0, length) if at_start else (length, 0)
    return Snaps(edge, to_start, to_end, np.zeros(len(nodes), np.int32))


def _places(
    flat: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    legend: Legend,
    headways: Mapping[str, float],
    networks: tuple[Network, Network],
) -> PlaceModel:
    spots = [(c, n) for n, c in enumerate(flat) if c.isalpha()]
    owners: list[tuple[str, int]] = []  # letter and first cell of each place
    entrances: list[tuple[int, int]] = []  # place and cell of each entrance
    for char, node in spots:
        known = [p for p, (letter, _) in enumerate(owners) if letter == char and char.islower()]
        if not known:
            owners.append((char, node))
        entrances.append((known[0] if known else len(owners) - 1, node))
    category = [_category(legend.get(char, "primary_school")) for char, _ in owners]
    area = np.array([_area(legend.get(char, "")) for char, _ in owners], np.float64)
    first = np.array([node for _, node in owners], np.int64)
    door = np.array([node for _, node in entrances], np.int64)
    half = np.sqrt(area) / 2
    shapes = shapely.box(x[first] - half, y[first] - half, x[first] + half, y[first] + half)
    count = len(owners)
    nothing = np.full(count, None, object)
    return PlaceModel(
        id=np.array([f"place/{p}" for p in range(count)], object),
        category=np.array(category, object),
        name=np.array([char for char, _ in owners], object), name_zh=nothing, name_en=nothing,
        x=x[first], y=y[first], geometry=np.where(area > 0, shapes, None), area_m2=area,
        capacity=np.full(count, np.nan), source=np.full(count, "osm", object),
        headway_min=np.array([headways.get(char, math.nan) for char, _ in owners], np.float64),
        entrance_place=np.array([place for place, _ in entrances], np.int32),
        entrance_x=x[door], entrance_y=y[door],
        walk=at_nodes(networks[0], door), drive=at_nodes(networks[1], door),
    )  # fmt: skip


def _category(meaning: str | tuple[str, float]) -> str:
    return meaning if isinstance(meaning, str) else meaning[0]


def _area(meaning: str | tuple[str, float]) -> float:
    return 0.0 if isinstance(meaning, str) else meaning[1]


def _area_of_cells(areas: str, shape: tuple[int, ...]) -> np.ndarray:
    if not areas:
        return np.zeros(shape[0] * shape[1], np.int32)
    letters = np.array([list(row) for row in _rows(areas)]).ravel()
    if len(letters) != shape[0] * shape[1]:
        raise ValueError("the drawing of the areas must have the size of the town's")
    return np.unique(letters, return_inverse=True)[1].astype(np.int32)


def _areas(areas: str, squares: np.ndarray, area_of_cell: np.ndarray) -> Areas:
    names = sorted(set("".join(_rows(areas)))) if areas else ["town"]
    shapes = [shapely.union_all(squares[area_of_cell == n]) for n in range(len(names))]
    name = np.array(names, object)
    nothing = np.full(len(names), None, object)
    return Areas(name, name, nothing, nothing, np.array(shapes, object), "given")


def _buildings(
    buildings: Sequence[Building], width: int, step_m: float, x: np.ndarray, y: np.ndarray
) -> BuildingModel:
    cell = np.array([row * width + column for column, row, *_ in buildings], np.int32)
    footprint = np.array([each[2] for each in buildings], np.float64)
    half = np.sqrt(footprint) / 2
    shapes = shapely.box(x[cell] - half, y[cell] - half, x[cell] + half, y[cell] + half)
    return BuildingModel(
        geometry=shapes, cell=cell, footprint_m2=footprint,
        floor_m2=np.array([each[3] for each in buildings], np.float64),
        has_levels=np.array([each[4] for each in buildings], np.bool_),
        use=np.full(len(buildings), "residential", object),
    )  # fmt: skip


def _land(layers: Sequence[str], squares: np.ndarray) -> LandModel:
    """One polygon per layer, kind and cell, so that overlaps are whole cells."""
    drawn = [
        (LAND[char], cell)
        for layer in layers
        for cell, char in enumerate("".join(_rows(layer)))
        if char in LAND
    ]
    kind = np.array([name for name, _ in drawn], object)
    cell = np.array([number for _, number in drawn], np.int32)
    return LandModel(
        geometry=squares[cell], kind=kind, is_open_space=kind == "open_space",
        overlap_land=np.arange(len(drawn), dtype=np.int32), overlap_cell=cell,
        overlap_m2=shapely.area(squares[cell]),
    )  # fmt: skip


def _completeness(places: PlaceModel, missing: Sequence[str]) -> dict[str, Completeness]:
    keys = [f"layer:{layer}" for layer in LAYERS]
    keys += [f"place:{category}" for category in sorted(set(places.category))]
    keys += [key for key in missing if key not in keys]
    return {
        key: Completeness(
            key, 1.0, 1.0, Reason.NONE_MAPPED if key in missing else None,
            f"{key} as drawn.", f"{key}，如图。",
        )
        for key in keys
    }  # fmt: skip
