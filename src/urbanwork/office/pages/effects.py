"""What a task was expected to move, beside what the examinations before and after it measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from urbanwork.examination.run import FOLDER, last_folder
from urbanwork.office.ledger.models import Task
from urbanwork.office.maps.last import key_of
from urbanwork.office.pages.kept import kept_or_begun
from urbanwork.office.place import office_place

VERSION: Final = "1"
State = Literal["open", "not_yet", "being_compared", "measured", "not_measured", "fault"]


@dataclass(frozen=True, slots=True)
class Effect:
    """How far the figure of a task moved. `told` is a row of the comparison, where there is one."""

    state: State
    before: str = ""
    after: str = ""
    told: Mapping[str, Any] | None = None
    fault: str = ""


def effect_of(task: Task) -> Effect | None:
    """What became of the figure that a task was to move; None where it names none.

    Measured between the examination that the task came from, else the last one made before it was
    registered, and the last one made since it was closed.
    """
    if not task.indicator:
        return None
    if task.closed is None:
        return Effect("open")
    city = office_place().city
    earlier, later = _before(city, task), last_folder(city)
    if earlier is None or later is None or _made(later) <= task.closed or earlier == later:
        return Effect("not_yet")
    name = f"effect-{key_of(earlier)}-{key_of(later)}-{VERSION}"
    found = kept_or_begun(name, lambda: _compared(earlier, later))
    if found is None:
        return Effect("being_compared", earlier.name, later.name)
    if "fault" in found:
        return Effect("fault", earlier.name, later.name, fault=str(found["fault"]))
    told = found["rows"].get(f"{task.indicator} {task.area or 'city'}")
    return Effect("measured" if told else "not_measured", earlier.name, later.name, told)


def _before(city: Path, task: Task) -> Path | None:
    named = city / FOLDER / str(task.origin.get("examination") or "-")
    if named.joinpath("manifest.json").exists() and named.parent == city / FOLDER:
        return named
    found = [path.parent for path in (city / FOLDER).glob("*/manifest.json")]
    return max((each for each in found if _made(each) < task.registered), key=_made, default=None)


def _made(exam: Path) -> datetime:
    return datetime.fromtimestamp(exam.joinpath("manifest.json").stat().st_mtime, UTC)


def _compared(earlier: Path, later: Path) -> dict[str, Any]:
    """The changes of all figures that both examinations have, by indicator and area."""
    from urbanwork.examination.compare import compare
    from urbanwork.reporting.compared import plain_comparison

    steps = plain_comparison(compare([earlier, later]))["steps"]
    kept = ("before", "after", "unit", "difference", "verdict", "sentence_en", "sentence_zh")
    return {
        "rows": {
            f"{each['indicator']} {each['area']}": {name: each[name] for name in kept}
            for each in steps[-1]["changes"]
            if each["before"] is not None and each["after"] is not None
        }
    }
