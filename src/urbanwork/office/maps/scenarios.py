"""Scenarios of the city that people of the office save: files that the command line reads too."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from urbanwork.errors import Fault, UserError
from urbanwork.office.audit.record import record
from urbanwork.office.maps.marks import levels
from urbanwork.office.people.rights import Rights
from urbanwork.office.place import office_place
from urbanwork.planning.changes import Change, Scenario
from urbanwork.planning.reading import read_scenario
from urbanwork.planning.writing import write_scenario

FOLDER: Final = "scenarios"
FILE: Final = re.compile(r"[\w][\w-]{0,79}\.(yaml|yml|geojson)")
LONGEST_NAME: Final = 120
LARGEST: Final = 5_000_000
"""Bytes of a scenario; what is larger is no plan that a page could show."""
MOST_LISTED: Final = 200
MOST_KEPT: Final = 2_000
EMPTY: Final = Fault(
    "the scenario is empty: it has no change; make at least one", "情景没有变更，请至少作一项变更"
)
NOT_SHOWN: Final = Fault(
    "name: it holds characters that cannot be shown; write it anew",
    "名称含有无法显示的字符，请重新填写",
)
FULL: Final = Fault(
    f"the city holds {MOST_KEPT:,} scenarios; remove some from its folder 'scenarios' first",
    f"情景已达{MOST_KEPT:,}个，请先从城市的scenarios文件夹中移除一部分",
)
_writing = Lock()


@dataclass(frozen=True, slots=True)
class Saved:
    """A scenario as lists show it."""

    file: str
    scenario: Scenario

    @property
    def name(self) -> str:
        return self.scenario.name


def saved(rights: Rights) -> list[Saved]:
    """The scenarios that a post may see, the newest first; files that are no scenario are not."""
    found = [(path, state) for path in _files() if (state := _state_of(path)) is not None]
    newest = sorted(found, key=lambda each: (-each[1].st_mtime_ns, each[0].name))[:MOST_LISTED]
    return [each for path, _ in newest if (each := _seen(rights, path)) is not None]


def _files() -> list[Path]:
    return [path for path in _folder().glob("*") if FILE.fullmatch(path.name)]


def _state_of(path: Path) -> os.stat_result | None:
    """What the file system says of a file; None for what is none, or is gone meanwhile."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found if stat.S_ISREG(found.st_mode) and found.st_size <= LARGEST else None


def scenario_of(rights: Rights, file: str) -> Saved | None:
    """One scenario by the name of its file; None where there is none that the post may see."""
    path = _folder() / file
    if FILE.fullmatch(file) is None:
        return None
    return _seen(rights, path)


def _seen(rights: Rights, path: Path) -> Saved | None:
    state = _state_of(path)
    scenario = None if state is None else _read(path, state.st_mtime_ns, state.st_size)
    if scenario is None:
        return None
    allowed = levels(rights)
    said = (str(each.properties.get("visibility") or "public") for each in scenario.changes)
    return Saved(path.name, scenario) if all(each in allowed for each in said) else None


@lru_cache(maxsize=2 * MOST_LISTED)
def _read(path: Path, _changed: int, _size: int) -> Scenario | None:
    try:
        return read_scenario(path)
    except UserError:
        return None


def save(rights: Rights, name: str, changes: Sequence[Change]) -> Saved:
    """Write a scenario into the city, under a name of its own.

    Raises UserError for a name that is empty, too long or cannot be shown, no change, a folder that
    holds too many, or a disk that is full.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise UserError(Fault(
            f"name: wanted 1 to {LONGEST_NAME} characters, got {len(name)}",
            f"名称须为1至{LONGEST_NAME}字，实际{len(name)}字",
        ))  # fmt: skip
    if not name.isprintable():
        raise UserError(NOT_SHOWN)
    if not changes:
        raise UserError(EMPTY)
    today = timezone.localdate().isoformat()
    if len(_files()) >= MOST_KEPT:
        raise UserError(FULL)
    with _writing, transaction.atomic():
        path = _free(name)
        scenario = Scenario(path.stem, name, tuple(changes), None, str(rights.person), today)
        facts = {"changes": len(changes), "file": path.name}
        record("scenario.save", f"scenario:{path.name}"[:120], facts,
               actor=f"person:{rights.person.pk}")  # fmt: skip
        write_scenario(scenario, path)
    return Saved(path.name, scenario)


def _free(name: str) -> Path:
    """A file of this name that is not there yet."""
    stem = re.sub(r"[^\w]+", "-", name.lower()).strip("-_")[:60] or "scenario"
    numbers = ["", *(f"-{n}" for n in range(2, 1_000))]
    free = (path for n in numbers if not (path := _folder() / f"{stem}{n}.yaml").exists())
    found = next(free, None)
    if found is None:
        raise UserError(Fault(
            f"there are too many scenarios called '{name}'; give another name",
            f"名为“{name}”的情景过多，请换一个名称",
        ))  # fmt: skip
    return found


def _folder() -> Path:
    return office_place().city / FOLDER


def as_given(change: Change) -> dict[str, Any]:
    """A change as pages and programs send it."""
    import shapely

    fields: dict[str, Any] = {
        name: value
        for name in ("id", "kind", "category", "target", "name", "capacity")
        if (value := getattr(change, name)) is not None
    }
    if change.geometry is not None:
        middle = shapely.point_on_surface(change.geometry)
        fields |= {"lon": middle.x, "lat": middle.y}
    return fields
