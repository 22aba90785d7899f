"""An office served as a user serves it, in processes that can be killed, and a browser."""

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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from two_squares import two_squares

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TESTS = Path(__file__).parent
SECONDS_TO_START = 90
OF_TESTS = ("URBANWORK_CITY", "URBANWORK_OFFICE", "DATABASE_URL")
"""Where the office of the tests themselves is."""
CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


class ServedOffice:
    """A city, its office, and the server that is started and killed.

    The city is one of two squares in `folder`, or that of `city`; with `is_demo` the examined
    sample, its office full. `office` is where the office lies, else in its city.
    """

    def __init__(
        self, folder: Path | None = None, database_url: str | None = None, *,
        is_demo: bool = False, city: Path | None = None, office: Path | None = None,
    ) -> None:  # fmt: skip
        self.city = city or _city_in(folder, is_empty=is_demo)
        self.options = ["--demo"] if is_demo else []
        self.environment = {
            name: value for name, value in os.environ.items() if name not in OF_TESTS
        } | {"DJANGO_SETTINGS_MODULE": "urbanwork.office.settings"}
        if database_url:
            self.environment["DATABASE_URL"] = database_url
        if office:
            self.environment["URBANWORK_OFFICE"] = str(office)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.made: dict[str, Any] = {}
        self.process: subprocess.Popen[bytes] | None = None

    def python(self, code: str) -> str:
        """What some code prints that is run in the office."""
        opened = (
            "from pathlib import Path\nfrom urbanwork.office.opening import open_office\n"
            f"open_office(Path({str(self.city)!r}))\n"
        )
        return self.run("-c", opened + code)

    def urbanwork(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command, as a user types it."""
        return subprocess.run(
            [sys.executable, "-m", "urbanwork.cli.main", *arguments], env=self.environment,
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip

    def run(self, *arguments: str) -> str:
        """What a script prints."""
        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, capture_output=True, text=True,
            check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def filled(self, tasks: int) -> dict[str, Any]:
        """People who are signed in, tasks in progress, and the key of the handler who has them."""
        told = self.run(str(TESTS / "peopled_office.py"), str(self.city), str(tasks))
        self.made = json.loads(told.splitlines()[-1])
        return self.made

    def cookies(self, role: str, language: str) -> list[Any]:
        """What a browser brings along that is signed in as a role."""
        pairs = {"sessionid": self.made["sessions"][role], "language": language}
        return [{"name": name, "value": value, "url": self.url} for name, value in pairs.items()]

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
            with urllib.request.urlopen(f"{self.url}/health/", timeout=5):
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


def _city_in(folder: Path | None, *, is_empty: bool) -> Path:
    assert folder is not None, "say where the city lies, or shall lie"
    city = folder / "city"
    if not is_empty:
        city.mkdir()
        two_squares(city)
    return city


@contextmanager
def serving(served: ServedOffice, tasks: int = 0) -> Iterator[ServedOffice]:
    """Serve an office with people and tasks by one worker, in English, until it is left."""
    served.environment |= {"URBANWORK_LANG": "en", "URBANWORK_WORKERS": "1"}
    served.filled(tasks)
    served.start()
    try:
        yield served
    finally:
        served.stop()


def own_database(url: str, name: str) -> str:
    """A database of its own on the server of a PostgreSQL, made anew."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    parts = urlsplit(url)
    return parts._replace(path=f"/{name}").geturl()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield found
        found.close()
