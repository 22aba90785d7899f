"""Tables of a made city of square areas, for measures of commuters and projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from urbanwork.city.areas import NamedAreas
from urbanwork.city.by_areas import assemble_areas
from urbanwork.examination.people import land_of_areas, people_of_areas
from urbanwork.measures.tables import Tables
from urbanwork.sources.layers import Commutes, Projects, Statistics

Flow = tuple[int, int, float] | tuple[int, int, float, float] | tuple[int, int, float, float, float]


def boxes(count: int, side: float = 0.1) -> list[shapely.Polygon]:
    """Squares in a row from west to east, near the equator, `side` degrees wide."""
    return [shapely.box(row * side, 0, (row + 1) * side, side) for row in range(count)]


def commutes(flows: Sequence[Flow], year: int = 2023) -> Commutes:
    """Flows of home, work, workers, km and minutes; what is left out is not given."""
    rows = [(*flow, *[np.nan] * (5 - len(flow))) for flow in flows]
    columns = np.array(rows, np.float64).reshape(-1, 5).T
    return Commutes(
        columns[0].astype(np.int64), columns[1].astype(np.int64), columns[2],
        columns[3] * 1000.0, columns[4], np.full(len(rows), year),
        np.array([f"od.csv:{row + 2}" for row in range(len(rows))], object),
    )  # fmt: skip


def tables(
    flows: Sequence[Flow] = (),
    *,
    shapes: Sequence[shapely.Polygon] | None = None,
    as_of: str = "2024-06-30",
    statistics: Statistics | None = None,
    projects: Projects | None = None,
) -> Tables:
    """The tables of a city of these areas."""
    shapes = boxes(3) if shapes is None else shapes
    geometry = np.empty(len(shapes), object)
    geometry[:] = list(shapes)
    ids = np.array([f"area/{row}" for row in range(len(shapes))], object)
    names = np.array([f"District {row}" for row in range(len(shapes))], object)
    nothing = np.full(len(shapes), None, object)
    city = assemble_areas(
        NamedAreas(ids, names, nothing, nothing, geometry, "given"), None, [], [],
        lambda en, zh: None, name="Rowtown", name_zh=None, as_of=as_of, jurisdiction="*",
        where="test",
    )  # fmt: skip
    city = replace(
        city, commutes=commutes(flows), statistics=statistics or Statistics.none(),
        projects=projects or Projects.none(),
    )  # fmt: skip
    return Tables(city, people_of_areas(city)[0], land_of_areas(city))
