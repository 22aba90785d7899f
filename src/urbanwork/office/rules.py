"""The tables by which this office works: its own where it keeps one, else those of the product."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

from urbanwork.city.reading import read_settings
from urbanwork.office.place import office_place
from urbanwork.office.time_zone import zone_of
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.quantities.calendars import (
    OFFICE,
    Calendar,
    Season,
    WorkingDays,
    read_calendar,
    working_days,
)
from urbanwork.quantities.working_time import WorkingTime
from urbanwork.supervision import ladder_table, lifecycle_table, lights_table
from urbanwork.supervision.ladder_table import Ladder, read_ladder
from urbanwork.supervision.lifecycle_table import Lifecycle, read_lifecycle
from urbanwork.supervision.lights_table import Lights, read_lights

FOLDER = "rules"
"""Where an office keeps tables of its own: lifecycle, lights, ladder and calendar (.yaml)."""
CALENDAR: Final = "calendar.yaml"
WITHOUT_CALENDAR: Final = Bilingual(
    "This city has no calendar of days off: weekends alone are counted, so deadlines may move. "
    "The administrator writes office/rules/calendar.yaml.",
    "本市尚无节假日日历，暂仅扣除周末，时限可能变动。请管理员编写office/rules/calendar.yaml。",
)


def _own(name: str) -> Path | None:
    path = office_place().folder / FOLDER / name
    return path if path.exists() else None


@cache
def lifecycle() -> Lifecycle:
    """Which action leads where, who may do it, and what it needs."""
    return read_lifecycle(_own("lifecycle.yaml") or lifecycle_table.FILE)


@cache
def lights() -> Lights:
    """When a deadline shows which colour."""
    return read_lights(path=_own("lights.yaml") or lights_table.FILE)


@cache
def ladder() -> Ladder:
    """Which step of supervision follows on which."""
    return read_ladder(path=_own("ladder.yaml") or ladder_table.FILE)


@cache
def working_time() -> WorkingTime:
    """The hours and days of work of this office."""
    return WorkingTime(_days())


def _days() -> WorkingDays:
    """Its own calendar; else that of China in China, and weekends alone anywhere else."""
    if (own := _own(CALENDAR)) is not None:
        return read_calendar(own, zone=zone_of(office_place()))
    return working_days(OFFICE if _is_in_china() else _weekends())


@cache
def _is_in_china() -> bool:
    return read_settings(office_place().city).jurisdiction == "CN"


def _weekends() -> Calendar:
    """Holidays of China would be wrong elsewhere; what nobody gave us, we do not make up."""
    return Calendar(
        name=Bilingual("Weekends alone", "仅扣除周末"),
        zone=zone_of(office_place()),
        days=None,
        hours=(Season(open=("09:00-12:00", "13:30-17:30")),),  # type: ignore[arg-type]
    )


def calendar_warning() -> Bilingual | None:
    """What to say beside every deadline of an office without a calendar of days off."""
    return None if _own(CALENDAR) or _is_in_china() else WITHOUT_CALENDAR


@cache
def fingerprint() -> str:
    """A digest of all that lights and steps follow from; when it changes, all are made anew."""
    days = working_time().days
    tables = (lights(), ladder(), days.calendar, days.table)
    texts = ["" if table is None else table.model_dump_json() for table in tables]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
