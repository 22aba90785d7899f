"""The report in one language as a run of blocks: what DOCX and PDF both lay out.

A block is a heading, a paragraph, a list, a table or a picture; neither format adds a word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from itertools import groupby
from typing import Any, Literal

from urbanwork.catalogue.models import Bilingual
from urbanwork.reporting.answered import Answer
from urbanwork.reporting.content import missing_of
from urbanwork.reporting.content_models import Content, Group, Section
from urbanwork.reporting.content_words import words
from urbanwork.reporting.coordinated import Coordinated
from urbanwork.reporting.corrected import HEADS
from urbanwork.reporting.figures_shown import Figure
from urbanwork.reporting.numbers import Lang
from urbanwork.reporting.plain import plain
from urbanwork.reporting.wording import SHAPES, grade_label, say

MOST_PROBLEMS = 40
"""Problems that a printed report lists; the workbook holds all."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; levels 1 and 2 stand in the contents."""

    text: str
    level: int
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; `strong` leads it."""

    text: str
    strong: str = ""
    is_quiet: bool = False
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; each entry is what leads it, and the rest."""

    entries: tuple[tuple[str, str], ...]
    kind: Literal["bullets"] = "bullets"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; a cell is a line and a small line under it. Widths are parts of the page."""

    heads: tuple[str, ...]
    rows: tuple[tuple[tuple[str, str], ...], ...]
    widths: tuple[float, ...]
    right: tuple[int, ...] = ()  # columns of numbers
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with what it shows, and the section that it belongs to."""

    svg: str
    caption: str
    section: str
    kind: Literal["picture"] = "picture"


Block = Heading | Paragraph | Bullets | Table | Picture
Say = Callable[[Bilingual], str]


@dataclass(frozen=True, slots=True)
class Book:
    """A printed report: its cover and its blocks."""

    lang: Lang
    title: str
    subtitle: str
    name: str
    date: str
    facts: tuple[tuple[str, str], ...]
    contents: str  # heading of the list of contents
    blocks: tuple[Block, ...]


def book(made: Content, lang: Lang, *, pictures: Sequence[Picture] = ()) -> Book:
    """The report in `lang`, with `pictures` in their sections."""

    def word(text: Bilingual) -> str:
        return say(text, lang)

    blocks = [
        *_opening(made, lang, word), *_errata(made, word), *_overview(made, word),
        *_sections(made, pictures, lang, word), *_systems(made, word),
        *_problems(made, word), *_gaps(made, word),
        *_sources(made, word), *_methods(made, word), *_terms(made, lang, word),
    ]  # fmt: skip
    made_of = Book(
        lang, word(words("title")), word(made.document) if made.document else "",
        word(made.name), made.as_of, tuple((word(a), word(b)) for a, b in made.facts),
        word(words("contents")), tuple(blocks),
    )  # fmt: skip
    printable: Book = _printable(made_of)
    return printable


def _printable(part: Any) -> Any:
    """The same with control characters of names shown as their codes: no format can hold them."""
    if isinstance(part, str):
        return plain(part)
    if isinstance(part, tuple):
        return tuple(_printable(each) for each in part)
    if is_dataclass(part) and not isinstance(part, type | Picture):
        return replace(part, **{f.name: _printable(getattr(part, f.name)) for f in fields(part)})
    return part


def _opening(made: Content, lang: Lang, word: Say) -> list[Block]:
    findings = tuple((_figure(each.figure, each.note, lang), word(each.claim))
                     for each in made.findings)  # fmt: skip
    return [
        Heading(word(words("answers")), 1),
        *(Paragraph(word(each)) for each in made.answers),
        *(block for each in made.questions for block in _answered(each, word)),
        Heading(word(words("findings")), 1),
        Bullets(findings),
    ]


def _errata(made: Content, word: Say) -> list[Block]:
    """What was corrected after freezing, before any figure is shown."""
    if not made.errata:
        return []
    rows = tuple(tuple((word(cell), "") for cell in each.cells()) for each in made.errata)
    heads = tuple(word(words(each)) for each in HEADS)
    table = Table(heads, rows, (1.5, 2.6, 1.4, 1.2, 1.2, 2.6, 1.9), right=(3, 4))
    return [Heading(word(words("errata")), 1), Paragraph(word(words("errata_lede"))), table]


def _answered(answer: Answer, word: Say) -> list[Block]:
    question, sentences = answer
    return [
        Paragraph("", word(question)), Bullets(tuple(("", word(each)) for each in sentences)),
    ]  # fmt: skip


def _figure(figure: Bilingual | None, note: Bilingual | None, lang: Lang) -> str:
    if figure is None:
        return ""
    shown = say(figure, lang)
    if note is not None:
        shown += f"（{say(note, lang)}）" if lang == "zh" else f" ({say(note, lang)})"
    return shown


def _overview(made: Content, word: Say) -> list[Block]:
    key = "overview" if made.by == "point" else "overview_dimensions"
    heads = ("point" if made.by == "point" else "dimension", "measured_of")
    grades = ("good", "fair", "poor", "no_standard")
    rows = tuple(_overview_row(each, made, grades, word) for each in made.sections)
    titles = (*(word(words(each)) for each in heads), *(_grade(each, word) for each in grades))
    table = Table(titles, rows, (4.6, 1.5, 1.1, 1, 1.1, 1.9), right=(1, 2, 3, 4, 5))
    return [Heading(word(words(key)), 1), table]


def _grade(grade: str, word: Say) -> str:
    return grade_label(grade, "zh" if word(Bilingual("en", "zh")) == "zh" else "en")


def _overview_row(
    section: Section, made: Content, grades: Sequence[str], word: Say
) -> tuple[tuple[str, str], ...]:
    counts = section.counts()
    title = _numbered(section, made, word)
    cells = [(title, word(section.part)), (f"{counts['measured']} / {counts['n']}", "")]
    return (*cells, *((str(counts[grade]), "") for grade in grades))


def _numbered(section: Section, made: Content, word: Say) -> str:
    """`3 Urbanization` for a point of the document; a dimension has no number."""
    title = word(section.title)
    return f"{section.number} {title}" if made.by == "point" else title


def _sections(made: Content, pictures: Sequence[Picture], lang: Lang, word: Say) -> list[Block]:
    """All sections; an indicator stands in a table at the first ask that it is bound to."""
    blocks: list[Block] = []
    shown: set[str] = set()
    for part, sections in groupby(made.sections, key=lambda each: each.part):
        if part.en:
            blocks.append(Heading(word(part), 1))
        for section in sections:
            blocks.append(Heading(_numbered(section, made, word), 2 if part.en else 1))
            blocks += [each for each in pictures if each.section == section.key]
            blocks += _section(section, shown, lang, word)
    return blocks


def _section(section: Section, shown: set[str], lang: Lang, word: Say) -> list[Block]:
    counts = section.counts()
    blocks: list[Block] = []
    if counts["n"]:
        blocks.append(Paragraph(word(words("measured_counts", **counts)), is_quiet=True))
    for group in section.groups:
        blocks += _group(group, shown, lang, word)
    return blocks


def _group(group: Group, shown: set[str], lang: Lang, word: Say) -> list[Block]:
    """An ask; of indicators that an ask before it has shown only the short ones are named."""
    blocks: list[Block] = []
    if group.title is not None:
        blocks.append(Heading(word(group.title), 3))
        blocks += [Paragraph(word(body), is_quiet=True) for body in group.bodies]
    new = [each for each in group.figures if each.indicator not in shown]
    again = [each for each in group.figures if each.indicator in shown]
    shown.update(each.indicator for each in new)
    measured = [each for each in new if each.value is not None]
    if measured:
        blocks.append(_figures(measured, lang, word))
    if again:
        blocks.append(Paragraph(_again(again, word), is_quiet=True))
    short = missing_of(new, is_short=True)
    missing = tuple((word(title), word(note)) for title, note in short)
    missing += tuple(("", word(gap)) for gap in group.gaps)
    if missing:
        blocks += [Paragraph("", word(words("gaps"))), Bullets(missing)]
    if group.bottom_lines:
        lines = tuple((word(title), word(state)) for title, state in group.bottom_lines)
        blocks += [Paragraph("", word(words("bottom_line"))), Bullets(lines)]
    return blocks


def _again(figures: Sequence[Figure], word: Say) -> str:
    """How many figures stand above, and which of them fall short."""
    short = [each for each in figures if each.grade in ("fair", "poor")]
    if not short:
        return word(words("shown_above", n=len(figures)))
    named = Bilingual(
        "; ".join(f"{each.title.en} {each.shown.en}" for each in short),
        "；".join(f"{each.title.zh}{each.shown.zh}" for each in short),
    )
    return word(words("shown_above_short", n=len(figures), m=len(short), names=named))


def _figures(figures: Sequence[Figure], lang: Lang, word: Say) -> Table:
    heads = ("indicator", "value", "asked", "grade", "source")
    return Table(
        tuple(word(words(each)) for each in heads),
        tuple(_figure_row(each, lang, word) for each in figures),
        (3.5, 1.9, 3, 1.7, 2.4), right=(1,),
    )  # fmt: skip


def _figure_row(figure: Figure, lang: Lang, word: Say) -> tuple[tuple[str, str], ...]:
    named = word(words("worst_is", area=figure.worst)) if figure.worst.en else ""
    asked = word(figure.asked)
    source = (word(figure.source_short), figure.period)
    grade = f"{SHAPES[figure.grade]} {grade_label(figure.grade, lang).partition(' ')[2]}"
    return (
        (word(figure.title), named), (word(figure.shown), _beside(figure, word)),
        (asked, word(figure.standard)) if asked else ("", word(figure.standard)),
        (grade, word(words("provisional")) if figure.is_provisional else ""), source,
    )  # fmt: skip


def _beside(figure: Figure, word: Say) -> str:
    """The range of a value, and what it was corrected to."""
    return " · ".join(word(each) for each in (figure.range, figure.erratum) if each and each.en)


def _systems(made: Content, word: Say) -> list[Block]:
    """Coordination: of each system the summary, the areas by degree, and what must be known."""
    if not made.systems:
        return []
    blocks: list[Block] = [Heading(word(words("coordination")), 1),
                           Paragraph(word(words("coordination_lede")))]  # fmt: skip
    for each in made.systems:
        cautions = tuple(("", word(caution)) for caution in each.cautions)
        blocks += [
            Heading(word(each.title), 2), Paragraph(word(each.summary)),
            Paragraph(word(each.method), is_quiet=True), _system_table(each, word),
        ]  # fmt: skip
        if cautions:
            blocks += [Paragraph("", word(words("cautions"))), Bullets(cautions)]
    return blocks


def _system_table(each: Coordinated, word: Say) -> Table:
    """Rank, area, degree with its range, grade with C and T, weakest with all scores, obstacle."""
    heads = [word(head) for head in each.heads]
    chosen = (0, 1, 2, 4, len(heads) - 2, len(heads) - 1)
    rows = tuple(_system_row([word(text) for text in row], heads) for row in each.rows)
    return Table(tuple(heads[n] for n in chosen), rows, (0.9, 2, 1.6, 2.4, 3.4, 3), right=(2,))


def _system_row(row: Sequence[str], heads: Sequence[str]) -> tuple[tuple[str, str], ...]:
    scores = " · ".join(f"{heads[n]} {row[n]}" for n in range(7, len(heads) - 2) if row[n])
    both = f"{heads[5][-1]} {row[5]} · {heads[6][-1]} {row[6]}" if row[5] else ""
    return (
        (row[0], ""), (row[1], ""), (row[2], row[3]), (row[4], both), (row[-2], scores),
        (row[-1], ""),
    )  # fmt: skip


def _problems(made: Content, word: Say) -> list[Block]:
    heading = Heading(word(words("problems")), 1)
    if not made.problems:
        return [heading, Paragraph(word(words("no_problems")))]
    count = len(made.problems)
    key = "problems_lede" if count <= MOST_PROBLEMS else "problems_first"
    heads = ("problem", "where", "people_concerned", "value", "asked")
    rows = tuple(
        ((word(each.title), word(each.mend)), (word(each.where), ""),
         (word(each.people_shown), ""), (word(each.value), ""), (word(each.asked), ""))
        for each in made.problems[:MOST_PROBLEMS]
    )  # fmt: skip
    table = Table(
        tuple(word(words(each)) for each in heads), rows, (4.6, 1.8, 2, 2, 2.2), right=(2, 3)
    )
    return [heading, Paragraph(word(words(key, n=count, m=MOST_PROBLEMS))), table]


def _gaps(made: Content, word: Say) -> list[Block]:
    heading = Heading(word(words("gaps")), 1)
    if not made.gaps:
        return [heading, Paragraph(word(words("no_gaps")))]
    rows = tuple(((word(title), ""), (word(why), "")) for title, why in made.gaps)
    heads = (word(words("indicator")), word(words("why_missing")))
    return [heading, Table(heads, rows, (1, 1.6))]


def _sources(made: Content, word: Say) -> list[Block]:
    heads = ("kind", "publisher", "date", "licence", "hash")
    unstated = word(words("not_stated"))
    rows = tuple(
        ((f"[{each.number}] {word(each.kind)}", each.file), (each.publisher or unstated, ""),
         (each.date or unstated, ""), (each.licence or unstated, ""), (each.digest, ""))
        for each in made.sources
    )  # fmt: skip
    table = Table(tuple(word(words(each)) for each in heads), rows, (3.4, 3, 1.6, 2, 2.2))
    return [Heading(word(words("sources")), 1), table]


def _methods(made: Content, word: Say) -> list[Block]:
    blocks: list[Block] = [Heading(word(words("methods")), 1)]
    measured = {figure.indicator for section in made.sections for figure in section.figures()
                if figure.value is not None}  # fmt: skip
    told = [each for each in made.methods if each.id in measured]
    if len(told) < len(made.methods):
        blocks.append(Paragraph(word(words("methods_measured"))))
    for each in told:
        lines = (("formula", word(each.formula)), ("standard", word(each.standard)),
                 ("limits", word(each.limits)), ("from", each.origin))  # fmt: skip
        entries = tuple((word(words(key)), text) for key, text in lines if text)
        blocks += [Paragraph(f"{each.id} v{each.version}", word(each.title)), Bullets(entries)]
    return blocks


def _terms(made: Content, lang: Lang, word: Say) -> list[Block]:
    if not made.terms:
        return []
    rows = tuple(
        ((word(term.word), ""), (term.word.zh if lang == "en" else term.word.en, ""),
         (word(term.meaning), ""))
        for term in made.terms
    )  # fmt: skip
    heads = ("term", "chinese" if lang == "en" else "english", "meaning")
    table = Table(tuple(word(words(each)) for each in heads), rows, (1.6, 1.4, 4))
    return [Heading(word(words("glossary")), 1), table]
