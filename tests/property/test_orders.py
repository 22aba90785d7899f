"""What holds of every history of orders, whatever people do and whenever they do it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from urbanwork.quantities.calendars import OFFICE, working_days
from urbanwork.quantities.working_time import WorkingTime
from urbanwork.supervision.ladder_table import read_ladder
from urbanwork.supervision.orders import (
    Matter,
    OrderEvent,
    after,
    in_a_row,
    matter_of,
    recommend,
    refusal,
)

PATIENT = settings(deadline=None)
TIME = WorkingTime(working_days(OFFICE), (2025, 2029))
LADDER = read_ladder()
START = datetime(2026, 1, 5, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
WEIGHTS = st.sampled_from(["normal", "important", "urgent"])
TRIES = st.lists(
    st.tuples(
        st.sampled_from(["issue", "issue", "issue", "done", "excuse", "appeal", "dismiss", "void"]),
        st.sampled_from(sorted(LADDER.steps)), st.integers(1, 20 * 24),
    ),
    max_size=12,
)  # fmt: skip


def lived(tries: list[tuple[str, str, int]]) -> tuple[list[OrderEvent], Matter, datetime]:
    """The events among those tried that are allowed, one after the other."""
    events, matter, now = [], Matter(), START
    for kind, step, hours in tries:
        now += timedelta(hours=hours)
        event = OrderEvent(kind, now, "zhao", step=step if kind == "issue" else "", reason="why",
                           until=now + timedelta(days=9) if kind == "excuse" else None)  # fmt: skip
        if refusal(matter, event, LADDER) is None:
            matter = after(matter, event, LADDER, TIME)
            events.append(event)
    return events, matter, now


@PATIENT
@given(TRIES)
def test_the_same_events_give_the_same_matter(tries: list[tuple[str, str, int]]):
    events, matter, _ = lived(tries)
    assert matter_of(events, LADDER, TIME) == matter


@PATIENT
@given(TRIES, WEIGHTS, st.integers(0, 30 * 24))
def test_what_is_recommended_is_never_refused(
    tries: list[tuple[str, str, int]], weight: str, hours: int
):
    _, matter, now = lived(tries)
    now += timedelta(hours=hours)
    found = recommend(matter, LADDER, now, weight=weight, late_since=START)
    if found.step is not None:
        event = OrderEvent("issue", now, "zhao", step=found.step, recommended=found.step)
        assert refusal(matter, event, LADDER) is None
        assert found.clause
        assert found.source


@PATIENT
@given(TRIES, WEIGHTS)
def test_nothing_is_recommended_while_an_appeal_is_undecided(
    tries: list[tuple[str, str, int]], weight: str
):
    _, matter, now = lived(tries)
    found = recommend(matter, LADDER, now, weight=weight, late_since=START)
    if any(order.is_appealed and not order.is_void for order in matter.orders):
        assert found.step is None


@PATIENT
@given(TRIES, WEIGHTS)
def test_who_follows_the_recommendations_climbs_to_an_interview_after_three_red_orders(
    tries: list[tuple[str, str, int]], weight: str
):
    _, matter, now = lived(tries)
    taken = []
    for _ in range(40):
        now += timedelta(days=12)
        found = recommend(matter, LADDER, now, weight=weight, late_since=START)
        if found.step is not None:
            if found.step == "interview":  # or again, where one was held and the task is late
                assert in_a_row(matter.orders, "red") >= 3 or matter.valid[-1].is_done
            event = OrderEvent("issue", now, "zhao", step=found.step, recommended=found.step)
            matter = after(matter, event, LADDER, TIME)
            taken.append(found.step)
    order = list(LADDER.steps)
    assert taken == sorted(taken, key=order.index)
    assert taken.count("red") <= 3
