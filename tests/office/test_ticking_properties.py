"""The tick, whatever the tasks and whatever the clock: it ends where the last tick alone would."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from urbanwork.office.audit.models import Entry
from urbanwork.office.ledger.history import state_of
from urbanwork.office.ledger.lighting import light_of
from urbanwork.office.ledger.models import Task, TaskBody, TaskEvent
from urbanwork.office.notices.models import News
from urbanwork.office.people.models import Body, Person
from urbanwork.office.rules import ladder, lifecycle, working_time
from urbanwork.office.supervising.advising import matters_of
from urbanwork.office.supervising.handlings import STANDS_STILL, keep_many
from urbanwork.office.supervising.models import Advice, Handling, OrderEvent
from urbanwork.office.supervising.ticking import tick
from urbanwork.supervision import orders as pure
from urbanwork.supervision.rates import handled

START = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
HOURS = st.integers(0, 24 * 400)
WAYS = {
    "assigned": (),
    "in_progress": ("accept",),
    "again": ("accept", "pause", "resume"),
    "paused": ("accept", "pause"),
    "submitted": ("accept", "submit"),
}
BY = {"accept": "handler", "submit": "handler", "pause": "leader", "resume": "leader"}

a_task = st.fixed_dictionaries(
    {
        "way": st.sampled_from(list(WAYS)),
        "limit_hours": st.integers(1, 24 * 200),
        "gap_hours": st.integers(1, 24 * 20),
        "milestone_hours": st.lists(HOURS, max_size=2),
        "weight": st.sampled_from(["normal", "important", "urgent"]),
        "order_after_hours": st.none() | st.integers(1, 24 * 300),
    }
)


def make(number: int, given: dict, body: Body, people: dict[str, Person]) -> Task:
    deadline = START + timedelta(hours=given["limit_hours"])
    task = Task.objects.create(
        number=f"2026-{number:06d}", title="任务", source="ledger", lead=body, registered=START,
        deadline=deadline, first_deadline=deadline, state="assigned", weight=given["weight"],
    )  # fmt: skip
    at = START
    steps = [("register", "leader"), ("assign", "leader")]
    steps += [(each, BY[each]) for each in WAYS[given["way"]]]
    for place, (action, who) in enumerate(steps, 1):
        more = {"lead": body, "deadline": deadline} if action == "assign" else {}
        TaskEvent.objects.create(
            task=task, number=place, action=action, at=at, person=people[who], body=body,
            role=who, reason="x", approval="x", evidence=["x"] if action == "submit" else [],
            **more,
        )  # fmt: skip
        at += timedelta(hours=given["gap_hours"]) if place > 1 else timedelta()
    state = state_of(task.events.all(), lifecycle())
    Task.objects.filter(pk=task.pk).update(state=state.state)
    TaskBody.objects.create(task=task, body=body, part="lead")
    for hours in given["milestone_hours"]:
        task.milestones.create(title="节点", due=START + timedelta(hours=hours))
    if given["order_after_hours"] is not None:
        OrderEvent.objects.create(
            task=task, number=1, kind="issue",
            at=START + timedelta(hours=given["order_after_hours"]),
            person=people["leader"], body=body, role="leader", step="blue", reason="x",
        )  # fmt: skip
    return task


def facts():
    """All that a tick may change, without the days on which it did."""
    return {
        "tasks": list(Task.objects.order_by("pk").values_list(
            "pk", "light", "light_since", "light_next", "light_reason")),
        "bodies": list(TaskBody.objects.order_by("pk").values_list("pk", "light")),
        "advice": list(Advice.objects.filter(ended__isnull=True).order_by("task").values_list(
            "task", "step", "late_since", "orders", "reason")),
        "moments": list(Handling.objects.order_by("task").values_list("task", "look_again")),
    }  # fmt: skip


def wanted(now: datetime):
    """What the pure rules say of every task, from its events alone."""
    lit, advised = {}, {}
    for task in Task.objects.all():
        state = state_of(task.events.all(), lifecycle())
        lit[task.pk] = light_of(task, state, now).colour
        late = handled(state, working_time()).due if state.state not in STANDS_STILL else None
        matter, _ = matters_of([task.pk]).get(task.pk, (pure.Matter(), 0))
        said = pure.recommend(matter, ladder(), now, weight=task.weight, late_since=late)
        if said.step is not None:
            advised[task.pk] = said.step
    return lit, advised


class Ticking(TestCase):
    """Each example has a database of its own."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(a_task, min_size=1, max_size=4), st.lists(HOURS, min_size=1, max_size=4))
    def test_any_clock_ends_where_the_rules_say_and_once_more_changes_nothing(self, tasks, clock):
        body = Body.objects.create(code="b", name="局")
        people = {who: Person.objects.create(username=who) for who in ("leader", "handler")}
        made = [make(number, each, body, people).pk for number, each in enumerate(tasks)]
        keep_many(made)
        for hours in clock:
            tick(START + timedelta(hours=hours), nightly=True)
        now = START + timedelta(hours=clock[-1])
        lit, advised = wanted(now)
        assert dict(Task.objects.values_list("pk", "light")) == lit
        open_advice = Advice.objects.filter(ended__isnull=True)
        assert dict(open_advice.values_list("task", "step")) == advised
        before, told, chain = facts(), News.objects.count(), Entry.objects.count()
        again = tick(now, nightly=True)
        assert facts() == before
        assert (again.relit, again.advised, again.told) == (0, 0, 0)
        assert (News.objects.count(), Entry.objects.count()) == (told, chain)


@pytest.mark.django_db
def test_a_year_without_a_calendar_is_warned_of():
    warned = working_time().warning(START, START + timedelta(days=500))
    assert "2027" in warned.en
