"""The bulletin of a month is that of its end, whenever it is made."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from urbanwork.office.ledger.acting import Doing, act
from urbanwork.office.ledger.changing import Planned, change, tick_off
from urbanwork.office.ledger.models import Task
from urbanwork.office.papers import bulletin
from urbanwork.office.papers.bulletin import Month, of_month
from urbanwork.office.supervising import rating
from urbanwork.office.supervising.ordering import Deciding, decide
from urbanwork.office.supervising.ticking import tick

MARCH = Month(2026, 3)
BEGIN = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands until it is set; the begin of March."""
    now = [BEGIN]
    monkeypatch.setattr(timezone, "now", lambda: now[0])

    def is_now(*day: int) -> None:
        now[0] = datetime(*day, 1, tzinfo=UTC)

    return is_now


@pytest.fixture
def lived(office, clock):
    """Tasks of every fate in March."""
    names = ("green", "late", "closed", "paused", "submitted", "ordered", "reopened", "moved",
             "milestone", "voided")  # fmt: skip
    tasks = {}
    for at, name in enumerate(names):
        tasks[name] = office.task(title=f"{name}事项")
        assigned(office, tasks[name], datetime(2026, 3, 12 + at, 9, tzinfo=UTC))
        office.do("handler", tasks[name], "accept")
    office.do("leader", tasks["green"], "extend", deadline=datetime(2026, 9, 1, tzinfo=UTC),
              reason="扩面", approval="会议1号")  # fmt: skip
    change(office.rights["leader"], tasks["milestone"].pk, {},
           [Planned("设计", datetime(2026, 3, 20, tzinfo=UTC), 80.0)])  # fmt: skip
    clock(2026, 3, 10)
    finish(office, tasks["closed"])
    finish(office, tasks["reopened"])
    office.do(
        "handler", tasks["submitted"], "submit", evidence=[str(office.proof(tasks["submitted"]).pk)]
    )
    office.do("leader", tasks["paused"], "pause", reason="汛期", approval="批示2号")
    clock(2026, 3, 25)
    office.do("handler", tasks["late"], "report", reason="进展", percent=20.0)
    for name in ("ordered", "late"):
        until = datetime(2026, 4, 20, tzinfo=UTC)
        decide(office.rights["supervisor"], tasks[name].pk,
               Deciding("issue", "blue", until=until, reason="逾期"))  # fmt: skip
    return tasks


def assigned(office, task, deadline):
    lead = office.bodies["education"].pk
    office.do("dispatcher", task, "assign", lead=lead, deadline=deadline)


def finish(office, task):
    if task.events.last().action != "submit":
        office.do("handler", task, "submit", evidence=[str(office.proof(task).pk)])
    office.do("inspector", task, "verify")
    office.do("dispatcher", task, "close")


def go_on_until_june(office, tasks, clock):
    clock(2026, 4, 2)
    tick(nightly=True)
    act(
        office.rights["leader"],
        tasks["reopened"].pk,
        Doing("reopen", reason="复查不合格", deadline=datetime(2026, 5, 1, tzinfo=UTC)),
    )
    office.do("leader", tasks["paused"], "resume")
    finish(office, tasks["submitted"])
    finish(office, tasks["late"])
    decide(office.rights["supervisor"], tasks["ordered"].pk, Deciding("void", reason="申诉成立"))
    act(office.rights["leader"], tasks["voided"].pk, Doing("void", reason="重复登记"))
    office.do("leader", tasks["moved"], "extend", deadline=datetime(2026, 8, 3, tzinfo=UTC),
              reason="延期", approval="批示3号")  # fmt: skip
    tick_off(office.rights["leader"], tasks["milestone"].pk,
             tasks["milestone"].milestones.get().pk, True)  # fmt: skip
    office.do("handler", tasks["milestone"], "report", reason="完成", percent=100.0)
    assigned(office, office.task(title="四月事项"), datetime(2026, 4, 30, tzinfo=UTC))
    clock(2026, 6, 15)
    tick(nightly=True)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_bulletin_of_march_made_in_june_says_what_that_of_april_said(
    office, lived, clock, lang, monkeypatch
):
    monkeypatch.setattr(rating, "SMALLEST", 1)
    clock(2026, 4, 1)
    in_april = of_month(office.rights["leader"], MARCH, lang)
    assert in_april["rated"]
    go_on_until_june(office, lived, clock)
    assert of_month(office.rights["leader"], MARCH, lang) == in_april
    assert of_month(office.rights["leader"], Month(2026, 5), lang) != in_april


def test_it_says_what_held_at_the_end_of_the_month(office, lived, clock):
    clock(2026, 4, 1)
    go_on_until_june(office, lived, clock)
    found = of_month(office.rights["leader"], MARCH, "zh")
    assert found["as_of"] == "2026年3月31日 24:00"
    assert (found["open"], found["closed_count"], found["order_count"]) == (8, 2, 2)
    late = {each["task"] for each in found["overdue"]}
    assert late == {f"{name}事项" for name in ("late", "ordered", "moved", "milestone", "voided")}
    assert found["late"] == 5
    assert {each["task"] for each in found["closed"]} == {"closed事项", "reopened事项"}
    assert {each["state"] for each in found["orders"]} == {"待答复"}
    (body,) = found["bodies"]
    counts = [each["count"] for each in body["counts"]]
    assert dict(zip(bulletin._lights(), counts, strict=True)) == {
        "red": 5, "yellow": 0, "green": 1, "none": 2,
    }  # fmt: skip


def test_the_bulletin_of_the_running_month_is_that_of_the_rows_of_now(office, lived, clock):
    clock(2026, 3, 31)
    tick(nightly=True)
    found = of_month(office.rights["leader"], MARCH, "zh")
    still = Task.objects.filter(is_open=True)
    assert found["open"] == still.count()
    assert found["late"] == still.filter(light__isnull=False, deadline__lt=timezone.now()).count()
    assert found["as_of"].startswith("2026年3月31日 ")


def test_a_task_that_was_restricted_since_stands_in_no_bulletin(office, lived, clock):
    clock(2026, 4, 1)
    Task.objects.filter(pk=lived["late"].pk).update(visibility="restricted", title="机密事项")
    found = of_month(office.rights["leader"], MARCH, "zh")
    assert "机密事项" not in str(found)
    assert found["late"] == 4


def test_a_month_is_told_as_of_its_end_and_a_running_one_as_of_now(clock):
    clock(2026, 3, 31)
    assert not MARCH.is_over
    assert MARCH.at == timezone.now()
    clock(2026, 4, 1)
    assert MARCH.is_over
    assert MARCH.at - MARCH.period.begin == timedelta(days=31)
