"""People of the areas of a city without an extract: of tables, else of a raster."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from urbanwork.city.areas import NamedAreas
from urbanwork.city.by_areas import assemble_areas
from urbanwork.city.model import PreparedCity
from urbanwork.examination.people import people_facts, people_of_areas
from urbanwork.sources.layers import DatedRaster, Statistics


def text(*values):
    return np.array(values, object)


def city() -> PreparedCity:
    """Two squares side by side of a tenth of a degree, west and east."""
    names = text("W", "E")
    areas = NamedAreas(
        names, names, names, names, text(shapely.box(10, 50, 10.1, 50.1),
                                         shapely.box(10.1, 50, 10.2, 50.1)), "given",
    )  # fmt: skip
    return assemble_areas(
        areas, None, [], ["park"], lambda en, zh: None, name="Two", name_zh=None,
        as_of="2021-06-01", jurisdiction="*", where="city.yaml",
    )  # fmt: skip


def residents(*rows):
    """(area, year, people) each."""
    area, year, people = zip(*rows, strict=True)
    variable = text(*["resident_population"] * len(rows))
    none = replace(Statistics.none(), area=np.array(area), year=np.array(year), variable=variable,
                   value=np.array(people, float))  # fmt: skip
    return replace(none, source=variable, origin=variable)


def with_raster():
    """A pixel of a hundredth of a degree with ten people each, over both areas."""
    raster = DatedRaster(
        "population", 2020, np.full((10, 20), 10.0), (0.01, 0, 10, 0, -0.01, 50.1), "EPSG:4326"
    )
    return replace(city(), rasters={"population 2020": raster})


def test_nobody_is_known_without_tables_or_rasters():
    assert np.isnan(people_of_areas(city())[0]).all()
    assert people_facts(city())["people_origin"] == "none"


def test_the_last_year_that_has_areas_speaks():
    town = replace(city(), statistics=residents((0, 2010, 1.0), (0, 2020, 5.0), (1, 2020, 7.0),
                                                (-1, 2021, 99.0)))  # fmt: skip
    assert people_of_areas(town)[0].tolist() == [5, 7, 12]
    assert "2020" in people_facts(town)["people_note_en"]


def test_the_city_s_own_figure_of_that_year_is_not_overruled():
    town = replace(city(), statistics=residents((0, 2020, 5.0), (1, 2020, 7.0), (-1, 2020, 13.0)))
    assert people_of_areas(town)[0].tolist() == [5, 7, 13]


def test_figures_later_than_the_examination_are_not_used():
    town = replace(city(), statistics=residents((0, 2020, 5.0), (1, 2020, 7.0), (0, 2030, 1.0)))
    assert people_of_areas(town)[0].tolist() == [5, 7, 12]


def test_a_raster_speaks_where_tables_do_not():
    people = people_of_areas(with_raster())[0]
    assert people == pytest.approx([1000, 1000, 2000], rel=1e-3)
    assert people_facts(with_raster())["people_origin"] == "raster"


def test_tables_come_before_rasters():
    town = replace(with_raster(), statistics=residents((0, 2020, 5.0), (1, 2020, 7.0)))
    assert people_of_areas(town)[0].tolist() == [5, 7, 12]
