"""An examination as XLSX and CSV: every text stays text, whatever it begins with."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from urbanwork.reporting.numbers import Lang

if TYPE_CHECKING:
    from urbanwork.reporting.content_models import Content

TABLES = ("indicators", "areas", "problems", "cells")
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What spreadsheets take for a formula, in full width too (OWASP, CSV injection)."""
_Table = tuple[list[str], list[list[Any]]]
MOST_ROWS = 1_000_000
"""A sheet holds 1,048,576 rows; what is longer is cut and the first sheet says so."""


def write_workbook(
    exam: Path, target: Path, *, made: Content | None = None, lang: Lang = "en"
) -> Path:
    """One XLSX: about, indicators, areas, problems, sources; the cells are left to the files.

    With the content of a report, its sheets come first, one a point of the arrangement, in `lang`.
    """
    import xlsxwriter

    manifest = json.loads((exam / "manifest.json").read_text(encoding="utf-8"))
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
               "in_memory": True}  # fmt: skip
    book = xlsxwriter.Workbook(str(target), options)
    book.set_properties({
        "title": f"{manifest['name']} {manifest['id']}",
        "created": datetime.fromisoformat(manifest["as_of"]),
    })  # fmt: skip
    if made is not None:
        from urbanwork.reporting.workbook_sections import write_sections

        write_sections(book, made, lang)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    titles = _titles(manifest)
    sheets: dict[str, _Table] = {
        "indicators 指标": _indicators(exam, titles), "areas 片区": _areas(exam, titles),
        "problems 问题": _problems(exam, titles), "sources 来源": _sources(manifest),
    }  # fmt: skip
    about = [*_about(manifest), *_cut_short(sheets)]
    _sheet(book, "about 说明", ["", ""], about, bold)
    for name, (header, rows) in sheets.items():
        _sheet(book, name, header, rows, bold)
    book.close()
    return target


def _sheet(
    book: Any, name: str, header: Sequence[str], rows: Sequence[Sequence[Any]], bold: Any
) -> None:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for column, text in enumerate(header):
        sheet.write_string(0, column, text, bold)
    for number, row in enumerate(rows[:MOST_ROWS], start=1):
        for column, value in enumerate(row):
            _write(sheet, number, column, value)
    widths = [max([len(str(h)), *(len(str(row[c])) for row in rows[:200])]) for c, h in
              enumerate(header)]  # fmt: skip
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(60, max(9, width + 1)))
    if rows:
        sheet.autofilter(0, 0, min(len(rows), MOST_ROWS), len(header) - 1)


def _cut_short(sheets: Mapping[str, _Table]) -> list[tuple[str, Any]]:
    """A row for every sheet that does not hold all of its table."""
    return [
        ("cut short 已截断", f"{name}: {MOST_ROWS:,} / {len(rows):,}")
        for name, (_, rows) in sheets.items()
        if len(rows) > MOST_ROWS
    ]


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))


def _titles(manifest: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    return {key: each["title"] for key, each in manifest["indicators"].items()}


def _about(manifest: Mapping[str, Any]) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = [
        ("city 城市", manifest["name"]),
        ("as of 截至", manifest["as_of"]),
        ("examination 体检编号", manifest["id"]),
        ("people 人口", manifest["people"]),
        ("people, note", manifest["people_note_en"]),
        ("人口说明", manifest["people_note_zh"]),
        ("land km² 陆地面积", manifest["land_km2"]),
        ("standards 标准", ", ".join(manifest["standard_sets"])),
        ("urbanwork", manifest["urbanwork"]),
    ]
    if manifest["is_sample"]:
        rows.append(
            ("sample 样例", "The boundary is only the frame of the extract. 边界仅为数据范围。")
        )
    return rows


def _indicators(
    exam: Path, titles: Mapping[str, Mapping[str, str]]
) -> tuple[list[str], list[list[Any]]]:
    table = pq.read_table(exam / "indicators.parquet")
    header = ["title", "名称", *table.column_names]
    rows = [
        [titles[row["indicator"]]["en"], titles[row["indicator"]]["zh"], *row.values()]
        for row in table.to_pylist()
    ]
    return header, rows


def _areas(
    exam: Path, titles: Mapping[str, Mapping[str, str]]
) -> tuple[list[str], list[list[Any]]]:
    table = pq.read_table(exam / "areas.parquet").drop_columns(["geometry"])
    header = [
        f"{name}\n{titles[name]['en']}\n{titles[name]['zh']}" if name in titles else name
        for name in table.column_names
    ]
    return header, [list(row.values()) for row in table.to_pylist()]


def _problems(
    exam: Path, titles: Mapping[str, Mapping[str, str]]
) -> tuple[list[str], list[list[Any]]]:
    table = pq.read_table(exam / "problems.parquet")
    rows = []
    for row in table.to_pylist():
        row["cells"] = " ".join(f"{cell:x}" for cell in row["cells"][:20])
        title = titles[row["indicator"]]
        rows.append([title["en"], title["zh"], *row.values()])
    return ["title", "名称", *table.column_names], rows


def _sources(manifest: Mapping[str, Any]) -> tuple[list[str], list[list[Any]]]:
    header = ["kind", "file", "licence", "publisher", "date", "sha256"]
    rows = [
        [
            ", ".join(value) if isinstance(value := source.get(key), list) else value
            for key in header
        ]
        for source in manifest["sources"]
        if "file" in source
    ]
    return header, rows


def write_csv(exam: Path, folder: Path) -> list[Path]:
    """One CSV a table, named after the examination (UTF-8 with a byte-order mark)."""
    written = []
    for name in TABLES:
        table = pq.read_table(exam / f"{name}.parquet")
        kept = [column for column in table.column_names if column != "geometry"]
        written.append(_csv(table.select(kept), folder / f"{exam.name}-{name}.csv"))
    return written


def _csv(table: pa.Table, target: Path) -> Path:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(table.column_names)
    columns = [_plain(table, name) for name in table.column_names]
    writer.writerows(zip(*columns, strict=True))
    target.write_bytes(text.getvalue().encode("utf-8-sig"))
    return target


def _plain(table: pa.Table, name: str) -> list[Any]:
    """A column as CSV shows it: cells as hexadecimal, text that a sheet would run defused."""
    values = table[name].to_pylist()
    if name == "cell":
        return [f"{value:x}" for value in values]
    if name == "cells":
        return [" ".join(f"{cell:x}" for cell in value) for value in values]
    return [
        f"'{value}" if isinstance(value, str) and value.startswith(_DANGEROUS) else value
        for value in values
    ]
