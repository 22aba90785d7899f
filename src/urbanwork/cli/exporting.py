"""`urbanwork export`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from urbanwork.city.store import storage_fault
from urbanwork.errors import UserError

FORMATS = ("xlsx", "gpkg", "csv")


def export_examination(folder: Path, *, formats: Sequence[str], out: Path | None) -> list[Path]:
    """Write the last examination in the formats asked; each file whole or not at all."""
    from urbanwork.api import last_examination

    chosen = [name.strip().lower() for name in formats if name.strip()]
    unknown = [name for name in chosen if name not in FORMATS]
    if unknown or not chosen:
        got = ", ".join(unknown) or "nothing"
        raise UserError(f"export --to: got {got}; wanted one or more of {', '.join(FORMATS)}")
    exam = last_examination(folder)
    target = out or exam.folder
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target, prefix=".writing-") as temporary:
            written = _write(exam.folder, exam.id, chosen, Path(temporary))
            return [Path(shutil.move(path, target / path.name)) for path in written]
    except OSError as error:
        raise storage_fault(target, error) from error


def _write(exam: Path, name: str, formats: Sequence[str], folder: Path) -> list[Path]:
    from urbanwork.reporting.geopackage import write_geopackage
    from urbanwork.reporting.workbook import write_csv, write_workbook

    written: list[Path] = []
    if "xlsx" in formats:
        written.append(write_workbook(exam, folder / f"{name}.xlsx"))
    if "gpkg" in formats:
        written.append(write_geopackage(exam, folder / f"{name}.gpkg"))
    if "csv" in formats:
        written += write_csv(exam, folder)
    return written
