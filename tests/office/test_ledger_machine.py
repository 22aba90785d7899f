"""Random people do random things through the pages; what must hold holds after each."""

import random
from datetime import timedelta
from itertools import pairwise

import hypothesis.strategies as st
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from urbanwork.office.access import ROLES
from urbanwork.office.audit.models import Entry
from urbanwork.office.audit.record import digest_of
from urbanwork.office.evidence.models import Evidence
from urbanwork.office.ledger.history import state_of
from urbanwork.office.ledger.lighting import due_of
from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.people.models import Body, Person, Post
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import lifecycle
from urbanwork.supervision.tasks import allowed

ACTIONS = sorted(set(lifecycle().actions) - {"register"})
PEOPLE = [(role, "one") for role in ROLES] + [("handler", "two"), ("inspector", "two")]


FORWARD = ("assign", "accept", "submit", "verify", "close", "archive", "resume")
reached: set[str] = set()
"""States in which tasks were left, over all runs."""


class Office(RuleBasedStateMachine):
    """Two bodies under a government; a person in each role, in both bodies where they work."""

    @initialize()
    def open(self):
        self.undone = transaction.atomic()
        self.undone.__enter__()
        root = Body.objects.create(code="root", name="市政府")
        self.bodies = {
            name: Body.objects.create(code=name, name=name, parent=root) for name in ("one", "two")
        }
        self.clients, self.rights = {}, {}
        for role, body in PEOPLE:
            person = Person.objects.create(username=f"{role} {body}", name=role)
            post = Post.objects.create(person=person, body=self.bodies[body], role=role)
            client = Client()
            client.force_login(person, backend="urbanwork.office.people.backend.PersonBackend")
            self.clients[role, body], self.rights[role, body] = client, Rights(person, post)
        self.writes = 0

    def teardown(self):
        reached.update(Task.objects.values_list("state", flat=True))
        if hasattr(self, "undone"):
            transaction.set_rollback(True)
            self.undone.__exit__(None, None, None)

    @rule(who=st.sampled_from(PEOPLE), visibility=st.sampled_from(["internal", "restricted"]))
    def enter(self, who, visibility):
        before = Task.objects.count()
        self.clients[who].post("/ledger/new/", {
            "title": "任务", "weight": "normal", "visibility": visibility,
            "m-TOTAL_FORMS": "0", "m-INITIAL_FORMS": "0",
        })  # fmt: skip
        self.writes += Task.objects.count() - before

    @rule(
        who=st.sampled_from(PEOPLE), action=st.sampled_from(ACTIONS), which=st.integers(0, 1),
        lead=st.sampled_from(["one", "two"]), days=st.integers(-3, 90), is_whole=st.booleans(),
        version=st.sampled_from([None, 0, 1]),
    )  # fmt: skip
    def act(self, who, action, which, lead, days, is_whole, version):
        tasks = list(Task.objects.order_by("pk"))
        if not tasks:
            return
        task = tasks[which % len(tasks)]
        was_seen = visible(self.rights[who]).filter(pk=task.pk).exists()
        fields = {"action": action, "version": task.version if version is None else version}
        if is_whole:
            day = timezone.localdate() + timedelta(days=days)
            fields |= {
                "reason": "理由", "approval": "纪要", "lead": self.bodies[lead].pk,
                "deadline": day.isoformat(), "percent": "50",
                "evidence": [str(each.pk) for each in Evidence.objects.filter(task=task)],
            }  # fmt: skip
        answer = self.clients[who].post(f"/ledger/{task.number}/", fields)
        done = TaskEvent.objects.filter(task=task).count() - task.version
        assert answer.status_code in (302, 404, 409, 422)
        assert (answer.status_code == 404) == (not was_seen)
        assert done == (answer.status_code == 302)
        self.writes += done

    @rule(which=st.integers(0, 1), choices=st.lists(st.integers(0, 999), min_size=4, max_size=12))
    def go_on(self, which, choices):
        """One after the other does, with all that is needed, what is open to them."""
        for choice in choices:
            task = Task.objects.order_by("pk")[which : which + 1].first()
            if task is not None and (open_to := self._open_to(task, is_forward=choice % 4 > 0)):
                self.give_evidence(which)
                who, action = open_to[choice % len(open_to)]
                self.act(who, action, which, "one", 30 + 30 * task.version, True, None)

    def _open_to(self, task, *, is_forward):
        state = state_of(task.events.all(), lifecycle())
        return [
            (who, action) for who in PEOPLE
            for action in allowed(state, self.rights[who].actor, lifecycle())
            if visible(self.rights[who]).filter(pk=task.pk).exists()
            and (action in FORWARD if is_forward else action != "void")
        ]  # fmt: skip

    @rule(which=st.integers(0, 1))
    def give_evidence(self, which):
        tasks = list(Task.objects.order_by("pk"))
        if tasks:
            rights = self.rights["handler", "one"]
            Evidence.objects.create(
                task=tasks[which % len(tasks)], digest="0" * 64, original_digest="0" * 64,
                name="照片.jpg", kind="image/jpeg", size=1, person=rights.person,
                body=rights.body, at=timezone.now(),
            )  # fmt: skip

    @rule(who=st.sampled_from(PEOPLE), which=st.integers(0, 1), title=st.text(max_size=20))
    def edit(self, who, which, title):
        tasks = list(Task.objects.order_by("pk"))
        if tasks:
            task = tasks[which % len(tasks)]
            self.clients[who].post(f"/ledger/{task.number}/edit/", {
                "title": title, "weight": "urgent", "visibility": task.visibility,
                "edition": task.edition, "m-TOTAL_FORMS": "0", "m-INITIAL_FORMS": "0",
            })  # fmt: skip
            self.writes += Task.objects.get(pk=task.pk).edition - task.edition

    @invariant()
    def a_row_is_the_fold_of_its_events(self):
        for task in Task.objects.all():
            state = state_of(task.events.all(), lifecycle())
            assert task.state == state.state
            assert task.version == len(state.events)
            assert task.is_open == lifecycle().states[state.state].is_open
            assert task.lead_id == (None if state.lead is None else int(state.lead))
            assert task.first_deadline == state.first_deadline
            assert task.deadline == (due_of(state) or state.deadline)
            parts = {(each.body_id, each.state, each.is_open, each.deadline, each.light)
                     for each in task.bodies.all()}  # fmt: skip
            working = {int(each) for each in (state.lead, *state.helpers) if each}
            shown = (task.state, task.is_open, task.deadline, task.light)
            assert parts == {(body, *shown) for body in working}

    @invariant()
    def nobody_closes_what_no_other_body_has_verified(self):
        for task in Task.objects.filter(state__in=["verified", "closed", "archived"]):
            events = list(task.events.all())
            submitted = [each for each in events if each.action == "submit"]
            verified = [each for each in events if each.action == "verify"]
            assert verified
            assert verified[-1].number > submitted[-1].number
            assert verified[-1].body_id not in {each.body_id for each in submitted}
            assert verified[-1].person_id not in {each.person_id for each in submitted}

    @invariant()
    def the_chain_grows_by_one_a_write_and_is_whole(self):
        if not hasattr(self, "writes"):
            return
        entries = list(Entry.objects.filter(action__startswith="task.").order_by("number"))
        assert len(entries) == self.writes
        for before, entry in pairwise(Entry.objects.order_by("number")):
            assert entry.before == before.digest
            assert entry.digest == digest_of(entry)

    @invariant()
    def what_is_hidden_stays_hidden(self):
        if not getattr(self, "clients", None):
            return
        who = random.choice(PEOPLE)
        text = self.clients[who].get("/ledger/?state=all").content.decode()
        seen = set(visible(self.rights[who]).values_list("number", flat=True))
        for number in Task.objects.values_list("number", flat=True):
            assert (number in text) == (number in seen)


def test_whatever_people_do_the_ledger_stays_true(db):
    run_state_machine_as_test(
        Office,
        settings=settings(
            max_examples=20, stateful_step_count=40, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck), database=None,
        ),
    )  # fmt: skip
    assert reached & {"verified", "closed", "archived"}, reached
