"""A city changes its tables: what was done under the old ones stays readable and verifiable."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from served_office import ServedOffice
from urbanwork.errors import ManyFaultsError
from urbanwork.office import rules
from urbanwork.office.audit.verify import verify
from urbanwork.office.ledger.history import state_of
from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.place import office_place
from urbanwork.office.supervising.fitting import check_tables
from urbanwork.office.supervising.models import Order
from urbanwork.office.supervising.ordering import Deciding, decide
from urbanwork.office.supervising.ticking import tick
from urbanwork.supervision import ladder_table, lifecycle_table

STATES = "states:\n"
REVIEWED = """  reviewed:
    title: {en: reviewed by experts, zh: 已评审}
    is_open: true
"""
ACTIONS = "actions:\n"
REVIEW = """  review:
    title: {en: review, zh: 专家评审}
    from: [in_progress]
    to: reviewed
    roles: [handler]
  go_on:
    title: {en: go on, zh: 继续办理}
    from: [reviewed]
    to: in_progress
    roles: [handler]
"""


@pytest.fixture
def tables(monkeypatch):
    """Puts tables of the city's own in force, as a restart with changed files does."""
    folder = office_place().folder / "rules"

    def put(**texts: str | None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            path = folder / f"{name}.yaml"
            path.unlink(missing_ok=True) if text is None else path.write_text(text, "utf-8")
            getattr(rules, name).cache_clear()

    yield put
    put(lifecycle=None, ladder=None)


def with_review() -> str:
    text = lifecycle_table.FILE.read_text(encoding="utf-8")
    return text.replace(STATES, STATES + REVIEWED, 1).replace(ACTIONS, ACTIONS + REVIEW, 1)


def renamed_step() -> str:
    return ladder_table.FILE.read_text(encoding="utf-8").replace("blue", "azure")


@pytest.fixture
def reviewed(guarded, office, tables, django_capture_on_commit_callbacks):
    """A task with a state in its history that a later table does not have."""
    office_place().anchors.unlink(missing_ok=True)
    tables(lifecycle=with_review())
    with django_capture_on_commit_callbacks(execute=True):
        task = office.assigned(title="补建幼儿园")
        for action in ("accept", "review"):
            office.do("handler", task, action)
    yield task
    office_place().anchors.unlink(missing_ok=True)


def test_a_history_under_an_older_table_is_read_shown_verified_and_gone_on_with(
    office, reviewed, tables, client_of, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        office.do("handler", reviewed, "go_on")
    tables(lifecycle=None)
    check_tables()
    task = Task.objects.get(pk=reviewed.pk)
    assert state_of(task.events.all(), rules.lifecycle()).state == "in_progress"
    for role in ("handler", "leader"):
        answer = client_of(role).get(reverse("task", args=[task.number]))
        assert answer.status_code == 200
        assert "go_on" in answer.content.decode()  # its code: the table has no title for it
    assert client_of("leader").get(f"/api/tasks/{task.number}").status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        office.do("handler", task, "report", reason="继续")
        tick(nightly=True)
    assert verify().faults == []


def test_a_state_that_is_gone_while_tasks_stand_in_it_is_told_and_nothing_is_written(
    reviewed, tables
):
    tables(lifecycle=None)
    before = Task.objects.values().get(pk=reviewed.pk)
    with pytest.raises(ManyFaultsError) as refused:
        check_tables()
    assert len(refused.value.faults) == 1
    for said in (
        "lifecycle.yaml",
        "1 tasks",
        reviewed.number,
        "'reviewed'",
        "go back to the table",
    ):
        assert said in str(refused.value)
    assert Task.objects.values().get(pk=reviewed.pk) == before


def test_an_order_of_a_step_that_is_gone_is_told_and_its_history_is_still_read(
    office, tables, client_of
):
    now = timezone.now
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now() - timedelta(days=50))
        task = office.assigned(title="清理河道")
    decide(office.rights["supervisor"], task.pk,
           Deciding("issue", "blue", until=now() + timedelta(days=5), reason="逾期"))  # fmt: skip
    tables(ladder=renamed_step())
    with pytest.raises(ManyFaultsError, match="step 'blue'"):
        check_tables()
    tables(ladder=None)
    decide(office.rights["supervisor"], task.pk, Deciding("void", reason="改用新表"))
    assert Order.objects.get().is_void
    tables(ladder=renamed_step())
    check_tables()
    decide(office.rights["supervisor"], task.pk, Deciding("issue", "azure", reason="逾期"))
    assert client_of("leader").get(reverse("task", args=[task.number])).status_code == 200


def test_the_state_that_an_event_led_to_is_guarded_and_held_against_the_chain(reviewed):
    event = TaskEvent.objects.filter(action="review")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.update(reached="closed")
    from urbanwork.office.audit import triggers

    triggers.remove(connection)
    event.update(reached="closed")
    triggers.install(connection)
    assert "is not what the chain recorded" in " ".join(each.en for each in verify().faults)


def test_events_of_an_older_version_take_their_states_from_the_chain(office):
    task = office.assigned()
    office.do("handler", task, "accept")
    told = list(TaskEvent.objects.values_list("reached", flat=True))
    TaskEvent.objects.update(reached=None)
    migration = import_module("urbanwork.office.ledger.migrations.0005_reached")
    migration.taken_from_the_chain(apps, SimpleNamespace(connection=connection))
    assert list(TaskEvent.objects.values_list("reached", flat=True)) == told
    assert told == ["registered", "assigned", "in_progress"]


@pytest.mark.sqlite
def test_serving_and_ticking_end_with_exit_code_2_and_one_sentence(tmp_path):
    served = ServedOffice(tmp_path)
    served.filled(2)
    own = served.city / "office" / "rules"
    own.mkdir()
    text = lifecycle_table.FILE.read_text(encoding="utf-8").replace("in_progress", "working")
    (own / "lifecycle.yaml").write_text(text, encoding="utf-8")
    for command in (["serve", "--port", str(served.port)], ["office", "tick"]):
        done = served.urbanwork(*command, str(served.city))
        assert done.returncode == 2, done.stderr
        assert "2 tasks" in done.stderr
        assert "'in_progress'" in done.stderr
        assert "Traceback" not in done.stderr
    assert served.urbanwork("audit", "verify", str(served.city)).returncode == 0
