"""An office served as a user serves it, in processes that can be killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import office_settings

SECONDS_TO_START = 90
FILLED = """
import json
from datetime import timedelta
from django.utils import timezone
from urbanwork.office.api.keys import make_key
from urbanwork.office.ledger.acting import Doing, Draft, act, register
from urbanwork.office.people.models import Body, Person, Post
from urbanwork.office.people.rights import Rights

def who(name, role, body):
    person = Person.objects.create(username=name, name=name)
    return Rights(person, Post.objects.create(person=person, body=body, role=role))

top = Body.objects.create(code="top", name="市政府")
bureau = Body.objects.create(code="bureau", name="教育局", parent=top)
other = Body.objects.create(code="other", name="督查室", parent=top)
dispatcher, handler = who("d", "dispatcher", top), who("h", "handler", bureau)
numbers = []
for at in range({tasks}):
    task = register(dispatcher, Draft({{"title": f"任务{{at}}", "source": "instruction"}}))
    deadline = timezone.now() + timedelta(days=30)
    act(dispatcher, task.pk, Doing("assign", lead=bureau.pk, deadline=deadline))
    act(handler, task.pk, Doing("accept"))
    numbers.append(task.number)
print(json.dumps({{"key": make_key(handler, "test"), "numbers": numbers}}))
"""


class ServedOffice:
    """A city, its office, and the server that is started and killed.

    The city is one of two squares, or with `is_demo` the examined sample city, its office full.
    """

    def __init__(
        self, folder: Path, database_url: str | None = None, *, is_demo: bool = False
    ) -> None:
        self.city = folder / "city"
        self.options = ["--demo"] if is_demo else []
        if not is_demo:
            self.city.mkdir()
            for name in ("city.yaml", "areas.geojson"):
                shutil.copy(office_settings.CITY / name, self.city)
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("URBANWORK_CITY", "URBANWORK_OFFICE", "DATABASE_URL")
        } | {"DJANGO_SETTINGS_MODULE": "urbanwork.office.settings"}
        if database_url:
            self.environment["DATABASE_URL"] = database_url
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def python(self, code: str) -> str:
        """What some code prints that is run in the office."""
        opened = (
            "from pathlib import Path\nfrom urbanwork.office.opening import open_office\n"
            f"open_office(Path({str(self.city)!r}))\n"
        )
        return self._run("-c", opened + code)

    def urbanwork(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command, as a user types it."""
        return subprocess.run(
            [sys.executable, "-m", "urbanwork.cli.main", *arguments], env=self.environment,
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, capture_output=True, text=True,
            check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def filled(self, tasks: int) -> dict:
        """Tasks in progress, and a key of the handler who works on them."""
        return json.loads(self.python(FILLED.format(tasks=tasks)).splitlines()[-1])

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "urbanwork.cli.main", "serve", str(self.city), "--port",
             str(self.port), *self.options],
            env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        until = time.monotonic() + SECONDS_TO_START
        while not self.answers():
            assert self.process.poll() is None, "the server has ended"
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.05)

    def answers(self) -> bool:
        """Whether the server says that it is well."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5):
                return True
        except (OSError, urllib.error.HTTPError):
            return False

    def kill(self) -> None:
        """Kill the server with all its processes, without a word (kill -9)."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Stop it as systemd would."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()


def own_database(url: str, name: str) -> str:
    """A database of its own on the server of a PostgreSQL, made anew."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    parts = urlsplit(url)
    return parts._replace(path=f"/{name}").geturl()
