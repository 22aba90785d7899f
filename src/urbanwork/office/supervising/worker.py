"""The worker: lights at their moments, the tick of the night, the outbox. One process does it.

It is a process beside each server, which sleeps most of the time; a lease in the database lets one
of several servers work. Where that one ends, another takes over once the lease is out.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from datetime import datetime, timedelta
from typing import Final

from django.db import connections, transaction
from django.db.models import Q
from django.utils import timezone

from urbanwork.office.maps.pieces import cut_last
from urbanwork.office.supervising.models import Lease, Tick

NIGHT: Final = 2
"""The tick of the night runs at this hour or, where nothing ran then, as soon after as it can."""
OUTBOX: Final = timedelta(seconds=15)
LIGHTS: Final = timedelta(minutes=5)
LEASE: Final = timedelta(minutes=3)
NAME: Final = "worker"
log = logging.getLogger("urbanwork.worker")


class Worker:
    """What one process does between sleeps. `run_once` does what is due and says whether it may."""

    def __init__(self, holder: str = "") -> None:
        self.holder = holder or f"{socket.gethostname()}:{os.getpid()}"
        self.lit: datetime | None = None
        self.stop = threading.Event()

    def run_forever(self) -> None:
        """Work and sleep until `stop` is set; a fault is logged and does not end it."""
        while not self.stop.is_set():
            try:
                cut_last()
                self.run_once()
            except Exception:
                log.exception("the worker met a fault and goes on")
            finally:
                connections.close_all()
            self.stop.wait(OUTBOX.total_seconds())

    def run_once(self, now: datetime | None = None) -> bool:
        """Do what is due, where the lease is ours."""
        at = now or timezone.now()
        if not hold(NAME, self.holder, at):
            return False
        self._tick(at)
        _deliver(now)
        return True

    def _tick(self, now: datetime) -> None:
        from urbanwork.office.supervising.ticking import tick

        nightly = is_night_due(now)
        if nightly or self.lit is None or not timedelta() <= now - self.lit < LIGHTS:
            tick(now, nightly=nightly)
            if nightly:
                _sweep()
                _keep_statistics()
            self.lit = now


def _sweep() -> None:
    """Remove files of evidence that no row will ever name, and uploads that were given up."""
    from urbanwork.office.evidence.check import sweep

    sweep()


def _keep_statistics() -> None:
    from urbanwork.office.database import keep_statistics

    keep_statistics()


def _deliver(now: datetime | None) -> None:
    from urbanwork.office.notices.delivering import deliver_due
    from urbanwork.office.notices.planning import plan

    plan(now)
    deliver_due(now)


def is_night_due(now: datetime) -> bool:
    """Whether the tick of the last night has not run yet."""
    local = timezone.localtime(now)
    night = local.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    last_night = night if local >= night else night - timedelta(days=1)
    nights = Tick.objects.filter(is_nightly=True, at__gte=last_night, at__lte=now)
    return not nights.exists()


def hold(name: str, holder: str, now: datetime) -> bool:
    """Take or renew a lease; whether it is ours now."""
    mine = Q(holder=holder) | Q(until__lt=now) | Q(until__gt=now + 2 * LEASE)
    with transaction.atomic():
        held = Lease.objects.filter(mine, name=name).update(holder=holder, until=now + LEASE)
        if held:
            return True
        _, is_new = Lease.objects.get_or_create(
            name=name, defaults={"holder": holder, "until": now + LEASE}
        )
    return is_new
