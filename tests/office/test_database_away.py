"""PostgreSQL is stopped and started under the server: told in one sentence, and on it goes."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from served_office import ServedOffice

FOUND = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
EVENTS = """
from urbanwork.office.ledger.models import TaskEvent
print(TaskEvent.objects.filter(action="report").count())
"""


class Cluster:
    """A PostgreSQL of its own that can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder, FOUND[-1].parent
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.run("initdb", "-D", f"{folder}/data", "-U", "urbanwork", "-A", "trust", "-E", "UTF8")

    @property
    def url(self) -> str:
        return f"postgresql://urbanwork@127.0.0.1:{self.port}/postgres"

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.bin / program), *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder)

    def start(self) -> None:
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-s", "-w", "-l", f"{self.folder}/log",
                 "-o", options, "start")  # fmt: skip

    def stop(self) -> None:
        self.run("pg_ctl", "-D", f"{self.folder}/data", "-s", "-m", "immediate", "stop")


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    if not FOUND:
        pytest.skip("needs PostgreSQL (packages.txt)")
    folder = Path(tempfile.mkdtemp(prefix="urbanwork-away-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    made = Cluster(folder)
    made.start()
    yield made
    try:
        made.stop()
    finally:
        shutil.rmtree(folder)


def report(served: ServedOffice, filled: dict, key: str) -> tuple[int, dict]:
    """Report on a task; the status, and what is answered."""
    body = json.dumps({"action": "report", "reason": "进展", "key": key}).encode()
    asked = urllib.request.Request(
        f"http://127.0.0.1:{served.port}/api/tasks/{filled['tasks'][0]['number']}/events", body,
        {"Authorization": f"Bearer {filled['key']}", "Content-Type": "application/json"},
    )  # fmt: skip
    try:
        with urllib.request.urlopen(asked, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.mark.slow
@pytest.mark.sqlite  # brings its own PostgreSQL, so once is enough
def test_a_database_that_goes_and_comes_back(cluster, tmp_path):
    served = ServedOffice(tmp_path, cluster.url)
    filled = served.filled(1)
    served.start()
    try:
        assert report(served, filled, "before-it-went")[0] == 201
        cluster.stop()
        for _ in range(3):  # connections that were open, and new ones
            status, said = report(served, filled, "while-away")
            assert status == 503
            assert "database does not answer" in said["en"]
        assert not served.answers()
        cluster.start()
        until = time.monotonic() + 30
        while report(served, filled, "while-away")[0] != 201:
            assert time.monotonic() < until, "the office has not come back"
            time.sleep(0.1)
        assert served.answers()
        assert served.python(EVENTS).splitlines()[-1] == "2"
        assert served.process.poll() is None
    finally:
        served.stop()
