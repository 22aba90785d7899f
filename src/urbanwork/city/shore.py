"""Land and sea: land lies on the left of a coastline."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.city.overlap import subdivided

Geometries = NDArray[np.object_]

SEA_SIDE = 10
"""A piece of ground is sea when ten times as much coast has it on its right as on its left: where a
coastline breaks off, land and sea are one piece and cannot be told apart, and it stays land."""
COAST_STEP = 0.02
"""Long straight lines of coast are looked at every so often, as a share of the city's width."""


def land_of(boundary: BaseGeometry, coastline: Geometries) -> BaseGeometry:
    """The part of `boundary` on the land side of the coastline (land lies left of its course).

    Same coordinate system in and out. A boundary that the coastline does not cross is all land.
    """
    lines = coastline[shapely.intersects(coastline, boundary)] if len(coastline) else coastline
    if len(lines) == 0:
        return boundary
    outline = shapely.union_all(np.concatenate([[boundary.boundary], lines]))
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(outline)))
    shapely.prepare(boundary)
    pieces = pieces[shapely.contains(boundary, shapely.point_on_surface(pieces))]
    left, right = _beside(shapely.segmentize(lines, COAST_STEP * boundary.area**0.5))
    parts, piece = subdivided(pieces)
    tree = shapely.STRtree(parts)
    on_left = np.bincount(piece[tree.query(left, "within")[1]], minlength=len(pieces))
    on_right = np.bincount(piece[tree.query(right, "within")[1]], minlength=len(pieces))
    land = pieces[on_right <= SEA_SIDE * on_left]
    return shapely.coverage_union_all(land) if len(land) else boundary


def _beside(lines: Geometries) -> tuple[Geometries, Geometries]:
    """Points just left and just right of every segment of the lines."""
    coordinates, owner = shapely.get_coordinates(lines, return_index=True)
    same = owner[1:] == owner[:-1]
    a, b = coordinates[:-1][same], coordinates[1:][same]
    step = b - a
    length = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-12)
    aside = np.column_stack([-step[:, 1], step[:, 0]]) / length[:, None]
    aside *= np.minimum(0.2 * length, np.median(length) * 0.2)[:, None]
    middle = (a + b) / 2
    return shapely.points(middle + aside), shapely.points(middle - aside)
