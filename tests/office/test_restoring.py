"""Backups taken and restored while sixteen clients write, on both databases."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import subprocess
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from served_office import ServedOffice, own_database

CLIENTS = 16
GIVEN = os.environ.get("DATABASE_URL")
KEYS = """
import json
from urbanwork.office.ledger.models import TaskEvent
print(json.dumps(list(TaskEvent.objects.exclude(key=None).values_list("key", flat=True))))
"""
SIGNED_IN = "from django.contrib.sessions.models import Session; print(Session.objects.count())"
ADDED = """
from django.db import transaction
from urbanwork.office.audit.record import record
from urbanwork.office.people.models import Body
with transaction.atomic():
    body = Body.objects.create(code="a", name="甲局")
    record("body.add", f"body:{body.pk}", {}, actor="system")
"""
BODIES = "from urbanwork.office.people.models import Body; print(Body.objects.count())"


def office_in(folder: Path, name: str) -> ServedOffice:
    folder.mkdir(exist_ok=True)
    url = own_database(GIVEN, f"restoring_{name}") if GIVEN else None
    return ServedOffice(folder, url)


class Writers:
    """Clients that report through the interface; keys of what was confirmed."""

    def __init__(self, served: ServedOffice) -> None:
        self.served = served
        self.confirmed: list[str] = []
        self.refused: list[int] = []
        self.over = threading.Event()

    def send(self, number: str) -> None:
        head = {"Authorization": f"Bearer {self.served.made['key']}",
                "Content-Type": "application/json"}  # fmt: skip
        line = http.client.HTTPConnection("127.0.0.1", self.served.port, timeout=60)
        while not self.over.is_set():
            key = uuid.uuid4().hex
            body = json.dumps({"action": "report", "reason": "进展", "key": key})
            line.request("POST", f"/api/tasks/{number}/events", body, head)
            answer = line.getresponse()
            answer.read()
            if answer.status == 201:
                self.confirmed.append(key)
            else:
                self.refused.append(answer.status)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        numbers = [task["number"] for task in self.served.made["tasks"]]
        threads = [
            threading.Thread(target=self.send, args=(numbers[each % len(numbers)],))
            for each in range(CLIENTS)
        ]  # fmt: skip
        for thread in threads:
            thread.start()
        try:
            while len(self.confirmed) < 2 * CLIENTS and not self.refused:
                threads[0].join(0.02)
            yield
        finally:
            self.over.set()
            for thread in threads:
                thread.join()


def kept(served: ServedOffice) -> set[str]:
    return set(json.loads(served.python(KEYS).splitlines()[-1]))


def holds(served: ServedOffice) -> str:
    verified = served.urbanwork("audit", "verify", str(served.city))
    assert verified.returncode == 0, verified.stdout + verified.stderr
    return verified.stdout


@pytest.mark.slow
def test_a_backup_in_the_middle_of_writes_moves_elsewhere_whole_and_goes_back_on_a_running_office(
    tmp_path,
):
    served = office_in(tmp_path / "here", "here")
    served.environment |= {"URBANWORK_WORKERS": "2", "URBANWORK_LANG": "en"}
    served.filled(8)
    served.start()
    file = tmp_path / "kept.tar"
    try:
        writers = Writers(served)
        with writers.at_work():
            before = set(writers.confirmed)
            made = served.urbanwork("backup", str(served.city), str(file))
        assert made.returncode == 0, made.stderr
        assert not writers.refused
        again = Writers(served)
        with again.at_work():
            went_back = served.urbanwork("restore", str(served.city), str(file))
        assert went_back.returncode == 0, went_back.stderr
        assert served.answers()
        assert before <= kept(served)
        assert "went back to" in holds(served)
        assert served.python(SIGNED_IN).split()[-1] == "0"
    finally:
        served.stop()
    elsewhere = office_in(tmp_path / "elsewhere", "elsewhere")
    moved = elsewhere.urbanwork("restore", str(elsewhere.city), str(file))
    assert moved.returncode == 0, moved.stderr
    there = kept(elsewhere)
    assert before <= there
    assert len(there) <= len(writers.confirmed) + 8 * 3
    assert "went back to" in holds(elsewhere)


@pytest.mark.skipif(not GIVEN, reason="dumps are of PostgreSQL")
def test_a_dump_that_is_not_ours_is_refused_before_anything_is_dropped(tmp_path):
    from test_backup import remade

    served = office_in(tmp_path / "here", "here")
    served.python(ADDED)
    file, other = tmp_path / "kept.tar", tmp_path / "other.dump"
    assert served.urbanwork("backup", str(served.city), str(file)).returncode == 0
    url = own_database(GIVEN, "restoring_foreign")
    subprocess.run(["psql", url, "-qc", "CREATE TABLE audit_entry (a int)"], check=True)
    subprocess.run(["pg_dump", "--format=custom", f"--file={other}", url], check=True)
    for foreign in (other.read_bytes(), b"PGDMP nothing", b""):
        copy = tmp_path / "copy.tar"
        shutil.copy(file, copy)
        part = tmp_path / "part"
        part.write_bytes(foreign)
        remade(copy, database=part, name="database.dump")
        done = served.urbanwork("restore", str(served.city), str(copy))
        assert done.returncode == 2, done.stdout
        assert "no whole one of an office" in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
    assert served.python(BODIES).split()[-1] == "1"


@pytest.mark.skipif(not GIVEN, reason="of SQLite the whole file is put back")
def test_tables_that_came_after_the_backup_go_with_it(tmp_path):
    served = office_in(tmp_path / "here", "here")
    served.python(ADDED)
    file = tmp_path / "kept.tar"
    assert served.urbanwork("backup", str(served.city), str(file)).returncode == 0
    newer = "CREATE TABLE newer (a int REFERENCES people_body (id))"
    url = served.environment["DATABASE_URL"]
    subprocess.run(["psql", url, "-qc", newer], check=True)
    done = served.urbanwork("restore", str(served.city), str(file))
    assert done.returncode == 0, done.stderr
    left = subprocess.run(["psql", url, "-Atc", "SELECT to_regclass('newer') IS NULL"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert left.stdout.strip() == "t"
    assert "went back to" in holds(served)
