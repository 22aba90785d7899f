"""The kinds of value in `city.yaml`: paths that exist, dates, clock times, countries.

Each check says what is wrong in words; `setting_faults` adds file, line and key.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from urbanwork.city.store import is_geodatabase
from urbanwork.errors import UserError
from urbanwork.quantities.jurisdictions import INTERNATIONAL, ISO_3166_1, OFTEN_MEANT

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CLOCK = re.compile(r"(?:[0-9]|[0-2][0-9]):[0-5][0-9]|30:00", re.ASCII)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_GROUPS = {"weekdays": _DAYS[:5], "weekend": _DAYS[5:], "daily": _DAYS}


def fault(sentence: str) -> PydanticCustomError:
    """Return a fault that is shown in the words of `sentence`."""
    return PydanticCustomError("said", "{sentence}", {"sentence": sentence})


def as_path_mapping(given: Any) -> Any:
    """A path alone, or a list of paths, means a mapping with nothing but `path`."""
    return {"path": given} if isinstance(given, str | Path | list) else given


def as_list(given: Any) -> Any:
    """One thing means a list of one."""
    if given is None:
        return ()
    return given if isinstance(given, list | tuple) else [given]


def as_some(given: Any) -> Any:
    """One thing means a list of one; none at all is a fault."""
    several = as_list(given)
    if not several:
        raise fault(f"got {'nothing' if given is None else 'an empty list'}, wanted at least one")
    return several


def days_of_week(given: Any) -> Any:
    """`weekdays` and its like mean their days; days come in the order of the week."""
    if isinstance(given, str) and given in _DAY_GROUPS:
        return _DAY_GROUPS[given]
    days = as_list(given)
    if not days or any(day not in _DAYS for day in days):
        raise fault(
            f"got {shown(given)}, wanted weekdays, weekend, daily, or a list of {', '.join(_DAYS)}"
        )
    return tuple(day for day in _DAYS if day in days)


def datum_name(given: Any) -> Any:
    """`GCJ-02` and `gcj02` are one datum."""
    return re.sub(r"[\s_-]", "", given).lower() if isinstance(given, str) else given


def existing_path(given: Any, info: ValidationInfo, *, may_be_geodatabase: bool = False) -> Path:
    """Return a path with the city's folder before it, if a file is there."""
    if isinstance(given, Path):
        given = str(given)
    if not isinstance(given, str) or not given.strip() or "\0" in given:
        raise fault("wanted the path of a file")
    context: Mapping[str, Any] = info.context or {}
    folder: Path = context.get("folder", Path())
    path = folder / Path(given).expanduser()
    if not (may_be_geodatabase and is_geodatabase(path)):
        _check_file(path, given, folder)
    return path


def existing_polygons(given: Any, info: ValidationInfo) -> Path:
    """The same for polygons, which a FileGDB holds in a folder."""
    return existing_path(given, info, may_be_geodatabase=True)


def _check_file(path: Path, given: str, folder: Path) -> None:
    try:
        if path.is_dir():
            raise fault(f"'{given}' is a folder, wanted a file; name a file in it")
        exists, is_file = path.exists(), path.is_file()
    except OSError as error:
        raise fault(f"'{given}' cannot be looked at ({error.strerror}); check the path") from None
    if not exists:
        raise fault(f"there is no file '{given}' in {folder}{_similar_file(path)}")
    if not is_file:
        raise fault(f"'{given}' is a pipe or a device, wanted a file; save it as a file first")


def _similar_file(path: Path) -> str:
    """What the user may have meant: a file with nearly this name in the same folder."""
    try:
        names = sorted(entry.name for entry in path.parent.iterdir() if entry.is_file())
    except OSError:
        return "; check the path"
    close = difflib.get_close_matches(path.name, names, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else "; check the path"


def iso_date(given: Any) -> date:
    """Return the date that a text such as 2023-06-05 names."""
    if isinstance(given, date):
        return given
    if isinstance(given, str) and _DATE.fullmatch(given):
        try:
            return date.fromisoformat(given)
        except ValueError:
            raise fault(f"got '{given}', which no calendar has; mend the day or month") from None
    raise fault(f"got {shown(given)}, wanted a date such as 2023-06-05")


def clock_time(given: Any) -> str:
    """Return a time of day as HH:MM; up to 30:00, since a timetable's day may end at night."""
    if not (isinstance(given, str) and _CLOCK.fullmatch(given)):
        raise fault(f"got {shown(given)}, wanted a time such as 07:00, at most 30:00")
    return given.zfill(5)


def country(given: Any) -> str:
    """Return an ISO code in capitals, or * for no country in particular."""
    code = given.strip().upper() if isinstance(given, str) else given
    if code == INTERNATIONAL or (isinstance(code, str) and code in ISO_3166_1):
        return str(code)
    meant = OFTEN_MEANT.get(code) if isinstance(code, str) else None
    hint = f"did you mean {meant}?" if meant else "such as FI or CN, or * for none"
    raise fault(f"got {shown(given)}, wanted the two letters of a country (ISO 3166-1); {hint}")


@cache
def place_categories() -> tuple[str, ...]:
    """The categories of places that there are, from the rules of the reader.

    Only their names are read: the reader itself takes a second to load.
    """
    from urbanwork.sources.category_titles import category_titles

    return tuple(category_titles())


def place_category(given: Any) -> str:
    """Return the name of a category of places, if there is such a one."""
    if isinstance(given, str) and given in place_categories():
        return given
    word = re.sub(r"[\s-]+", "_", str(given)).lower()
    close = difflib.get_close_matches(word, place_categories(), n=1, cutoff=0.6)
    hint = f"did you mean '{close[0]}'?" if close else f"there are {', '.join(place_categories())}"
    raise fault(f"got {shown(given)}, which is no category of places; {hint}")


def checked_country(given: str, where: str) -> str:
    """Return an ISO code in capitals, or * for none; `where` is what the message starts with.

    Raises:
        UserError: there is no such country.
    """
    try:
        return country(given)
    except PydanticCustomError as error:
        raise UserError(f"{where}: {error.message()}") from None


def crs_text(given: Any) -> str:
    """Return a coordinate system that PROJ knows, as it was written."""
    from urbanwork.quantities.crs import crs_of

    if isinstance(given, int) and not isinstance(given, bool):
        given = f"EPSG:{given}"
    if not isinstance(given, str):
        raise fault(f"got {shown(given)}, wanted a coordinate system such as EPSG:4547")
    try:
        crs_of(given)
    except UserError as error:
        raise fault(str(error)) from None
    return given


def extent_of(given: Any, info: ValidationInfo) -> Any:
    """Return a bounding box, or the path of a file that exists."""
    if given is None:
        return None
    if not isinstance(given, list | tuple):
        return existing_path(given, info)
    numbers = [value for value in given if isinstance(value, int | float)]
    if len(numbers) != 4 or len(given) != 4:
        raise fault(f"got {shown(given)}, wanted a path or [west, south, east, north] in degrees")
    west, south, east, north = numbers
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise fault(
            f"[{west:g}, {south:g}, {east:g}, {north:g}] is no box on Earth; give "
            "[west, south, east, north] in degrees"
        )
    return tuple(float(number) for number in numbers)


def shown(given: Any) -> str:
    """Return what was given as a message shows it: short, and never a whole structure.

    >>> shown("a.pbf"), shown(12), shown([1]), shown(None)
    ("'a.pbf'", 'the number 12', 'a list', 'nothing')
    """
    if given is None:
        return "nothing"
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, int | float):
        return f"the number {given}"
    if isinstance(given, str):
        return repr(given if len(given) <= 60 else given[:57] + "...")
    return "a mapping" if isinstance(given, Mapping) else "a list"


BoundingBox = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

ExistingPath = Annotated[
    Path,
    BeforeValidator(existing_path, json_schema_input_type=str),
]
PolygonPath = Annotated[
    Path,
    BeforeValidator(existing_polygons, json_schema_input_type=str),
]
IsoDate = Annotated[date, BeforeValidator(iso_date), Field(json_schema_extra={"format": "date"})]
ClockTime = Annotated[
    str,
    BeforeValidator(clock_time),
    Field(json_schema_extra={"pattern": f"^(?:{_CLOCK.pattern})$"}),
]
Country = Annotated[
    str,
    AfterValidator(country),
    Field(json_schema_extra={"pattern": r"^(\*|[A-Za-z]{2})$"}),
]
CategoryName = Annotated[str, BeforeValidator(place_category)]
CrsText = Annotated[str, BeforeValidator(crs_text, json_schema_input_type=str | int)]
