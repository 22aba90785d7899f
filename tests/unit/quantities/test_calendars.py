"""Calendars: Chinese days off and make-up days, a city's own, years that are not published."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.quantities.calendars import OFFICE, Calendar, read_calendar, working_days
from urbanwork.quantities.working_time import Limit, WorkingTime

SHANGHAI = ZoneInfo("Asia/Shanghai")
CITY = """\
name: {en: Bureaus of Testcity, zh: 测试市机关}
hours:
  - {first: "10-01", last: "04-30", open: ["08:30-12:00", "13:00-17:00"]}
  - {first: "05-01", last: "09-30", open: ["08:30-12:00", "14:00-18:00"]}
own:
  - {days: 2026-03-03/2026-03-04, works: false, why: {en: Typhoon, zh: 台风停工}}
  - {days: 2026-03-07, works: true, why: {en: Made up, zh: 补班}}
"""


@pytest.fixture(scope="module")
def office() -> WorkingTime:
    return WorkingTime(working_days(OFFICE), (2020, 2030))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def written(folder: Path, text: str) -> Path:
    path = folder / "calendar.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_make_up_saturday_works_and_a_holiday_monday_does_not():
    days = working_days(OFFICE)
    assert days.is_working(date(2026, 10, 10))
    assert not days.is_working(date(2026, 10, 5))
    assert not days.is_working(date(2026, 10, 11))


@pytest.mark.parametrize(
    ("start", "limit", "deadline"),
    [
        # National Day 2026 lasts from 1 to 7 October.
        ("2026-09-30T16:30", Limit(1, "working_days"), "2026-10-08T17:30"),
        ("2026-09-30T16:30", Limit(4, "working_hours"), "2026-10-08T12:00"),
        ("2026-09-30T16:30", Limit(4, "clock_hours"), "2026-09-30T20:30"),
        # 2 October is off, so the last day gives way to the 8th.
        ("2026-09-30T16:30", Limit(2, "calendar_days"), "2026-10-09T00:00"),
        # Saturday 10 October is made up, Sunday 11 is off.
        ("2026-10-08T09:00", Limit(2, "working_days"), "2026-10-10T17:30"),
        ("2026-10-08T09:00", Limit(3, "working_days"), "2026-10-12T17:30"),
        # Received at night, or on a day off: hours begin with the next opening.
        ("2026-10-08T22:00", Limit(1, "working_hours"), "2026-10-09T10:00"),
        ("2026-10-04T10:00", Limit(3.5, "working_hours"), "2026-10-08T14:00"),
        # A limit that ends at a closing ends there, not at the next opening.
        ("2026-10-08T09:00", Limit(3, "working_hours"), "2026-10-08T12:00"),
        ("2026-10-08T09:00", Limit(0, "working_hours"), "2026-10-08T09:00"),
    ],
)
def test_a_deadline_by_hand(office: WorkingTime, start: str, limit: Limit, deadline: str):
    assert office.add(at(start), limit) == at(deadline)


def test_a_year_that_is_not_published_has_weekends_off_and_a_warning(office: WorkingTime):
    start, end = at("2026-12-30T09:00"), at("2027-01-04T17:30")
    assert office.add(start, Limit(3, "working_days")) == end
    warned = office.warning(start, end)
    assert warned is not None
    assert "2027" in warned.en
    assert "2027年" in warned.zh
    assert office.warning(start, at("2026-12-31T17:30")) is None


def test_a_city_has_its_own_hours_by_season_and_its_own_days(tmp_path: Path):
    time = WorkingTime(read_calendar(written(tmp_path, CITY)), (2025, 2026))
    assert time.add(at("2026-03-02T16:00"), Limit(2, "working_hours")) == at("2026-03-05T09:30")
    assert time.add(at("2026-03-06T10:00"), Limit(1, "working_days")) == at("2026-03-07T17:00")
    assert time.add(at("2026-07-01T10:00"), Limit(1, "working_days")) == at("2026-07-02T18:00")


def test_a_city_elsewhere_keeps_working_hours_when_its_clocks_change():
    calendar = Calendar.model_validate(
        {"name": {"en": "Helsinki", "zh": "赫尔辛基"}, "zone": "Europe/Helsinki", "days": None,
         "week": [1, 2, 3, 4, 5, 6, 7], "hours": [{"open": ["01:00-09:00"]}]}
    )  # fmt: skip
    time = WorkingTime(working_days(calendar), (2026, 2026))
    zone = ZoneInfo("Europe/Helsinki")
    # At 03:00 on 29 March 2026 clocks go to 04:00: the day has seven hours of work.
    night = datetime(2026, 3, 29, 1, tzinfo=zone), datetime(2026, 3, 29, 9, tzinfo=zone)
    assert time.between(*night, "working_hours") == 7
    assert time.add(night[0], Limit(2, "working_hours")) == datetime(2026, 3, 29, 4, tzinfo=zone)
    assert time.warning(*night) is None


def test_every_fault_of_a_calendar_is_told_with_its_line(tmp_path: Path):
    text = CITY.replace("13:00-17:00", "11:00-17:00").replace("2026-03-07", "2026-13-07")
    with pytest.raises(ManyFaultsError) as told:
        read_calendar(written(tmp_path, text + "zone: Asia/Peking\nweeks: [1]\n"))
    faults = {fault.split(".yaml:")[1].partition(":")[0] for fault in told.value.faults}
    assert faults == {"3", "7", "8", "9"}


def test_a_table_of_days_that_is_not_there_is_told_with_those_that_are(tmp_path: Path):
    with pytest.raises(UserError, match=r"'moon'.*Choose from cn"):
        read_calendar(written(tmp_path, CITY + "days: moon\n"))


def test_a_city_may_replace_the_table_of_days(tmp_path: Path):
    (tmp_path / "ours.yaml").write_text(
        'jurisdiction: CN\nsource: notice\nconfidence: A\nyears:\n  "2027":\n'
        "    off: [2027-01-01/2027-01-03]\n    work: [2027-01-09]\n",
        encoding="utf-8",
    )
    days = read_calendar(written(tmp_path, CITY + "days: ours.yaml\n"))
    assert not days.is_working(date(2027, 1, 1))
    assert days.is_working(date(2027, 1, 9))
    assert days.unpublished(2026, 2028) == (2026, 2028)


@pytest.mark.parametrize("limit", [(0.5, "working_days"), (-1, "clock_hours"), (1, "moons")])
def test_a_limit_that_makes_no_sense_is_refused(limit: tuple[float, str]):
    with pytest.raises(UserError, match="limit: got"):
        Limit(*limit)  # type: ignore[arg-type]


def test_a_time_without_a_zone_is_refused(office: WorkingTime):
    with pytest.raises(UserError, match="without a zone"):
        office.add(datetime(2026, 1, 5), Limit(1, "working_days"))


def test_a_time_beyond_the_prepared_years_is_refused(office: WorkingTime):
    with pytest.raises(UserError, match="2020 to 2030"):
        office.add(at("2030-12-31T09:00"), Limit(5, "working_days"))
    with pytest.raises(UserError, match="2020 to 2030"):
        office.add(at("1990-12-31T09:00"), Limit(5, "working_hours"))
