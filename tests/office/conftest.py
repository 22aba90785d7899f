"""An office to test: three bodies, a person in each role, and clients that are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from served_office import CHROMIUM, chromium
from urbanwork.office.access import ROLES
from urbanwork.office.audit import triggers
from urbanwork.office.evidence.models import Evidence
from urbanwork.office.ledger.acting import Doing, Draft, act, register
from urbanwork.office.ledger.models import Task
from urbanwork.office.people.models import Body, Person, Post
from urbanwork.office.people.rights import Rights

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's chromium; of a module, as Django does not run in a thread where playwright does."""
    if CHROMIUM is None:
        pytest.skip("needs Debian's chromium (packages.txt)")
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that empty the tables afterwards could not, with the triggers; see `guarded`."""
    with django_db_blocker.unblock():
        triggers.remove(connection)


@pytest.fixture
def guarded(db):
    """The triggers as they are in an office; taken back with the transaction of the test."""
    triggers.install(connection)


@dataclass
class Office:
    """Bodies by code and rights by role; `handler` is of the lead body, `inspector` of another."""

    bodies: dict[str, Body]
    rights: dict[str, Rights]

    def task(self, **fields) -> Task:
        given = {"title": "补建幼儿园", "source": "problem", **fields}
        return register(self.rights["dispatcher"], Draft(given))

    def assigned(self, **fields) -> Task:
        task = self.task(**fields)
        in_a_month = timezone.now() + timedelta(days=30)
        lead = self.bodies["education"].pk
        self.do("dispatcher", task, "assign", lead=lead, deadline=in_a_month)
        return Task.objects.get(pk=task.pk)

    def proof(self, task: Task) -> Evidence:
        """A photo of the handler that proves a task."""
        rights = self.rights["handler"]
        return Evidence.objects.create(
            task=task, digest="0" * 64, original_digest="0" * 64, name="照片.jpg",
            kind="image/jpeg", size=1, person=rights.person, body=rights.body, at=timezone.now(),
        )  # fmt: skip

    def do(self, role: str, task: Task, action: str, **doing):
        return act(self.rights[role], task.pk, Doing(action, **doing))


BODY_OF = {"handler": "education", "inspector": "inspection", "oversight": "congress"}


@pytest.fixture
def office(db) -> Office:
    """Government over education and inspection; congress beside it; a person for each role."""
    government = Body.objects.create(code="government", name="市政府", name_en="City government")
    bodies = {"government": government}
    for code, name in (("education", "教育局"), ("inspection", "督查室")):
        bodies[code] = Body.objects.create(code=code, name=name, parent=government)
    bodies["congress"] = Body.objects.create(code="congress", name="人大")
    rights = {}
    for role in ROLES:
        person = Person.objects.create_user(role, password="a long pass phrase", name=role)
        body = bodies[BODY_OF.get(role, "government")]
        rights[role] = Rights(person, Post.objects.create(person=person, body=body, role=role))
    return Office(bodies, rights)


@pytest.fixture
def client_of(office) -> Callable[[str], Client]:
    """A client that is signed in as a role."""

    def signed_in(role: str) -> Client:
        client = Client()
        client.force_login(
            office.rights[role].person, backend="urbanwork.office.people.backend.PersonBackend"
        )
        return client

    return signed_in
