"""The worker: one process works, the night is ticked once, a fault does not end it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from examined_city import examined  # noqa: F401
from urbanwork.office.maps import pieces
from urbanwork.office.maps.last import last_examination
from urbanwork.office.notices.models import News, Notice
from urbanwork.office.supervising import worker
from urbanwork.office.supervising.models import Tick
from urbanwork.office.supervising.worker import LEASE, Worker, hold, is_night_due


def test_one_process_works_until_its_lease_is_out(db):
    now = timezone.now()
    assert hold("w", "one", now)
    assert not hold("w", "two", now)
    assert hold("w", "one", now + LEASE / 2)
    assert not hold("w", "two", now + LEASE)
    assert hold("w", "two", now + 2 * LEASE)
    assert not hold("w", "one", now + 2 * LEASE)


def test_a_lease_of_a_clock_that_ran_ahead_binds_nobody(db):
    now = timezone.now()
    assert hold("w", "one", now + timedelta(days=400))
    assert hold("w", "two", now)


def test_the_night_is_ticked_once_and_made_up_for_by_day(db):
    noon = timezone.localtime().replace(hour=12, minute=0)
    one = Worker("one")
    assert is_night_due(noon)
    assert one.run_once(noon)
    assert not is_night_due(noon)
    one.run_once(noon + timedelta(hours=1))
    assert Tick.objects.filter(is_nightly=True).count() == 1
    assert is_night_due(noon + timedelta(hours=15))


def test_the_night_leaves_the_database_knowing_what_its_tables_hold(office):
    office.assigned()
    Worker("one").run_once()
    known = {
        "sqlite": "SELECT COUNT(*) FROM sqlite_stat1 WHERE idx = 'task_open_deadline'",
        "postgresql": "SELECT COUNT(*) FROM pg_stats WHERE tablename = 'ledger_task'",
    }
    with connection.cursor() as cursor:
        cursor.execute(known[connection.vendor])
        assert cursor.fetchone()[0] > 0


def test_the_worker_plans_what_is_in_the_outbox(office):
    office.assigned()
    Worker("one").run_once()
    assert not News.objects.filter(planned__isnull=True).exists()
    assert Notice.objects.exists()


def test_who_has_no_lease_does_nothing(office):
    office.assigned()
    Worker("one").run_once()
    office.assigned()
    assert not Worker("two").run_once()
    assert News.objects.filter(planned__isnull=True).exists()


def test_a_fault_is_logged_and_the_worker_goes_on(monkeypatch, caplog):
    one, rounds = Worker("one"), []

    def breaks(self, now=None):
        rounds.append(now)
        if len(rounds) == 2:
            self.stop.set()
        raise ZeroDivisionError

    monkeypatch.setattr(Worker, "run_once", breaks)
    monkeypatch.setattr(worker, "OUTBOX", timedelta())
    one.run_forever()
    assert len(rounds) == 2
    assert "met a fault" in caplog.text


def test_the_map_is_cut_before_anybody_asks_for_it(examined, db, monkeypatch):  # noqa: F811
    one = Worker("one")
    monkeypatch.setattr(Worker, "run_once", lambda self: self.stop.set())
    one.run_forever()
    monkeypatch.setattr(pieces, "_make", None)  # who cuts now, fails
    assert (pieces.pieces_of(last_examination()) / pieces.CITY).exists()


@pytest.mark.parametrize("hours", [0, 1])
def test_lights_are_looked_at_every_few_minutes(db, hours):
    now = timezone.localtime().replace(hour=12, minute=0)
    one = Worker("one")
    one.run_once(now)
    one.run_once(now + timedelta(hours=hours))
    assert one.lit == now + timedelta(hours=hours)
