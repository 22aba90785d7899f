"""Reading `city.yaml`: settings, defaults, and all faults at once."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from urbanwork.city.reading import read_settings
from urbanwork.city.settings import CitySettings
from urbanwork.errors import ManyFaultsError, UserError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A city's folder with files of every kind, `mycity` from where the test runs."""
    monkeypatch.chdir(tmp_path)
    city = Path("mycity")
    city.mkdir()
    for name in ("extract.osm.pbf", "b.geojson", "p.tif", "feed.zip", "feed2.zip", "r.csv"):
        (city / name).write_text("")
    return city


def _read(folder: Path, text: str | bytes) -> CitySettings:
    data = text.encode() if isinstance(text, str) else text
    (folder / "city.yaml").write_bytes(data)
    return read_settings(folder)


def _faults(folder: Path, text: str | bytes) -> list[str]:
    with pytest.raises(UserError) as fault:
        _read(folder, text)
    return str(fault.value).split("\n")


SMALLEST = "name: X\nosm: extract.osm.pbf\n"


def test_two_lines_are_enough_and_the_rest_has_defaults(folder: Path) -> None:
    settings = _read(folder, SMALLEST)
    assert settings.name == "X"
    assert settings.osm.path == Path("mycity/extract.osm.pbf")
    assert settings.osm.licence == "ODbL 1.0"
    assert settings.as_of is None
    assert settings.jurisdiction == "*"
    assert settings.standards == ("international",)
    assert settings.catalogue == "urbanwork"
    assert settings.cells.resolution == 10
    assert settings.people.floor_area_per_person == 40
    assert settings.people.range == (28, 60)
    assert settings.places == ()
    assert settings.boundary is settings.gtfs is settings.corrections is None
    assert settings.folder == folder


def test_a_full_description_is_read_as_written(folder: Path) -> None:
    settings = _read(
        folder,
        """
name: Dalian
name_zh: 大连
as_of: 2023-06-05
jurisdiction: cn
osm: {path: extract.osm.pbf, extent: [121, 38, 122, 39.5], date: 2023-06-01}
boundary: {path: b.geojson, datum: GCJ-02, licence: CC BY 4.0}
areas: {path: b.geojson, name_zh: 名称, id: adcode}
population: {path: p.tif, band: 2}
gtfs:
  path: [feed.zip, feed2.zip]
  window: {days: weekend, from: 6:30, to: 26:00, dates: [2023-05-01, 2023-05-31]}
places:
  path: r.csv
  columns: {name: 学校名称, lon: 经度, lat: 纬度}
  categories: {小学: primary_school}
  complete: primary_school
  datum: bd09
people: {floor_area_per_person: 45, range: [30, 60]}
cells: {resolution: 9}
""",
    )
    assert settings.as_of == date(2023, 6, 5)
    assert settings.jurisdiction == "CN"
    assert settings.standards == ("cn", "international")
    assert settings.osm.extent == (121.0, 38.0, 122.0, 39.5)
    assert settings.boundary is not None
    assert settings.boundary.datum == "gcj02"
    assert settings.areas is not None
    assert (settings.areas.id, settings.areas.name_zh) == ("adcode", "名称")
    assert settings.population is not None
    assert settings.population.band == 2
    assert settings.gtfs is not None
    assert settings.gtfs.paths == (folder / "feed.zip", folder / "feed2.zip")
    window = settings.gtfs.window
    assert window.days == ("sat", "sun")
    assert (window.start_s, window.end_s) == (23_400, 93_600)
    assert window.dates == (date(2023, 5, 1), date(2023, 5, 31))
    (register,) = settings.places
    assert register.categories == {"小学": "primary_school"}
    assert register.complete == ("primary_school",)
    assert register.columns.lon == "经度"


def test_a_list_of_paths_is_several_timetables_or_registers(folder: Path) -> None:
    settings = _read(folder, SMALLEST + "gtfs: [feed.zip, feed2.zip]\nplaces: [r.csv, r.csv]\n")
    assert settings.gtfs is not None
    assert len(settings.gtfs.paths) == len(settings.places) == 2


def test_a_pipe_or_a_device_is_no_file(folder: Path) -> None:
    os.mkfifo(folder / "pipe.osm.pbf")
    for name in ("pipe.osm.pbf", "/dev/zero"):
        assert "is a pipe or a device, wanted a file" in _faults(folder, f"name: X\nosm: {name}")[0]


def test_an_absolute_path_stays(folder: Path) -> None:
    extract = (folder / "extract.osm.pbf").resolve()
    assert _read(folder, f"name: X\nosm: {extract}\n").osm.path == extract


def test_norway_is_a_country_and_no_falsehood(folder: Path) -> None:
    assert _read(folder, SMALLEST + "jurisdiction: NO\n").jurisdiction == "NO"


def test_a_finnish_city_may_ask_for_chinese_standards(folder: Path) -> None:
    settings = _read(folder, SMALLEST + "jurisdiction: FI\nstandards: [cn]\n")
    assert settings.standards == ("cn",)


def test_corrections_are_found_by_their_name(folder: Path) -> None:
    (folder / "corrections.yaml").write_text("[]")
    assert _read(folder, SMALLEST).corrections == folder / "corrections.yaml"


def test_settings_cannot_be_changed(folder: Path) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        _read(folder, SMALLEST).name = "Y"  # type: ignore[misc]


def test_all_faults_are_reported_at_once_in_the_order_of_lines(folder: Path) -> None:
    faults = _faults(
        folder,
        """name: 2023
as_of: 2023-02-30
osm: extrakt.osm.pbf
boundry: b.geojson
areas:
  path: b.geojson
  nme: NAME
gtfs:
  - feed.zip
  - feed3.zip
band: 2
name: again
""",
    )
    assert faults == [
        "mycity/city.yaml:1: name: got the number 2023, wanted name of the city "
        "(text; put it in quotes)",
        "mycity/city.yaml:2: as_of: got '2023-02-30', which no calendar has; mend the day or month",
        "mycity/city.yaml:3: osm: there is no file 'extrakt.osm.pbf' in mycity; "
        "did you mean 'extract.osm.pbf'?",
        "mycity/city.yaml:4: boundry: there is no such key; did you mean 'boundary'?",
        "mycity/city.yaml:7: areas.nme: there is no such key; did you mean 'name'?",
        "mycity/city.yaml:10: gtfs: there is no file 'feed3.zip' in mycity; "
        "did you mean 'feed.zip'?",
        "mycity/city.yaml:11: band: this key belongs under 'population'; move it there",
        "mycity/city.yaml:12: 'name' is given twice (first in line 1)",
    ]


WRONG = {
    "name:": "name: got nothing, wanted name of the city",
    "name: ''": "name: got '', wanted name of the city (not an empty text)",
    "jurisdiction: Finland": "two letters of a country",
    "jurisdiction: UK": "did you mean GB?",
    "jurisdiction: XX": "such as FI or CN",
    "people: {floor_area_per_person: 1.0e-300, range: [1.0e-301, 1.0e-299]}": "at least 1",
    "jurisdiction: 7": "jurisdiction: got the number 7",
    "as_of: 2023": "got the number 2023, wanted a date such as 2023-06-05",
    "as_of: 5.6.2023": "got '5.6.2023', wanted a date such as 2023-06-05",
    "as_of: 2023-06-05T12:00:00": "wanted a date such as",
    "standards: []": "standards: got an empty list",
    "standards: Chinese norms": "lower-case letters",
    "osm: [extract.osm.pbf, extract.osm.pbf]": "osm: wanted the path of a file",
    "osm: .": "'.' is a folder, wanted a file",
    "osm: ''": "osm: wanted the path of a file",
    "osm: 12": "osm: got the number 12, wanted a path, or a mapping with 'path' in it",
    "osm: {}": "osm.path: missing; add a line 'path: ...'",
    "osm: {path: extract.osm.pbf, extent: [1, 2, 3]}": "[west, south, east, north]",
    "osm: {path: extract.osm.pbf, extent: [3, 2, 1, 4]}": "[3, 2, 1, 4] is no box on Earth",
    "osm: {path: extract.osm.pbf, extent: [500000, 0, 600000, 10]}": "is no box on Earth",
    "osm: {path: extract.osm.pbf, extent: none.geojson}": "there is no file 'none.geojson'",
    'osm: "extract\\0.pbf"': "wanted the path of a file",
    "boundary: {path: b.geojson, crs: EPSG:99999}": "no coordinate system that PROJ knows",
    "boundary: {path: b.geojson, datum: wgs48}": "one of 'wgs84', 'gcj02' or 'bd09'",
    "population: {path: p.tif, band: 0}": "(at least 1)",
    "population: {path: p.tif, band: 1.5}": "(a whole number)",
    "population: {path: p.tif, band: yes}": "population.band: got 'yes'",
    "people: 40": "wanted a mapping with keys such as floor_area_per_person",
    "people: {floor_area_per_person: '40'}": "(a number)",
    "people: {floor_area_per_person: -1}": "(at least 1)",
    "people: {range: [50, 60]}": "does not hold the floor area of 40 m2",
    "people: {range: [28, 60, 70]}": "people.range: got a list",
    "people: {floor_area_per_person: .nan}": "people.floor_area_per_person: got",
    "gtfs: {path: feed.zip, window: {from: 19:00, to: 7:00}}": "from 19:00 is not before to 07:00",
    "gtfs: {path: feed.zip, window: {from: 7}}": "wanted a time such as 07:00",
    "gtfs: {path: feed.zip, window: {to: 31:00}}": "at most 30:00",
    "gtfs: {path: feed.zip, window: {days: [mon, tues]}}": "wanted weekdays, weekend, daily",
    "gtfs: {path: feed.zip, window: {dates: [2023-06-01, 2023-05-01]}}": "after they end",
    "gtfs: []": "gtfs: got an empty list, wanted at least one",
    "places: {path: r.csv, categories: {小学: 3}}": "places.categories.小学: got the number 3",
    "places: {path: r.csv, complete: [Primary School]}": "did you mean 'primary_school'?",
    "places: {path: r.csv, category: zoo}": "no category of places; there are kindergarten,",
    "places: {path: r.csv, colums: {name: N}}": "did you mean 'columns'?",
    "cells: {resolution: 15}": "(at most 12)",
    "cells: {resolution: true}": "got true, wanted H3 resolution",
    "cells: 9": "wanted a mapping with keys such as resolution",
    "colour: red": "there is no such key; the keys here are name, name_zh,",
    "Boundary: b.geojson": "did you mean 'boundary'?",
}


@pytest.mark.parametrize("line", WRONG)
def test_a_wrong_line_is_one_sentence_with_its_place(folder: Path, line: str) -> None:
    key = line.partition(":")[0]
    kept = [one for one in SMALLEST.splitlines() if not one.startswith(f"{key}:")]
    faults = _faults(folder, "\n".join([*kept, line]))
    assert len(faults) == 1
    assert faults[0].startswith(f"mycity/city.yaml:{len(kept) + 1}: {key}")
    assert WRONG[line] in faults[0]


def test_a_missing_key_says_what_to_add(folder: Path) -> None:
    assert _faults(folder, "name: X\n") == [
        "mycity/city.yaml:1: osm: missing; add a line 'osm: ...' with the OpenStreetMap extract "
        "(.osm.pbf), or 'areas:' and 'as_of:' for a city of which there are tables alone"
    ]


def test_a_city_of_tables_alone_needs_areas_and_a_date(folder: Path) -> None:
    (folder / "d.geojson").write_text("")
    given = "name: X\nareas: d.geojson\nas_of: 2020-12-31\n"
    assert _read(folder, given).osm is None
    (said,) = _faults(folder, given + "gtfs: r.csv\n")
    assert "gtfs: is used together with an extract only" in said


NOT_SETTINGS = {
    "empty": (b"", "the file is empty"),
    "comments": (b"# nothing yet\n", "the file is empty"),
    "list": (b"- name\n- osm\n", "wanted 'key: value' lines"),
    "text": (b"Las Palmas\n", "wanted 'key: value' lines"),
    "tab": (b"name: X\nosm:\n\tpath: extract.osm.pbf\n", "city.yaml:3: "),
    "open quote": (b'name: "X\nosm: extract.osm.pbf\n', "not valid YAML"),
    "Chinese bytes": ("name: 大连\n".encode("gb18030"), "not UTF-8"),
    "UTF-16": ("name: X\n".encode("utf-16"), "not UTF-8"),
    "binary": (bytes(range(256)) * 10, "not UTF-8"),
    "control character": (b"name: \x07\n", "not valid YAML"),
    "nested": (b"a: " + b"[" * 20_000, "nested too deeply"),
    "huge": (b"# " + b"x" * 9_000_000, "more than the 8,388,608"),
    "own alias": (b"a: &a [*a]\n", "an alias (*) contains itself"),
    "merge": (b"a: &a {b: 1}\n<<: *a\n", "'<<' is not read"),
    "tag": (b"name: !!python/object:os.system {}\n", ""),
}


@pytest.mark.parametrize("case", NOT_SETTINGS)
def test_a_file_that_is_no_description_is_refused_in_words(folder: Path, case: str) -> None:
    data, expected = NOT_SETTINGS[case]
    faults = _faults(folder, data)
    assert expected in "\n".join(faults)
    assert all(fault.startswith("mycity/city.yaml") for fault in faults)


def test_an_alias_bomb_is_refused_before_it_unfolds(folder: Path) -> None:
    laughs = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    laughs += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert "more than 100,000 entries" in _faults(folder, "\n".join(laughs))[0]


def test_an_alias_is_read(folder: Path) -> None:
    text = "name: X\nosm: {path: extract.osm.pbf, date: &when 2023-06-05}\nas_of: *when\n"
    assert _read(folder, text).as_of == date(2023, 6, 5)


def test_a_byte_order_mark_does_no_harm(folder: Path) -> None:
    assert _read(folder, b"\xef\xbb\xbfname: X\nosm: extract.osm.pbf\n").name == "X"


def test_a_folder_without_a_description_says_how_to_make_one(folder: Path) -> None:
    with pytest.raises(UserError, match=r"no city.yaml in this folder; make one with 'urbanwork"):
        read_settings(folder)
    with pytest.raises(UserError, match="there is no such folder; make it with 'urbanwork init"):
        read_settings(folder / "nowhere")
    with pytest.raises(UserError, match=r"this is a file; give the folder that holds city\.yaml"):
        read_settings(folder / "r.csv")


def test_many_faults_can_be_counted(folder: Path) -> None:
    with pytest.raises(ManyFaultsError) as fault:
        _read(folder, "nam: X\n")
    assert len(fault.value.faults) == 2


def test_even_a_thousand_faults_stay_quick_and_short(folder: Path) -> None:
    faults = _faults(folder, SMALLEST + "\n".join(f"key{n}: {n}" for n in range(1000)))
    assert len(faults) == 1000
    assert max(map(len, faults)) < 250
