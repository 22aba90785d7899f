"""People of a raster within polygons, by the exact share of each pixel that a polygon covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from urbanwork.quantities.crs import LONLAT, crs_of, transformer
from urbanwork.sources.layers import PopulationRaster
from urbanwork.sources.raster_files import inverse_of

if TYPE_CHECKING:
    from urbanwork.kernels.zonal import Rings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Geometries = NDArray[np.object_]

LONGEST_EDGE_M = 100.0
"""A straight edge of this length bends by less than 0.4 mm between longitude and latitude at 60
degrees and a projection, which moves less than 1e-6 of the area of a city."""

METRES_PER_DEGREE = 111_320.0


def zonal_people(
    raster: PopulationRaster,
    geometries: Geometries,
    *,
    crs: str = LONLAT,
    rings: Rings | None = None,
) -> Floats:
    """[n] people within each polygon: sum over pixels of people x share of the pixel covered.

    Edges are straight in `crs`. Before they are moved into the system of the raster, edges longer
    than 100 m are divided, each at the same points whichever polygon it bounds and whichever way
    it runs; so polygons that partition a region sum to the people of the region.

    Args:
        raster: people per pixel.
        geometries: [n] polygons or multipolygons; None or empty has nobody.
        crs: the system of the geometries, longitude and latitude (WGS84) unless given.
        rings: `rings_in` of them, where several rasters of one system are asked.

    Source: exact coverage fractions, as in exactextract (Baston 2017).
    """
    from urbanwork.kernels.zonal import zonal_sum

    rings = rings or rings_in(raster, geometries, crs=crs)
    return zonal_sum(rings, raster.people, inverse_of(raster.transform))


def covered_share(
    raster: PopulationRaster,
    geometries: Geometries,
    *,
    crs: str = LONLAT,
    rings: Rings | None = None,
) -> Floats:
    """[n] share (0 to 1) of the area of each polygon that the raster covers; nan where empty.

    No-data pixels count as covered: they say that nobody lives there.
    """
    from urbanwork.kernels.zonal import zonal_sum

    rings = rings or rings_in(raster, geometries, crs=crs)
    pixels = zonal_sum(rings, np.ones(raster.people.shape), inverse_of(raster.transform))
    a, b, _, d, e, _ = raster.transform
    # Relative to the first vertex: far from the origin the products would lose digits.
    x, y = rings.x - rings.x[:1], rings.y - rings.y[:1]
    cross = np.zeros(len(x))
    cross[:-1] = (x[:-1] * y[1:] - x[1:] * y[:-1]) / 2
    cross[rings.start[1:] - 1] = 0
    ring = np.repeat(np.arange(len(rings.start) - 1), np.diff(rings.start))
    area = np.bincount(rings.polygon[ring], cross, minlength=rings.polygon_count)
    with np.errstate(invalid="ignore", divide="ignore"):
        share: Floats = pixels * abs(a * e - b * d) / area
    return np.minimum(share, 1.0)


def rings_in(raster: PopulationRaster, geometries: Geometries, *, crs: str = LONLAT) -> Rings:
    """Rings of the polygons in the system of the raster."""
    from urbanwork.kernels.zonal import Rings, rings_of

    rings = rings_of(geometries)
    if crs_of(crs).equals(crs_of(raster.crs), ignore_axis_order=True):
        return rings
    x, y, start = divided(rings.x, rings.y, rings.start, _longest_edge(crs))
    moved_x, moved_y = transformer(crs, raster.crs).transform(x, y)
    if not (np.isfinite(moved_x).all() and np.isfinite(moved_y).all()):
        raise ValueError("polygons lie where the raster's coordinate system has no place")
    return Rings(moved_x, moved_y, start, rings.polygon, rings.polygon_count)


def _longest_edge(crs: str) -> float:
    is_degrees = crs_of(crs).is_geographic
    return LONGEST_EDGE_M / METRES_PER_DEGREE if is_degrees else LONGEST_EDGE_M


def divided(x: Floats, y: Floats, start: Ints, longest: float) -> tuple[Floats, Floats, Ints]:
    """Rings with every edge longer than `longest` divided evenly.

    An edge is always divided from its end with the smaller x (then y), so that both rings that
    share it get the same points to the last bit.

    >>> x, y, start = divided(np.array([0., 3., 0.]), np.zeros(3), np.array([0, 3]), 1.0)
    >>> x.tolist(), start.tolist()
    ([0.0, 1.0, 2.0, 3.0, 2.0, 1.0, 0.0], [0, 7])
    """
    if not len(x):
        return x, y, start
    edge_x, edge_y = np.diff(x, append=x[-1]), np.diff(y, append=y[-1])
    pieces = np.maximum(1, np.ceil(np.hypot(edge_x, edge_y) / longest)).astype(np.int64)
    pieces[start[1:] - 1] = 1  # the last vertex of a ring closes it and begins no edge
    if pieces.max() == 1:
        return x, y, start
    before = np.cumsum(pieces) - pieces
    vertex = np.repeat(np.arange(len(x)), pieces)
    step = np.arange(len(vertex)) - before[vertex]
    new_start = np.append(before, len(vertex))[start]
    return *_points(x, y, vertex, step, pieces[vertex]), new_start


def _points(x: Floats, y: Floats, vertex: Ints, step: Ints, pieces: Ints) -> tuple[Floats, Floats]:
    """The points `step / pieces` of the way along the edges that begin at the vertices."""
    new_x, new_y = x[vertex], y[vertex]
    inner = np.flatnonzero(step > 0)
    first, last = vertex[inner], vertex[inner] + 1
    is_backward = (x[first] > x[last]) | ((x[first] == x[last]) & (y[first] > y[last]))
    low, high = np.where(is_backward, last, first), np.where(is_backward, first, last)
    along = np.where(is_backward, pieces[inner] - step[inner], step[inner]) / pieces[inner]
    new_x[inner] = x[low] + along * (x[high] - x[low])
    new_y[inner] = y[low] + along * (y[high] - y[low])
    return new_x, new_y
