"""Opening an office for a command: its environment, its database, its tables up to date."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from urbanwork.errors import UserError
from urbanwork.office.place import CITY, OfficePlace, office_place

DEMO = "URBANWORK_DEMO"


def open_office(city: Path, *, is_demo: bool = False, is_made: bool = False) -> OfficePlace:
    """Set up Django for the office of a city and bring its database up to date.

    Args:
        city: folder of the city.
        is_demo: whether its people are made up.
        is_made: whether it must be there already, for commands that look at it.

    Raises:
        UserError: the city cannot be read, there is no office yet, the packages of the office are
            not installed, the database is named wrongly, does not answer or is not one of ours.
    """
    from urbanwork.city.reading import read_settings
    from urbanwork.office.operation.statics import STATIC, static_folder

    read_settings(city)
    os.environ[CITY] = str(city.resolve())
    os.environ[DEMO] = "1" if is_demo else "0"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "urbanwork.office.settings")
    place = office_place()
    if is_made and not place.folder.is_dir():
        raise UserError(f"{place.folder}: no office here yet; start one: urbanwork serve {city}")
    _make(place.folder)
    os.environ[STATIC] = str(static_folder(place))
    _set_up()
    with _alone(place.folder / "opening.lock"):
        _migrate()
    return place


def _make(folder: Path) -> None:
    from urbanwork.city.store import storage_fault

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise storage_fault(folder, error) from error


def _set_up() -> None:
    try:
        import django
    except ModuleNotFoundError as error:
        raise UserError(
            f"serve: the package {error.name} is not installed; install the office with "
            "pip install 'urbanwork[office]'"
        ) from error
    django.setup()


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """One process after the other: two that start at once do not make the same tables."""
    with file.open("w", encoding="utf-8") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        yield


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.utils import DatabaseError

    try:
        connection.ensure_connection()
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        raise UserError(_told(error)) from error


def _told(error: Exception) -> str:
    """What is wrong with the database, in one sentence without its password."""
    from django.db import connection

    given = connection.settings_dict
    why = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if connection.vendor == "sqlite":
        return f"{given['NAME']}: the database cannot be used ({why}); move the file away, or mend"
    where = f"{given['HOST'] or 'localhost'}:{given['PORT'] or 5432}/{given['NAME']}"
    return f"DATABASE_URL: the database {where} cannot be used ({why}); start it, or correct it"
