"""The shape of the built-up land: how compact it is, how it and people thin out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.measures.dated import ground_m2, newest, pixels_of
from urbanwork.measures.figures import Figures, Notes
from urbanwork.measures.tables import Tables
from urbanwork.measures.urban_form import NO_BUILT_UP, NO_PEOPLE_BY_PLACE, insides, of_raster
from urbanwork.quantities.measured import Reason

Floats = NDArray[np.float64]

M2_PER_KM2 = 1e6
KM = 1_000.0
RINGS = 10
"""Rings of equal width from the centre to the farthest built-up land."""
FEWEST_PIXELS = 20
"""Built-up land of fewer pixels has no shape that could be measured."""
FEWEST_RINGS = 4
"""A line through fewer rings says nothing."""
CENTRE_KM = 1.0
"""Side of the squares in which the centre is looked for."""
MEAN_DISTANCE_OF_CIRCLE = 2.0 / 3.0
"""Mean distance of the points of a circle to its middle, in radii."""


@dataclass(frozen=True, slots=True)
class Told:
    """One figure and what it rests on, or why there is none."""

    value: float
    detail: Mapping[str, Any]


def compactness(tables: Tables) -> Figures:
    """Proximity index of the built-up land: 1 for a circle, nearer 0 the more it sprawls.

        index = 2/3 * sqrt(A / pi) / mean distance of the built-up land to its centre,

    where A is its area and 2/3 sqrt(A / pi) the mean distance in a circle of that area. Every pixel
    counts with its built-up land.

    Source: Angel, S., Parent, J. and Civco, D. (2010), Ten compactness properties of circles,
    The Canadian Geographer 54, 441-461 (proximity index).
    """
    return _by_area(
        tables, "built_up", _proximity,
        ("Proximity index of Angel, Parent and Civco", "Angel 等的邻近指数"),
    )  # fmt: skip


def built_up_entropy(tables: Tables, *, rings: int = RINGS) -> Figures:
    """Relative entropy of built-up land over rings around the centre: 1 is even, 0 one ring.

        H = - sum_i p_i ln p_i / ln n,  p_i = d_i / sum d,  d_i = built-up land / ground in ring i

    Rings of equal width reach from the centre (the densest built-up square of 3 km) to the farthest
    built-up land of the area; rings without ground do not count.

    Source: Yeh, A. and Li, X. (2001), Measurement and monitoring of urban sprawl, Photogrammetric
    Engineering and Remote Sensing 67, 83-90; STANDARDS.md I05.
    """
    return _by_area(
        tables, "built_up", lambda x, y, built, m2: _entropy(x, y, built, m2, rings),
        (f"Relative entropy over {rings} rings", f"{rings}个圈层的相对熵"),
    )  # fmt: skip


def density_gradient(tables: Tables) -> Figures:
    """How fast density falls with the distance to the centre: b of D = D0 e^(-b r), per km.

    Fitted by least squares of ln D over rings of 1 km that hold people; r is the mean distance of
    the ground of the ring, D people per km2 of it. `detail` has D0, R2 and the number of rings.

    Source: Clark, C. (1951), Urban population densities, Journal of the Royal Statistical Society A
    114, 490-496; STANDARDS.md I06.
    """
    return _by_area(
        tables, "population", _gradient, ("Fit of D = D0 e^(-b r)", "按 D = D0 e^(-b r) 拟合")
    )


Shape = Callable[[Floats, Floats, Floats, Floats], Told]


def _by_area(tables: Tables, kind: str, shape: Shape, title: Notes) -> Figures:
    """A figure of the pixels of each area and of the city: x, y, what they hold, their ground."""
    raster = newest(tables, kind)
    if raster is None:
        missing = NO_BUILT_UP if kind == "built_up" else NO_PEOPLE_BY_PLACE
        return Figures.no_data(tables.size, Reason.LAYER_MISSING, *missing)
    pixels = pixels_of(tables, raster)
    held = np.nan_to_num(raster.values)[pixels.row, pixels.column]
    held = held * pixels.m2 if kind == "built_up" else held
    ground = ground_m2(tables, raster)[pixels.row, pixels.column]
    told = [
        shape(pixels.x[inside], pixels.y[inside], held[inside], ground[inside])
        for inside in insides(pixels, tables)
    ]
    return of_raster(
        tables, raster, np.array([each.value for each in told]), title,
        detail={"by_area": [dict(each.detail) for each in told]},
    )  # fmt: skip


def _proximity(x: Floats, y: Floats, built: Floats, m2: Floats) -> Told:
    """Angel's proximity index of pixels that hold so much built-up land."""
    total = built.sum()
    if np.count_nonzero(built) < FEWEST_PIXELS:
        return Told(np.nan, {"pixels": int(np.count_nonzero(built))})
    middle_x, middle_y = (x * built).sum() / total, (y * built).sum() / total
    # The land of a pixel lies around its middle: mean square distance is d2 + side2 / 6.
    distance = np.sqrt((x - middle_x) ** 2 + (y - middle_y) ** 2 + m2 / 6.0)
    mean = (distance * built).sum() / total
    of_circle = MEAN_DISTANCE_OF_CIRCLE * np.sqrt(total / np.pi)
    return Told(
        float(of_circle / mean),
        {"mean_distance_m": float(mean), "of_circle_m": float(of_circle),
         "built_up_km2": float(total / M2_PER_KM2)},
    )  # fmt: skip


def _entropy(x: Floats, y: Floats, built: Floats, m2: Floats, rings: int) -> Told:
    if np.count_nonzero(built) < FEWEST_PIXELS:
        return Told(np.nan, {"pixels": int(np.count_nonzero(built))})
    distance = _from_centre(x, y, built)
    farthest = distance[built > 0].max()
    within = distance <= farthest
    ring = np.minimum((distance[within] / farthest * rings).astype(np.int64), rings - 1)
    ground = np.bincount(ring, m2[within], rings)
    land = np.bincount(ring, built[within], rings)
    has = ground > 0
    density = land[has] / ground[has]
    share = density / density.sum()
    inner = share[share > 0]
    count = int(has.sum())
    value = float(-(inner * np.log(inner)).sum() / np.log(count)) if count > 1 else np.nan
    return Told(
        value + 0.0,
        {"ring_km": float(farthest / rings / KM), "built_up_share": [float(d) for d in density]},
    )


def _gradient(x: Floats, y: Floats, people: Floats, m2: Floats) -> Told:
    if np.count_nonzero(people) < FEWEST_PIXELS:
        return Told(np.nan, {"pixels": int(np.count_nonzero(people))})
    distance = _from_centre(x, y, people) / KM
    ring = distance.astype(np.int64)
    ground = np.bincount(ring, m2)
    living = np.bincount(ring, people)
    has = (living > 0) & (ground > 0)
    if has.sum() < FEWEST_RINGS:
        return Told(np.nan, {"rings": int(has.sum())})
    radius = np.bincount(ring, distance * m2)[has] / ground[has]
    density = living[has] / ground[has] * M2_PER_KM2
    return _fitted(radius, density)


def _fitted(radius: Floats, density: Floats) -> Told:
    """Least squares of ln D = ln D0 - b r."""
    log = np.log(density)
    spread = radius - radius.mean()
    slope = float((spread * (log - log.mean())).sum() / (spread**2).sum())
    start = float(log.mean() - slope * radius.mean())
    left = log - start - slope * radius
    varied = ((log - log.mean()) ** 2).sum()
    fit = 1.0 - float((left**2).sum() / varied) if varied > 0 else 1.0
    return Told(
        0.0 - slope,
        {"centre_density_per_km2": float(np.exp(start)), "r2": fit, "rings": len(radius),
         "radius_km": [float(each) for each in radius],
         "density_per_km2": [float(each) for each in density]},
    )  # fmt: skip


def _from_centre(x: Floats, y: Floats, weight: Floats) -> Floats:
    """Metres to the centre: the weighted middle of the densest block of 3 km by 3 km."""
    column = ((x - x.min()) // (CENTRE_KM * KM)).astype(np.int64)
    row = ((y - y.min()) // (CENTRE_KM * KM)).astype(np.int64)
    squares = np.zeros((row.max() + 3, column.max() + 3))
    np.add.at(squares, (row + 1, column + 1), weight)
    block = sum(
        squares[i : i + row.max() + 1, j : j + column.max() + 1] for i in range(3) for j in range(3)
    )
    top = np.unravel_index(int(np.argmax(block)), np.shape(block))
    near = (np.abs(row - top[0]) <= 1) & (np.abs(column - top[1]) <= 1)
    here = weight * near
    middle_x, middle_y = (x * here).sum() / here.sum(), (y * here).sum() / here.sum()
    return np.asarray(np.hypot(x - middle_x, y - middle_y), np.float64)
