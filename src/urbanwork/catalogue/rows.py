"""The rows of methods and rules that the catalogue carries out, and those only declared.

`rows.yaml` lists them; an indicator names its rows, and `declared.yaml` says of the others what
data they need. They are read by the check and the documentation, not by an examination.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from urbanwork.catalogue.checking import Spot, suggestion, table_faults
from urbanwork.catalogue.fields import BILINGUAL, Field, Fields
from urbanwork.catalogue.models import Bilingual
from urbanwork.errors import ManyFaultsError
from urbanwork.quantities.kept_yaml import load_own_yaml

FOLDER: Final = Path(__file__).parent

_SECTION: Final[Fields] = {
    "title": Field("bilingual", "title of the section"),
    "rows": Field("named_tables", "rows by id, each with its title", fields=BILINGUAL),
}
_DECLARED: Final[Fields] = {
    "needs": Field("bilingual", "the data that it needs"),
    "why": Field("bilingual", "why it is not computed yet"),
}
_ROWS_FILE: Final[Fields] = {
    "sections": Field("named_tables", "sections by their letter", fields=_SECTION)
}
_DECLARED_FILE: Final[Fields] = {
    "declared": Field("named_tables", "declared rows by id", fields=_DECLARED)
}


@dataclass(frozen=True, slots=True)
class Row:
    """Something that the catalogue must carry out or declare."""

    id: str  # H06
    section: str  # H
    title: Bilingual


@dataclass(frozen=True, slots=True)
class Declared:
    """A row that nothing can compute yet."""

    row: str
    needs: Bilingual
    why: Bilingual


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows in the order of the file, with the titles of their sections."""

    rows: Mapping[str, Row]
    sections: Mapping[str, Bilingual]
    declared: Mapping[str, Declared]
    origins: Mapping[str, str]  # id of a declared row -> "declared.yaml:5"


def load_rows(folder: Path = FOLDER) -> Rows:
    """The rows and the declared ones.

    Raises:
        UserError: a file is missing or cannot be read.
        ManyFaultsError: every fault of both files at once, each with file and line.

    >>> load_rows().rows["H12"].title.zh
    '城市道路网密度'
    """
    faults: list[str] = []
    sections, _ = _read(folder / "rows.yaml", _ROWS_FILE, faults)
    declared, spot = _read(folder / "declared.yaml", _DECLARED_FILE, faults)
    if faults:
        raise ManyFaultsError(faults)
    rows = _rows(sections["sections"])
    faults += [
        spot.at("declared", name).fault(f"there is no row '{name}'{suggestion(name, rows)}")
        for name in declared["declared"]
        if name not in rows
    ]
    if faults:
        raise ManyFaultsError(faults)
    return Rows(
        rows,
        {key: Bilingual(**each["title"]) for key, each in sections["sections"].items()},
        {key: _declared(key, each) for key, each in declared["declared"].items()},
        {key: spot.lines.where("declared", key) for key in declared["declared"]},
    )


def _read(file: Path, fields: Fields, faults: list[str]) -> tuple[Any, Spot]:
    data, lines = load_own_yaml(file)
    spot = Spot(lines)
    faults += list(table_faults(data, fields, spot))
    return data, spot


def _rows(sections: Mapping[str, Any]) -> dict[str, Row]:
    return {row.id: row for key, section in sections.items() for row in _of_section(key, section)}


def _of_section(key: str, section: Mapping[str, Any]) -> Iterator[Row]:
    for name, title in section["rows"].items():
        yield Row(name, key, Bilingual(**title))


def _declared(row: str, entry: Mapping[str, Any]) -> Declared:
    return Declared(row, Bilingual(**entry["needs"]), Bilingual(**entry["why"]))
