"""The chain of the audit: what is written stays, and what was changed behind it shows."""

import sqlite3
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from served_office import ServedOffice
from urbanwork.office.audit import triggers
from urbanwork.office.audit.models import Entry, Head, PersonalValue
from urbanwork.office.audit.record import anchor, digest_of, record, record_all
from urbanwork.office.audit.verify import verify
from urbanwork.office.evidence.models import Evidence
from urbanwork.office.evidence.storing import told_of
from urbanwork.office.ledger.models import TaskEvent
from urbanwork.office.place import office_place
from urbanwork.office.supervising import ordering
from urbanwork.office.supervising.models import OrderEvent


@pytest.fixture
def chain(guarded, office, django_capture_on_commit_callbacks):
    """A chain of a few entries with its anchors, in an empty file of anchors."""
    office_place().anchors.unlink(missing_ok=True)
    with django_capture_on_commit_callbacks(execute=True):
        task = office.assigned()
        office.do("handler", task, "accept")
        office.do("handler", task, "report", reason="已完成选址", percent=20.0)
    yield office
    office_place().anchors.unlink(missing_ok=True)


def unguarded(table, **change):
    """Change rows as somebody would who has the database in hand: the trigger off, then on."""
    triggers.remove(connection)
    table.update(**change)
    triggers.install(connection)


def faults():
    return " ".join(fault.en for fault in verify().faults)


def test_a_chain_that_nobody_touched_holds(chain):
    found = verify()
    assert found.faults == []
    assert (found.entries, found.events, found.anchors) == (4, 4, 4)
    assert found.erased == 0


@pytest.mark.parametrize(
    ("model", "change"),
    [(Entry, {"action": "x"}), (PersonalValue, {"value": "x"}), (TaskEvent, {"percent": 1.0})],
)
def test_the_database_itself_refuses_to_change_what_was_written(chain, model, change):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.update(**change)


@pytest.mark.parametrize("model", [Entry, TaskEvent])
def test_the_database_itself_refuses_to_delete(chain, model):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {model._meta.db_table}")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no INSERT OR REPLACE")
@pytest.mark.parametrize("model", [Entry, PersonalValue, TaskEvent])
def test_the_database_itself_refuses_to_put_a_row_over_one_that_is_there(chain, model):
    table = model._meta.db_table
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


def test_values_that_an_early_retention_took_away_are_no_fault(chain):
    record("retention", "office", {"values": 1, "years": 0}, actor="system")
    PersonalValue.objects.all().delete()
    assert "taken away" not in faults()


def test_a_dropped_trigger_is_named(chain):
    with connection.cursor() as cursor:
        on = " ON audit_entry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER keep_audit_entry_update{on}")
    assert "keep_audit_entry_update" in faults()


def test_a_changed_entry_shows(chain):
    unguarded(Entry.objects.filter(number=2), actor="person:99")
    assert "Entry 2 was changed" in faults()


def test_a_chain_that_was_recomputed_from_there_on_shows_by_its_anchors(chain):
    before = Entry.objects.get(number=1).digest
    for entry in Entry.objects.filter(number__gte=2).order_by("number"):
        entry.before = before
        entry.actor = "person:99"
        entry.digest = digest_of(entry)
        unguarded(
            Entry.objects.filter(number=entry.number),
            before=before, actor=entry.actor, digest=entry.digest,
        )  # fmt: skip
        before = entry.digest
    Head.objects.update(digest=before)
    assert "the chain was rewritten" in faults()


def test_a_cut_tail_shows_though_the_head_was_set_back(chain):
    triggers.remove(connection)
    PersonalValue.objects.filter(entry_id=4).delete()
    TaskEvent.objects.filter(number=4).delete()
    Entry.objects.filter(number=4)._raw_delete("default")
    Head.objects.update(number=3, digest=Entry.objects.get(number=3).digest)
    triggers.install(connection)
    assert "The tail is cut" in faults()


def test_an_event_changed_in_the_ledger_shows(chain):
    unguarded(TaskEvent.objects.filter(number=4), percent=90.0)
    assert "Event 4 of task" in faults()


def test_a_reason_changed_in_the_ledger_shows(chain):
    unguarded(TaskEvent.objects.filter(number=4), reason="未完成选址")
    assert "Event 4 of task" in faults()


def test_an_event_taken_out_of_the_ledger_shows(chain):
    triggers.remove(connection)
    TaskEvent.objects.filter(number=4)._raw_delete("default")
    triggers.install(connection)
    assert "in the chain but not in the ledger" in faults()


def test_a_personal_value_that_was_taken_away_without_an_entry_shows(chain):
    """Else somebody could take it away, then change the reason that it proves."""
    PersonalValue.objects.filter(name="reason").delete()
    assert "Values of entry 4 were taken away" in faults()
    with transaction.atomic():
        record("value.erase", "entry:4", {"entries": [4]}, actor="system")
    assert "taken away" not in faults()


def test_the_hour_and_the_person_of_an_event_cannot_be_changed_either(chain):
    event = TaskEvent.objects.get(number=4)
    unguarded(TaskEvent.objects.filter(number=4), at=event.at - timedelta(days=3))
    assert "Event 4 of task" in faults()
    unguarded(TaskEvent.objects.filter(number=4), at=event.at)
    assert "Event 4 of task" not in faults()
    other = chain.rights["leader"].person
    unguarded(TaskEvent.objects.filter(number=4), person=other)
    assert "Event 4 of task" in faults()


def test_an_order_and_evidence_that_were_changed_taken_out_or_put_in_show(chain):
    task = TaskEvent.objects.first().task
    issued = ordering.decide(
        chain.rights["supervisor"], task.pk, ordering.Deciding("issue", "remind", reason="催办")
    )
    proof = chain.proof(task)
    with transaction.atomic():
        record_all([told_of(proof)])
    assert "order" not in faults()
    assert "Evidence" not in faults()
    orders, proofs = OrderEvent.objects.all(), Evidence.objects.all()
    unguarded(orders, reason="别的")
    assert f"Event 1 of the order on task {task.pk} is not what" in faults()
    unguarded(orders, reason="催办", step="red")
    assert "is not what the chain recorded" in faults()
    unguarded(orders, step=issued.step)
    assert "order" not in faults()
    proofs.update(digest="1" * 64)
    assert f"Evidence {proof.pk} of task {task.pk} is not what" in faults()
    proofs.delete()
    assert f"Evidence {proof.pk} of task {task.pk} is in the chain but not" in faults()
    chain.proof(task)
    assert "is not what the chain recorded" in faults()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no function beside them")
def test_a_function_that_no_longer_refuses_shows(chain):
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {triggers.FUNCTION}() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NEW; END $$"
        )
    assert triggers.FUNCTION in faults()
    triggers.remove(connection)
    triggers.install(connection)
    assert triggers.FUNCTION not in faults()


def test_anchors_that_were_swapped_for_new_ones_do_not_hold(chain):
    """The file is removed, the chain recomputed, and the next write begins a new file."""
    path = office_place().anchors
    last = path.read_text(encoding="utf-8").splitlines()[-1].split()
    later = datetime.fromisoformat(last[2]) + timedelta(hours=1)
    path.write_text(f"{last[0]} {last[1]} {later.isoformat()}\n", encoding="utf-8")
    assert "The anchors begin with entry 4" in faults()


def test_an_older_copy_of_the_anchors_is_told(chain):
    path = office_place().anchors
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(lines[:2]) + "\n", encoding="utf-8")
    found = verify()
    assert found.faults == []
    assert "Entries 3 to 4 are not noted outside yet" in found.notes[0].en


def test_an_anchor_that_cannot_be_written_loses_no_write_and_the_next_covers_it(
    chain, django_capture_on_commit_callbacks, caplog
):
    path = office_place().anchors
    kept = path.read_bytes()
    path.unlink()
    path.mkdir()
    task = TaskEvent.objects.first().task
    with django_capture_on_commit_callbacks(execute=True):
        chain.do("handler", task, "report", reason="继续", percent=30.0)
    assert "could not be written" in caplog.text
    path.rmdir()
    path.write_bytes(kept)
    assert "not noted outside yet" in verify().notes[0].en
    with django_capture_on_commit_callbacks(execute=True):
        chain.do("handler", task, "report", reason="再报", percent=40.0)
    found = verify()
    assert (found.faults, found.notes) == ([], [])


def test_a_changed_personal_value_shows(chain):
    unguarded(PersonalValue.objects.filter(name="reason"), value="别的")
    assert "The value 'reason'" in faults()


def test_going_back_to_a_backup_is_no_fault_but_is_told(chain):
    last = Entry.objects.get(number=4)
    anchor(9, "f" * 64, last.at)
    assert "The tail is cut" in faults()
    path = office_place().anchors
    with path.open("a", encoding="utf-8") as file:
        file.write(f"4 {last.digest} {last.at.isoformat()} restored\n")
    found = verify()
    assert found.faults == []
    assert "went back to 4" in found.notes[0].en


def test_a_chain_without_its_anchors_does_not_hold(chain):
    office_place().anchors.unlink()
    assert "There is no anchor" in faults()


@pytest.mark.django_db(transaction=True)
def test_an_entry_belongs_in_the_transaction_of_what_it_records():
    with pytest.raises(RuntimeError):
        record("task.assign", "task:1", {}, actor="system")


def test_orders_of_supervision_cannot_be_changed_either(guarded, office):
    from urbanwork.office.supervising.models import OrderEvent

    rights = office.rights["supervisor"]
    OrderEvent.objects.create(
        task=office.task(), number=1, kind="issue", at=timezone.now(), person=rights.person,
        body=rights.body, role=rights.role, step="remind",
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        OrderEvent.objects.update(step="red")


@pytest.mark.sqlite
def test_an_office_that_is_opened_again_keeps_silent_about_no_dropped_trigger(tmp_path):
    served = ServedOffice(tmp_path)
    served.python("")
    database = served.city / "office" / "office.sqlite3"
    with sqlite3.connect(database) as opened:
        named = opened.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        assert {guard.name for guard in triggers.GUARDS} <= {name for (name,) in named}
        opened.execute("DROP TRIGGER keep_audit_entry_update")
    told = served.urbanwork("audit", "verify", str(served.city))
    assert told.returncode == 4
    assert "keep_audit_entry_update" in told.stdout
