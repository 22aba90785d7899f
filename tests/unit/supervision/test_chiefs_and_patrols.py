"""Who answers for an area, and whether their patrols count and come often enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.quantities.calendars import OFFICE, working_days
from urbanwork.supervision.chiefs import ChiefPost, chiefs
from urbanwork.supervision.patrols import FILE, Patrol, frequency, judged, read_patrol_rules

DAY = date(2026, 5, 4)
NORTH = ChiefPost("p1", "river", "north", "li", date(2026, 1, 1))
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = working_days(OFFICE)
COUNTY = read_patrol_rules()


def test_areas_without_a_chief_with_a_vacant_post_and_with_two_are_told():
    posts = [
        NORTH,
        ChiefPost("p2", "river", "south", None, date(2026, 1, 1)),
        ChiefPost("p3", "river", "west", "wu", date(2026, 1, 1)),
        ChiefPost("p4", "river", "west", "he", date(2026, 1, 1)),
        ChiefPost("p5", "river", "moon", "he", date(2026, 1, 1)),
        ChiefPost("p6", "road", "east", "he", date(2026, 1, 1)),
    ]
    found = chiefs(["north", "south", "west", "east"], posts, "river", DAY)
    assert (found.one_each, found.areas) == (1, 4)
    assert found.none == ("east",)
    assert found.vacant == ("south",)
    assert found.several == (("west", ("p3", "p4")),)
    assert found.unknown == ("p5",)


def test_a_chief_answers_from_the_first_day_to_the_last():
    post = replace(NORTH, since=DAY, until=DAY)
    by_day = {n: chiefs(["north"], [post], "river", DAY + timedelta(days=n)) for n in (-1, 0, 1)}
    assert [by_day[n].one_each for n in (-1, 0, 1)] == [0, 1, 0]


def test_who_takes_over_a_post_is_no_second_chief():
    before = replace(NORTH, until=DAY)
    after = replace(NORTH, id="p9", person="wu", since=DAY + timedelta(days=1))
    assert chiefs(["north"], [before, after], "river", DAY).several == ()


AREAS = st.sampled_from(["a", "b", "c", "d"])
POSTS = st.lists(
    st.builds(ChiefPost, st.uuids().map(str), st.just("grid"), AREAS, st.none() | st.just("li"),
              st.just(DAY)),
    max_size=8,
)  # fmt: skip


@settings(deadline=None)
@given(st.sets(AREAS), POSTS)
def test_every_area_is_in_exactly_one_of_the_groups(areas: set[str], posts: list[ChiefPost]):
    found = chiefs(areas, posts, "grid", DAY)
    groups = [*found.none, *found.vacant, *(area for area, _ in found.several)]
    assert len(groups) == len(set(groups))
    assert len(groups) + found.one_each == found.areas == len(areas)


def walk(day: str, *, minutes: int = 40, metres: float = 2500, own: bool = True) -> Patrol:
    began = datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=SHANGHAI)
    return Patrol("p1", began, began + timedelta(minutes=minutes), metres, own)


@pytest.mark.parametrize(
    ("level", "patrol", "wrong"),
    [
        ("county", walk("2026-05-04", minutes=30, metres=0), []),
        ("county", walk("2026-05-04", minutes=29), ["时长29分钟，应不少于30分钟。"]),
        ("village", walk("2026-05-04", metres=1999), ["里程1999米，应不少于2000米。"]),
        ("village", walk("2026-05-04", minutes=-5), ["时长-5分钟，应不少于30分钟。"]),
    ],
)
def test_a_patrol_must_last_and_lead_far_enough(level: str, patrol: Patrol, wrong: list[str]):
    [found] = judged([patrol], COUNTY.levels[level])
    assert [each.zh for each in found.wrong] == wrong


def test_a_patrol_within_96_hours_of_the_last_valid_own_one_does_not_count():
    days = ["2026-05-04", "2026-05-06", "2026-05-08", "2026-05-09"]
    patrols = [walk(day) for day in days[:3]] + [walk(days[3], own=False)]
    found = judged(reversed(patrols), COUNTY.levels["village"])
    assert [each.is_valid for each in found] == [True, False, True, True]


def test_a_patrol_that_did_not_count_makes_the_next_not_wait():
    found = judged([walk("2026-05-04", minutes=3), walk("2026-05-05")], COUNTY.levels["village"])
    assert [each.is_valid for each in found] == [False, True]


def test_the_parameters_of_another_town_are_another_set():
    short = walk("2026-05-04", minutes=5, metres=300)
    [ours], [theirs] = (
        judged([short], rules.levels["village"])
        for rules in (COUNTY, read_patrol_rules("another_town"))
    )
    assert (ours.is_valid, theirs.is_valid) == (False, True)


def kept(level: str, days: list[str], first: str, last: str, name: str | None = None):
    rule = read_patrol_rules(name).levels[level]
    patrols = judged([walk(day) for day in days], rule)
    return frequency(patrols, rule, DAYS, date.fromisoformat(first), date.fromisoformat(last))


def test_a_village_patrols_each_week_from_monday_to_sunday():
    found = kept("village", ["2026-05-04", "2026-05-17"], "2026-05-01", "2026-05-25")
    assert (found.met, found.spans) == (2, 3)
    assert found.missed == (date(2026, 5, 18),)


def test_a_township_need_not_patrol_in_january_and_february():
    found = kept("township", ["2026-03-31"], "2026-01-01", "2026-04-30")
    assert (found.met, found.spans, found.missed) == (1, 2, (date(2026, 4, 1),))


def test_a_county_patrols_each_quarter():
    found = kept("county", ["2026-02-01"], "2026-01-01", "2026-12-31")
    assert (found.met, found.spans) == (1, 4)


def test_a_village_of_guangzhou_patrols_each_working_day_and_on_no_holiday():
    found = kept("village", ["2026-05-06", "2026-05-09"], "2026-05-01", "2026-05-10", "guangzhou")
    # 1 to 5 May are off, Saturday 9 May is made up.
    assert (found.met, found.spans) == (2, 4)
    assert found.missed == (date(2026, 5, 7), date(2026, 5, 8))


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(UserError, match="patrols: the period"):
        kept("county", [], "2026-05-02", "2026-05-01")


def test_faults_of_the_rules_are_told_with_their_lines(tmp_path: Path):
    path = tmp_path / "patrols.yaml"
    text = FILE.read_text(encoding="utf-8").replace("per: quarter", "per: decade")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ManyFaultsError, match=r"patrols.yaml:\d+: .*decade"):
        read_patrol_rules(path=path)
    with pytest.raises(UserError, match="choose from county_rivers"):
        read_patrol_rules("mars")
