"""The ladder: which step is recommended, what a person may do, what an appeal changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.quantities.calendars import OFFICE, working_days
from urbanwork.quantities.working_time import WorkingTime
from urbanwork.supervision.ladder_table import FILE, read_ladder
from urbanwork.supervision.orders import (
    Matter,
    Order,
    OrderEvent,
    after,
    matter_of,
    recommend,
    recommend_for_body,
    refusal,
)
from urbanwork.supervision.refusing import RefusedError

SHANGHAI = ZoneInfo("Asia/Shanghai")
TIME = WorkingTime(working_days(OFFICE), (2025, 2027))
LADDER = read_ladder()
MONDAY = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
LATE = MONDAY - timedelta(days=1)


def issue(step: str, at: datetime, **other: object) -> OrderEvent:
    return OrderEvent("issue", at, "zhao", step=step, recommended=step, **other)


def failed(*steps: str) -> tuple[Matter, datetime]:
    """Steps that were taken one after the other and never done, and when the last ran out."""
    matter, now = Matter(), MONDAY
    for step in steps:
        matter = after(matter, issue(step, now), LADDER, TIME)
        now = matter.orders[-1].until + timedelta(hours=1)
    return matter, now


def step_after(matter: Matter, now: datetime, weight: str = "normal") -> str | None:
    return recommend(matter, LADDER, now, weight=weight, late_since=LATE).step


@pytest.mark.parametrize(
    ("weight", "first"), [("normal", "remind"), ("important", "orange"), ("urgent", "red")]
)
def test_important_and_urgent_matters_start_higher(weight: str, first: str):
    found = recommend(Matter(), LADDER, MONDAY, weight=weight, late_since=LATE)
    assert found.step == first
    assert found.clause
    assert "R0" in found.source.en
    assert "R0" in found.source.zh


def test_nothing_follows_before_the_task_is_late():
    found = recommend(Matter(), LADDER, LATE, weight="urgent", late_since=LATE)
    assert (found.step, found.then) == (None, LATE)


def test_each_order_not_done_in_time_leads_to_the_next():
    steps = ["remind", "blue", "orange", "red"]
    for n in range(1, len(steps)):
        assert step_after(*failed(*steps[:n])) == steps[n]


def test_an_order_that_runs_is_waited_for_until_its_time_in_working_days():
    matter = after(Matter(), issue("remind", MONDAY), LADDER, TIME)
    found = recommend(matter, LADDER, MONDAY, weight="normal", late_since=LATE)
    assert found.step is None
    assert found.then == datetime(2026, 3, 5, 17, 30, tzinfo=SHANGHAI)


def test_three_red_orders_in_a_row_call_for_an_interview_at_once():
    assert step_after(*failed("red")) == "red"
    assert step_after(*failed("red", "red")) == "red"
    matter, now = failed("red", "red")
    third = after(matter, issue("red", now), LADDER, TIME)
    found = recommend(third, LADDER, now, weight="normal", late_since=LATE)
    assert found.step == "interview"
    assert "3 in a row" in found.reason.en
    assert after(third, issue("interview", now), LADDER, TIME).orders[-1].step == "interview"


def test_an_interview_without_result_leads_to_a_referral_and_nothing_beyond():
    matter, now = failed("red", "red", "red", "interview")
    assert step_after(matter, now) == "referral"
    last = after(matter, issue("referral", now), LADDER, TIME)
    assert step_after(last, now + timedelta(days=30)) is None


def test_a_void_order_counts_as_never_issued():
    matter, now = failed("red", "red", "red")
    void = after(matter, OrderEvent("void", now, "qian", reason="appeal is right"), LADDER, TIME)
    assert step_after(void, now) == "red"
    assert len(void.orders) == 3


def test_an_appeal_holds_everything_until_it_is_decided():
    matter, now = failed("blue")
    held = after(matter, OrderEvent("appeal", now, "li", reason="not ours"), LADDER, TIME)
    assert step_after(held, now + timedelta(days=30)) is None
    assert refusal(held, issue("orange", now), LADDER) is not None
    dismissed = after(held, OrderEvent("dismiss", now, "qian", reason="theirs"), LADDER, TIME)
    assert step_after(dismissed, now) == "orange"


def test_an_accepted_reason_gives_a_new_time_and_no_harder_step():
    matter, now = failed("blue")
    until = now + timedelta(days=20)
    excused = after(matter, OrderEvent("excuse", now, "zhao", until=until, reason="flood"),
                    LADDER, TIME)  # fmt: skip
    assert step_after(excused, now + timedelta(days=10)) is None
    assert step_after(excused, until + timedelta(minutes=1)) == "orange"


def test_an_order_that_is_done_leads_to_no_harder_step():
    matter = after(Matter(), issue("blue", MONDAY), LADDER, TIME)
    done = after(matter, OrderEvent("done", MONDAY, "zhao"), LADDER, TIME)
    assert step_after(done, MONDAY + timedelta(days=1)) is None
    assert step_after(done, MONDAY + timedelta(days=60)) == "blue"
    closed = recommend(done, LADDER, MONDAY + timedelta(days=60), weight="normal", late_since=None)
    assert closed.step is None


def test_one_matter_has_one_order():
    matter = after(Matter(), issue("blue", MONDAY), LADDER, TIME)
    with pytest.raises(RefusedError, match="One matter, one order") as told:
        after(matter, issue("orange", MONDAY), LADDER, TIME)
    assert told.value.sentence.zh.startswith("一事一单")


def test_a_person_may_depart_from_the_recommendation_with_a_reason():
    departing = OrderEvent("issue", MONDAY, "zhao", step="red", recommended="remind")
    assert "give a reason" in refusal(Matter(), departing, LADDER).en
    assert refusal(Matter(), replace(departing, reason="safety"), LADDER) is None


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (replace(issue("blue", MONDAY), by=" "), "A person decides"),
        (issue("purple", MONDAY), "'purple' is no step"),
        (issue("blue", MONDAY, until=MONDAY), "lies ahead"),
        (issue("blue", MONDAY.replace(tzinfo=None)), "no zone"),
        (OrderEvent("done", MONDAY, "zhao"), "no order that counts"),
    ],
)
def test_what_makes_no_sense_is_refused(event: OrderEvent, sentence: str):
    assert sentence in refusal(Matter(), event, LADDER).en


def test_three_red_orders_in_a_row_to_one_body_call_for_an_interview_across_matters():
    reds = [Order("red", MONDAY + timedelta(days=n), "zhao", None, "") for n in range(3)]
    blue = Order("blue", MONDAY + timedelta(hours=30), "zhao", None, "")
    assert recommend_for_body(reds, LADDER).step == "interview"
    assert recommend_for_body([*reds, blue], LADDER).step is None
    assert recommend_for_body([*reds, replace(blue, is_void=True)], LADDER).step == "interview"


def test_the_same_events_give_the_same_matter():
    events = [
        issue("blue", MONDAY),
        OrderEvent("appeal", MONDAY, "li", reason="no"),
        OrderEvent("void", MONDAY, "qian", reason="right"),
        issue("remind", MONDAY),
    ]
    assert matter_of(events, LADDER, TIME) == matter_of(list(events), LADDER, TIME)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("next: orange", "next: remind", "no later step"),
        ("urgent: red", "urgent: black", "'urgent' needs one of"),
        ("        repeats: 3", "        repeats: 0", "repeats"),
        ("{amount: 2, unit: working_days}", "{amount: 2, unit: moons}", "moons"),
    ],
)
def test_a_ladder_that_does_not_climb_is_refused(tmp_path: Path, old: str, new: str, fault: str):
    path = tmp_path / "ladder.yaml"
    path.write_text(FILE.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ManyFaultsError, match=fault):
        read_ladder(path=path)


def test_an_unknown_ladder_is_told_with_those_that_are():
    with pytest.raises(UserError, match="no ladder 'stairs'; choose from orders"):
        read_ladder("stairs")
