"""The report as PDF for print: A4, contents, page numbers, and a Chinese font as a subset.

Typst sets the pages inside this process. The words go in as data and are never read as markup; the
date in the file is that of the data, so the same examination gives the same bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from urbanwork.errors import UserError
from urbanwork.reporting.book import Book
from urbanwork.reporting.fonts import chinese_family, installed_fonts

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"


def pdf_bytes(report: Book) -> bytes:
    """The report as PDF. Raises UserError where no Chinese font is installed."""
    return bytes(_set(report, "pdf"))


def page_images(report: Book, *, ppi: float = 72.0) -> list[bytes]:
    """The pages as PNG, for looking at them."""
    made = _set(report, "png", ppi=ppi)
    return [made] if isinstance(made, bytes) else list(made)


def png_of(svg: str, *, ppi: float = 200.0) -> bytes:
    """A drawing as PNG, for formats that take no vectors."""
    import typst

    source = (
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        '#image(bytes(sys.inputs.svg), format: "svg", width: 480pt)'
    )
    made = typst.compile(
        source.encode(), format="png", ppi=ppi, font_paths=installed_fonts(),
        sys_inputs={"svg": svg},
    )  # fmt: skip
    return bytes(made)


def _set(report: Book, kind: Any, **options: Any) -> Any:
    import typst

    fonts = installed_fonts()
    inputs = {"book": json.dumps(_data(report, chinese_family(fonts)), ensure_ascii=False)}
    try:
        return typst.compile(
            TEMPLATE.read_bytes(), format=kind, font_paths=fonts, sys_inputs=inputs,
            timestamp=_moment(report), **options,
        )  # fmt: skip
    except typst.TypstError as error:
        raise UserError(f"the report could not be set as {kind}: {error}") from error


def _data(report: Book, family: str) -> dict[str, Any]:
    day = date.fromisoformat(report.date)
    return {**asdict(report), "fonts": [family], "year": day.year, "month": day.month,
            "day": day.day}  # fmt: skip


def _moment(report: Book) -> datetime:
    day = date.fromisoformat(report.date)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
