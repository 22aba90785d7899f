"""Where a picture was taken, held against the place of its task."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from urbanwork.office.evidence.models import Evidence
from urbanwork.office.ledger.models import Task
from urbanwork.office.place import office_place

METRES_A_DEGREE: Final = 111_195.0
"""Of latitude, on a sphere of 6,371 km: enough for 'how far from the place'."""
ROUND_METRES: Final = 10
"""A position from a phone is no better."""


@dataclass(frozen=True, slots=True)
class Place:
    """A position held against a task; None where the task or the examination has no such place.

    `from_point` is metres from the point of the task; `is_inside` whether it lies in one of the
    areas of the task, and `outside` how many metres away from them.
    """

    longitude: float
    latitude: float
    from_point: float | None
    is_inside: bool | None
    outside: float | None


def place_of(row: Evidence, task: Task) -> Place | None:
    """Where a file was taken; None where nothing is known of it."""
    if row.longitude is None or row.latitude is None:
        return None
    from_point = None
    if task.longitude is not None and task.latitude is not None:
        from_point = _metres(row.longitude, row.latitude, task.longitude, task.latitude)
    outside = _outside(row.longitude, row.latitude, task.areas or [task.area])
    is_inside = None if outside is None else outside == 0
    return Place(row.longitude, row.latitude, _rounded(from_point), is_inside, _rounded(outside))


def _rounded(metres: float | None) -> float | None:
    return None if metres is None else round(metres / ROUND_METRES) * float(ROUND_METRES)


def _metres(east: float, north: float, east_to: float, north_to: float) -> float:
    """Metres between two positions, on a sphere."""
    one, other = math.radians(north), math.radians(north_to)
    turn = math.radians(east_to - east)
    half = math.sin((other - one) / 2) ** 2
    half += math.cos(one) * math.cos(other) * math.sin(turn / 2) ** 2
    return math.degrees(2 * math.asin(min(1.0, math.sqrt(half)))) * METRES_A_DEGREE


def _outside(east: float, north: float, areas: Sequence[str]) -> float | None:
    """Metres from the nearest of some areas, 0 inside; None where none of them is known."""
    import shapely

    shapes = [shape for each in areas if (shape := _shapes().get(str(each))) is not None]
    if not shapes:
        return None
    point = shapely.Point(east, north)
    if any(shape.covers(point) for shape in shapes):
        return 0.0
    found = [shapely.shortest_line(point, shape).coords[1] for shape in shapes]
    return max(1.0, min(_metres(east, north, *each) for each in found))


def _shapes() -> dict[str, Any]:
    from urbanwork.examination.run import last_folder

    folder = last_folder(office_place().city)
    file = None if folder is None else folder / "areas.parquet"
    if file is None or not file.exists():
        return {}
    return _read(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(file: Path, _changed: int) -> dict[str, Any]:
    import pyarrow.parquet as pq
    import shapely

    table = pq.read_table(file, columns=["area", "geometry"])
    shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    return dict(zip(table["area"].to_pylist(), shapes, strict=True))
