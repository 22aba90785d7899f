"""Every address x every role x every method, from the table of addresses itself.

What is expected stands in `url_table.py`, which also says how to add a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from office.url_table import ANYONE, PERSON, TABLE, Row
from urbanwork.office.access import ROLES, who_may
from urbanwork.office.people.models import Person

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
ANONYMOUS, WITHOUT_POST = "anonymous", "without a post"
ASKERS = (ANONYMOUS, WITHOUT_POST, *ROLES)
REFUSED = frozenset({401, 403, 404, 405})


def addresses(resolver: Any = None, spaces: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Names of all addresses, with their views."""
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            inner = (*spaces, each.namespace) if each.namespace else spaces
            yield from addresses(each, inner)
        else:
            yield ":".join((*spaces, each.name or f"(without a name: {each.pattern})")), each


ALL = dict(addresses())


def row_asked_for(name: str) -> str:
    """The row that a view asks for by its own marks, to be looked at and pasted."""
    who = who_may(ALL[name].callback)
    shown = (
        "ANYONE" if ANYONE in who else "PERSON" if PERSON in who else "EVERYONE"
        if set(ROLES) <= who else repr(tuple(role for role in ROLES if role in who))
    )  # fmt: skip
    given = ", lambda office: {...}" if ALL[name].pattern.converters else ""
    return f'    "{name}": Row({shown}, "GET"{given}),'


def test_every_address_stands_in_the_table():
    missing = [row_asked_for(name) for name in ALL if name not in TABLE]
    assert not missing, "tests/office/url_table.py lacks:\n" + "\n".join(missing)


def test_the_table_names_no_address_that_is_gone():
    assert set(TABLE) <= set(ALL)


@pytest.fixture
def clients(office) -> dict[str, Client]:
    """A client for everybody who could ask."""
    people = {role: rights.person for role, rights in office.rights.items()}
    people[WITHOUT_POST] = Person.objects.create_user("visitor", password="a long pass phrase")
    made = {ANONYMOUS: Client(raise_request_exception=False)}
    for name, person in people.items():
        made[name] = Client(raise_request_exception=False)
        made[name].force_login(person, "urbanwork.office.people.backend.PersonBackend")
    return made


@pytest.mark.parametrize("name", [name for name in ALL if name in TABLE])
def test_an_address_is_open_to_whom_it_is_meant_for_and_to_nobody_else(name, office, clients):
    row = TABLE[name]
    path = reverse(name, kwargs=row.given(office))
    faults = []
    for asker, client in clients.items():
        for method in METHODS:
            answer = asked(client, method, path)
            if (wrong := fault(row, asker, method, answer)) is not None:
                faults.append(f"{asker} {method} {path}: {answer.status}, {wrong}")
    assert not faults, "\n".join(faults)


@dataclass(frozen=True)
class Answer:
    """The status of an answer, and whether it leads to the door."""

    status: int
    is_door: bool
    also: frozenset[int] = frozenset()  # programs are told first that nothing cannot be read


def asked(client: Client, method: str, path: str) -> Answer:
    """What is answered; nothing that was changed stays."""
    cache.clear()  # limits of attempts are another matter
    cookies = client.cookies.output(header="", sep=";")
    with transaction.atomic():
        answer: HttpResponse = client.generic(method, path, data=b"")
        transaction.set_rollback(True)
    client.cookies.load(cookies)
    leads = answer.get("Location", "").partition("?")[0]
    also = frozenset({422}) if path.startswith("/api/") else frozenset()
    return Answer(answer.status_code, leads == reverse("account_login"), also)


def fault(row: Row, asker: str, method: str, answer: Answer) -> str | None:
    """What is wrong with an answer, if anything."""
    if answer.status >= 500:
        return "a fault of ours"
    is_refused = answer.is_door or answer.status in REFUSED | answer.also
    if not may(row, asker):
        return None if is_refused else "but this is not open to them"
    if asker in row.hidden_from:
        return None if is_refused else "but it is hidden from them"
    return None if method == "OPTIONS" else _fault_of_method(row, method, answer)


def _fault_of_method(row: Row, method: str, answer: Answer) -> str | None:
    if method == "HEAD" and answer.status == 405:
        return None
    methods = {*row.methods.split(), *(["HEAD"] if "GET" in row.methods else [])}
    if method not in methods:
        return None if answer.status in REFUSED else "but this method should be refused"
    if method in ("GET", "HEAD") and answer.status not in row.found:
        return f"wanted {row.found}"
    if method in ("GET", "HEAD"):
        return None
    is_shut = answer.status in (401, 403, 405) or (answer.is_door and ANYONE not in row.roles)
    return "but it is open to them" if is_shut else None


def may(row: Row, asker: str) -> bool:
    """Whether the table opens an address to somebody."""
    if ANYONE in row.roles:
        return True
    return asker in row.roles or (PERSON in row.roles and asker != ANONYMOUS)
