"""A file that is given: kept in the cache of the office, its columns guessed or remembered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import IO, Final

from django.db import transaction
from django.utils import timezone

from urbanwork.errors import UserError
from urbanwork.office.audit.record import record
from urbanwork.office.ledger_files.columns import FIELDS, guessed, head_rows, signature, titles
from urbanwork.office.ledger_files.models import BodyName, ColumnMapping, Reading
from urbanwork.office.ledger_files.rows import Row, rows
from urbanwork.office.people.models import Body
from urbanwork.office.people.rights import Rights
from urbanwork.office.place import office_place
from urbanwork.sources.statistics.files import FROM_STRANGERS, TEXT, read_grid
from urbanwork.sources.statistics.grid import Grid
from urbanwork.sources.statistics.workbooks import hidden_rows, read_sheets

MOST_BYTES: Final = 20 * 2**20
MOST_ROWS: Final = 20_000
WAITS: Final = timedelta(days=7)
CHUNK: Final = 2**20


def give(rights: Rights, file: IO[bytes], name: str, ledger: str) -> Reading:
    """Keep a file and read its columns.

    Raises:
        UserError: no table, too large, damaged.
    """
    ending = Path(name).suffix.lower()
    if ending not in (*TEXT, *FROM_STRANGERS):
        raise UserError(f"{name}: ledgers are read from .xlsx, .xls, .ods and .csv; save it so")
    _forget_old()
    digest, path = _kept(file, ending, name)
    reading = Reading(
        person=rights.person, name=name[:200], ending=ending, digest=digest,
        ledger=(ledger or _ledger_of(name))[:120],
    )  # fmt: skip
    try:
        reading.mapping = _mapping(_chosen(_sheets(path, name), ""))
    except UserError:
        path.unlink(missing_ok=True)
        raise
    reading.save()
    return reading


def heads(reading: Reading) -> list[str]:
    """The titles of the columns of a file that waits."""
    return _titles(_chosen(_sheets_of(reading), reading.sheet))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook that waits, and whether its rows are read."""

    name: str
    is_read: bool


def sheets(reading: Reading) -> list[Sheet]:
    """The sheets of a file that have rows; a text file has one."""
    grids = _sheets_of(reading)
    are_read = [grid.where for grid in _read(grids, reading.sheet)]
    return [Sheet(grid.where, grid.where in are_read) for grid in grids]


def rows_of(reading: Reading) -> list[Row]:
    """The rows of a file that waits, as its columns are mapped, of all sheets that are read.

    Raises:
        UserError: the file is gone, or has more rows than are read at once.
    """
    path = _path(reading.digest, reading.ending)
    found = [
        row
        for grid in _read(_sheets_of(reading), reading.sheet)
        for row in rows(grid, reading.mapping, hidden_rows(path, grid.where))
    ]
    if len(found) > MOST_ROWS:
        raise UserError(
            f"{reading.name}: {len(found):,} rows, more than the {MOST_ROWS:,} that are read at "
            "once; divide the file"
        )
    return found


def choose_sheet(reading: Reading, sheet: str) -> None:
    """Read one sheet alone; with no name, the one with most known columns and those like it.

    Raises:
        UserError: the file has no such sheet.
    """
    reading.mapping = _mapping(_chosen(_sheets_of(reading), sheet))
    reading.sheet = sheet
    reading.save(update_fields=["mapping", "sheet"])


@transaction.atomic
def remember(reading: Reading, mapping: Mapping[str, int]) -> None:
    """Use another mapping for this file, and for those with the same columns from now on."""
    columns = heads(reading)
    reading.mapping = {
        name: at for name, at in mapping.items() if name in FIELDS and 0 <= at < len(columns)
    }
    reading.save(update_fields=["mapping"])
    ColumnMapping.objects.update_or_create(
        signature=signature(columns), defaults={"mapping": reading.mapping, "at": timezone.now()}
    )
    facts = {"columns": signature(columns), "mapping": dict(reading.mapping)}
    record("ledger.mapping", f"reading:{reading.pk}", facts, actor=f"person:{reading.person_id}")


@transaction.atomic
def name_bodies(rights: Rights, meant: Mapping[str, int]) -> None:
    """Keep which body a name means, for this file and all to come.

    Raises:
        UserError: no such body.
    """
    for name, body in meant.items():
        if not Body.objects.filter(pk=body, is_closed=False).exists():
            raise UserError(f"'{name}': there is no body {body}; choose one of the list")
        BodyName.objects.update_or_create(name=name[:200], defaults={"body_id": body})
        facts = {"name": name[:200], "body": body}
        record("ledger.body_name", f"body:{body}", facts, actor=f"person:{rights.person.pk}")


def _mapping(grid: Grid) -> dict[str, int]:
    columns = _titles(grid)
    known = ColumnMapping.objects.filter(signature=signature(columns)).first()
    return known.mapping if known else guessed(columns)


def _titles(grid: Grid) -> list[str]:
    return titles(grid, head_rows(grid))


def _chosen(grids: list[Grid], sheet: str) -> Grid:
    """The sheet that is named, else the first of those with most known columns."""
    named = [grid for grid in grids if grid.where == sheet] if sheet else grids
    if not named:
        raise UserError(
            f"there is no sheet '{sheet}'; its sheets are {', '.join(each.where for each in grids)}"
        )
    return max(named, key=lambda grid: len(guessed(_titles(grid))))


def _read(grids: list[Grid], sheet: str) -> list[Grid]:
    """The sheets that are read: the named one, else all whose columns are those of the chosen."""
    chosen = _chosen(grids, sheet)
    if sheet:
        return [chosen]
    return [grid for grid in grids if grid is chosen or _titles(grid) == _titles(chosen)]


def _sheets_of(reading: Reading) -> list[Grid]:
    return _sheets(_path(reading.digest, reading.ending), reading.name)


def _sheets(path: Path, name: str) -> list[Grid]:
    """The sheets of a file, each called as its people call it."""
    if not path.exists():
        raise UserError(f"{name}: the file has waited too long and is gone; give it again")
    try:
        if path.suffix in TEXT:
            return [replace(read_grid(path), where=name)]
        return [replace(grid, where=grid.where.partition("!")[2]) for grid in read_sheets(path)]
    except UserError as fault:
        raise UserError(str(fault).replace(str(path), name).replace(path.name, name)) from fault


def _kept(file: IO[bytes], ending: str, name: str) -> tuple[str, Path]:
    """The digest and the path of what was given, written whole or not at all."""
    folder = office_place().cache / "ledgers"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = folder / f"part-{timezone.now().timestamp():.6f}"
    hashed, size = hashlib.sha256(), 0
    try:
        with part.open("xb") as out:
            while chunk := file.read(CHUNK):
                size += len(chunk)
                if size > MOST_BYTES:
                    raise UserError(f"{name}: larger than 20 MB; a ledger is a table, not pictures")
                hashed.update(chunk)
                out.write(chunk)
        path = _path(hashed.hexdigest(), ending)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return hashed.hexdigest(), path


def _path(digest: str, ending: str) -> Path:
    return office_place().cache / "ledgers" / f"{digest}{ending}"


def _ledger_of(name: str) -> str:
    """What a ledger is called by its file, without the days and editions in the name.

    >>> _ledger_of("重点任务台账2026年11月(2).xlsx"), _ledger_of("tasks_2026-11-01.csv")
    ('重点任务台账', 'tasks')
    """
    plain = re.sub(r"[\d年月日().（）_\-\s]+", " ", Path(name).stem)
    return " ".join(plain.split()) or "ledger"


def _forget_old() -> None:
    """Files that nobody came back for."""
    old = timezone.now() - WAITS
    for reading in Reading.objects.filter(made__lt=old):
        if not Reading.objects.filter(digest=reading.digest, made__gte=old).exists():
            _path(reading.digest, reading.ending).unlink(missing_ok=True)
    Reading.objects.filter(made__lt=old).delete()
