"""The city as the report draws it: streets, water, green, areas, cells, places, in whole units.

It depends on the prepared city only, so it is built once and cached. The walking network is
complete (nodes, edges, snaps), so that the browser can walk the very path that was measured.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.hexagons import h3_polygons
from urbanwork.city.model import Network, PreparedCity
from urbanwork.city.network import edge_lines
from urbanwork.kernels.graph import Snaps
from urbanwork.quantities.crs import project
from urbanwork.reporting.html.pack import Plain, deltas, folded, pack
from urbanwork.sources.category_titles import category_titles

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

BASEMAP_VERSION = 1
"""Part of the key under which a basemap is cached: raise it when the bytes change."""
STEP_M = 0.5
"""One unit of a drawn coordinate; distances are in centimetres and lose nothing."""
MOST_EDGES = 60_000
"""Of a larger network only the main streets are drawn and no path is walked in the report."""
MOST_CELLS = 36_000
"""More cells are shown as their parents in H3."""
MOST_BUILDINGS = 30_000
SMALLEST_BUILDING_M2 = 60.0
LOOSE_END_M = 1_000.0
BEND_M = 0.6
"""A vertex nearer than this to the line of its neighbours is not drawn."""
MARGIN_M = 1_200.0
"""How far beyond the cells the map is drawn."""
MAIN_STREETS = (
    "motorway", "trunk", "primary", "secondary", "tertiary",
    "motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link",
)  # fmt: skip


def build_basemap(city: PreparedCity) -> bytes:
    """The compressed basemap of a prepared city; equal cities give equal bytes."""
    seen = _seen(city)
    origin = (seen.bounds[0], seen.bounds[1])
    has_paths = len(city.walk.length_m) <= MOST_EDGES
    streets_header, streets = _streets(city, origin, whole=has_paths)
    places_header, places = _places(city, origin, with_entrances=has_paths)
    header = {
        "version": BASEMAP_VERSION, "origin": origin, "step": STEP_M, "crs": city.crs,
        "has_paths": has_paths, "areas": city.areas.id.tolist(),
        **streets_header, **places_header,
    }  # fmt: skip
    arrays = streets | places | _cells(city, origin, with_snaps=has_paths)
    for name, shapes in _ground(city, seen).items():
        arrays |= _rings(name, shapes, origin)
    arrays |= _rings("area", city.areas.geometry, origin, simplify_m=2.0, owned=True)
    return pack(header, arrays)


def shown_cells(cells: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The cells that the map shows, and the row of each cell among them.

    As they are, or their parents in H3 where there are more than `MOST_CELLS`.
    """
    shown, row = cells, np.arange(len(cells))
    while len(shown) > MOST_CELLS:
        shown, up = np.unique(_parents(shown), return_inverse=True)
        row = up[row]
    return shown, row


def _parents(cells: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """H3's own bits: the resolution in bits 52 to 55, three bits a level, 7 where unused."""
    level = (cells >> np.uint64(52)) & np.uint64(15)
    unused = np.uint64(7) << (np.uint64(3) * (np.uint64(15) - level))
    return (cells | unused) - (np.uint64(1) << np.uint64(52))


def _seen(city: PreparedCity) -> BaseGeometry:
    """What is drawn: the boundary and a margin, as far as the data goes."""
    around = shapely.box(*shapely.buffer(city.boundary.envelope, MARGIN_M).bounds)
    seen = shapely.intersection(around, city.extent)
    return seen if seen.area > 0 else around


def _units(values: Floats, start: float) -> NDArray[np.int64]:
    return np.rint((values - start) / STEP_M).astype(np.int64)


def _streets(
    city: PreparedCity, origin: tuple[float, float], *, whole: bool
) -> tuple[dict[str, Any], dict[str, Plain]]:
    walk = city.walk
    classes, of_class = np.unique(walk.street_class.astype(str), return_inverse=True)
    header: dict[str, Any] = {"classes": classes.tolist()}
    arrays = _lines("road", _driven_only(city), origin)
    if not whole:
        main = np.flatnonzero(np.isin(walk.street_class.astype(str), MAIN_STREETS))
        return header | {"names": []}, _lines("road", _with(walk, main), origin)
    names, of_name = _numbered(walk.street_name)
    arrays |= {
        "edge_class": of_class.astype("u1"), "edge_name": of_name,
        "edge_weight": walk.graph.edge_weight.astype("<u4"),
        "edge_from": deltas(walk.graph.edge_from),
        "edge_span": folded(walk.graph.edge_to.astype(np.int64) - walk.graph.edge_from),
        "edge_one_way": walk.graph.is_forward_only.astype("u1"),
        "node_x": deltas(_units(walk.x, origin[0])), "node_y": deltas(_units(walk.y, origin[1])),
    }  # fmt: skip
    return header | {"names": names}, arrays | _courses(walk, origin)


def _numbered(texts: NDArray[np.object_]) -> tuple[list[str], Plain]:
    """Distinct texts, and the number of each (0 for none, so the first text is 1)."""
    known = np.array([text or "" for text in texts], np.object_).astype(str)
    names, number = np.unique(known, return_inverse=True)
    if len(names) and names[0] == "":
        return names[1:].tolist(), number.astype("<u2")
    return names.tolist(), (number + 1).astype("<u2")


def _courses(walk: Network, origin: tuple[float, float]) -> dict[str, Plain]:
    """The vertices between the ends of each edge; the ends are nodes already."""
    edge = np.repeat(np.arange(len(walk.start) - 1), np.diff(walk.start))
    x, y = walk.vertex_x, walk.vertex_y
    for _ in range(2):
        kept = _bends(edge, x, y)
        edge, x, y = edge[kept], x[kept], y[kept]
    inner = ~_is_end(edge)
    return {
        "edge_inner": np.bincount(edge[inner], minlength=len(walk.length_m)).astype("<u2"),
        "inner_x": deltas(_units(x[inner], origin[0])),
        "inner_y": deltas(_units(y[inner], origin[1])),
    }


def _is_end(edge: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether a vertex is the first or last of its edge."""
    first, last = np.diff(edge, prepend=-1) != 0, np.diff(edge, append=-1) != 0
    return np.asarray(first | last, np.bool_)


def _bends(edge: NDArray[np.int64], x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Vertices to keep: ends, every other one, and those off the line of their neighbours."""
    kept: NDArray[np.bool_] = _is_end(edge) | (np.arange(len(edge)) % 2 == 0)
    at = np.flatnonzero(~kept)
    along_x, along_y = x[at + 1] - x[at - 1], y[at + 1] - y[at - 1]
    cross = along_x * (y[at] - y[at - 1]) - along_y * (x[at] - x[at - 1])
    kept[at] = np.abs(cross) > BEND_M * np.hypot(along_x, along_y)
    return kept


def _driven_only(city: PreparedCity) -> Geometries:
    """Roads that nobody may walk on: drawn, so that the map is not full of holes."""
    drive = city.drive
    main = np.isin(drive.street_class.astype(str), MAIN_STREETS)
    return _with(drive, np.flatnonzero(main & ~np.isin(drive.way, city.walk.way)))


def _with(network: Network, edges: NDArray[np.int64]) -> Geometries:
    if len(edges) == 0:
        return np.zeros(0, np.object_)
    lines = edge_lines(network.start, network.vertex_x, network.vertex_y, edges)
    return _simpler(lines, 3.0)


def _lines(name: str, lines: Geometries, origin: tuple[float, float]) -> dict[str, Plain]:
    points, line = shapely.get_coordinates(lines, return_index=True)
    return {
        f"{name}_size": np.bincount(line, minlength=len(lines)).astype("<u2"),
        f"{name}_x": deltas(_units(points[:, 0], origin[0])),
        f"{name}_y": deltas(_units(points[:, 1], origin[1])),
    }


def _ground(city: PreparedCity, seen: BaseGeometry) -> dict[str, Geometries]:
    """What lies under the cells, cut to the part of the world that the data shows."""
    from urbanwork.city.shore import land_of  # brings numba, which a drawn map does not need

    land = land_of(seen, _closed(city.coastline, seen))
    green = city.land.geometry[np.isin(city.land.kind.astype(str), ("green", "forest"))]
    large = city.buildings.geometry[city.buildings.footprint_m2 >= SMALLEST_BUILDING_M2]
    return {
        "land": _simpler(np.array([land], np.object_), 4.0),
        "sea": _simpler(np.array([shapely.difference(seen, land)], np.object_), 4.0),
        "water": _simpler(_cut(city.water, seen), 2.0),
        "green": _simpler(_cut(green, seen), 3.0),
        "building": _cut(large, seen) if len(large) <= MOST_BUILDINGS else large[:0],
    }


def _closed(coast: Geometries, seen: BaseGeometry) -> Geometries:
    """The coastline with its loose ends led on to the edge of what is seen.

    Extracts drop the pieces of coast that leave them, which leaves a gap at the edge.
    """
    if len(coast) == 0:
        return coast
    lines = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(coast)))
    lines = _simpler(lines, 4.0)
    loose = ~shapely.is_ring(lines)
    return np.concatenate([lines[~loose], [_led_on(line, seen.boundary) for line in lines[loose]]])


def _led_on(line: BaseGeometry, edge: BaseGeometry) -> BaseGeometry:
    points = shapely.get_coordinates(line)
    ends = shapely.points(points[[0, -1]])
    nearest = shapely.get_coordinates(shapely.shortest_line(ends, edge))[[1, 3]]
    beyond = nearest + (nearest - points[[0, -1]]) * 0.01
    is_near = shapely.distance(ends, edge) < LOOSE_END_M
    head, tail = (beyond[n : n + 1] if is_near[n] else points[:0] for n in (0, 1))
    longer: BaseGeometry = shapely.linestrings(np.concatenate([head, points, tail]))
    return longer


def _cut(shapes: Geometries, seen: BaseGeometry) -> Geometries:
    if len(shapes) == 0:
        return shapes
    shapely.prepare(seen)
    kept: Geometries = shapes[shapely.intersects(seen, shapes)].copy()
    rim = ~shapely.contains_properly(seen, kept)
    kept[rim] = shapely.intersection(kept[rim], seen)
    return kept


def _simpler(shapes: Geometries, tolerance_m: float) -> Geometries:
    """Fewer vertices, good enough to look at."""
    return np.asarray(shapely.simplify(shapes, tolerance_m, preserve_topology=False), np.object_)


def _rings(
    name: str,
    shapes: Geometries,
    origin: tuple[float, float],
    *,
    simplify_m: float = 0.0,
    owned: bool = False,
) -> dict[str, Plain]:
    """Rings one after another, filled by the even-odd rule; `owned` keeps the row of each."""
    if simplify_m and len(shapes):
        shapes = np.asarray(shapely.coverage_simplify(shapes, simplify_m), np.object_)
    parts, shape = shapely.get_parts(shapes, return_index=True)
    polygon = shapely.get_type_id(parts) == 3
    rings, part = shapely.get_rings(parts[polygon], return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    last = np.r_[ring[1:] != ring[:-1], True][: len(ring)]
    points, ring = points[~last], ring[~last]
    owner = {f"{name}_of": deltas(shape[polygon][part])} if owned else {}
    return owner | {
        f"{name}_size": np.bincount(ring, minlength=len(rings)).astype("<u4"),
        f"{name}_x": deltas(_units(points[:, 0], origin[0])),
        f"{name}_y": deltas(_units(points[:, 1], origin[1])),
    }


def _cells(
    city: PreparedCity, origin: tuple[float, float], *, with_snaps: bool
) -> dict[str, Plain]:
    cells = city.cells
    shown, _ = shown_cells(cells.id)
    whole = len(shown) == len(cells.id)
    shapes = cells.geometry if whole else project(h3_polygons(shown), city.crs)
    arrays = _rings("cell", shapes, origin, owned=True)
    arrays["cell_high"] = (shown >> np.uint64(32)).astype("<u4")
    arrays["cell_low"] = (shown & np.uint64(0xFFFFFFFF)).astype("<u4")
    if whole and with_snaps:
        arrays |= {"cell_px": deltas(_units(cells.x, origin[0]))}
        arrays |= {"cell_py": deltas(_units(cells.y, origin[1]))}
        arrays |= _snaps("cell", cells.walk)
    return arrays


def _snaps(name: str, snaps: Snaps) -> dict[str, Plain]:
    """Edge plus one (0 for none), centimetres along it, centimetres off it."""
    return {
        f"{name}_edge": deltas(snaps.edge.astype(np.int64) + 1),
        f"{name}_along": snaps.to_start.astype("<u4"),
        f"{name}_off": snaps.off.astype("<u4"),
    }


def _places(
    city: PreparedCity, origin: tuple[float, float], *, with_entrances: bool
) -> tuple[dict[str, Any], dict[str, Plain]]:
    places = city.places
    categories, of_category = np.unique(places.category.astype(str), return_inverse=True)
    header = {
        "categories": categories.tolist(),
        "category_titles": _titles(categories.tolist()),
        "place_ids": places.id.tolist(),
        "place_names": [name or "" for name in places.name],
        "place_names_zh": _other(places.name_zh, places.name),
        "place_names_en": _other(places.name_en, places.name),
    }
    arrays: dict[str, Plain] = {
        "place_category": of_category.astype("<u2"),
        "place_x": deltas(_units(places.x, origin[0])),
        "place_y": deltas(_units(places.y, origin[1])),
    }
    if not with_entrances:
        return header, arrays
    return header, arrays | {
        "gate_place": deltas(places.entrance_place),
        "gate_x": deltas(_units(places.entrance_x, origin[0])),
        "gate_y": deltas(_units(places.entrance_y, origin[1])),
        **_snaps("gate", places.walk),
    }


def _titles(categories: list[str]) -> dict[str, list[str]]:
    """What people call each category, English and Chinese."""
    known = category_titles()
    titles = {key: list(known[key]) for key in categories if key in known}
    served = {key: list(_SERVED[key]) for key in categories if key in _SERVED}
    return titles | served


_SERVED = {
    "timetable_stop": ("stop with service", "有班次的站点"),
    "timetable_stop_high": ("station with service", "有班次的轨道站点"),
}


def _other(names: NDArray[np.object_], first: NDArray[np.object_]) -> list[str]:
    """A name in another language where it says something else."""
    return [a if a and a != b else "" for a, b in zip(names, first, strict=True)]
