"""An office of a city with people and tasks, served by a process of its own, and a browser."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TESTS = Path(__file__).parent
CHROMIUM = shutil.which("chromium")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@dataclass(frozen=True)
class Served:
    """Where the office is, of which city, and who is signed in there."""

    url: str
    city: Path
    sessions: dict[str, str]

    def cookies(self, role: str, language: str) -> list[Any]:
        pairs = {"sessionid": self.sessions[role], "language": language}
        return [{"name": name, "value": value, "url": self.url} for name, value in pairs.items()]


@contextmanager
def serving_city(city: Path, tasks: int = 0) -> Iterator[Served]:
    """Serve the office of a city that has none yet."""
    given = {**os.environ, "URBANWORK_LANG": "en", "URBANWORK_WORKERS": "1"}
    for name in ("URBANWORK_CITY", "URBANWORK_OFFICE", "DJANGO_SETTINGS_MODULE", "DATABASE_URL"):
        given.pop(name, None)
    filling = [sys.executable, str(TESTS / "peopled_office.py"), str(city), str(tasks)]
    made = subprocess.run(filling, env=given, check=True, capture_output=True, text=True)
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        port = str(tried.getsockname()[1])
    command = [sys.executable, "-m", "urbanwork.cli.main", "serve", str(city), "--port", port]
    process = subprocess.Popen(
        command, env=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield Served(f"http://127.0.0.1:{port}", city, json.loads(made.stdout)["sessions"])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield found
        found.close()
