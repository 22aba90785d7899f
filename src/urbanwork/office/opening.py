"""Opening the office of a city from the command line: Django set up, the database up to date."""

from __future__ import annotations

import os
from pathlib import Path

from urbanwork.city.reading import read_settings
from urbanwork.errors import UserError
from urbanwork.office.place import CITY, OFFICE, OfficePlace, office_place


def open_office(city: Path, *, is_made: bool = True) -> OfficePlace:
    """Set Django up for the office of a city and bring its database up to date.

    Args:
        city: folder of the city.
        is_made: whether the office must be there already; else it is made.

    Raises:
        UserError: no such city, no office yet, or a database that cannot be reached.
    """
    read_settings(city)
    os.environ[CITY] = str(city.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "urbanwork.office.settings")
    place = office_place()
    if is_made and not os.environ.get("DATABASE_URL") and not place.database.exists():
        raise UserError(
            f"{place.folder}: there is no office here; start one with `urbanwork serve {city}`, "
            f"or name its folder in {OFFICE}"
        )
    place.folder.mkdir(parents=True, exist_ok=True)
    import django

    django.setup()
    _migrate()
    return place


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import DatabaseError

    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        first = str(error).strip().splitlines()[0]
        raise UserError(
            f"the database of the office cannot be used ({first}); check that it runs, "
            "and DATABASE_URL if you set it"
        ) from error
