"""Tiny cities with rasters by year, drawn as text, as measures of areas see them.

    raster_town("AAB\nAAB", people={2020: "9.1\n5.1"}, built={2010: "10.\n00.", 2020: "21.\n10."})

Each character is a cell of `step_m` metres, north up. Areas are letters; digits are thousands of
people, or tenths of the cell that are built up or land (# is all of it); a dot is 0 and ? no data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from town import town
from urbanwork.measures.tables import Tables
from urbanwork.sources.layers import WHOLE_CITY, DatedRaster, Statistics

Row = tuple[int | None, int, str, float]
"""Row of the area (None: the city), year, variable, value."""


def raster_town(
    areas: str,
    *,
    people: Mapping[int, str | np.ndarray] | None = None,
    built: Mapping[int, str | np.ndarray] | None = None,
    land: Mapping[int, str | np.ndarray] | None = None,
    statistics: Sequence[Row] = (),
    step_m: float = 1_000.0,
    as_of: str = "2024-01-01",
) -> Tables:
    """The tables of a city without an extract whose rasters lie on the drawing of its areas."""
    rows = [line.strip() for line in areas.strip().splitlines()]
    blank = "\n".join("." * len(row) for row in rows)
    drawn = town(blank, step_m=step_m, areas="\n".join(rows))
    rasters: dict[str, DatedRaster] = {}
    for kind, by_year in (("population", people), ("built_up", built), ("land", land)):
        for year, drawing in (by_year or {}).items():
            rasters[f"{kind} {year}"] = raster(drawing, kind, year, step_m=step_m, crs=drawn.crs)
    city = replace(
        drawn, as_of=as_of, has_extract=False, people_origin="none", rasters=rasters,
        statistics=table(statistics),
    )  # fmt: skip
    shapes = [*city.areas.geometry, city.boundary]
    size = np.array([shape.area for shape in shapes])
    return Tables(city, np.full(len(shapes), np.nan), size)


def raster(
    drawing: str | np.ndarray, kind: str, year: int, *, step_m: float, crs: str
) -> DatedRaster:
    """A raster whose first pixel lies on the first cell of the drawing of a town."""
    unit = 1_000.0 if kind == "population" else 0.1
    values = drawing if isinstance(drawing, np.ndarray) else _values(drawing, unit)
    transform = (step_m, 0.0, -step_m / 2, 0.0, -step_m, step_m / 2)
    return DatedRaster(kind, year, values, transform, crs, {"file": f"{kind}_{year}.tif"})


def _values(drawing: str, unit: float) -> np.ndarray:
    known = {".": 0.0, "?": np.nan, "#": 1.0}
    rows = [line.strip() for line in drawing.strip().splitlines()]
    return np.array([[known[c] if c in known else int(c) * unit for c in row] for row in rows])


def table(rows: Sequence[Row]) -> Statistics:
    """Statistics of these rows."""
    area = [WHOLE_CITY if row[0] is None else row[0] for row in rows]
    text = [np.array([each] * len(rows), object) for each in ("Yearbook", "yearbook.csv:1")]
    return Statistics(
        np.array(area, np.int64),
        np.array([row[1] for row in rows], np.int64),
        np.array([row[2] for row in rows], object),
        np.array([row[3] for row in rows], np.float64),
        *text,
    )
