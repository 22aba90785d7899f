"""Serving an office until it is told to stop."""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from urbanwork.errors import UserError
from urbanwork.office.operation.beside import end, run_beside
from urbanwork.office.tables import alone

HOSTS = "URBANWORK_HOSTS"
HOST = re.compile(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|\[[0-9A-Fa-f:.]+\]")
"""No star, no scheme, no port: each would let other hosts in, or none."""
WORKERS = "URBANWORK_WORKERS"
MOST_WORKERS = 64
THREADS = 4
SECONDS_TO_START = 60
SECONDS_TO_STOP = 10


@dataclass(frozen=True)
class Address:
    """Where the office listens."""

    host: str = "127.0.0.1"
    port: int = 8765

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine reaches it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def reached(self) -> str:
        """The host by which this machine itself reaches it."""
        numeric = {"0.0.0.0": "127.0.0.1", "::": "::1", "localhost": "127.0.0.1"}  # noqa: S104
        return numeric.get(self.host, self.host)

    @property
    def url(self) -> str:
        """The address for people: that of the first public host, where there is one."""
        if hosts := _hosts():
            return f"https://{hosts[0]}/"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"


@dataclass(frozen=True)
class Served:
    """What is told when the office is open: its address and a link that signs in once."""

    url: str
    link: str | None
    username: str | None


def serve(
    city: Path,
    address: Address,
    *,
    is_demo: bool,
    lang: Literal["en", "zh"],
    tell: Callable[[Served], None],
) -> None:
    """Open the office of a city, call `tell`, and serve until SIGINT or SIGTERM.

    Raises:
        UserError: the city, the address or the database cannot be used.
    """
    check(address, is_demo=is_demo)
    _asked_workers()
    from urbanwork.office.opening import open_office

    place = open_office(city, is_demo=is_demo)
    from urbanwork.office.maps.pieces import cut_last
    from urbanwork.office.operation.statics import gather
    from urbanwork.office.supervising.fitting import check_tables

    check_tables()
    gather()
    cut_last()
    if is_demo:
        from urbanwork.office.operation.demo import fill

        fill(lang)
    with alone(place):
        served = _served(address, lang)
    _close_connections()
    _run(address, lambda: tell(served))


def check(address: Address, *, is_demo: bool) -> None:
    """Whether an office may listen there.

    Raises:
        UserError: the port is taken, or the address is open to others and may not be.
    """
    for host in _hosts():
        if HOST.fullmatch(host) is None:
            raise UserError(
                f"{HOSTS}: got '{host[:80]}', wanted names of hosts alone, such as "
                "office.example.gov.cn"
            )
    if not address.is_loopback:
        _may_be_public(address, is_demo=is_demo)
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((address.host, address.port))
        except OSError as error:
            raise UserError(
                f"{address.host}:{address.port}: {error.strerror or error}; give another --port, "
                "or stop what listens there"
            ) from error


def _may_be_public(address: Address, *, is_demo: bool) -> None:
    if is_demo:
        raise UserError(
            f"--host {address.host}: a demonstration is for this machine alone, everybody can "
            "sign in to it; leave --host out"
        )
    if not _hosts():
        raise UserError(
            f"--host {address.host}: others would reach the office; say under which names in "
            f"{HOSTS}=office.example.gov.cn, with TLS before it (docs/office/security.md)"
        )


def _hosts() -> list[str]:
    return [host for host in os.environ.get(HOSTS, "").split(",") if host]


def _served(address: Address, lang: Literal["en", "zh"]) -> Served:
    from urbanwork.office.pages.context import city_name
    from urbanwork.office.people.first import first_administrator
    from urbanwork.office.people.links import link_path, make_link
    from urbanwork.office.people.models import Person

    try:
        language = "en" if lang == "en" else "zh-hans"
        person = first_administrator(city_name(), language)
    except Person.DoesNotExist:
        return Served(address.url, None, None)
    return Served(address.url, address.url + link_path(make_link(person)), person.username)


def _close_connections() -> None:
    """Workers are forks of this process; a connection to a database must not be shared."""
    from django.db import connections

    connections.close_all()


def _run(address: Address, opened: Callable[[], None]) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from urbanwork.office.wsgi import application  # read once here, shared by all workers

    workers, threads = _strength()
    server = Granian(
        "urbanwork.office.wsgi:application",
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_STOP,
    )
    from urbanwork.office.maps import apart
    from urbanwork.office.pages.warming import warm_up

    with apart.held_beside() as holding:
        beside = [holding, run_beside(lambda: _when_it_answers(address, opened)), run_beside(_work)]
        os.register_at_fork(after_in_child=warm_up)  # from here on they are workers
        try:
            server.serve(target_loader=lambda: application, wrap_loader=False)
        finally:
            end(beside)


def _work() -> None:
    """What goes on without being asked: lights, the tick of the night, notices."""
    from urbanwork.office.supervising.worker import Worker

    Worker().run_forever()


def _when_it_answers(address: Address, opened: Callable[[], None]) -> None:
    """Workers bind the port by themselves, a moment after they start."""
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        try:
            socket.create_connection((address.reached, address.port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            opened()
            return


def _strength() -> tuple[int, int]:
    """Processes and threads of each: with more threads they only wait for each other.

    SQLite writes one at a time, so that more than four processes are of no use.
    """
    from django.db import connection

    cores = len(os.sched_getaffinity(0))
    most = 4 if connection.vendor == "sqlite" else 16
    return _asked_workers() or min(cores, most), THREADS


def _asked_workers() -> int:
    given = os.environ.get(WORKERS, "")
    if given and not (given.isascii() and given.isdigit() and 1 <= int(given[:5]) <= MOST_WORKERS):
        raise UserError(f"{WORKERS}: got '{given[:20]}', wanted 1 to {MOST_WORKERS} processes")
    return int(given or 0)
