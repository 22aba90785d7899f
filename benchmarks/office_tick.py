"""The nightly tick over 100,000 open tasks with histories: seconds, and that a second run is idle.

    python benchmarks/office_tick.py [--tasks 100000]

It makes an office of its own in a temporary folder (SQLite, or the empty PostgreSQL database that
DATABASE_URL names). Bar: 60 s, and a second tick of the night changes nothing.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

AREA = (
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"name":"A"},'
    '"geometry":{"type":"Polygon","coordinates":[[[121,39],[121.1,39],[121.1,39.1],[121,39.1],'
    "[121,39]]]}}]}"
)
NIGHT = datetime(2026, 6, 15, 2, tzinfo=ZoneInfo("Asia/Shanghai"))
BATCH = 5_000


def open_empty(folder: Path) -> None:
    (folder / "areas.geojson").write_text(AREA, encoding="utf-8")
    (folder / "city.yaml").write_text(
        "name: Bench\njurisdiction: CN\nas_of: 2026-06-01\nareas: areas.geojson\n", "utf-8"
    )
    from urbanwork.office.opening import open_office

    open_office(folder)


def fill(count: int) -> None:
    """Tasks in all open states; every fifth with milestones, every tenth paused once."""
    from urbanwork.office.people.models import Body, Person

    chance = random.Random(7)
    bodies = [Body.objects.create(code=f"b{n}", name=f"局{n}") for n in range(60)]
    person = Person.objects.create(username="one", name="one")
    for first in range(0, count, BATCH):
        _fill_some(range(first, min(first + BATCH, count)), bodies, person, chance)


def _fill_some(numbers, bodies, person, chance) -> None:
    from django.db import transaction

    from urbanwork.office.ledger.models import Milestone, Task, TaskBody, TaskEvent
    from urbanwork.office.supervising.handlings import keep_many

    tasks, events = [], []
    for number in numbers:
        task, history = _one(number, bodies, person, chance)
        tasks.append(task)
        events.append(history)
    with transaction.atomic():
        Task.objects.bulk_create(tasks)
        for task, history in zip(tasks, events, strict=True):
            for row in history:
                row.task = task
        TaskEvent.objects.bulk_create(row for history in events for row in history)
        TaskBody.objects.bulk_create(
            TaskBody(task=task, body=task.lead, part="lead", deadline=task.deadline)
            for task in tasks
        )
        Milestone.objects.bulk_create(
            Milestone(task=task, title=f"{n}", due=task.registered + timedelta(days=20 * n),
                      planned_percent=25.0 * n)
            for task in tasks[::5] for n in (1, 2, 3)
        )  # fmt: skip
        keep_many([task.pk for task in tasks])


def _one(number, bodies, person, chance):
    from urbanwork.office.ledger.models import Task, TaskEvent

    lead, begin = chance.choice(bodies), NIGHT - timedelta(days=chance.uniform(1, 200))
    deadline = begin + timedelta(days=chance.uniform(10, 220))
    at, history = begin, []

    def did(action, role, body, **more):
        nonlocal at
        at += timedelta(hours=1)
        history.append(
            TaskEvent(number=len(history) + 1, action=action, at=at, person=person, body=body,
                      role=role, **more)
        )  # fmt: skip

    did("register", "dispatcher", bodies[0])
    did("assign", "dispatcher", bodies[0], lead=lead, deadline=deadline)
    did("accept", "handler", lead)
    for percent in range(0, chance.randrange(0, 80, 20), 20):
        did("report", "handler", lead, reason="进展", percent=float(percent))
    if number % 10 == 0:
        other = TaskEvent(number=len(history) + 1, action="pause", at=at + timedelta(days=1),
                          person_id=_leader(), body=bodies[0], role="leader", reason="雨",
                          approval="1")  # fmt: skip
        history.append(other)
        at += timedelta(days=3)
        did("resume", "handler", lead)
    task = Task(
        number=f"2026-{number:06d}", title=f"任务{number}", source="ledger", state="in_progress",
        version=len(history), lead=lead, deadline=deadline, first_deadline=deadline,
        registered=begin, percent=40.0, sought="",
        weight=chance.choice(["normal", "normal", "important", "urgent"]),
    )  # fmt: skip
    return task, history


_made: dict[str, int] = {}


def _leader() -> int:
    from urbanwork.office.people.models import Person

    if "leader" not in _made:
        _made["leader"] = Person.objects.create(username="leader", name="leader").pk
    return _made["leader"]


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--tasks", type=int, default=100_000)
    count = asked.parse_args().tasks
    with tempfile.TemporaryDirectory() as folder:
        os.environ.pop("URBANWORK_OFFICE", None)
        open_empty(Path(folder))
        begin = time.monotonic()
        fill(count)
        print(f"made {count} open tasks in {time.monotonic() - begin:.0f} s")
        from urbanwork.office.supervising.ticking import tick

        for name, at in (
            ("first night: every task", NIGHT),
            ("the same night again", NIGHT),
            ("a usual night", NIGHT + timedelta(days=1)),
        ):
            cpu = time.process_time()
            done = tick(at, nightly=True)
            print(f"{name}: {done}; CPU {time.process_time() - cpu:.1f} s")


if __name__ == "__main__":
    main()
