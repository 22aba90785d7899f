"""A demonstration shows every light and state, and its open door is there only."""

import pytest
from django.urls import reverse

from urbanwork.office.audit.models import Entry
from urbanwork.office.ledger.models import Task
from urbanwork.office.operation.demo import fill
from urbanwork.office.people.models import Person


@pytest.fixture
def filled(db, settings):
    settings.IS_DEMO = True
    fill("zh")


def test_it_shows_every_light_and_most_states(filled):
    assert {"red", "yellow", "green"} <= set(Task.objects.values_list("light", flat=True))
    assert {"registered", "assigned", "disputed", "in_progress", "paused", "submitted",
            "closed"} <= set(Task.objects.values_list("state", flat=True))  # fmt: skip


def test_its_past_is_made_up_but_the_chain_notes_when_it_was_written(filled):
    first = Task.objects.order_by("registered").first()
    entry = Entry.objects.filter(subject=f"task:{first.pk}").first()
    assert (entry.at - first.registered).days > 30


def test_filling_twice_changes_nothing(filled):
    before = Entry.objects.count()
    fill("zh")
    assert Entry.objects.count() == before


def test_anyone_may_be_anyone_in_a_demonstration(filled, client):
    person = Person.objects.get(username="supervisor")
    assert client.get(reverse("demo")).status_code == 200
    assert client.post(reverse("demo"), {"person": person.pk}).status_code == 302
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("person", ["", "0", "9999999", "x", "-1"])
def test_nobody_is_let_in_as_somebody_who_is_not_there(filled, client, person):
    assert client.post(reverse("demo"), {"person": person}).status_code == 404


def test_an_office_that_is_no_demonstration_has_no_such_door(office, client):
    assert client.get(reverse("demo")).status_code == 404
    person = office.rights["leader"].person
    assert client.post(reverse("demo"), {"person": person.pk}).status_code == 404
