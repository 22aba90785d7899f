"""`urbanwork serve`: opens, signs in once, stops; refuses with one sentence what cannot be."""

from __future__ import annotations

import gzip
import http.cookiejar
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from office_settings import CITY

URL = re.compile(r"http://\S+/account/link/\S+")


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def city_in(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for name in ("city.yaml", "areas.geojson"):
        shutil.copy(CITY / name, folder)
    return folder


def command(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    given = {**os.environ, "URBANWORK_LANG": "en", "URBANWORK_WORKERS": "1", **environment}
    for name in ("URBANWORK_CITY", "URBANWORK_OFFICE", "DJANGO_SETTINGS_MODULE", "DATABASE_URL"):
        if name not in environment:
            given.pop(name, None)
    return subprocess.Popen(
        [sys.executable, "-m", "urbanwork.cli.main", *arguments],
        env=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def serving(city: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    return command("serve", str(city), "--port", str(free_port()), *arguments, **environment)


@dataclass
class Running:
    process: subprocess.Popen[str]
    url: str
    link: str
    city: Path


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Iterator[Running]:
    city = city_in(tmp_path_factory.mktemp("served") / "city")
    port = free_port()
    process = command("serve", str(city), "--port", str(port))
    lines = [process.stdout.readline() for _ in range(3)]
    yield Running(process, f"http://127.0.0.1:{port}", URL.search("".join(lines))[0], city)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0, process.stderr.read()


def browser() -> urllib.request.OpenerDirector:
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    return urllib.request.build_opener(cookies)


def signed_in_at(link: str) -> str:
    """The page on which the button of a login link ends."""
    opener = browser()
    page = opener.open(link).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    sent = urllib.parse.urlencode({"csrfmiddlewaretoken": token}).encode()
    return opener.open(link, sent).read().decode()


def test_a_login_link_survives_being_looked_at_and_signs_in_once(office):
    urllib.request.urlopen(office.link)
    assert "Sign out" in signed_in_at(office.link)
    with pytest.raises(urllib.error.HTTPError, match="410"):
        urllib.request.urlopen(office.link)


def new_link(office: Running) -> str:
    made = command("office", "link", str(office.city), "administrator", "--url", office.url)
    return made.communicate(timeout=60)[0].strip()


def test_a_new_link_is_made_on_the_command_line(office):
    link = new_link(office)
    assert link.startswith(f"{office.url}/account/link/")
    assert "Sign out" in signed_in_at(link)


def test_files_are_compressed_and_kept_for_good(office):
    page = signed_in_at(new_link(office))
    path = re.search(r'href="(/static/office/office\.[0-9a-f]{12}\.css)"', page)[1]
    asked = urllib.request.Request(office.url + path, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
        assert b"table.list" in gzip.decompress(answer.read())


def test_what_the_office_keeps_is_for_its_owner_alone(office):
    folder = office.city / "office"
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "secret.key").stat().st_mode & 0o077 == 0


def test_a_taken_port_is_refused_in_one_sentence(office):
    port = office.url.rpartition(":")[2]
    refused(command("serve", str(office.city), "--port", port), f"127.0.0.1:{port}")


def refused(process: subprocess.Popen[str], *said: str) -> None:
    """Ends with 2 and one line that says all of this."""
    _, fault = process.communicate(timeout=60)
    assert process.returncode == 2, fault
    assert len(fault.strip().splitlines()) == 1
    for each in said:
        assert each in fault


@pytest.mark.parametrize(
    ("arguments", "environment", "said"),
    [
        (["--host", "0.0.0.0"], {}, "URBANWORK_HOSTS"),
        (["--host", "0.0.0.0", "--demo"], {"URBANWORK_HOSTS": "a.example"}, "demonstration"),
        ([], {"DATABASE_URL": "mysql://root:secret@db/city"}, "postgresql://"),
        ([], {"DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/city"}, "127.0.0.1:1/city"),
        ([], {"DATABASE_URL": "postgresql://u:sec/ret@db/city"}, "host or port"),
        ([], {"DATABASE_URL": "postgresql://[::1/city"}, "host or port"),
        ([], {"URBANWORK_WORKERS": "many"}, "URBANWORK_WORKERS"),
        ([], {"URBANWORK_WORKERS": "0"}, "URBANWORK_WORKERS"),
        ([], {"URBANWORK_HOSTS": "*"}, "names of hosts"),
        ([], {"URBANWORK_HOSTS": "https://a.example/"}, "names of hosts"),
        ([], {"URBANWORK_ZONE": "Mars/Base"}, "URBANWORK_ZONE"),
        ([], {"URBANWORK_LOG": "loud"}, "URBANWORK_LOG"),
        (["--host", "203.0.113.7"], {"URBANWORK_HOSTS": "a.example"}, "--port"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_sentence(tmp_path, arguments, environment, said):
    process = serving(city_in(tmp_path / "city"), *arguments, **environment)
    refused(process, said)


def test_passwords_of_databases_are_not_told(tmp_path):
    url = "postgresql://u:secret@127.0.0.1:1/city"
    process = serving(city_in(tmp_path / "city"), DATABASE_URL=url)
    assert "secret" not in process.communicate(timeout=60)[1]


def test_a_folder_without_a_city_is_refused(tmp_path):
    refused(serving(tmp_path), "city.yaml")


def test_a_file_that_is_no_database_is_refused(tmp_path):
    city = city_in(tmp_path / "city")
    (city / "office").mkdir()
    (city / "office" / "office.sqlite3").write_bytes(b"not a database " * 100)
    refused(serving(city), "office.sqlite3")


@pytest.mark.parametrize("key", [b"", b"\xff\xfe"])
def test_a_key_that_is_none_is_refused(tmp_path, key):
    city = city_in(tmp_path / "city")
    (city / "office").mkdir()
    (city / "office" / "secret.key").write_bytes(key)
    refused(serving(city), "secret.key")


def test_a_person_is_entered_on_the_command_line_where_nobody_can_do_it_on_the_page(office):
    city = str(office.city)
    made = command("office", "person", city, "wang", "--name", "王", "--role", "administrator")
    assert made.communicate(timeout=60)[0].startswith("wang is entered.")
    refused(command("office", "person", city, "wang", "--role", "king"), "administrator")
    refused(command("office", "person", city, "a b"), "no user name")
    refused(command("office", "person", city, "wang", "--role", "leader", "--body", "x"), "x")
    refused(command("office", "link", city, "nobody"), "nobody")
