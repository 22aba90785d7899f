"""Sample a city: layers in, what each point along its streets reaches out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from urbanwork.city.sampled.definition import Definition
from urbanwork.city.sampled.grid import population_grid
from urbanwork.city.sampled.model import (
    Floats,
    OpenSpaces,
    Places,
    PopulationGrid,
    SampledCity,
)
from urbanwork.city.sampled.network import consolidated_crossings, sampled_network
from urbanwork.city.sampled.open_space import open_spaces
from urbanwork.city.sampled.points import sample_points
from urbanwork.city.sampled.reach import distances, neighbourhood_means
from urbanwork.errors import UserError
from urbanwork.quantities.crs import crs_of, project, to_metric, unproject
from urbanwork.sources.layers import PopulationRaster, Stops
from urbanwork.sources.osm.tagged import Tagged, read_tagged

Progress = Callable[[str, str], None]
Bounds = tuple[float, float, float, float]

ARC_SEGMENTS = 8
"""Straight lines that a quarter of a circle is drawn with, as PostGIS buffers are."""


@dataclass(frozen=True, slots=True)
class Region:
    """The study region and what is used around it, metric."""

    crs: str
    region: BaseGeometry
    buffered: BaseGeometry

    @property
    def bounds_lonlat(self) -> Bounds:
        """West, south, east, north of the buffered region in degrees."""
        west, south, east, north = unproject(self.buffered, self.crs).bounds
        return west, south, east, north


def study_region(boundary: BaseGeometry, crs: str, buffer_m: float) -> Region:
    """The region of a boundary in longitude and latitude, in a metric system.

    Raises:
        UserError: `crs` is no projected system in metres.
    """
    known = crs_of(crs)
    if not known.is_projected or known.axis_info[0].unit_conversion_factor != 1.0:
        raise UserError(
            f"sampling: crs: '{crs}' is no projected system in metres; give one such as EPSG:3067, "
            "or leave it out"
        )
    region = project(boundary, crs)
    return Region(crs, region, region.buffer(buffer_m, quad_segs=ARC_SEGMENTS))


def read_features(path: Path, definition: Definition) -> Tagged:
    """Streets, and the features of destinations and open space, of an extract."""
    return read_tagged(
        path, definition.chosen(), area_keys=definition.area_keys,
        later=definition.open_space.attributes(),
    )  # fmt: skip


def sampled_city(
    where: Region,
    tagged: Tagged,
    raster: PopulationRaster,
    stops: Stops | None,
    definition: Definition,
    progress: Progress = lambda en, zh: None,
) -> SampledCity:
    """Sample a city by a definition (docs/decisions/0040-ghsci.md).

    Args:
        where: the study region.
        tagged: from `read_features`.
        raster: people per pixel.
        stops: stops within the box of the buffered region with their headway; None: no timetable.
        definition: what counts, and the distances.
        progress: called as each stage begins.

    Raises:
        UserError: no street, or no population raster, within the region.
    """
    numbers, crs = definition.numbers, where.crs
    progress("sampling: streets", "采样:街道")
    network = sampled_network(
        tagged.streets, definition.streets_without, where.buffered, numbers.clean_rim_m, crs
    )
    crossing_x, crossing_y = consolidated_crossings(network, numbers.crossing_tolerance_m)
    progress("sampling: people and open space", "采样:人口与开敞空间")
    grid = population_grid(raster, where.region, where.buffered, crs, cell_m=numbers.cell_m)
    grid = _with_crossings(grid, crossing_x, crossing_y)
    near = _near(tagged, where)
    spaces = open_spaces(near, definition.open_space, numbers, crs, network.line)
    points = sample_points(network, grid, spaces.piece, where.region, numbers)
    progress("sampling: walks", "采样:步行可达")
    places = _places(near, where, stops, spaces, definition)
    return SampledCity(
        definition, crs, where.region, network, crossing_x, crossing_y, grid, spaces, points,
        places, distances(network, points, places, numbers.access_m),
        *(
            neighbourhood_means(
                network, grid, points, count / grid.cell_km2, within_m=numbers.neighbourhood_m
            )
            for count in (grid.people, grid.crossings)
        ),
    )  # fmt: skip


def _with_crossings(grid: PopulationGrid, x: Floats, y: Floats) -> PopulationGrid:
    cell = grid.cell_of(x, y)
    count = np.bincount(cell[cell >= 0], minlength=len(grid.people))
    return replace(grid, crossings=count.astype(np.float64))


def _near(tagged: Tagged, where: Region) -> Tagged:
    """The features that touch the buffered region."""
    area = unproject(where.buffered, where.crs)
    shapely.prepare(area)
    kept = shapely.intersects(area, tagged.geometry)
    return replace(
        tagged, geometry=tagged.geometry[kept], is_area=tagged.is_area[kept], row=tagged.row[kept]
    )


def _places(
    tagged: Tagged, where: Region, stops: Stops | None, spaces: OpenSpaces, definition: Definition
) -> Places:
    """Where the places of each category are, metric: areas at their centre."""
    centre = shapely.centroid(project(tagged.geometry, where.crs))
    x, y = shapely.get_x(centre), shapely.get_y(centre)
    places = {name: (x[kept], y[kept]) for name, kept in (
        (name, tagged.carries(rule)) for name, rule in definition.destinations.items()
    )}  # fmt: skip
    large = spaces.public_ha[spaces.entry_area] > definition.numbers.large_ha
    places["public_open_space_any"] = spaces.entry_x, spaces.entry_y
    places["public_open_space_large"] = spaces.entry_x[large], spaces.entry_y[large]
    if stops is not None:
        x, y = to_metric(stops.lon, stops.lat, where.crs)
        for name, longest in definition.timetable.items():
            kept = np.isfinite(stops.headway_min) & (stops.headway_min <= longest)
            places[name] = x[kept], y[kept]
    return places
