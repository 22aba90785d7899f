"""One sheet a point of the arrangement, with its figures as numbers, units, clauses and sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from urbanwork.reporting.content_models import Content, Group, Section
from urbanwork.reporting.content_words import words
from urbanwork.reporting.corrected import HEADS
from urbanwork.reporting.figures_shown import Figure
from urbanwork.reporting.numbers import Lang, decimals_for, unit_label
from urbanwork.reporting.wording import GRADES, say

LONGEST_NAME = 31
"""Letters that a spreadsheet allows in the name of a sheet."""
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
A4 = 9
_COLUMNS = (
    ("ask", 34), ("indicator", 34), ("value", 11), ("unit", 10), ("lower", 10), ("upper", 10),
    ("period", 11), ("grade", 10), ("asked", 18), ("standard", 40), ("source", 36),
    ("worst", 24), ("why_missing", 44),
)  # fmt: skip
"""Columns of a sheet of figures, with their widths in letters."""


@dataclass(frozen=True, slots=True)
class Formats:
    """How cells look, made once a book."""

    title: Any
    quiet: Any
    head: Any
    text: Any
    numbers: tuple[Any, ...]  # by decimals

    @classmethod
    def of(cls, book: Any) -> Formats:
        """The formats of one book."""
        base = {"valign": "top", "font_size": 10}
        wrapped = base | {"text_wrap": True}
        return cls(
            book.add_format({"bold": True, "font_size": 14}),
            book.add_format({"font_color": "#454c56", "font_size": 9}),
            book.add_format(wrapped | {"bold": True, "bottom": 1}), book.add_format(wrapped),
            tuple(
                book.add_format(base | {"num_format": "#,##0" + ("." + "0" * n if n else "")})
                for n in range(7)
            ),
        )  # fmt: skip


def write_sections(book: Any, made: Content, lang: Lang) -> None:
    """Cover and overview, errata, a sheet a section, then problems, gaps, sources, glossary."""
    formats, used = Formats.of(book), set[str]()
    _cover(book, made, lang, formats, used)
    if made.errata:
        title, lede = (say(words(key), lang) for key in ("errata", "errata_lede"))
        rows = [[say(cell, lang) for cell in each.cells()] for each in made.errata]
        heads = [say(words(key), lang) for key in HEADS]
        _table(_sheet(book, title, used), title, lede, heads, rows, formats)
    for at, section in enumerate(made.sections, start=1):
        _section(book, at, section, lang, formats, used)
    if made.systems:
        sheet = _sheet(book, say(words("coordination"), lang), used)
        heads, table = _systems(made, lang)
        _table(sheet, say(words("coordination"), lang), "", heads, table, formats)
    for title, heads, rows in _lists(made, lang):
        sheet = _sheet(book, title, used)
        _table(sheet, title, "", heads, rows, formats)


def sheet_name(title: str, used: set[str]) -> str:
    """A name that spreadsheets take, that no other sheet has.

    >>> sheet_name("1/2: Streets, transit, utilities and more", set())
    '1 2  Streets, transit, utilitie'
    """
    plain = title.translate(_NOT_IN_NAMES).strip("' ") or "-"
    name, n = plain[:LONGEST_NAME], 1
    while name.casefold() in used:
        n += 1
        name = f"{plain[: LONGEST_NAME - 4]} {n}"
    used.add(name.casefold())
    return name


def _sheet(book: Any, title: str, used: set[str]) -> Any:
    """A sheet that prints on A4 across, one page wide, with page numbers."""
    sheet = book.add_worksheet(sheet_name(title, used))
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.6)
    sheet.set_header(f"&L&8{title.replace('&', '&&')[:200]}")
    sheet.set_footer("&R&8&P / &N")
    return sheet


def _cover(book: Any, made: Content, lang: Lang, formats: Formats, used: set[str]) -> None:
    title = f"{say(made.name, lang)} {say(words('title'), lang)}"
    sheet = _sheet(book, say(words("title"), lang), used)
    sheet.set_column(0, 0, 46)
    sheet.set_column(1, 1, 60)
    sheet.write_string(0, 0, title, formats.title)
    row = 2
    for label, value in made.facts:
        sheet.write_string(row, 0, say(label, lang), formats.quiet)
        sheet.write_string(row, 1, say(value, lang), formats.text)
        row += 1
    row += 1
    told = [f"{say(asked, lang)} {' '.join(say(each, lang) for each in sentences)}"
            for asked, sentences in made.questions]  # fmt: skip
    told += [each.text(lang) for each in made.findings]
    for shown in (*(say(each, lang) for each in made.answers), *told):
        sheet.merge_range(row, 0, row, 1, "", formats.text)
        sheet.write_string(row, 0, shown, formats.text)
        sheet.set_row(row, 15 * (1 + _width(shown) // 105))
        row += 1
    _overview(sheet, row + 1, made, lang, formats)


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 else 1 for letter in text)


def _overview(sheet: Any, row: int, made: Content, lang: Lang, formats: Formats) -> None:
    key = "overview" if made.by == "point" else "overview_dimensions"
    sheet.write_string(row, 0, say(words(key), lang), formats.head)
    for section in made.sections:
        row += 1
        counts = words("measured_counts", **section.counts())
        sheet.write_string(row, 0, _titled(section, lang), formats.text)
        sheet.write_string(row, 1, say(counts, lang), formats.text)


def _titled(section: Section, lang: Lang) -> str:
    return f"{section.number} {say(section.title, lang)}"


def _section(
    book: Any, at: int, section: Section, lang: Lang, formats: Formats, used: set[str]
) -> None:
    sheet = _sheet(book, f"{at:02d} {say(section.title, lang)}", used)
    counts = say(words("measured_counts", **section.counts()), lang)
    part = say(section.part, lang)
    heads = [say(words(key), lang) for key, _ in _COLUMNS]
    rows = [row for group in section.groups for row in _rows(group, lang)]
    _table(sheet, _titled(section, lang), " · ".join(filter(None, (part, counts))), heads, rows,
           formats, widths=[width for _, width in _COLUMNS])  # fmt: skip


def _rows(group: Group, lang: Lang) -> list[list[Any]]:
    """The figures of an ask, then its gaps and its bottom lines, each as a row."""
    ask = "" if group.title is None else say(group.title, lang)
    with_bodies = "\n".join(filter(None, (ask, *(say(body, lang) for body in group.bodies))))
    rows = [[ask, *_figure(each, lang)] for each in group.figures]
    empty = [None] * (len(_COLUMNS) - 3)
    gap, line = say(words("gap"), lang), say(words("bottom_line"), lang)
    rows += [[ask, gap, *empty, say(each, lang)] for each in group.gaps]
    rows += [
        [ask, f"{line}: {say(title, lang)}", *empty, say(state, lang)]
        for title, state in group.bottom_lines
    ]
    if rows:
        rows[0][0] = with_bodies
    return rows


def _figure(figure: Figure, lang: Lang) -> list[Any]:
    return [
        say(figure.title, lang), figure.value, unit_label(figure.unit, lang), figure.lower,
        figure.upper, figure.period, say(GRADES[figure.grade], lang), say(figure.asked, lang),
        say(figure.standard, lang), say(figure.source, lang), say(figure.worst, lang),
        " ".join(say(each, lang) for each in (figure.erratum, figure.note) if each and each.en),
    ]  # fmt: skip


def _systems(made: Content, lang: Lang) -> tuple[list[str], list[list[Any]]]:
    """All systems in one table; the scores of their own subsystems are one text."""
    heads: list[str] = []
    rows: list[list[Any]] = []
    for each in made.systems:
        titles = [say(head, lang) for head in each.heads]
        own = range(7, len(titles) - 2)
        heads = [say(words("system"), lang), *titles[:7], *titles[-2:], say(words("scores"), lang)]
        for row in each.rows:
            texts = [say(text, lang) for text in row]
            scores = "; ".join(f"{titles[n]} {texts[n]}" for n in own if texts[n])
            numbers = [_number(text) for text in texts[:7]]
            rows.append([say(each.title, lang), *numbers, *texts[-2:], scores])
    return heads, rows


def _number(text: str) -> Any:
    """A score as a number where it is one."""
    try:
        return float(text)
    except ValueError:
        return text


def _lists(made: Content, lang: Lang) -> list[tuple[str, list[str], list[list[Any]]]]:
    def titles(*keys: str) -> list[str]:
        return [say(words(key), lang) for key in keys]

    return [
        (say(words("problems"), lang),
         titles("problem", "where", "people_concerned", "value", "asked", "mend"),
         [[say(p.title, lang), say(p.where, lang), None if p.people is None else round(p.people),
           say(p.value, lang), say(p.asked, lang), say(p.mend, lang)] for p in made.problems]),
        (say(words("gaps"), lang), titles("indicator", "why_missing"),
         [[say(title, lang), say(why, lang)] for title, why in made.gaps]),
        (say(words("sources"), lang), titles("kind", "file", "publisher", "date", "licence"),
         [[f"[{s.number}] {say(s.kind, lang)}", s.file, s.publisher, s.date, s.licence]
          for s in made.sources]),
        (say(words("methods"), lang), titles("indicator", "formula", "standard", "limits", "from"),
         [[f"{say(m.title, lang)}\n{m.id} v{m.version}", say(m.formula, lang),
           say(m.standard, lang), say(m.limits, lang), m.origin] for m in made.methods]),
        (say(words("glossary"), lang), titles("chinese", "english", "meaning"),
         [[t.word.zh, t.word.en, say(t.meaning, lang)] for t in made.terms]),
    ]  # fmt: skip


def _table(
    sheet: Any, title: str, under: str, heads: Sequence[str], rows: Sequence[Sequence[Any]],
    formats: Formats, *, widths: Sequence[float] = (),
) -> None:  # fmt: skip
    """Title, a quiet line, and a table whose header stays in sight and repeats in print."""
    sheet.write_string(0, 0, title, formats.title)
    sheet.write_string(1, 0, under, formats.quiet)
    for column, head in enumerate(heads):
        sheet.write_string(3, column, head, formats.head)
        sheet.set_column(column, column, widths[column] if widths else 28)
    for number, row in enumerate(rows, start=4):
        for column, value in enumerate(row):
            _write(sheet, number, column, value, formats)
    sheet.freeze_panes(4, 0)
    sheet.repeat_rows(3)
    if rows:
        sheet.autofilter(3, 0, 3 + len(rows), len(heads) - 1)


def _write(sheet: Any, row: int, column: int, value: Any, formats: Formats) -> None:
    """Numbers stay numbers; every text is written as text, whatever it begins with."""
    if value is None or value == "":
        return
    if isinstance(value, int | float):
        decimals = 0 if isinstance(value, int) else min(decimals_for(float(value)), 6)
        sheet.write_number(row, column, value, formats.numbers[decimals])
    else:
        sheet.write_string(row, column, str(value), formats.text)
