"""The tick: lights, advice and notices follow time; doing it again changes nothing."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from urbanwork.office.audit.models import Entry
from urbanwork.office.audit.verify import verify
from urbanwork.office.ledger.history import state_of
from urbanwork.office.ledger.lighting import light_of
from urbanwork.office.ledger.models import Task, TaskBody
from urbanwork.office.notices.models import News
from urbanwork.office.place import office_place
from urbanwork.office.rules import lifecycle, working_time
from urbanwork.office.supervising import ticking
from urbanwork.office.supervising.models import Advice, Handling, Tick
from urbanwork.office.supervising.ticking import tick
from urbanwork.supervision.rates import handled


def later(days):
    return timezone.now() + timedelta(days=days)


@pytest.fixture
def task(office):
    task = office.assigned()
    office.do("handler", task, "accept")
    tick()
    return Task.objects.get(pk=task.pk)


def everything():
    tables = (Task, TaskBody, Advice, Handling, News, Tick, Entry)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def test_a_task_turns_yellow_and_red_as_its_deadline_comes_and_passes(task):
    seen = [task.light]
    for days in (29, 31):
        tick(later(days))
        task.refresh_from_db()
        seen.append(task.light)
    assert seen == ["green", "yellow", "red"]
    assert set(TaskBody.objects.values_list("light", flat=True)) == {"red"}


def test_a_second_tick_of_the_same_night_changes_nothing(task):
    night = later(40)
    tick(night, nightly=True)
    before = everything()
    again = tick(night)
    assert (again.relit, again.advised, again.told) == (0, 0, 0)
    assert everything() == before
    tick(night, nightly=True)
    assert everything()[:5] == before[:5]


def test_a_late_task_is_advised_upon_and_the_advice_ends_when_it_is_no_longer_late(office, task):
    tick(later(31))
    advice = Advice.objects.get()
    assert (advice.step, advice.ended) == ("remind", None)
    assert advice.reason["zh"] == "任务逾期，一般事项由此起步。"
    office.do(
        "leader", task, "extend", reason="雨季", approval="2026-7", deadline=later(90),
    )  # fmt: skip
    assert Advice.objects.get().ended is not None


def test_work_that_is_submitted_is_not_late(office, task):
    given = office.proof(task)
    office.do("handler", task, "submit", evidence=[str(given.pk)])
    tick(later(60), nightly=True)
    task.refresh_from_db()
    assert task.light is None
    assert not Advice.objects.exists()


class CutError(Exception):
    """The process ends here."""


def left_by_the_tick():
    """All that a tick leaves, without ids and the moments at which the chain wrote it."""
    return {
        "tasks": list(Task.objects.order_by("pk").values_list("pk", "light", "light_next")),
        "bodies": list(TaskBody.objects.order_by("pk").values_list("pk", "light")),
        "looks": list(Handling.objects.order_by("pk").values_list("task", "look_again")),
        "advice": sorted(Advice.objects.values_list("task", "step", "late_since", "ended")),
        "news": sorted(News.objects.values_list("key", flat=True)),
        "chain": sorted(
            (each.facts["first"], each.facts["changed"])
            for each in Entry.objects.filter(action="supervision.tick")
        ),
    }


@pytest.mark.parametrize("name", ["record", "tell", "advise"])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_tick_that_is_cut_off_leaves_no_half_and_the_next_one_goes_on(
    guarded, office, task, monkeypatch, django_capture_on_commit_callbacks, name, place
):
    for _ in range(2):
        office.assigned()
    monkeypatch.setattr(ticking, "BATCH", 1)
    night, whole, calls = later(31), getattr(ticking, name), []
    with transaction.atomic():
        tick(night, nightly=True)
        wanted = left_by_the_tick()
        transaction.set_rollback(True)
    assert len(wanted["advice"]) == 3
    office_place().anchors.unlink(missing_ok=True)  # those of other tests

    def cut(*given, **more):
        calls.append(given)
        if len(calls) == place:
            raise CutError
        return whole(*given, **more)

    with django_capture_on_commit_callbacks(execute=True):
        monkeypatch.setattr(ticking, name, cut)
        with pytest.raises(CutError):
            tick(night, nightly=True)
        tick(night, nightly=True)
    assert left_by_the_tick() == wanted
    assert verify().faults == []


def test_only_tasks_whose_moment_has_passed_are_looked_at(office, task):
    for _ in range(3):
        office.assigned()
    Task.objects.exclude(pk=task.pk).update(light_next=later(300))
    assert tick(later(29)).looked_at == 1


def test_a_pause_puts_the_red_light_off(office, task):
    Handling.objects.update(due=None)
    office.do("supervisor", task, "pause", reason="雨季", approval="2026-7")
    assert Handling.objects.get().paused is not None
    tick(later(60))
    task.refresh_from_db()
    assert task.light is None


def test_changed_rules_light_every_task_anew(task, monkeypatch):
    assert tick().looked_at == 0
    monkeypatch.setattr("urbanwork.office.supervising.ticking.fingerprint", lambda: "other")
    assert tick().looked_at == 1


def test_a_clock_that_goes_back_takes_lights_back(task):
    tick(later(40))
    tick(later(5))
    task.refresh_from_db()
    assert task.light == "green"
    assert not Advice.objects.filter(ended__isnull=True).exists()


def test_each_light_is_told_once(task):
    for days in (29, 29, 31, 31, 40):
        tick(later(days))
    kinds = [each.kind for each in News.objects.filter(kind__startswith="light.")]
    assert sorted(kinds) == ["light.red", "light.yellow"]


def test_a_report_that_is_due_is_told_once(office, task):
    Task.objects.update(report_due=later(7))
    for days in (8, 9):
        tick(later(days), nightly=True)
    assert News.objects.filter(kind="report.due").count() == 1


def test_what_a_tick_changes_is_in_the_chain(task):
    tick(later(31))
    assert Entry.objects.filter(action="supervision.tick").exists()


def test_tasks_that_came_in_unheard_are_folded_by_the_first_tick(office):
    office.assigned()
    Handling.objects.all().delete()
    Tick.objects.all().delete()
    tick()
    assert Handling.objects.count() == 1


def test_the_row_shows_what_the_pure_rules_say(office, task):
    for days in (1, 29, 31, 50):
        now = later(days)
        tick(now)
        task.refresh_from_db()
        shown = light_of(task, state_of(task.events.all(), lifecycle()), now)
        assert (task.light, task.light_since) == (shown.colour, shown.since)


def test_what_rates_count_is_the_fold_of_the_events(office, task):
    given = office.proof(task)
    steps = [
        ("handler", "submit", {"evidence": [str(given.pk)]}),
        ("inspector", "rework", {"reason": "照片不清"}),
        ("handler", "submit", {"evidence": [str(given.pk)]}),
        ("inspector", "verify", {}),
        ("dispatcher", "close", {}),
    ]
    for role, action, doing in steps:
        office.do(role, task, action, **doing)
    row = Handling.objects.get()
    pure = handled(state_of(task.events.all(), lifecycle()), working_time())
    for name in ("assigned", "first_due", "due", "finished", "closed", "submissions", "reworks"):
        assert getattr(row, name) == getattr(pure, name), name
    assert (row.body, row.submissions, row.reworks) == (office.bodies["education"], 2, 1)


def test_a_pause_that_is_asked_for_waits_until_it_is_decided_on(office, task):
    office.do("handler", task, "request_pause", reason="雨季")
    assert Handling.objects.get().pause_asked is not None
    office.do("supervisor", task, "decline_pause", reason="已晴")
    assert Handling.objects.get().pause_asked is None
