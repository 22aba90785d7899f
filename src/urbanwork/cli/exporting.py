"""`urbanwork export`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from urbanwork.city.store import storage_fault
from urbanwork.cli.options import Lang
from urbanwork.errors import UserError

if TYPE_CHECKING:
    from urbanwork.api import Examination
    from urbanwork.reporting.book import Book
    from urbanwork.reporting.content_models import Content
    from urbanwork.reporting.html.model import ReportInput

FORMATS = ("xlsx", "docx", "pdf", "gpkg", "csv")
REPORTS = ("xlsx", "docx", "pdf")
"""Formats that hold the report: they have a language and an order."""

By = Literal["point", "dimension"]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to write: formats, and for reports the language and the order."""

    formats: Sequence[str]
    lang: Lang
    by: By | None


def export_examination(
    folder: Path, *, formats: Sequence[str], out: Path | None, lang: Lang = "en",
    by: By | None = None,
) -> list[Path]:  # fmt: skip
    """Write the last examination in the formats asked; each file whole or not at all."""
    from urbanwork.api import last_examination

    wanted = _Wanted(_chosen(formats), lang, by)
    exam = last_examination(folder)
    target = out or exam.folder
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target, prefix=".writing-") as temporary:
            written = _write(exam, wanted, Path(temporary))
            return [Path(shutil.move(path, target / path.name)) for path in written]
    except OSError as error:
        raise storage_fault(target, error) from error


def _chosen(formats: Sequence[str]) -> list[str]:
    chosen = [name.strip().lower() for name in formats if name.strip()]
    unknown = [name for name in chosen if name not in FORMATS]
    if unknown or not chosen:
        got = ", ".join(unknown) or "nothing"
        raise UserError(f"export --to: got {got}; wanted one or more of {', '.join(FORMATS)}")
    return chosen


def _write(exam: Examination, wanted: _Wanted, folder: Path) -> list[Path]:
    from urbanwork.reporting.geopackage import write_geopackage
    from urbanwork.reporting.workbook import write_csv

    written: list[Path] = []
    if set(wanted.formats) & set(REPORTS):
        written += _write_reports(exam, wanted, folder)
    if "gpkg" in wanted.formats:
        written.append(write_geopackage(exam.folder, folder / f"{exam.id}.gpkg"))
    if "csv" in wanted.formats:
        written += write_csv(exam.folder, folder)
    return written


def _write_reports(exam: Examination, wanted: _Wanted, folder: Path) -> list[Path]:
    from urbanwork.reporting.content import content
    from urbanwork.reporting.on_disk import read_report_input
    from urbanwork.reporting.workbook import write_workbook

    report = read_report_input(exam.city_folder, exam.folder)
    made = content(report, by=wanted.by)
    stem, written = folder / f"{exam.id}-{wanted.lang}", []
    if "xlsx" in wanted.formats:
        target = stem.with_suffix(".xlsx")
        written.append(write_workbook(exam.folder, target, made=made, lang=wanted.lang))
    if {"docx", "pdf"} & set(wanted.formats):
        written += _write_printed(report, made, wanted, stem)
    return written


def _write_printed(report: ReportInput, made: Content, wanted: _Wanted, stem: Path) -> list[Path]:
    from urbanwork.reporting.document import docx_bytes
    from urbanwork.reporting.print import pdf_bytes

    printed, written = _book(report, made, wanted.lang), []
    for name, make in (("docx", docx_bytes), ("pdf", pdf_bytes)):
        if name in wanted.formats:
            target = stem.with_suffix(f".{name}")
            target.write_bytes(make(printed))
            written.append(target)
    return written


def _book(report: ReportInput, made: Content, lang: Lang) -> Book:
    from urbanwork.reporting.book import book
    from urbanwork.reporting.fonts import chinese_family, installed_fonts
    from urbanwork.reporting.pictures import key_pictures

    family = chinese_family(installed_fonts())
    return book(made, lang, pictures=key_pictures(report, made, lang=lang, family=family))
