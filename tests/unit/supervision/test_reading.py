"""Who has read the arrangement."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from urbanwork.supervision.reading import Acknowledgement, readership

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def read(person: str, days: int, version: str = "2", document: str = "plan") -> Acknowledgement:
    return Acknowledgement(document, version, person, START + timedelta(days=days))


def state(given: list[Acknowledgement], days: int):
    until = START + timedelta(days=5)
    now = START + timedelta(days=days)
    return readership("plan", "2", ["li", "wang", "zhao"], given, until=until, now=now)


def test_who_read_an_earlier_version_has_not_read_this_one():
    found = state([read("li", 1), read("wang", 1, version="1"), read("zhao", 1, document="x")], 3)
    assert list(found.read) == ["li"]
    assert found.unread == ("wang", "zhao")
    assert found.outdated == ("wang",)


def test_late_are_those_who_read_late_and_those_who_have_not_read():
    given = [read("li", 1), read("wang", 6)]
    assert state(given, 4).late == ()
    assert state(given, 7).late == ("wang", "zhao")


def test_the_first_acknowledgement_counts_and_strangers_do_not():
    found = state([read("li", 6), read("li", 1), read("stranger", 1)], 9)
    assert found.read == {"li": START + timedelta(days=1)}
    assert "li" not in found.late


def test_what_comes_later_is_not_known_now():
    assert state([read("li", 4)], 3).unread == ("li", "wang", "zhao")
