"""A file that is given: kept in the cache of the office, its columns guessed or remembered."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import IO, Final

from django.db import transaction
from django.utils import timezone

from urbanwork.errors import UserError
from urbanwork.office.audit.record import record
from urbanwork.office.ledger_files.columns import FIELDS, guessed, head_row, signature, titles
from urbanwork.office.ledger_files.models import ColumnMapping, Reading
from urbanwork.office.ledger_files.rows import Row, rows
from urbanwork.office.people.rights import Rights
from urbanwork.office.place import office_place
from urbanwork.sources.statistics.files import FROM_STRANGERS, TEXT, read_grid
from urbanwork.sources.statistics.grid import Grid

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
        reading.mapping = _mapping(_grid(path, name))
    except UserError:
        path.unlink(missing_ok=True)
        raise
    reading.save()
    return reading


def heads(reading: Reading) -> list[str]:
    """The titles of the columns of a file that waits."""
    grid = _grid(_path(reading.digest, reading.ending), reading.name)
    return titles(grid, head_row(grid))


def rows_of(reading: Reading) -> list[Row]:
    """The rows of a file that waits, as its columns are mapped.

    Raises:
        UserError: the file is gone, or has more rows than are read at once.
    """
    grid = _grid(_path(reading.digest, reading.ending), reading.name)
    found = list(rows(grid, reading.mapping))
    if len(found) > MOST_ROWS:
        raise UserError(
            f"{reading.name}: {len(found):,} rows, more than the {MOST_ROWS:,} that are read at "
            "once; divide the file"
        )
    return found


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


def _mapping(grid: Grid) -> dict[str, int]:
    columns = titles(grid, head_row(grid))
    known = ColumnMapping.objects.filter(signature=signature(columns)).first()
    return known.mapping if known else guessed(columns)


def _grid(path: Path, name: str) -> Grid:
    if not path.exists():
        raise UserError(f"{name}: the file has waited too long and is gone; give it again")
    try:
        return read_grid(path, known=lambda grid: len(guessed(titles(grid, head_row(grid)))))
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
