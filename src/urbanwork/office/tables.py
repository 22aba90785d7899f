"""The tables of an office, brought up to date: by one process at a time, and only where they are
those of an office that this version knows."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from urbanwork.errors import UserError
from urbanwork.office.place import OfficePlace

LOCK: Final = 0x7572_6261_6E77  # "urbanw": a number of ours among locks of PostgreSQL
OURS: Final = "audit"
"""The app whose migrations only an office has."""
OF_EXTENSIONS: Final = frozenset({"spatial_ref_sys"})
"""Tables that an extension of PostgreSQL makes in an empty database."""


def bring_up_to_date(place: OfficePlace) -> None:
    """Make or change the tables of an office.

    Raises:
        UserError: the folder cannot be written, the database does not answer, is that of another
            program, or of an office that a newer version has changed.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.db.utils import DatabaseError

    from urbanwork.city.store import storage_fault

    try:
        connection.ensure_connection()
        with alone(place):
            _check_ours(connection)
            call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise UserError(_told(error)) from error
    except OSError as error:
        raise storage_fault(place.folder, error) from error


@contextmanager
def alone(place: OfficePlace) -> Iterator[None]:
    """One process after the other, on this machine and on all that share a PostgreSQL."""
    from django.db import connection

    with (place.folder / "opening.lock").open("w", encoding="utf-8") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _check_ours(connection: Any) -> None:
    tables = set(connection.introspection.table_names()) - OF_EXTENSIONS
    done = applied()
    if tables and not any(each.startswith(f"{OURS}.") for each in done):
        raise UserError(
            f"{where()}: a database of another program (it has the table '{min(tables)}'); give "
            "the office one of its own"
        )
    if newer := sorted(set(done) - known()):
        raise UserError(
            f"{where()}: a newer version of urbanwork has used this office "
            f"({newer[0]}); update urbanwork, or go back to a backup"
        )


def applied() -> list[str]:
    """Names of the migrations that the database has, such as `audit.0001_initial`."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return sorted(".".join(each) for each in MigrationRecorder(connection).applied_migrations())


def known() -> set[str]:
    """Names of the migrations that this version has."""
    from django.db.migrations.loader import MigrationLoader

    return {".".join(each) for each in MigrationLoader(None).disk_migrations}


def where() -> str:
    """The database in words, without its password."""
    from django.db import connection

    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(given["NAME"])
    return f"DATABASE_URL: {given['HOST'] or 'localhost'}:{given['PORT'] or 5432}/{given['NAME']}"


def _told(error: Exception) -> str:
    """What is wrong with the database, in one sentence."""
    from django.db import connection

    why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    helps = "move the file away, or mend" if connection.vendor == "sqlite" else "start or correct"
    return f"{where()}: the database cannot be used ({why}); {helps} it"
