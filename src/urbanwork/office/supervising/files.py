"""A table as a file: CSV or XLSX, in which no text runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse

from urbanwork.office.ledger.exporting import plain

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_file(
    kind: str, name: str, head: Sequence[str], rows: Sequence[Sequence[Any]]
) -> HttpResponse:
    """A table to be taken out.

    Raises:
        Http404: there is no such kind of file.
    """
    if kind not in ("csv", "xlsx"):
        raise Http404
    safe = [[plain(cell) for cell in row] for row in (head, *rows)]
    body, media = (_csv(safe), "text/csv; charset=utf-8") if kind == "csv" else (_xlsx(safe), XLSX)
    response = HttpResponse(body, content_type=media)
    response["Content-Disposition"] = f'attachment; filename="{name}.{kind}"'
    return response


def _csv(rows: Sequence[Sequence[Any]]) -> bytes:
    """With the mark by which spreadsheets know UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _xlsx(rows: Sequence[Sequence[Any]]) -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet, bold = book.add_worksheet(), book.add_format({"bold": True})
    for place, row in enumerate(rows):
        sheet.write_row(place, 0, row, bold if place == 0 else None)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, len(rows[0]) - 1, 18)
    book.close()
    return file.getvalue()
