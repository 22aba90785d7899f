"""The page of a frozen examination with its errata: the sealed page, and one section more.

The page itself is sealed and stays as it was frozen. What is added has no style and no script of
its own, so the policy of the page holds for it as it is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
from markupsafe import Markup

from urbanwork.catalogue.models import Bilingual
from urbanwork.city.store import write_file
from urbanwork.examination.errata import errata_of
from urbanwork.examination.frozen import CORRECTED
from urbanwork.reporting.content_words import words
from urbanwork.reporting.corrected import HEADS, Corrected, corrected
from urbanwork.reporting.findings import area_names
from urbanwork.reporting.html.markup import bi

PAGE = "report.html"
_TITLE_ENDS = b"</h1>"
_FIRST_PART = b'<section class="part"'


def write_corrected(folder: Path) -> Path:
    """Write the page of a frozen examination with its errata beside the sealed one."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    titles = {key: Bilingual(**each["title"]) for key, each in manifest["indicators"].items()}
    columns = ["area", "name", "name_zh", "name_en"]
    names = area_names(pq.read_table(folder / "areas.parquet", columns=columns))
    rows = corrected(errata_of(folder), titles, names)
    write_file(folder / CORRECTED, with_errata((folder / PAGE).read_bytes(), rows))
    return folder / CORRECTED


def with_errata(page: bytes, rows: Sequence[Corrected]) -> bytes:
    """The page with a line under its title and a section before its first part, else at its end."""
    if not rows:
        return page
    line = Markup('\n    <p class="kicker"><a href="#errata">{}: {}</a></p>').format(
        bi(words("errata")), len(rows)
    )
    page = page.replace(_TITLE_ENDS, _TITLE_ENDS + line.encode(), 1)
    before, part, after = page.partition(_FIRST_PART)
    return before + _section(rows).encode() + part + after


def _section(rows: Sequence[Corrected]) -> Markup:
    heads = Markup("").join(
        Markup('<th scope="col">{}</th>').format(bi(words(each))) for each in HEADS
    )
    return Markup(
        '<section class="part" id="errata" aria-labelledby="errata-title">\n'
        '  <h2 id="errata-title">{}</h2>\n  <p class="lede">{}</p>\n'
        '  <table class="cards"><thead><tr>{}</tr></thead><tbody>\n{}  </tbody></table>\n'
        "</section>\n\n"
    ).format(bi(words("errata")), bi(words("errata_lede")), heads, Markup("").join(map(_row, rows)))


def _row(row: Corrected) -> Markup:
    named = zip((words(each) for each in HEADS), row.cells(), strict=True)
    cells = Markup("").join(
        Markup('<td data-en="{}" data-zh="{}">{}</td>').format(head.en, head.zh, bi(cell))
        for head, cell in named
    )
    return Markup("  <tr>{}</tr>\n").format(cells)
