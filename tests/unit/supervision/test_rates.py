"""Rates of handling: what they count, what they leave out, when they are silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from urbanwork.errors import UserError
from urbanwork.quantities.calendars import OFFICE, working_days
from urbanwork.quantities.working_time import WorkingTime
from urbanwork.supervision.handling_time import handling_time, survival
from urbanwork.supervision.lifecycle_table import read_lifecycle
from urbanwork.supervision.rates import Handled, backlog, handled, mean_delay_days, rates
from urbanwork.supervision.tasks import Actor, Event, task_of

PATIENT = settings(deadline=None)  # machines of a build are slow at times

BEGIN, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
DAY = timedelta(days=1)
DUE = BEGIN + 10 * DAY
IN_TIME = Handled(BEGIN, DUE, DUE, finished=DUE - DAY, closed=DUE + DAY, submissions=1)
LATE = replace(IN_TIME, finished=DUE + 2 * DAY, closed=DUE + 3 * DAY)
OPEN = Handled(BEGIN, DUE, DUE)
PAUSED = Handled(BEGIN, DUE, None)
LONGER = Handled(BEGIN, DUE, END + 5 * DAY)


def counted(tasks: list[Handled], smallest: int = 20) -> dict[str, tuple[int, int, float | None]]:
    found = rates(tasks, BEGIN, END, smallest=smallest)
    return {rate.title.en: (rate.numerator, rate.denominator, rate.share) for rate in found}


def test_deferred_tasks_leave_the_denominator():
    tasks = [IN_TIME] * 12 + [LATE] * 6 + [OPEN] * 6 + [PAUSED] * 3 + [LONGER] * 3
    found = counted(tasks)
    assert found["closure rate"] == (18, 24, 0.75)
    assert found["closed in time"] == (12, 24, 0.5)


def test_a_rate_on_fewer_than_twenty_is_flagged_and_not_shown():
    nineteen, twenty = (counted([IN_TIME] * n)["closed in time"] for n in (19, 20))
    assert nineteen == (19, 19, None)
    assert twenty == (20, 20, 1.0)
    silent = rates([IN_TIME] * 19, BEGIN, END)[0].silent
    assert silent.zh == "不予显示：仅19件，少于20件。"


def test_an_empty_period_has_no_rate_even_where_all_are_shown():
    assert counted([], smallest=0)["closure rate"] == (0, 0, None)


def test_rework_and_return_count_a_task_once():
    tasks = [replace(LATE, reworks=3)] * 5 + [LATE] * 15 + [replace(OPEN, returns=2)] * 5
    found = counted(tasks)
    assert found["rework rate"] == (5, 20, 0.25)
    assert found["return rate"] == (5, 25, 0.2)


def test_void_tasks_and_those_of_other_periods_do_not_count():
    other = replace(IN_TIME, assigned=BEGIN - 60 * DAY, first_due=BEGIN - DAY)
    void = replace(LATE, is_void=True)
    assert counted([IN_TIME] * 20 + [other, void])["closure rate"][1] == 20


def test_work_that_lay_there_in_time_is_in_time_though_it_was_closed_later():
    assert counted([IN_TIME], smallest=1)["closed in time"][2] == 1.0


def test_a_deadline_that_was_extended_within_the_period_still_counts():
    extended = replace(LATE, due=DUE + 5 * DAY)
    assert counted([extended], smallest=1)["closed in time"] == (1, 1, 1.0)


def test_a_period_must_end_after_it_begins():
    with pytest.raises(UserError, match="period"):
        rates([], END, BEGIN)


def test_the_backlog_tells_how_old_it_is():
    late = [replace(OPEN, due=DUE - n * DAY) for n in range(10)]
    found = backlog([*late, IN_TIME, PAUSED, replace(OPEN, is_void=True)], DUE + DAY + DAY)
    assert (found.open, found.overdue) == (11, 10)
    assert (found.median_days, found.ninetieth_days, found.longest_days) == (6, 10, 11)
    assert backlog([IN_TIME], END).median_days is None


def test_the_mean_delay_is_of_those_that_were_late():
    assert mean_delay_days([IN_TIME, LATE, replace(LATE, finished=DUE + 4 * DAY)], END) == 3
    assert mean_delay_days([IN_TIME, OPEN], END) is None


def test_open_tasks_make_handling_longer_than_finished_ones_alone_say():
    finished, still_open = list(range(1, 16)), [30.0] * 15
    states = [True] * 15 + [False] * 15
    found = handling_time([*finished, *still_open], states)
    assert (found.median, found.ninetieth, found.longest) == (15, None, 30)
    assert handling_time(finished, [True] * 15, smallest=1).median == 8


def test_handling_time_of_few_tasks_is_silent():
    found = handling_time([1.0] * 19, [True] * 19)
    assert (found.median, found.finished) == (None, 19)
    assert found.silent is not None


@pytest.mark.parametrize(
    ("times", "states"), [([], []), ([1], []), ([-1], [True]), ([np.nan], [True])]
)
def test_durations_that_make_no_sense_are_refused(times: list[float], states: list[bool]):
    with pytest.raises(UserError, match="handling time"):
        survival(times, states)


@PATIENT
@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60))
def test_the_estimate_is_that_of_scipy(tasks: list[tuple[int, bool]]):
    times, states = (np.array(column) for column in zip(*tasks, strict=True))
    if not states.any():
        assert survival(times, states).quantile(0.5) is None
        return
    theirs = ecdf(CensoredData(times[states], right=times[~states])).sf
    ours = survival(times, states)
    at = np.isin(theirs.quantiles, ours.times)
    assert np.allclose(theirs.probabilities[at], ours.still_open)


@PATIENT
@given(st.lists(st.integers(0, 1000), min_size=1, max_size=50))
def test_without_open_tasks_the_estimate_is_the_plain_quantile(times: list[int]):
    curve = survival(times, [True] * len(times))
    for share in (0.5, 0.9):
        assert curve.quantile(share) == np.quantile(times, share, method="inverted_cdf")


def test_a_task_is_counted_as_its_events_made_it():
    def at(day: int, action: str, actor: Actor, **given: object) -> Event:
        return Event(action, BEGIN + day * DAY, actor, reason="r", approval="a", **given)

    chief, handler = Actor("zhao", "office", "supervisor"), Actor("li", "parks", "handler")
    checker = Actor("zhou", "inspectorate", "inspector")
    events = [
        at(0, "register", chief), at(1, "assign", chief, lead="parks", deadline=DUE),
        at(2, "accept", handler), at(3, "pause", chief), at(5, "resume", chief),
        at(6, "submit", handler, evidence=("e",)), at(7, "rework", checker),
        at(11, "submit", handler, evidence=("f",)), at(12, "verify", checker),
        at(13, "close", chief),
    ]  # fmt: skip
    table, time = read_lifecycle(), WorkingTime(working_days(OFFICE), (2025, 2027))
    found = handled(task_of(events, table), time)
    # The pause took two working days: 11 March 08:00, before opening, becomes the 12th at closing.
    assert found.due == datetime(2026, 3, 12, 17, 30, tzinfo=time.days.zone)
    assert (found.submissions, found.reworks, found.returns) == (2, 1, 0)
    assert (found.assigned, found.first_due) == (BEGIN + DAY, DUE)
    assert (found.finished, found.closed) == (BEGIN + 11 * DAY, BEGIN + 13 * DAY)
    assert counted([found], smallest=1)["closed in time"] == (1, 1, 1.0)
    assert handled(task_of(events[:1], table), time) is None
    assert handled(task_of(events[:4], table), time).due is None
