"""Standards: a page for each document, a section for each of its thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handbook.facts import document_of
from handbook.indicators import facts_table, validity
from handbook.markdown import Page, blocks, code, heading, link, plain, table
from handbook.site import Site
from urbanwork.catalogue.models import Standard
from urbanwork.catalogue.vocabulary import CONFIDENCES, STRENGTHS
from urbanwork.reporting.numbers import format_value
from urbanwork.reporting.wording import threshold_words


def standard_pages(site: Site) -> Iterator[Page]:
    """The list of documents, then each document."""
    documents = site.facts.documents()
    rows = ((_link(site, found[0]), plain(found[0].edition), _place(site, found[0]),
             str(len(found))) for found in documents.values())  # fmt: skip
    head = [site.word(key) for key in ("document", "edition", "jurisdiction", "standards")]
    text = blocks(f"# {site.word('standards')}", table(head, rows))
    yield Page("standards/index.md", site.word("standards"), text)
    for found in documents.values():
        yield _document(site, found)


def _link(site: Site, row: Standard) -> str:
    return link(site.raw(row.document), f"/standards/{document_of(row)}.md")


def _place(site: Site, row: Standard) -> str:
    return site.word("anywhere") if row.jurisdiction == "*" else plain(row.jurisdiction)


def _document(site: Site, rows: Sequence[Standard]) -> Page:
    first = rows[0]
    parts = [
        f"# {site.say(first.document)}",
        facts_table(site, [
            ("edition", plain(first.edition)),
            ("jurisdiction", _place(site, first)),
            ("valid", validity(site, first)),
            ("set", code(first.set)),
        ]),
    ]  # fmt: skip
    for row in rows:
        parts += _standard(site, row)
    path = f"standards/{document_of(first)}.md"
    return Page(path, site.raw(first.document), blocks(*parts))


def _standard(site: Site, row: Standard) -> Iterator[str]:
    own = site.facts.own.indicators
    graded = [key for key, each in own.items() if each.standard == row.key]
    bound = threshold_words(row.operator, row.value, row.upper, row.unit, site.lang)
    title = site.raw(own[graded[0]].title) if graded else row.id.split(".")[-1].replace("_", " ")
    yield heading(2, f"{title}{site.colon}{bound}", row.id)
    confidence = f"{row.confidence}{site.colon}{site.say(CONFIDENCES[row.confidence])}"
    yield facts_table(site, [
        ("id", code(row.id)),
        ("clause", plain(row.clause)),
        ("threshold", plain(bound)),
        ("fair", _fair(site, row)),
        ("strength", site.say(STRENGTHS[row.strength])),
        ("confidence", confidence),
        ("source", plain(row.source)),
        ("note", site.say(row.note)),
        ("grades", site.joined(map(site.indicator, graded))),
        ("grades_nothing", plain(row.unbound)),
    ])  # fmt: skip


def _fair(site: Site, row: Standard) -> str:
    if row.fair is None:
        return ""
    fair = plain(format_value(row.fair, row.unit, site.lang))
    return f"{fair}{site.bracketed(plain(row.fair_why))}"
