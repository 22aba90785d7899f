"""The degree of urbanisation of drawn cities: cells, areas, people, gaps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rastertown import raster, raster_town
from town import town
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.tables import Tables
from urbanwork.measures.urbanisation import urban_class_share, urban_rural_gap
from urbanwork.measures.urbanisation.degree import degree_of_urbanisation
from urbanwork.measures.urbanisation.grid import is_km_grid, km_grid, on_km_grid
from urbanwork.measures.urbanisation.rules import VARIANTS, Rules
from urbanwork.measures.urbanisation.units import unit_classes
from urbanwork.quantities.measured import Reason
from urbanwork.sources.layers import DatedRaster

EDGES_AS_DRAWN = replace(Rules(), edges="none", gap_km2=0)

CITY = """
    9999......
    9999......
    9999..5...
    ..........
    ........#.
"""


def people(drawing: str, **marks: float) -> np.ndarray:
    """Thousands of people by digit; letters by keyword."""
    rows = [line.strip() for line in drawing.strip().splitlines()]
    return np.array(
        [[marks[c] if c in marks else 0.0 if c == "." else int(c) * 1e3 for c in row]
         for row in rows]
    )  # fmt: skip


def classes(drawing: str, rules: Rules = EDGES_AS_DRAWN, level: int = 1, **marks: float) -> list:
    drawn = degree_of_urbanisation(people(drawing, **marks), level=level, rules=rules)
    return drawn.tolist()


def test_a_centre_needs_1500_a_km2_and_50_000_people_who_share_sides() -> None:
    assert classes("99999\n...9.") == [[3, 3, 3, 3, 3], [1, 1, 1, 3, 1]]
    assert 3 not in classes("999..\n...99")[0]  # joined by a corner only: 27,000 and 18,000
    assert classes("99999a", a=1_499)[0] == [2, 2, 2, 2, 2, 2]


def test_a_cluster_needs_300_a_km2_and_5000_people_who_may_meet_at_corners() -> None:
    assert classes("3.\n.2") == [[2, 1], [1, 2]]
    assert classes("a.\n.2", a=2_999) == [[1, 1], [1, 1]]


def test_built_up_land_joins_a_centre_where_few_live() -> None:
    number = people("9999a99", a=0.0)
    built = np.where(number == 0, 0.2, 0.0)
    with_built = degree_of_urbanisation(number, built, rules=EDGES_AS_DRAWN)
    without = degree_of_urbanisation(number, rules=EDGES_AS_DRAWN)
    assert with_built.tolist() == [[3] * 7]
    assert (without != 3).all()


def test_density_is_per_land_of_the_cell() -> None:
    number = np.full((1, 60), 900.0)
    assert (degree_of_urbanisation(number, rules=EDGES_AS_DRAWN) == 2).all()
    half = np.full(number.shape, 0.6)
    assert (degree_of_urbanisation(number, None, half, rules=EDGES_AS_DRAWN) == 3).all()


def test_water_has_no_people_no_buildings_and_less_than_half_land() -> None:
    land = np.array([[0.4, 0.4, 0.4, 0.5, np.nan]])
    number = np.array([[0.0, 1.0, 0.0, 0.0, np.nan]])
    built = np.array([[0.0, 0.0, 0.1, 0.0, 0.0]])
    assert degree_of_urbanisation(number, built, land).tolist() == [[0, 1, 1, 1, 0]]


def test_level_2_tells_towns_villages_and_the_open_land_apart() -> None:
    drawn = classes("22222..a..b...c.d", level=2, a=900.0, b=600.0, c=60.0, d=40.0)[0]
    assert drawn[0] == 23  # 10,000 people: a dense cluster, no centre
    assert drawn[7] == drawn[10] == 13  # villages of 900 and 600 people
    assert (drawn[14], drawn[16]) == (12, 11)


def test_semi_dense_clusters_lie_more_than_two_cells_from_denser_ones() -> None:
    near = classes("2222.ccc", level=2, c=1_000.0)[0]
    far = classes("2222..ccc", level=2, c=1_000.0)[0]
    assert near[5] == 13  # near the town and below 5,000: a village
    assert far[6] == 22


def test_the_old_manual_asks_more_people_of_semi_dense_clusters() -> None:
    old = replace(VARIANTS["manual_2021"], edges="none", gap_km2=0)
    assert classes("2222...ccc", old, level=2, c=1_000.0)[0][7] == 13
    assert classes("2222...cccccc", old, level=2, c=900.0)[0][7] == 22


def test_another_level_edges_or_shape_is_refused() -> None:
    grid = np.ones((2, 2))
    with pytest.raises(ValueError, match="level"):
        degree_of_urbanisation(grid, level=3)
    with pytest.raises(ValueError, match="R2023A"):
        degree_of_urbanisation(grid, rules=replace(Rules(), edges="R2024A"))
    with pytest.raises(ValueError, match="one grid"):
        degree_of_urbanisation(grid, np.ones((3, 2)))


def shares(**given: float) -> dict[str, np.ndarray]:
    """Shares of one unit in the classes of level 2; what is not given is 0."""
    names = ("centre", "dense_cluster", "semi_dense_cluster", "suburban", "rural_cluster",
             "low_density", "very_low_density", "water")  # fmt: skip
    return {name: np.array([given.get(name, 0.0)]) for name in names}


@pytest.mark.parametrize(
    ("share", "level_1", "by_2024", "by_2021"),
    [
        ({"centre": 0.5, "rural_cluster": 0.5}, "city", "city", "city"),
        ({"centre": 0.49, "rural_cluster": 0.51}, "rural", "village", "village"),
        ({"dense_cluster": 0.5, "suburban": 0.5}, "town", "dense_town", "suburb"),
        ({"dense_cluster": 0.3, "semi_dense_cluster": 0.3, "suburban": 0.4}, "town",
         "semi_dense_town", "dense_town"),
        ({"semi_dense_cluster": 0.6, "suburban": 0.4}, "town", "semi_dense_town",
         "semi_dense_town"),
        ({"rural_cluster": 0.4, "low_density": 0.35, "very_low_density": 0.25}, "rural",
         "dispersed", "village"),
        ({"low_density": 0.45, "very_low_density": 0.55}, "rural", "uninhabited", "uninhabited"),
    ],
)  # fmt: skip
def test_units_are_classed_by_half_or_by_the_larger_group(
    share: dict[str, float], level_1: str, by_2024: str, by_2021: str
) -> None:
    given = shares(**share)
    assert unit_classes(given, level=1)[0] == level_1
    assert unit_classes(given, level=2)[0] == by_2024
    assert unit_classes(given, level=2, rules="2021")[0] == by_2021


def test_a_unit_of_which_nothing_is_known_has_no_class() -> None:
    unknown = {name: np.array([np.nan]) for name in ("centre", "cluster", "rural")}
    assert unit_classes(unknown).tolist() == [None]
    with pytest.raises(ValueError, match="2021 or 2024"):
        unit_classes(unknown, rules="2022")


def drawn_city() -> Tables:
    """A centre of 108,000 in the west, a town of 5,000 and a hamlet of 100 in the east."""
    number = people(CITY.replace("#", "h"), h=100.0)
    return raster_town("\n".join(["AAAAABBBBB"] * 5), people={2020: number})


def test_people_are_shared_out_among_classes_by_area_and_city() -> None:
    tables = drawn_city()
    centre = urban_class_share(tables, classes="centre")
    cluster = urban_class_share(tables, classes="cluster")
    rural = urban_class_share(tables, classes=["rural"])
    assert centre.value.tolist() == pytest.approx([100, 0, 100 * 108_000 / 113_100], abs=1e-4)
    assert cluster.value.tolist() == pytest.approx([0, 100 * 5 / 5.1, 500_000 / 113_100], abs=1e-4)
    assert (centre.value + cluster.value + rural.value).tolist() == pytest.approx([100] * 3)
    assert centre.denominator[-1] == pytest.approx(113_100, rel=1e-6)
    assert centre.detail["area_class_2024"] == ["city", "town", "city"]
    assert centre.period[0] == "2020"
    assert "people 2020" in centre.note[0][0]
    assert "2020 年" in centre.note[0][1]


def test_level_2_and_variants_have_their_own_names() -> None:
    town_share = urban_class_share(
        drawn_city(), classes="dense_cluster", level=2, variant="manual_2021"
    )
    assert town_share.value[1] == pytest.approx(100 * 5 / 5.1, abs=1e-4)
    with pytest.raises(KeyError, match="no class 'town'"):
        urban_class_share(drawn_city(), classes="town")
    with pytest.raises(KeyError, match="ghsl_2023"):
        urban_class_share(drawn_city(), classes="centre", variant="2030")


def test_where_nobody_lives_or_nothing_is_known_there_is_no_share() -> None:
    empty = raster_town("AB", people={2020: "9."})
    assert urban_class_share(empty, classes="rural").reason[1] is Reason.NO_PEOPLE
    none = urban_class_share(raster_town("AB"), classes="rural")
    assert none.reason == (Reason.LAYER_MISSING,) * 3


def test_an_area_where_nobody_lives_is_classed_by_its_ground() -> None:
    tables = raster_town("AABB\nAABB", people={2020: "9...\n9..."}, built={2020: "...."})
    figures = urban_class_share(tables, classes="rural")
    assert figures.reason[1] is Reason.NO_PEOPLE
    assert figures.detail["area_class_2024"] == ["town", "rural", "town"]


def test_rasters_of_land_and_built_up_land_take_part_and_are_named() -> None:
    number = np.full((4, 6), 2_500.0)
    number[:, 3] = 0.0
    areas = "\n".join(["AAAAAA"] * 4)
    built = np.where(number == 0, 0.5, 0.1)
    apart = raster_town(areas, people={2020: number})
    joined = raster_town(areas, people={2020: number}, built={2018: built})
    assert urban_class_share(apart, classes="centre").value[0] == 0
    figures = urban_class_share(joined, classes="centre")
    assert figures.value[0] == pytest.approx(100.0)
    assert "built-up land 2018" in figures.note[0][0]
    assert "all known cells taken as land" in figures.note[0][0]


@pytest.mark.parametrize(
    ("crs", "transform", "shape"),
    [
        ("EPSG:4326", (1 / 120, 0.0, 24.8, 0.0, -1 / 120, 60.3), (40, 60)),
        ("EPSG:3067", (100.0, 0.0, 380_000.0, 0.0, -100.0, 6_680_000.0), (150, 120)),
        ("EPSG:3857", (700.0, 30.0, 2_780_000.0, 40.0, -650.0, 8_450_000.0), (30, 30)),
    ],
)
def test_any_grid_is_summed_up_to_1_km_without_losing_anybody(
    crs: str, transform: tuple[float, ...], shape: tuple[int, int]
) -> None:
    values = np.random.default_rng(5).gamma(0.5, 40.0, shape)
    values[0, :3] = np.nan
    raster_given = DatedRaster("population", 2020, values, transform, crs)  # type: ignore[arg-type]

    grid = on_km_grid(raster_given)

    assert is_km_grid(grid)
    assert grid.crs == "ESRI:54009"
    assert np.nansum(grid.values) == pytest.approx(np.nansum(values), rel=1e-6)


def test_an_equal_area_grid_of_1_km_is_used_as_it_is() -> None:
    tables = raster_town("AB", people={2020: "12"})
    population = tables.city.rasters["population 2020"]
    assert on_km_grid(population) is population


def test_layers_on_shifted_grids_are_laid_over_each_other() -> None:
    tables = raster_town("AAA", people={2020: "123"})
    crs = tables.city.crs
    built = raster("567", "built_up", 2020, step_m=1_000, crs=crs)
    a, b, c, d, e, f = built.transform
    west = replace(built, transform=(a, b, c - 1_000, d, e, f))
    half = replace(built, transform=(a, b, c - 500, d, e, f))
    for layer, expected in ((west, [0.6, 0.7, 0.0]), (half, [0.55, 0.65, 0.35])):
        rasters = {**tables.city.rasters, "built_up 2020": layer}
        grid = km_grid(replace(tables, city=replace(tables.city, rasters=rasters), shared={}))
        assert grid is not None
        assert grid.built_share is not None
        assert grid.built_share[0].tolist() == pytest.approx(expected, abs=1e-6)


def test_land_beyond_its_raster_counts_as_land() -> None:
    tables = raster_town("AAA", people={2020: "123"}, land={2020: "5?"})
    grid = km_grid(tables)
    assert grid is not None
    assert grid.land_share is not None
    assert grid.land_share[0].tolist() == pytest.approx([0.5, 1.0, 1.0], abs=1e-6)


def gap_city() -> Tables:
    """Two cells of a dense town, two of open land, with an indicator by cell."""
    city = town("....\n....", step_m=1_000, areas="AAAA\nBBBB")
    number = people("9999\n9999") * np.array([1.0, 1.0, 0.001, 0.001])
    rasters = {"population 2020": raster(number, "population", 2020, step_m=1_000, crs=city.crs)}
    tables = Tables(replace(city, rasters=rasters), np.full(3, np.nan), np.full(3, 4e6))
    reached = np.array([80.0, 80.0, 40.0, 40.0, 60.0, 60.0, 0.0, 0.0])
    state = np.full(8, 4, np.int8)
    tables.ratios["life.school"] = CellRatio(
        reached, np.full(8, 100.0), np.zeros(8), state, 100.0, is_share=True
    )
    return tables


def test_the_gap_is_the_value_of_urban_cells_over_that_of_rural_ones() -> None:
    figures = urban_rural_gap(gap_city(), of="life.school")
    assert figures.value[0] == pytest.approx(2.0)
    assert figures.reason[1] is Reason.UNDEFINED
    assert "ratio has no meaning" in figures.note[1][0]
    assert figures.value[2] == pytest.approx(70 / 20)
    assert (figures.numerator[2], figures.denominator[2]) == pytest.approx((70.0, 20.0))
    assert figures.detail["by_class"] == {
        "centre": None, "cluster": pytest.approx(70.0), "rural": pytest.approx(20.0),
    }  # fmt: skip


def test_the_gap_of_what_is_not_known_by_cell_is_missing() -> None:
    tables = gap_city()
    assert urban_rural_gap(tables, of="form.none").reason[0] is Reason.LAYER_MISSING
    tables.ratios["life.none"] = CellRatio.no_data(
        8, Reason.NONE_MAPPED, "No school.", "没有学校。"
    )
    figures = urban_rural_gap(tables, of=["life.none"])
    assert figures.reason[0] is Reason.NONE_MAPPED
    assert figures.note[0] == ("No school.", "没有学校。")


def test_without_a_raster_the_cells_of_the_city_are_the_grid() -> None:
    city = town("9999\n9999", step_m=1_000, people_per_digit=1_000)
    tables = Tables(city, np.full(2, 72_000.0), np.full(2, 8e6))
    figures = urban_class_share(tables, classes="centre")
    assert figures.value.tolist() == pytest.approx([100.0, 100.0])
    assert "clusters end at its boundary" in figures.note[0][0]
