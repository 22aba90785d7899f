"""A street of 6 km with 61 people each 100 m, examined twice: did the city change or the data?

Kindergartens stand along the street; within 300 m of one (600 m of street) people are served.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import shapely

from pbftown import PbfTown, examined
from urbanwork.examination.compare import Change, Comparison, compare
from urbanwork.examination.errata import add_erratum
from urbanwork.examination.frozen import freeze

KINDERGARTEN = "life.kindergarten_300m"
LONG = shapely.box(-3000, -150, 3000, 150)
HALVES = {"west": shapely.box(-3000, -150, 0, 150), "east": shapely.box(0, -150, 3000, 150)}

Exam = Callable[..., Path]


def examine_street(
    folder: Path,
    kindergartens: Sequence[float],
    *lines: str,
    year: int = 2024,
    boundary: shapely.Geometry = LONG,
    people: float | None = 61.0,
    corrections: str = "",
) -> Path:
    town = PbfTown()
    town.street(*((x, 0) for x in range(-3300, 3301, 300)), name="Long Street")
    for x in range(-2950, 3000, 100):
        town.house((x, 25))
    for x in kindergartens:
        town.place((x, -12), amenity="kindergarten", name=f"No. {x:g}")
    if people is not None:
        folder.mkdir(parents=True, exist_ok=True)
        rows = np.full((1, 60), people)
        town.raster(folder / "people.tif", rows, west=-3000, north=50, pixel_m=100)
        lines = (*lines, "population: people.tif")
    areas = {name: shapely.intersection(shape, boundary) for name, shape in HALVES.items()}
    extent = shapely.box(-3400, -400, 3400, 400)
    town.city(folder, *lines, boundary=boundary, areas=areas, extent=extent)
    text = (folder / "city.yaml").read_text()
    text = text.replace("as_of: 2024", f"as_of: {year}")
    text = text.replace("extent: extent.geojson", f"extent: extent.geojson, date: {year}-01-01")
    (folder / "city.yaml").write_text(text)
    if corrections:
        (folder / "corrections.yaml").write_text(corrections)
    return examined(folder)


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    """Examines a street; the same street again gives the folder that is there."""
    made: dict[str, Path] = {}
    root = tmp_path_factory.mktemp("streets")

    def makes(kindergartens: Sequence[float], *lines: str, **given) -> Path:
        key = repr((kindergartens, lines, sorted(given.items(), key=str)))
        if key not in made:
            made[key] = examine_street(root / str(len(made)), kindergartens, *lines, **given)
        return made[key]

    return makes


def change(comparison: Comparison, indicator: str = KINDERGARTEN, area: str = "city") -> Change:
    return comparison.steps[-1].by_indicator[indicator][area]


def kinds(found: Change) -> set[str]:
    return {reason.kind for reason in found.verdict.reasons}


TWO = (-2000, 2000)


def test_the_same_data_of_a_later_year_changes_nothing(exam):
    found = compare([exam(TWO), exam(TWO, year=2025)])
    assert found.kind == "years"
    codes = {each.verdict.code for each in found.steps[0].changes}
    assert codes <= {"unchanged", "not_comparable"}
    assert change(found).verdict.code == "unchanged"


def test_one_more_kindergarten_in_a_newer_map_is_the_city(exam):
    found = change(compare([exam(TWO), exam((*TWO, 0), year=2025)]))
    assert found.difference == pytest.approx(10.0, abs=1.5)  # 600 m of 6,000 m
    assert found.reached == pytest.approx(0.1 * 61 * 60, rel=0.15)
    assert found.verdict.code == "city"
    assert {"source_newer", "mapped"} <= kinds(found)


def test_twelve_kindergartens_that_become_thirty_in_a_year_are_the_data(exam):
    few = tuple(range(-2900, -500, 200))
    many = tuple(range(-2900, 2900, 200))
    assert (len(few), len(many)) == (12, 29)
    found = change(compare([exam(few), exam(many, year=2025)]))
    assert found.verdict.code == "data"
    assert found.verdict.data_share == pytest.approx(16 / 17, abs=0.01)  # one may have opened
    assert "mapped" in kinds(found)


def test_three_more_in_a_year_cannot_be_told_apart(exam):
    found = change(compare([exam(TWO), exam((*TWO, 0, 1000, -1000), year=2025)]))
    assert found.verdict.code == "cannot_tell"
    assert found.verdict.data_share == pytest.approx(2 / 3, abs=0.01)


def test_a_category_that_registers_declare_complete_is_the_city_however_much_it_grew(exam):
    header = "name,category,lon,lat\n"

    def register(positions: Sequence[float]) -> Path:
        town, folder = PbfTown(), exam(TWO).parents[2] / f"registers{len(positions)}"
        folder.mkdir(exist_ok=True)
        rows = [f"K{x},kindergarten,{town.lonlat((x, -12))[0]},{town.lonlat((x, -12))[1]}"
                for x in positions]  # fmt: skip
        (folder / "places.csv").write_text(header + "\n".join(rows) + "\n")
        return folder / "places.csv"

    def line(positions: Sequence[float], date: str) -> str:
        path = register(positions)
        return f"places: {{path: {path}, date: {date}, complete: [kindergarten]}}"

    before = exam((), line(TWO, "2024-01-01"))
    after = exam((), line((*TWO, 0, 1000, -1000), "2025-01-01"), year=2025)
    found = change(compare([before, after]))
    assert found.verdict.code == "city"


def test_a_correction_of_the_same_map_is_the_data(exam):
    closed = (
        "- action: close\n  what: place\n  author: A\n  date: 2024-01-01\n  evidence: visit\n"
        "  target: {{category: kindergarten, name: No. 2000, lon: {}, lat: {}}}\n"
    )
    before, after = exam(TWO), exam(TWO).parents[2] / "corrected"
    shutil.copytree(before.parents[1], after, ignore=shutil.ignore_patterns("examinations"))
    shutil.rmtree(after / ".urbanwork", ignore_errors=True)
    lon, lat = PbfTown().lonlat((2000, -12))
    (after / "corrections.yaml").write_text(closed.format(lon, lat))
    found = change(compare([before, examined(after)]))
    assert found.difference is not None
    assert found.difference < -5
    assert found.verdict.code == "data"
    assert "corrections_added" in kinds(found)


def test_people_estimated_where_they_were_counted_are_the_data(exam):
    town = {"kindergartens": TWO}
    counted, estimated = exam(**town), exam(**town, year=2025, people=None)
    comparison = compare([counted, estimated])
    assert comparison.steps[0].found.has_other_people
    codes = {
        each.verdict.code
        for each in comparison.steps[0].changes
        if each.parts and each.parts.weights and each.difference
    }
    assert codes == {"data"}


def test_a_smaller_boundary_is_the_data_and_the_same_ground_unchanged(exam):
    small = shapely.box(-3000, -150, 1000, 150)
    comparison = compare([exam(TWO), exam(TWO, year=2025, boundary=small)])
    found = change(comparison)
    assert found.verdict.code == "data"
    assert found.parts is not None
    assert found.parts.inside == pytest.approx(0.0, abs=1e-9)
    assert found.parts.ground == pytest.approx(found.difference, rel=0.05)  # but for cut cells
    assert comparison.steps[0].found.ground == pytest.approx(2 / 3, abs=0.02)
    assert change(comparison, area="west").verdict.code == "unchanged"


def test_a_category_that_could_not_be_judged_before_is_the_data(exam):
    found = change(compare([exam(()), exam(TWO, year=2025)]))
    assert (found.difference, found.verdict.code) == (None, "data")
    assert kinds(found) == {"missing_before"}


def test_parts_add_up_to_the_change(exam):
    small = shapely.box(-2800, -150, 2500, 150)
    comparison = compare([exam(TWO), exam((-2000, 1000), year=2025, boundary=small, people=50.0)])
    with_parts = [each for each in comparison.steps[0].changes if each.parts and each.difference]
    assert with_parts
    for each in with_parts:
        parts = each.parts
        assert parts.ground + parts.weights + parts.inside == pytest.approx(each.difference)


def test_two_cities_are_ranked_and_their_difference_is_no_change(exam, tmp_path):
    other = PbfTown(lon=121.6, lat=38.9)
    other.street((-500, 0), (0, 0), (500, 0))
    for x in range(-450, 500, 100):
        other.house((x, 25))
    other.place((0, -12), amenity="kindergarten")
    far = examined(other.city(tmp_path / "far", boundary=shapely.box(-500, -100, 500, 100),
                              extent=shapely.box(-600, -300, 600, 300), name="Far"))  # fmt: skip
    comparison = compare([exam(TWO), far])
    assert comparison.kind == "cities"
    ranked = comparison.ranks[KINDERGARTEN]
    assert [(each.of, each.rank) for each in ranked] == [(far.name, 1), (exam(TWO).name, 2)]
    assert {each.area for each in comparison.steps[0].changes} == {"city"}


def test_a_corrected_value_is_compared_and_said(exam, tmp_path):
    copied = tmp_path / exam(TWO).name
    shutil.copytree(exam(TWO), copied)
    freeze(copied)
    was = change(compare([exam(TWO), exam(TWO, year=2025)])).before.value
    add_erratum(copied, indicator=KINDERGARTEN, area="city", value=was - 1.0, was=was,
                why="one was closed", by="Bureau of education")  # fmt: skip
    found = change(compare([copied, exam(TWO, year=2025)]))
    assert found.difference == pytest.approx(1.0)
    assert found.before.published == was
    assert "erratum" in kinds(found)


def test_three_years_make_two_steps_in_the_order_of_their_dates(exam):
    found = compare([exam((*TWO, 0), year=2025), exam(TWO), exam((*TWO, 0), year=2026)])
    assert [each.as_of[:4] for each in found.examinations] == ["2024", "2025", "2026"]
    codes = [step.by_indicator[KINDERGARTEN]["city"].verdict.code for step in found.steps]
    assert codes == ["city", "unchanged"]


def test_with_the_places_that_both_show_a_better_map_changes_nothing(exam):
    found = change(compare([exam(TWO), exam((*TWO, 0, 1000, -1000), year=2025)]))
    assert found.both_saw is not None
    assert found.both_saw.before == pytest.approx(found.before.value)
    assert found.both_saw.after == pytest.approx(found.before.value)


def test_without_the_prepared_cities_the_rest_of_the_comparison_stands(exam, tmp_path):
    copied = tmp_path / "city" / "examinations" / exam(TWO).name
    shutil.copytree(exam(TWO), copied)
    found = change(compare([copied, exam((*TWO, 0), year=2025)]))
    assert (found.both_saw, found.verdict.code) == (None, "city")
