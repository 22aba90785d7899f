"""Tables are made by one at a time, and only in a database that is ours and that we know."""

import sqlite3
from contextlib import closing

import pytest
from django.db import connection, connections
from test_serving import city_in, refused, serving

from urbanwork.office.place import office_place
from urbanwork.office.tables import LOCK, alone


def office_with(folder, *statements):
    """A city whose office has a database on which something was done before."""
    city = city_in(folder / "city")
    (city / "office").mkdir()
    with closing(sqlite3.connect(city / "office" / "office.sqlite3")) as database, database:
        for statement in statements:
            database.execute(statement)
    return city


MIGRATIONS = (
    "CREATE TABLE django_migrations (id integer PRIMARY KEY, app text, name text, applied text)"
)
APPLIED = "INSERT INTO django_migrations VALUES (1, '{}', '{}', '2030-01-01')"


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["CREATE TABLE invoices (id integer)"], "another program (it has the table 'invoices')"),
        (
            [MIGRATIONS, APPLIED.format("shop", "0001")],
            "another program",
        ),
        (
            [MIGRATIONS, APPLIED.format("audit", "9000_b")],
            "a newer version of urbanwork has used this office (audit.9000_b)",
        ),
    ],
)  # fmt: skip
def test_a_database_that_is_not_ours_or_newer_is_refused(tmp_path, statements, said):
    city = office_with(tmp_path, *statements)
    before = tables_of(city)
    refused(serving(city), said)
    assert tables_of(city) == before


def tables_of(city):
    with closing(sqlite3.connect(city / "office" / "office.sqlite3")) as database:
        return database.execute("SELECT sql FROM sqlite_master").fetchall()


def test_two_machines_wait_for_each_other_on_one_postgresql(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite is of one machine, which locks a file")
    other = connections.create_connection("default")
    other.settings_dict = connection.settings_dict

    def is_free():
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s), pg_advisory_unlock(%s)", [LOCK, LOCK])
            return cursor.fetchone()[0]

    office_place().folder.mkdir(exist_ok=True)
    try:
        with alone(office_place()):
            assert not is_free()
        assert is_free()
    finally:
        other.close()
