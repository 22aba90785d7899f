"""Opening an office for a command: its environment, its database, its tables up to date."""

from __future__ import annotations

import os
from pathlib import Path

from urbanwork.errors import UserError
from urbanwork.office.place import CITY, OfficePlace, office_place
from urbanwork.office.tables import bring_up_to_date

DEMO = "URBANWORK_DEMO"


def open_office(city: Path, *, is_demo: bool = False, is_made: bool = False) -> OfficePlace:
    """Set up Django for the office of a city and bring its database up to date.

    Args:
        city: folder of the city.
        is_demo: whether its people are made up.
        is_made: whether it must be there already, for commands that look at it.

    Raises:
        UserError: the city cannot be read, there is no office yet, the packages of the office are
            not installed, the database is named wrongly, does not answer or is not one of ours, or
            a newer version has changed it.
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
    bring_up_to_date(place)
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
