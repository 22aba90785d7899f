"""A connection to PostgreSQL is taken as it is while the server says nothing on it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "postgresql" not in settings.DATABASES["default"]["ENGINE"],
        reason="needs DATABASE_URL: tests/with_postgresql.sh",
    ),
]


@pytest.fixture
def other() -> Iterator[Any]:
    made: Any = connections["default"].copy()
    made.ensure_connection()
    yield made
    made.close()


def ended_by_the_server(other: Any) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 2000)", [other.connection.info.backend_pid])


def test_a_quiet_connection_is_usable_without_asking(other, monkeypatch):
    monkeypatch.setattr(other.connection, "cursor", None)  # whoever asks, fails
    assert other.is_usable()


def test_one_that_the_server_has_ended_is_not(other):
    ended_by_the_server(other)
    assert not other.is_usable()


def test_one_that_is_closed_is_not(other):
    other.connection.close()
    assert not other.is_usable()
    other.close()
    assert not other.is_usable()


def test_the_next_request_gets_a_new_one(other):
    before = other.connection.info.backend_pid
    ended_by_the_server(other)
    other.health_check_enabled, other.health_check_done = True, False
    with other.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert other.connection.info.backend_pid != before
