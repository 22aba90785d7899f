"""The clock of the server jumps ahead and back: lights tell the truth again, nothing goes twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from urbanwork.office.audit.models import Entry
from urbanwork.office.audit.verify import verify
from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.notices.delivering import deliver_due
from urbanwork.office.notices.models import Delivery
from urbanwork.office.place import office_place
from urbanwork.office.supervising.ticking import tick


@pytest.mark.parametrize("days", [1, 366])
def test_lights_are_right_again_when_the_clock_was_ahead(office, days):
    task, now = office.assigned(), timezone.now()
    tick(now, nightly=True)
    before = Task.objects.values("light", "light_next").get(pk=task.pk)
    tick(now + timedelta(days=days), nightly=True)
    tick(now + timedelta(minutes=10), nightly=True)
    assert Task.objects.values("light", "light_next").get(pk=task.pk) == before


def test_what_was_put_off_while_the_clock_was_ahead_goes_out_when_it_is_right_again(office):
    now = timezone.now()
    far = now + timedelta(days=366)
    Delivery.objects.create(key="a", channel="gone", due=far, state="waiting")
    soon = Delivery.objects.create(key="b", channel="gone", due=now + timedelta(days=2),
                                   state="waiting")  # fmt: skip
    deliver_due(now)
    late = Delivery.objects.get(key="a")
    assert (late.attempts, late.due < now + timedelta(days=1)) == (1, True)
    assert Delivery.objects.get(key="b").due == soon.due


def test_what_was_done_while_the_clock_was_ahead_stays_in_order(
    guarded, office, monkeypatch, django_capture_on_commit_callbacks
):
    office_place().anchors.unlink(missing_ok=True)
    real = timezone.now
    with django_capture_on_commit_callbacks(execute=True):
        task = office.assigned()
        monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(days=366))
        office.do("handler", task, "accept")
        monkeypatch.setattr(timezone, "now", real)
        office.do("handler", task, "report", reason="进展", percent=10.0)
    events = list(TaskEvent.objects.filter(task=task).order_by("number"))
    assert [each.at for each in events] == sorted(each.at for each in events)
    assert Entry.objects.count() == len(events)
    assert verify().faults == []
    office_place().anchors.unlink()
