"""The calendar of an office: its own, that of China in China, weekends alone elsewhere."""

from datetime import date

import pytest

from urbanwork.errors import ManyFaultsError
from urbanwork.office import rules
from urbanwork.office.place import OfficePlace
from urbanwork.quantities.bilingual import Bilingual

CACHED = ("working_time", "fingerprint", "_is_in_china")
OWN = """name: {en: Own, zh: 本市}
zone: Europe/Helsinki
days: null
hours: [{open: ["08:00-16:00"]}]
own:
  - {days: 2026-06-19, works: false, why: {en: Midsummer, zh: 仲夏节}}
"""


@pytest.fixture
def office_in(tmp_path, monkeypatch):
    """An office in a city of some jurisdiction, with a calendar of its own or none."""

    def made(jurisdiction, calendar=None):
        (tmp_path / "city.yaml").write_text(
            f"name: Town\njurisdiction: {jurisdiction}\nosm: a.osm.pbf\n", encoding="utf-8"
        )
        (tmp_path / "a.osm.pbf").write_bytes(b"")
        if calendar:
            (tmp_path / "office/rules").mkdir(parents=True)
            (tmp_path / "office/rules/calendar.yaml").write_text(calendar, encoding="utf-8")
        place = OfficePlace(tmp_path, tmp_path / "office")
        monkeypatch.setattr(rules, "office_place", lambda: place)
        for name in CACHED:
            getattr(rules, name).cache_clear()
        return rules.working_time().days

    yield made
    for name in CACHED:
        getattr(rules, name).cache_clear()


def test_china_has_its_holidays_and_make_up_days_and_no_warning(office_in):
    days = office_in("CN")
    assert not days.is_working(date(2026, 10, 1))
    assert rules.calendar_warning() is None
    assert days.unpublished(2026, 2028) == (2027, 2028)


def test_elsewhere_weekends_alone_count_and_a_warning_says_so(office_in):
    days = office_in("FI")
    assert days.is_working(date(2026, 10, 1))
    assert not days.is_working(date(2026, 10, 3))
    assert isinstance(rules.calendar_warning(), Bilingual)


def test_a_calendar_of_its_own_holds_anywhere(office_in):
    days = office_in("FI", OWN)
    assert not days.is_working(date(2026, 6, 19))
    assert str(days.zone) == "Europe/Helsinki"
    assert rules.calendar_warning() is None


def test_a_calendar_with_faults_is_refused_with_file_and_line(office_in):
    with pytest.raises(ManyFaultsError, match=r"calendar\.yaml:2"):
        office_in("FI", OWN.replace("Europe/Helsinki", "Europe/Nowhere"))


def test_other_rules_have_another_fingerprint(office_in):
    office_in("CN")
    first = rules.fingerprint()
    office_in("FI", OWN)
    assert rules.fingerprint() != first
