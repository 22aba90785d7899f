"""The tables by which this office works: its own where it keeps one, else those of the product."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from urbanwork.office.place import office_place
from urbanwork.quantities.calendars import OFFICE, read_calendar, working_days
from urbanwork.quantities.working_time import WorkingTime
from urbanwork.supervision import ladder_table, lifecycle_table, lights_table
from urbanwork.supervision.ladder_table import Ladder, read_ladder
from urbanwork.supervision.lifecycle_table import Lifecycle, read_lifecycle
from urbanwork.supervision.lights_table import Lights, read_lights

FOLDER = "rules"
"""Where an office keeps tables of its own: lifecycle, lights, ladder and calendar (.yaml)."""


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
    own = _own("calendar.yaml")
    return WorkingTime(working_days(OFFICE) if own is None else read_calendar(own))
