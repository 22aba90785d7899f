"""The two blobs of a report cut into pieces, so that a device gets first what it draws first.

The report of an examination carries its city and its values packed (`reporting/html`). They are
taken from there and not measured again: the map shows what was published, whatever happened to the
sources since. Neither zones nor tasks are in them; those depend on who asks (`marks.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Final

from urbanwork.city.store import write_file
from urbanwork.errors import UserError
from urbanwork.examination.frozen import report_of
from urbanwork.office.maps.last import key_of, last_examination
from urbanwork.office.place import office_place
from urbanwork.reporting.html import blobs_of
from urbanwork.reporting.html.pack import Plain, pack, unpack

FOLDER: Final = "map"
CITY, BUILDINGS, EXAMINATION = "city.bin", "buildings.bin", "examination.bin"
NAME: Final = re.compile(r"(city|buildings|examination|indicator-\d{1,4})\.bin")
VERSION: Final = "1"
"""Raise it when the pieces change."""
_WALKING: Final = ("gate_", "cell_edge", "cell_along", "cell_off", "cell_px", "cell_py")
"""What only serves to walk in the browser: here the server explains, with the path."""
_OF_INDICATOR: Final = (
    "id", "title", "question", "unit", "better", "dimension", "measure", "of_people", "parts",
    "limit", "by_distance", "scale", "area_scale",
)  # fmt: skip
_OF_GRID: Final = ("value", "grade", "reason", "people_short")
_making = Lock()


@dataclass(frozen=True, slots=True)
class Frame:
    """How the map counts metres: from `origin` in `crs`, to the east and to the north."""

    crs: str
    origin: tuple[float, float]
    areas: tuple[str, ...]
    cells: int


def pieces_of(exam: Path) -> Path:
    """The folder of the pieces of an examination; makes them at the first asking.

    Raises UserError where the report was cut off, or the disk is full.
    """
    folder = office_place().cache / FOLDER / f"{key_of(exam)}-{VERSION}"
    if not (folder / EXAMINATION).exists():
        with _making:
            if not (folder / EXAMINATION).exists():
                _make(exam, folder)
    return folder


def cut_last() -> None:
    """Have the pieces of the last examination ready before anybody asks for them.

    What is wrong with it the map tells.
    """
    with suppress(UserError):
        if (exam := last_examination()) is not None:
            pieces_of(exam)


def frame_of(exam: Path) -> Frame:
    """The frame of the map of an examination."""
    return _frame(pieces_of(exam) / CITY)


@lru_cache(maxsize=4)
def _frame(path: Path) -> Frame:
    header, arrays = unpack(path.read_bytes())
    origin = (float(header["origin"][0]), float(header["origin"][1]))
    return Frame(header["crs"], origin, tuple(header["areas"]), len(arrays["cell_high"]))


def _make(exam: Path, folder: Path) -> None:
    """All pieces; the one that says that they are all there comes last."""
    city, data = blobs_of(report_of(exam).read_bytes())
    for name, piece in (*_of_city(*unpack(city)), *_of_examination(*unpack(data))):
        write_file(folder / name, piece)


def _of_city(header: dict[str, Any], arrays: Mapping[str, Plain]) -> list[tuple[str, bytes]]:
    buildings = {key: each for key, each in arrays.items() if key.startswith("building_")}
    first = {
        key: each[:0] if key in buildings else each
        for key, each in arrays.items()
        if not key.startswith(_WALKING)
    }
    return [(CITY, pack(header, first)), (BUILDINGS, pack({}, buildings))]


def _of_examination(header: dict[str, Any], arrays: Mapping[str, Plain]) -> list[tuple[str, bytes]]:
    rows = [n for n, each in enumerate(header["indicators"]) if _is_measured(header, arrays, n)]
    pieces = [
        (f"indicator-{row}.bin", pack({}, {
            f"{what}_{row}": arrays[f"{what}_{number}"]
            for what in ("value", "state", "distance") if f"{what}_{number}" in arrays
        }))
        for row, number in enumerate(rows) if f"state_{number}" in arrays
    ]  # fmt: skip
    with_cells = [row for row, number in enumerate(rows) if f"state_{number}" in arrays]
    short = {
        **{key: header[key] for key in ("city", "estimated", "grouped", "states", "areas")},
        "people": header["people"], "dimensions": header["dimensions"], "with_cells": with_cells,
        "indicators": [_trimmed(header["indicators"][number]) for number in rows],
        "grid": _grid(header, rows), "words": header["words"],
    }  # fmt: skip
    kept = {key: arrays[key] for key in ("area", "people") if key in arrays}
    return [*pieces, (EXAMINATION, pack(short, kept))]


def _is_measured(header: Mapping[str, Any], arrays: Mapping[str, Plain], number: int) -> bool:
    """Whether any area has a value; what nobody could measure is told on the first page."""
    columns = len(header["areas"])
    values = header["grid"]["value"][number * columns : (number + 1) * columns]
    return any(each is not None for each in values)


def _trimmed(indicator: Mapping[str, Any]) -> dict[str, Any]:
    return {key: indicator[key] for key in _OF_INDICATOR}


def _grid(header: Mapping[str, Any], rows: list[int]) -> dict[str, list[Any]]:
    columns = len(header["areas"])
    return {
        key: [
            value
            for row in rows
            for value in header["grid"][key][row * columns : (row + 1) * columns]
        ]
        for key in _OF_GRID
    }


def indicators_of(exam: Path) -> list[dict[str, Any]]:
    """The indicators that the map can show, as its header has them."""
    return list(_header(pieces_of(exam) / EXAMINATION)["indicators"])


@lru_cache(maxsize=4)
def _header(path: Path) -> dict[str, Any]:
    return unpack(path.read_bytes())[0]


def with_cells(exam: Path) -> list[int]:
    """The rows of the indicators that have values by cell."""
    return list(_header(pieces_of(exam) / EXAMINATION)["with_cells"])
