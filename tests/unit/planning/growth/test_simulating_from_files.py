"""Growth from raster files: what is learned, kept off masks, written and told."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from urbanwork.cli.main import app
from urbanwork.errors import UserError
from urbanwork.planning.growth.grids import check_series, read_driver, read_land_map
from urbanwork.planning.growth.masks import mask_of_gate, read_mask
from urbanwork.planning.growth.running import forecast
from urbanwork.planning.growth.suitability import hazard, learn
from urbanwork.planning.growth.validating import Options, validate_in_time

SHAPE = (40, 60)


def written(path, values, *, crs="EPSG:3857", east=0.0):
    import rasterio
    from affine import Affine

    with rasterio.open(
        path, "w", driver="GTiff", width=values.shape[1], height=values.shape[0], count=1,
        dtype=str(values.dtype), crs=crs, transform=Affine(100, 0, east, 0, -100, 4000),
        nodata=255 if values.dtype == np.uint8 else None,
    ) as out:  # fmt: skip
        out.write(values, 1)
    return path


@pytest.fixture
def town(tmp_path):
    """Class 2 grows eastward from a core, two columns a date, with some chance; 1 is open."""
    draw = np.random.default_rng(4)
    land = np.ones(SHAPE, np.uint8)
    column = np.arange(SHAPE[1])
    maps = []
    for step, year in enumerate((2000, 2010, 2020)):
        edge = 15 + 6 * step
        land = np.where((column < edge) & (draw.random(SHAPE) < 0.9), 2, land).astype(np.uint8)
        maps.append(str(written(tmp_path / f"land_{year}.tif", land)))
    written(tmp_path / "slope.tif", np.tile(column.astype(np.float32), (SHAPE[0], 1)))
    return tmp_path, maps


def run(*arguments):
    return CliRunner().invoke(app, ["growth", *map(str, arguments)])


def test_simulate_writes_raster_report_and_page(town):
    folder, maps = town
    out = folder / "out"
    ended = run("simulate", "--fit", *maps[:2], "--until", 2020, "--runs", 5, "--model", "logistic",
                "--mask", f"{folder / 'slope.tif'}>30", "--out", out)  # fmt: skip
    assert ended.exit_code == 0, ended.output
    report = json.loads((out / "growth.json").read_text())
    assert report["placed_in_each_run"] == report["demand"]["total"] > 0
    assert report["masked_cells_converted"] == 0
    assert len(set(report["seeds"])) == 5
    assert "5 runs; 30 or more are wanted" in report["notes"]
    import rasterio

    with rasterio.open(out / "probability.tif") as raster:
        chance = raster.read(1)
    assert chance[:, 31:].max() == 0.0
    assert chance.sum() == pytest.approx(report["demand"]["total"], rel=1e-5)
    page = (out / "growth.html").read_text()
    assert "data:image/png" in page
    assert "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")


def test_the_same_seed_writes_the_same_bytes(town):
    folder, maps = town
    for name in ("a", "b"):
        run("simulate", "--fit", *maps[:2], "--until", 2015, "--runs", 4, "--out", folder / name)
    for name in ("growth.json", "growth.html", "probability.tif"):
        assert (folder / "a" / name).read_bytes() == (folder / "b" / name).read_bytes()


def test_a_quota_beyond_the_land_says_what_has_no_place(town):
    folder, maps = town
    ended = run("simulate", "--fit", *maps[:2], "--until", 2015, "--quota-cells", 2000, "--runs", 3,
                "--model", "logistic", "--mask", f"{folder / 'slope.tif'}>22")  # fmt: skip
    assert ended.exit_code == 0
    assert "have no place; lower the demand or free land" in ended.output


def test_validate_prints_every_baseline_and_no_kappa(town):
    _, maps = town
    ended = run("validate", "--fit", *maps[:2], "--predict", maps[2], "--runs", 4)
    assert ended.exit_code == 0, ended.output
    for words in ("simulation, ranked", "no change", "random", "distance", "quantity disagreement"):
        assert words in ended.output
    assert "kappa" not in ended.output.lower()


def test_growth_by_a_plain_rule_is_foreseen_better_than_by_the_baselines(town):
    _, paths = town
    maps = tuple(read_land_map(path) for path in paths)
    found = validate_in_time(maps, {}, [], Options(2, model="logistic", runs=3))
    assert found.score.figure_of_merit > 2 * found.random.figure_of_merit
    assert found.quantities["observed"] == found.observed.sum() == found.ranked.sum()


def test_a_gate_that_forbids_is_kept(town):
    _, paths = town
    maps = tuple(read_land_map(path) for path in paths[:2])
    asked = []

    def allowed(outlines):
        import shapely

        asked.append(len(outlines))
        return shapely.bounds(outlines)[:, 1] >= 2000.0  # the northern half only

    found = forecast(maps, {}, [], Options(2, model="logistic", runs=3), until=2015, gate=allowed)
    assert sum(asked) == (maps[1].classes == 1).sum()
    assert found.ensemble.runs[20:].sum() == 0
    assert found.ensemble.runs[:20].sum() > 0


def test_a_polygon_masks_every_cell_that_it_touches(tmp_path):
    land = read_land_map(written(tmp_path / "land_2000.tif", np.ones(SHAPE, np.uint8)))
    zone = {"type": "Polygon", "coordinates": [[[0.001, 0.001], [0.0015, 0.001], [0.0015, 0.0015],
                                                [0.001, 0.0015], [0.001, 0.001]]]}  # fmt: skip
    path = tmp_path / "zone.geojson"
    path.write_text(json.dumps({"type": "Feature", "properties": {}, "geometry": zone}))
    blocked = read_mask(str(path), land.grid).blocked
    assert np.argwhere(blocked).tolist() == [[38, 1]]  # 111 to 167 m east and north


def test_classes_that_the_first_map_lacks_never_convert(town):
    _, paths = town
    first, second = (read_land_map(path) for path in paths[:2])
    none = np.zeros(SHAPE, bool)
    learned = learn(first.classes, second.classes, 2, {}, none, kind="logistic")
    later = second.classes.copy()
    later[0, 50] = 7
    assert hazard(learned, later, 2, {}, none)[0, 50] == 0.0


def test_the_gate_is_asked_about_candidates_only(tmp_path):
    land = read_land_map(written(tmp_path / "land_2000.tif", np.ones(SHAPE, np.uint8)))
    some = np.zeros(SHAPE, bool)
    some[3, 4] = True
    found = mask_of_gate("gate", lambda outlines: np.zeros(len(outlines), bool), land.grid, some)
    assert np.argwhere(found.blocked).tolist() == [[3, 4]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{1}", "{0}", "--until", "2030"], "this map is of 2000 and stands after one of 2010"),
        (["{0}", "{1}", "--until", "2005"], "ends in 2005, but the second map is of 2010"),
        (["{0}", "{1}", "--until", "2030", "--built", "9"], "no cell is of class 9"),
        (["{0}", "{1}", "--until", "2030", "--mask", "{dir}/slope.tif>=0"], "masks leave no cell"),
        (["{0}", "{1}", "--until", "2030", "--mask", "{dir}/none.tif"], "there is no such file"),
        (["{0}", "{1}", "--until", "2030", "--mask", "{dir}/slope.tif>x"], "'x' is not a number"),
        (["{0}", "{1}", "--until", "2030", "--demand", "markov", "--quota-cells", "5"], "a quota"),
        (["{0}", "{1}", "--until", "2030", "--driver", "{dir}/small.tif"], "3 x 3 cells"),
        (["{0}", "{1}", "--until", "2030", "--driver", "{dir}/moved.tif"], "cells off those of"),
        (["{dir}/slope.tif@2000", "{1}", "--until", "2030", "--built", "70"], "of class 70"),
        (["{0}", "{1}", "--until", "2030", "--window", "9"], "3 or 5 cells wide, got 9"),
        (["{0}", "{1}", "--until", "2030", "--model", "magic"], "boosting, forest, logistic"),
        (["{0}", "{1}", "--until", "2030", "--never", "x"], "--never takes classes"),
        (["{0}", "{dir}/land.tif", "--until", "2030"], "no year in the name"),
        (["{0}", "{dir}/cut.tif@2010", "--until", "2030"], "perhaps it is cut off"),
        (["{0}", "{1}", "--until", "2030", "--driver", "{dir}/cut.tif"], "perhaps it is cut off"),
        (["{0}", "{1}", "--until", "99999999"], "at most 255"),
        (["{0}", "{1}", "--until", "2030", "--quota-km2", "nan"], "is a number of km², got nan"),
        (["{0}", "{1}", "--until", "2030", "--quota-km2", "inf"], "is a number of km², got inf"),
        (["{0}", "{1}", "--until", "2030", "--quota-km2", "1e300"], "from 0 to 10,000,000,000"),
        (["{0}", "{1}", "--until", "2030", "--out", "{dir}/land.tif"], "is a file; give a folder"),
        (["{0}", "{1}", "--until", "2030", "--out", "{dir}/land.tif/x"], "is a file; give"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(town, arguments, words):
    folder, maps = town
    written(folder / "small.tif", np.ones((3, 3), np.float32))
    written(folder / "moved.tif", np.ones(SHAPE, np.float32), east=50.0)
    whole = written(folder / "land.tif", np.ones(SHAPE, np.uint8)).read_bytes()
    (folder / "cut.tif").write_bytes(whole[:300])
    asked = [each.format(*maps, dir=folder) for each in arguments]
    ended = run("simulate", "--fit", *asked)
    assert isinstance(ended.exception, UserError), ended.output
    assert words in str(ended.exception)
    assert "\n" not in str(ended.exception)


def test_an_unknown_quantity_is_told_where_blocks_are_left_out_too(town):
    ended = run("validate", "--fit", *town[1][:2], "--quantity", "magic")
    assert "quantity is observed, trend, markov, got 'magic'" in str(ended.exception)


def test_a_driver_of_another_grid_is_refused(town):
    folder, maps = town
    land = read_land_map(maps[0])
    other = written(folder / "far.tif", np.ones(SHAPE, np.float32), crs="EPSG:32650")
    with pytest.raises(UserError, match="the raster is in EPSG:32650, the first map in EPSG:3857"):
        read_driver(other, land.grid)


@pytest.mark.parametrize("which", [0, 1])
def test_a_map_without_a_system_beside_one_that_has_one_is_refused(town, which):
    folder, maps = town
    maps[which] = str(written(folder / f"bare@{which}.tif", np.full(SHAPE, 2, np.uint8), crs=None))
    ended = run("simulate", "--fit", f"{maps[0]}@2000", f"{maps[1]}@2010", "--until", 2020)
    assert isinstance(ended.exception, UserError)
    assert "names no coordinate system" in str(ended.exception)
    assert "rio edit-info --crs EPSG:3857" in str(ended.exception)


def test_a_map_that_lies_a_cell_aside_is_refused_however_large_it_is(tmp_path):
    wide = np.full((2, 5_000), 2, np.uint8)
    maps = [
        read_land_map(written(tmp_path / f"land_{year}.tif", wide, east=east))
        for year, east in ((2000, 0.0), (2010, 100.0))
    ]
    with pytest.raises(UserError, match="lie up to 1 cells off"):
        check_series(maps, 2)


def test_one_system_written_in_two_ways_is_one_system(town):
    import pyproj

    folder, maps = town
    esri = pyproj.CRS.from_epsg(3857).to_wkt("WKT1_ESRI")
    same = written(folder / "esri.tif", np.ones(SHAPE, np.float32), crs=esri)
    assert read_driver(same, read_land_map(maps[0]).grid).shape == SHAPE


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.float32])
def test_no_data_is_no_class_whatever_the_numbers_of_the_map_are_kept_in(tmp_path, kind):
    import rasterio

    land = np.full(SHAPE, 2, kind)
    land[:7] = 0
    path = written(tmp_path / "land_2000.tif", land)
    with rasterio.open(path, "r+") as raster:
        raster.nodata = 0
    read = read_land_map(path)
    assert read.counts() == {2: 33 * 60}
    assert read.known.sum() == 33 * 60


def test_a_later_map_may_say_no_data_otherwise_where_the_first_knows_nothing(tmp_path):
    inside = np.full(SHAPE, 2, np.uint8)
    inside[0] = 255
    beyond = np.where(inside == 255, 0, inside).astype(np.uint8)
    names = ("land_2000.tif", "land_2010.tif", "land_2020.tif")
    given = (inside, inside, beyond)
    maps = [
        read_land_map(written(tmp_path / name, each))
        for name, each in zip(names, given, strict=True)
    ]
    check_series(maps, 2)
    beyond[5] = 0
    maps[2] = read_land_map(written(tmp_path / names[2], beyond))
    with pytest.raises(
        UserError, match=r"class 0 is not in land_2000\.tif; .*--nodata 0 land_2020"
    ):
        check_series(maps, 2)


def test_maps_in_order_pass(town):
    check_series([read_land_map(path) for path in town[1]], 2)
