"""A list as a file. CSV and GeoJSON are sent while they are read; XLSX is made in a file first.

A text that a spreadsheet would run as a formula is told apart by an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import FileResponse, Http404, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone

from urbanwork.errors import UserError
from urbanwork.office.pages.language import said
from urbanwork.quantities.bilingual import Bilingual

KINDS: Final = ("csv", "xlsx", "geojson")
MOST_ROWS: Final = 1_048_575
"""Rows of a sheet, its head aside."""
LONGEST_CELL: Final = 32_767
PIECE: Final = 65_536
STARTS_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
PLACE: Final = ("longitude", "latitude")
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TOO_MANY: Final = Bilingual(
    "A sheet holds 1,048,575 rows and this list is longer; filter it, or take it as CSV.",
    "工作表最多容纳1048575行，请缩小筛选范围或导出CSV。",
)


@dataclass(frozen=True)
class Listed:
    """A list: what its columns are called, and its rows by the keys of these.

    One with the columns of `PLACE` can be a map file too.
    """

    name: str
    columns: Mapping[str, Bilingual]
    rows: Iterable[Mapping[str, Any]]


def list_file(kind: str, listed: Listed) -> HttpResponseBase:
    """A list to be taken out.

    Raises:
        Http404: there is no such kind of file, or the list lies nowhere on a map.
        UserError: it is too long for a sheet.
    """
    if kind == "geojson" and set(PLACE) <= set(listed.columns):
        media = "application/geo+json"
        return _named(StreamingHttpResponse(_features(listed), content_type=media), listed, kind)
    head = [said(title) for title in listed.columns.values()]
    rows = ([row[key] for key in listed.columns] for row in listed.rows)
    return _named(_table(kind, head, rows), listed, kind)


def as_file(
    kind: str, name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]
) -> HttpResponseBase:
    """A table that has words for its head already.

    Raises:
        Http404: there is no such kind of file.
        UserError: it is too long for a sheet.
    """
    response = _table(kind, head, rows)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def plain(value: Any) -> Any:
    """A value as a cell of a spreadsheet that runs nothing.

    >>> plain("=1+1"), plain(-3.5), plain(" @x")
    ("'=1+1", -3.5, "' @x")
    """
    if isinstance(value, str) and value.lstrip(" \n").startswith(STARTS_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _table(kind: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    if kind == "csv":
        media = "text/csv; charset=utf-8"
        return StreamingHttpResponse(_lines(head, rows), content_type=media)
    if kind == "xlsx":
        return _sheet(head, rows)
    raise Http404


def _lines(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"  # so that spreadsheets read it as UTF-8
    writer.writerow([plain(title) for title in head])
    for row in rows:
        writer.writerow([plain(cell) for cell in row])
        if buffer.tell() > PIECE:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _sheet(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponseBase:
    import xlsxwriter

    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    safe = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, safe)
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
    sheet.freeze_panes(1, min(2, len(head) - 1))
    sheet.set_column(0, len(head) - 1, 18)
    sheet.write_row(0, 0, [plain(title) for title in head], bold)
    for place, row in enumerate(rows, start=1):
        if place > MOST_ROWS:
            raise UserError(said(TOO_MANY))
        sheet.write_row(place, 0, [_cell(plain(cell)) for cell in row])
    book.close()
    file.seek(0)
    return FileResponse(file, content_type=XLSX)


def _cell(value: Any) -> Any:
    """Texts no longer than a cell takes."""
    return value[:LONGEST_CELL] if isinstance(value, str) else value


def _features(listed: Listed) -> Iterator[str]:
    yield '{"type":"FeatureCollection","features":['
    for place, row in enumerate(listed.rows):
        yield ("," if place else "") + json.dumps(_feature(listed, row), ensure_ascii=False)
    yield "]}"


def _feature(listed: Listed, row: Mapping[str, Any]) -> dict[str, Any]:
    at = [row[key] for key in PLACE]
    geometry = None if None in at else {"type": "Point", "coordinates": at}
    told = {key: row[key] for key in listed.columns if key not in PLACE}
    feature = {"type": "Feature", "geometry": geometry, "properties": told}
    return {**feature, "id": told["number"]} if "number" in told else feature


def _named(response: HttpResponseBase, listed: Listed, ending: str) -> HttpResponseBase:
    name = f"{listed.name}-{timezone.localdate():%Y-%m-%d}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
