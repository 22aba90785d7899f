"""Polygons on the metric map, valid there too."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.quantities.crs import project

Geometries = NDArray[np.object_]

POLYGON, MULTIPOLYGON = 3, 6
BEND_DEGREES = 0.005
"""Lines are bent at least so often when they are projected: an error under 1 cm."""


def projected(geometries: Geometries, crs: str) -> Geometries:
    """Polygons in lon/lat (None stays None) in metres of `crs`, valid if they were.

    A valid needle can cross itself once it is projected, and no overlay can take such a polygon.
    """
    moved = project(geometries, crs)
    broken = ~(shapely.is_valid(moved) | shapely.is_missing(moved))
    if broken.any():
        repaired = shapely.make_valid(moved[broken], method="structure", keep_collapsed=False)
        moved[broken] = polygonal(repaired)
    return moved


def bent(shape: BaseGeometry, crs: str) -> BaseGeometry:
    """A large polygon in metres: what is long and straight in degrees is bent on the map."""
    segments = shapely.segmentize(np.array([shape], np.object_), BEND_DEGREES)
    moved: BaseGeometry = projected(segments, crs)[0]
    return moved


def polygonal(geometries: Geometries) -> Geometries:
    """Only the polygons of each; an empty one where there are none."""
    mixed = ~np.isin(shapely.get_type_id(geometries), (POLYGON, MULTIPOLYGON))
    if not mixed.any():
        return geometries
    out = geometries.copy()
    for row in np.flatnonzero(mixed):
        parts = shapely.get_parts(geometries[row])
        flat = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
        out[row] = flat if flat.area > 0 else shapely.Polygon()
    return out
