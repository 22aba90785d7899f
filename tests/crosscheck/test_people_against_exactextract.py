"""People of cells in a projected raster against exactextract."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from urbanwork.city.hexagons import h3_cells, h3_polygons
from urbanwork.quantities.crs import reproject
from urbanwork.sources.population import read_population, zonal_people


def test_cells_hold_the_people_that_exactextract_counts(shared: Path) -> None:
    import exactextract
    from exactextract.raster import NumPyRasterSource

    raster = read_population(
        shared / "cities/las_palmas/population_dasymetric_standin_100m.tif",
        bounds_lonlat=(-15.46, 28.10, -15.41, 28.15),
    )
    cells = h3_polygons(h3_cells(shapely.box(-15.45, 28.11, -15.42, 28.14), 10))
    ours = zonal_people(raster, cells)
    rows, columns = raster.people.shape
    a, _, west, _, e, north = raster.transform
    source = NumPyRasterSource(
        raster.people, xmin=west, xmax=west + a * columns, ymin=north + e * rows, ymax=north
    )
    projected = reproject(cells, "EPSG:4326", raster.crs)
    features = [
        {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(cell)}
        for cell in projected
    ]
    theirs = [
        feature["properties"]["sum"]
        for feature in exactextract.exact_extract(source, features, "sum")
    ]
    assert len(ours) > 500
    assert ours == pytest.approx(np.array(theirs), rel=1e-6, abs=1e-6)
