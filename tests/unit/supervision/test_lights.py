"""Lights: which shows, why, and when it changes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.quantities.calendars import OFFICE, working_days
from urbanwork.quantities.working_time import WorkingTime
from urbanwork.supervision.lights import Course, Milestone, light, lights_of
from urbanwork.supervision.lights_table import FILE, read_lights

PATIENT = settings(deadline=None)  # machines of a build are slow at times

SHANGHAI = ZoneInfo("Asia/Shanghai")
TIME = WorkingTime(working_days(OFFICE), (2025, 2028))
RULES = {name: read_lights(name) for name in ("progress", "corporate")}
SECOND = timedelta(seconds=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


DUE = at("2026-03-20T17:30")  # a Friday
COURSE = Course(
    DUE, (Milestone(at("2026-03-06T17:30"), True, 40), Milestone(at("2026-03-13T17:30"), False, 80))
)


@pytest.mark.parametrize(
    ("variant", "now", "colour", "reason"),
    [
        ("progress", "2026-03-13T17:30", "green", "On plan."),
        ("progress", "2026-03-13T17:31", "yellow", "A milestone is late since 2026-03-13 17:30."),
        ("progress", "2026-03-20T17:31", "red", "Overdue since 2026-03-20 17:30."),
        ("corporate", "2026-03-12T17:30", "green", "On plan."),
        ("corporate", "2026-03-13T09:00", "blue", "No more than 5 working days left."),
        ("corporate", "2026-03-16T09:00", "yellow", "A milestone is late since 2026-03-13 17:30."),
        ("corporate", "2026-03-23T09:00", "red", "Overdue since 2026-03-20 17:30."),
    ],
)
def test_a_light_by_hand(variant: str, now: str, colour: str, reason: str):
    shown = light(COURSE, RULES[variant], TIME, at(now))
    assert (shown.colour, shown.reason.en) == (colour, reason)


def test_many_lights_at_once_are_those_of_each():
    now = at("2026-03-20T17:31")
    courses = [
        COURSE, replace(COURSE, finished=now), Course(None), Course(DUE - timedelta(days=5)),
        replace(COURSE, paused_since=now), Course(DUE, reported_percent=5.0), Course(now, ()),
    ]  # fmt: skip
    for rules in RULES.values():
        assert lights_of(courses, rules, TIME, now) == [light(c, rules, TIME, now) for c in courses]
        assert lights_of([], rules, TIME, now) == []


def test_a_light_is_yellow_once_three_working_days_are_left():
    course = Course(DUE)
    assert light(course, RULES["progress"], TIME, at("2026-03-16T23:59")).colour == "green"
    shown = light(course, RULES["progress"], TIME, at("2026-03-17T00:01"))
    assert shown.colour == "yellow"
    assert shown.reason.zh == "距时限不足3个工作日。"


def test_a_milestone_ten_working_days_late_is_red():
    course = Course(None, (Milestone(at("2026-03-13T17:30"), False),))
    assert light(course, RULES["progress"], TIME, at("2026-03-27T17:30")).colour == "yellow"
    assert light(course, RULES["progress"], TIME, at("2026-03-27T17:31")).colour == "red"


def test_progress_behind_plan_shows_by_its_size():
    now, done = at("2026-03-09T09:00"), tuple(replace(m, is_done=True) for m in COURSE.milestones)
    for reported, colour in ((35, "green"), (30, "yellow"), (10, "red")):
        course = Course(DUE, done, reported_percent=reported)
        assert light(course, RULES["progress"], TIME, now).colour == colour


def test_the_next_change_is_told_beforehand():
    shown = light(COURSE, RULES["corporate"], TIME, at("2026-03-12T12:00"))
    assert (shown.next_change, shown.next_colour) == (at("2026-03-13T00:00"), "blue")
    shown = light(COURSE, RULES["corporate"], TIME, at("2026-03-23T12:00"))
    assert (shown.next_change, shown.next_colour) == (None, None)


def test_a_finished_or_paused_task_has_no_light():
    now = at("2026-05-01T12:00")
    for finished, words in ((DUE, "按时办结。"), (DUE + SECOND, "逾期办结。")):
        shown = light(replace(COURSE, finished=finished), RULES["progress"], TIME, now)
        assert (shown.colour, shown.reason.zh) == (None, words)
    assert light(Course(None, paused_since=now), RULES["progress"], TIME, now).colour is None


MOMENTS = st.integers(0, 60 * 86_400).map(lambda n: at("2026-02-10T08:00") + timedelta(seconds=n))
COURSES = st.builds(
    Course, st.none() | MOMENTS,
    st.lists(st.builds(Milestone, MOMENTS, st.booleans(), st.none() | st.floats(0, 100)),
             max_size=3).map(tuple),
    st.none() | st.floats(0, 100),
)  # fmt: skip


@PATIENT
@given(COURSES, MOMENTS, MOMENTS, st.sampled_from(sorted(RULES)))
def test_time_alone_never_makes_a_light_milder(course: Course, a: datetime, b: datetime, name: str):
    rules, (first, second) = RULES[name], sorted((a, b))
    before, then = (light(course, rules, TIME, now).colour for now in (first, second))
    assert rules.severity(before) <= rules.severity(then)


@PATIENT
@given(COURSES, MOMENTS, st.sampled_from(sorted(RULES)))
def test_a_light_stays_until_its_next_change_and_changes_then(
    course: Course, now: datetime, name: str
):
    shown = light(course, RULES[name], TIME, now)
    if shown.next_change is None:
        assert light(course, RULES[name], TIME, at("2027-12-01T00:00")).colour == shown.colour
    else:
        assert light(course, RULES[name], TIME, shown.next_change).colour == shown.colour
        changed = light(course, RULES[name], TIME, shown.next_change + SECOND)
        assert changed.colour == shown.next_colour


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("points: 30", "within: {amount: 3, unit: working_days}", "'points' is for"),
        ("lights: [green, yellow, red]", "lights: [green, red]", "'yellow' is not among"),
        ("lights: [green, yellow, red]", "lights: [green, yellow, orange, red]", "shows 'orange'"),
        ("test: overdue", "test: overdone", "overdone"),
    ],
)
def test_rules_that_do_not_fit_are_refused(tmp_path: Path, old: str, new: str, fault: str):
    path = tmp_path / "lights.yaml"
    path.write_text(FILE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ManyFaultsError, match=fault):
        read_lights(path=path)


def test_an_unknown_variant_is_told_with_those_that_are():
    with pytest.raises(UserError, match="choose from progress, corporate"):
        read_lights("disco")


def test_reasons_say_times_in_the_zone_of_the_city():
    due = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    shown = light(Course(due), RULES["progress"], TIME, due + timedelta(days=1))
    assert shown.reason.zh == "自2026-03-02 17:30起逾期。"
