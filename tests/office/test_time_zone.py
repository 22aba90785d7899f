"""The time of an office: that of its calendar, else that of where its city lies."""

import json

import pytest

from urbanwork.errors import UserError
from urbanwork.office.place import OfficePlace
from urbanwork.office.time_zone import zone_of


@pytest.fixture
def zone_in(tmp_path, monkeypatch):
    monkeypatch.delenv("URBANWORK_ZONE", raising=False)

    def made(jurisdiction, middle=None):
        (tmp_path / "a.osm.pbf").write_bytes(b"")
        (tmp_path / "city.yaml").write_text(
            f'name: Town\njurisdiction: "{jurisdiction}"\nosm: a.osm.pbf\n', encoding="utf-8"
        )
        if middle:
            folder = tmp_path / "examinations" / "2026-01-01-abc"
            folder.mkdir(parents=True)
            crs = f"+proj=laea +lat_0={middle[0]} +lon_0={middle[1]} +datum=WGS84 +units=m"
            (folder / "manifest.json").write_text(json.dumps({"crs": crs}), encoding="utf-8")
        return zone_of(OfficePlace(tmp_path, tmp_path / "office"))

    return made


@pytest.mark.parametrize(
    ("jurisdiction", "middle", "wanted"),
    [
        ("CN", (43.8, 87.6), "Asia/Shanghai"),
        ("FI", None, "Europe/Helsinki"),
        ("ES", None, "Europe/Madrid"),
        ("ES", (28.1, -15.4), "Atlantic/Canary"),
        ("US", (34.05, -118.24), "America/Los_Angeles"),
        ("AU", (-31.95, 115.86), "Australia/Perth"),
        ("*", (-1.29, 36.82), "Africa/Nairobi"),
        ("FJ", (-17.8, -179.9), "Pacific/Fiji"),
        ("*", None, "UTC"),
    ],
)
def test_the_zone_is_that_of_where_the_city_lies(zone_in, jurisdiction, middle, wanted):
    assert zone_in(jurisdiction, middle) == wanted


def test_the_zone_of_a_calendar_beats_that_of_the_place(zone_in, tmp_path):
    (tmp_path / "office/rules").mkdir(parents=True)
    (tmp_path / "office/rules/calendar.yaml").write_text(
        'name: {en: Own, zh: 本市}\nzone: Asia/Urumqi\nhours: [{open: ["08:00-16:00"]}]\n',
        encoding="utf-8",
    )
    assert zone_in("CN") == "Asia/Urumqi"


def test_a_zone_that_nobody_knows_is_refused(zone_in, monkeypatch):
    monkeypatch.setenv("URBANWORK_ZONE", "Mars")
    with pytest.raises(UserError, match="URBANWORK_ZONE: got 'Mars'"):
        zone_in("FI")


@pytest.mark.parametrize(
    "hostile", ["../../etc/passwd", "/etc/passwd", "", "Mars", "A" * 5_000, "UTC\nUTC", "zone.tab"]
)
def test_a_hostile_zone_gets_one_short_sentence(zone_in, monkeypatch, hostile):
    monkeypatch.setenv("URBANWORK_ZONE", hostile)
    with pytest.raises(UserError) as told:
        zone_in("FI")
    assert len(str(told.value).splitlines()) == 1
    assert len(str(told.value)) < 250
