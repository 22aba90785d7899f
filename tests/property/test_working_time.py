"""What holds of deadlines and pauses whatever the start, the limit and the pauses are."""

from __future__ import annotations

import time as clock_of_machine
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.quantities.calendars import OFFICE, working_days
from urbanwork.quantities.working_time import UNITS, Limit, Unit, WorkingTime, seconds
from urbanwork.supervision.clocks import Clock, Pause, due, due_many, put_off

PATIENT = settings(deadline=None)  # machines of a build are slow at times

TIME = WorkingTime(working_days(OFFICE), (2022, 2031))
FIRST = datetime(2023, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 5 * 365 * 86_400).map(lambda n: FIRST + timedelta(seconds=n))
LIMITS = st.builds(Limit, st.integers(0, 60), st.sampled_from(UNITS))
OF_HOURS = st.builds(Limit, st.integers(1, 200), st.sampled_from(["clock_hours", "working_hours"]))
PAUSES = st.lists(
    st.builds(lambda begin, length: Pause(begin, begin + timedelta(seconds=length), "order 1"),
              INSTANTS, st.integers(0, 40 * 86_400)),
    max_size=4,
)  # fmt: skip


@PATIENT
@given(INSTANTS, LIMITS)
def test_what_was_added_is_what_lies_between(start: datetime, limit: Limit):
    lies_between = TIME.between(start, TIME.add(start, limit), limit.unit)
    if limit.unit == "calendar_days":  # a last day that is off gives way to a later one
        assert lies_between >= limit.amount
    else:
        assert lies_between == limit.amount


@PATIENT
@given(INSTANTS, INSTANTS, LIMITS)
def test_a_later_start_never_has_an_earlier_deadline(a: datetime, b: datetime, limit: Limit):
    first, second = sorted((a, b))
    assert TIME.add(first, limit) <= TIME.add(second, limit)


@PATIENT
@given(INSTANTS, st.integers(0, 40), st.integers(0, 40), st.sampled_from(UNITS))
def test_a_longer_limit_never_ends_earlier(start: datetime, n: int, more: int, unit: Unit):
    assert start <= TIME.add(start, Limit(n, unit)) <= TIME.add(start, Limit(n + more, unit))


@PATIENT
@given(INSTANTS, st.integers(0, 80), st.integers(0, 80))
def test_hours_in_two_steps_are_hours_in_one(start: datetime, n: int, more: int):
    whole = TIME.add(start, Limit(n + more, "working_hours"))
    first = TIME.add(start, Limit(n, "working_hours"))
    assert TIME.add(first, Limit(more, "working_hours")) == whole


@PATIENT
@given(INSTANTS, st.integers(1, 200))
def test_a_deadline_of_working_hours_lies_in_hours_of_work(start: datetime, n: int):
    at = TIME.add(start, Limit(n, "working_hours"))
    second = at.hour * 3600 + at.minute * 60 + at.second
    assert any(a < second <= b for a, b in TIME.days.openings(at.date()))


@PATIENT
@given(INSTANTS, st.integers(1, 60))
def test_a_deadline_of_working_days_is_the_end_of_a_working_day(start: datetime, n: int):
    at = TIME.add(start, Limit(n, "working_days"))
    assert TIME.days.is_working(at.date())
    assert (at.hour, at.minute, at.second) == (17, 30, 0)


@PATIENT
@given(st.lists(INSTANTS, min_size=1, max_size=5), LIMITS)
def test_many_at_once_are_each_alone(starts: list[datetime], limit: Limit):
    together = TIME.add_many(seconds(starts), limit)
    assert [TIME.local(int(each)) for each in together] == [TIME.add(s, limit) for s in starts]


@PATIENT
@given(INSTANTS, OF_HOURS, PAUSES)
def test_time_until_the_deadline_less_time_paused_is_the_limit(
    start: datetime, limit: Limit, pauses: list[Pause]
):
    at = due(Clock(start, limit, tuple(pauses)), TIME).at
    assert at is not None
    # Counted by hand: every change of what counts, in order.
    line = TIME.timeline(limit.unit)
    marks = sorted({start, at, *(t for p in pauses for t in (p.begin, p.end) if start < t < at)})
    counted = sum(
        int(np.diff(line.position(seconds([a, b])))[0])
        for a, b in pairwise(marks)
        if not any(p.begin <= a and b <= p.end for p in pauses)
    )
    assert counted == limit.seconds


@PATIENT
@given(INSTANTS, LIMITS, PAUSES, st.floats(0, 1))
def test_a_pause_in_two_parts_is_the_same_pause(
    start: datetime, limit: Limit, pauses: list[Pause], part: float
):
    halves = []
    for pause in pauses:
        between = pause.begin + timedelta(
            seconds=int((pause.end - pause.begin).total_seconds() * part)
        )
        halves += [Pause(between, pause.end, "2"), Pause(pause.begin, between, "1")]
    assert due(Clock(start, limit, tuple(halves)), TIME) == due(
        Clock(start, limit, tuple(pauses)), TIME
    )


@PATIENT
@given(INSTANTS, LIMITS, PAUSES)
def test_a_pause_never_makes_a_deadline_earlier(start: datetime, limit: Limit, pauses: list[Pause]):
    plain, paused = (due(Clock(start, limit, each), TIME).at for each in ((), tuple(pauses)))
    assert plain <= paused
    after = Pause(plain, plain + timedelta(days=9), "too late")
    assert due(Clock(start, limit, (after,)), TIME).at == plain


@PATIENT
@given(INSTANTS, st.integers(1, 30), st.integers(1, 20))
def test_a_pause_of_whole_working_days_moves_the_deadline_by_as_many(
    start: datetime, n: int, days: int
):
    begin = TIME.add(start, Limit(0, "working_days"))
    pause = Pause(begin, TIME.add(begin, Limit(days, "working_days")), "order 3")
    paused = due(Clock(start, Limit(n, "working_days"), (pause,)), TIME).at
    assert paused == TIME.add(start, Limit(n + days, "working_days"))


@PATIENT
@given(INSTANTS, LIMITS, PAUSES, INSTANTS)
def test_an_open_pause_stops_the_clock_only_if_it_begins_in_time(
    start: datetime, limit: Limit, pauses: list[Pause], begin: datetime
):
    earlier = tuple(p for p in pauses if p.end < begin)
    before = due(Clock(start, limit, earlier), TIME).at
    stopped = due(Clock(start, limit, (*earlier, Pause(begin, None, "order 4"))), TIME)
    if stopped.at is None:
        assert stopped.paused_since == begin
        assert begin < before
        assert stopped.seconds_left > 0
    else:
        assert stopped.at == before


@settings(max_examples=20, deadline=None)
@given(st.lists(st.builds(Clock, INSTANTS, LIMITS, PAUSES.map(tuple)), max_size=6))
def test_clocks_together_are_each_alone(clocks: list[Clock]):
    assert due_many(clocks, TIME) == [due(clock, TIME) for clock in clocks]


def test_a_hundred_thousand_deadlines_take_less_than_a_second():
    starts = np.random.default_rng(1).integers(*seconds([FIRST, FIRST.replace(year=2028)]), 100_000)
    TIME.add_many(starts[:1], Limit(1, "working_days"))
    begun = clock_of_machine.process_time()
    for unit in UNITS:
        TIME.add_many(starts, Limit(20, unit))
    assert clock_of_machine.process_time() - begun < len(UNITS)


@PATIENT
@given(INSTANTS, st.integers(1, 300), PAUSES)
def test_a_deadline_by_date_moves_as_a_limit_of_working_hours_does(
    start: datetime, hours: int, pauses: list[Pause]
):
    limit = Limit(hours, "working_hours")
    moved = put_off(TIME.add(start, limit), start, pauses, TIME)
    assert moved == due(Clock(start, limit, tuple(pauses)), TIME)


@PATIENT
@given(INSTANTS, st.integers(0, 10**7))
def test_a_deadline_at_night_stays_where_no_pause_takes_working_time(start: datetime, length: int):
    deadline = start + timedelta(seconds=length)
    assert put_off(deadline, start, [], TIME).at == deadline
    after = Pause(deadline, deadline + timedelta(days=3), "too late")
    assert put_off(deadline, start, [after], TIME).at == deadline
