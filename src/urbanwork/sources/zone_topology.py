"""Zones that lie over one another or leave gaps, where their kinds allow none."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.sources.layers import Geometries, Zones

APART: Final = (
    "ecological_red_line_core", "ecological_red_line", "permanent_farmland",
    "development_boundary", "green_line", "blue_line",
)  # fmt: skip
"""Kinds whose zones do not lie over one another: an area in two of them would count twice."""
EXCLUSIVE: Final = (
    ("ecological_red_line_core", "ecological_red_line"),
    ("ecological_red_line_core", "permanent_farmland"),
    ("ecological_red_line_core", "development_boundary"),
    ("ecological_red_line", "permanent_farmland"),
    ("ecological_red_line", "development_boundary"),
    ("permanent_farmland", "development_boundary"),
)
"""The three lines do not cross (不交叉、不重叠、不冲突; 2019, from knowledge, unverified)."""
LEAST_M2: Final = 1.0
"""Smaller overlaps come from the rounding of coordinates."""
GAP_M: Final = 5.0
"""Ground between zones of one kind that is narrower is taken for a slip of drawing."""
LEAST_LONG: Final = 4
"""A slit is so many times longer than the widest gap: corners that are near are none."""
MOST_NAMED: Final = 20


def topology(zones: Zones, metric: Geometries) -> dict[str, Any]:
    """Overlaps and gaps, at most 20 of each named, all counted; `metric` in metres, [Z]."""
    overlaps = _overlaps(zones, metric)
    gaps = _gaps(zones, metric)
    return {
        "overlaps": len(overlaps), "overlapping": overlaps[:MOST_NAMED],
        "gaps": len(gaps), "gaping": gaps[:MOST_NAMED],
    }  # fmt: skip


def overlaps_of_files(zones: Zones, metric: Geometries, file: NDArray[Any]) -> dict[str, Any]:
    """The same between zones of two files; `file` is the number of that of each, [Z]."""
    overlaps = _overlaps(zones, metric, file)
    return {"overlaps": len(overlaps), "overlapping": overlaps[:MOST_NAMED]}


def _overlaps(
    zones: Zones, metric: Geometries, file: NDArray[Any] | None = None
) -> list[dict[str, Any]]:
    """Pairs of zones that share ground though their kinds allow none, largest first."""
    tree = shapely.STRtree(metric)
    first, second = tree.query(metric, predicate="intersects")
    ordered = first < second if file is None else file[first] < file[second]
    first, second = first[ordered], second[ordered]
    is_wrong = np.array(
        [_is_apart(zones.kind[a], zones.kind[b]) for a, b in zip(first, second, strict=True)],
        np.bool_,
    )
    first, second = first[is_wrong], second[is_wrong]
    area = shapely.area(shapely.intersection(metric[first], metric[second]))
    found = [
        {"zones": [str(zones.origin[a]), str(zones.origin[b])],
         "kinds": sorted({str(zones.kind[a]), str(zones.kind[b])}), "area_m2": round(float(m2), 1)}
        for a, b, m2 in zip(first, second, area, strict=True)
        if m2 > LEAST_M2
    ]  # fmt: skip
    return sorted(found, key=lambda each: (-each["area_m2"], each["zones"]))


def _is_apart(one: str, other: str) -> bool:
    if one == other:
        return one in APART
    return (one, other) in EXCLUSIVE or (other, one) in EXCLUSIVE


def _gaps(zones: Zones, metric: Geometries) -> list[dict[str, Any]]:
    """Narrow ground that zones of one kind leave between them, and that none has as its hole."""
    found = []
    for kind in APART:
        own = metric[zones.kind == kind]
        if len(own) < 2:
            continue
        whole = shapely.union_all(own)
        holes = [
            hole
            for hole in shapely.get_parts(shapely.difference(_holes(whole), whole))
            if 2 * hole.area / hole.length < GAP_M
            and hole.area > LEAST_M2
            and not _is_drawn(hole, own)
        ]
        areas = [hole.area for hole in holes] + _slits(own, shapely.union_all(holes))
        found += [{"kind": kind, "area_m2": round(area, 1)} for area in areas]
    return sorted(found, key=lambda each: (-each["area_m2"], each["kind"]))


def _slits(own: Geometries, holes: Any) -> list[float]:
    """Ground between two zones that runs out at its ends, about m2: how far they run beside one
    another, times how far apart they are."""
    tree = shapely.STRtree(own)
    one, two = tree.query(own, predicate="dwithin", distance=GAP_M)
    is_pair = (one < two) & (shapely.distance(own[one], own[two]) > 0)
    one, two = one[is_pair], two[is_pair]
    beside = shapely.intersection(
        shapely.boundary(own[one]), shapely.buffer(own[two], GAP_M, quad_segs=2)
    )
    across = shapely.shortest_line(own[one], own[two])
    middle = shapely.line_interpolate_point(across, 0.5, normalized=True)
    is_open = ~np.isin(np.arange(len(middle)), tree.query(middle, predicate="intersects")[0])
    is_long = shapely.length(beside) > LEAST_LONG * GAP_M
    is_gap = is_open & is_long & ~shapely.intersects(middle, holes)
    wide = _mean_distance(beside[is_gap], own[two[is_gap]])
    areas = shapely.length(beside[is_gap]) * wide
    return [float(area) for area in areas if area > LEAST_M2]


def _mean_distance(lines: Geometries, zones: Geometries) -> NDArray[np.float64]:
    """[N] how far each line is from its zone, on average of points a gap's width apart."""
    points, line = shapely.get_coordinates(shapely.segmentize(lines, GAP_M), return_index=True)
    far = shapely.distance(shapely.points(points), zones[line])
    count = np.maximum(np.bincount(line, minlength=len(lines)), 1)
    return np.asarray(np.bincount(line, far, len(lines)) / count, np.float64)


def _holes(geometry: Any) -> NDArray[Any]:
    parts = shapely.get_parts(geometry)
    rings = [ring for part in parts for ring in part.interiors]
    return shapely.polygons(rings) if rings else np.zeros(0, object)


def _is_drawn(hole: Any, zones: Geometries) -> bool:
    """Whether one zone alone has this hole."""
    near = zones[shapely.intersects(zones, hole)]
    return any(shapely.equals(own, hole) for zone in near for own in _holes(zone))
