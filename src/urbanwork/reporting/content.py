"""What a report says, before it has a form: HTML, DOCX, PDF and XLSX render this and add no words.

Sections are the points of the arrangement, or the dimensions of the catalogue where a city names
no arrangement. Every figure carries its unit, range, standard with clause, source and grade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from urbanwork.catalogue.models import Bilingual, Indicator
from urbanwork.errors import UserError
from urbanwork.quantities.measured import Reason
from urbanwork.reporting.answered import answers
from urbanwork.reporting.content_models import (
    By,
    Content,
    Group,
    Labelled,
    Method,
    Section,
    Shortfall,
    SourceRow,
)
from urbanwork.reporting.content_words import words
from urbanwork.reporting.coordinated import coordinated
from urbanwork.reporting.corrected import corrected, marked
from urbanwork.reporting.figures_shown import Figure, figure_of, files_of
from urbanwork.reporting.findings import CITY, Finding, city_name, headline_findings, people_figure
from urbanwork.reporting.glossary import Term, terms_in
from urbanwork.reporting.html.model import ReportInput
from urbanwork.reporting.html.tables import Grid, grid, standard_of
from urbanwork.reporting.html.views import by_dimension
from urbanwork.reporting.input_words import kind_title
from urbanwork.reporting.numbers import format_value
from urbanwork.reporting.points import STATES, AskOf, BottomLine, PointOf, points_of
from urbanwork.reporting.wording import bound_words, demand_words

MOST_NAMED = 4
"""Indicators that are named where many lack the same data."""


def content(report: ReportInput, *, by: By | None = None, table: Grid | None = None) -> Content:
    """What the report of an examination says; `by` is by default the point where there is one.

    Raises UserError when points are asked for and the city names no arrangement.
    """
    table = table or grid(report, city_name(report.manifest))
    points, document = points_of(report.points), _document(report.manifest)
    chosen = _chosen(by, has_points=bool(points))
    names = dict(zip(table.areas, table.names, strict=True))
    titles = {key: each.title for key, each in report.catalogue.indicators.items()}
    errata = corrected(report.errata, titles, names)
    figures = marked(figures_of(report, table), errata)
    sections = (
        tuple(_section(point, figures, names) for point in points)
        if chosen == "point"
        else _dimensions(report, table, figures)
    )
    systems = coordinated(report)
    made = Content(
        name=city_name(report.manifest), id=str(report.manifest["id"]),
        as_of=str(report.manifest["as_of"]), by=chosen,
        document=document if points else None,
        facts=_facts(report, table, document if points else None),
        answers=_answers(report, figures, document if chosen == "point" else None),
        questions=answers(report, table, systems), systems=systems,
        findings=_findings(report), sections=sections, gaps=_gaps(sections, figures),
        problems=_problems(report, table), sources=_sources(report.manifest),
        methods=tuple(_method(report, each) for each in table.indicators), terms=(),
        errata=errata,
    )  # fmt: skip
    return _with_terms(made)


def figures_of(report: ReportInput, table: Grid) -> dict[str, Figure]:
    """Every indicator of the examination as a figure, by id."""
    return {each.id: figure_of(report, table, row) for row, each in enumerate(table.indicators)}


def point_sections(
    report: ReportInput, table: Grid
) -> tuple[tuple[Bilingual, ...], tuple[Section, ...]]:
    """What the page opens with, and the examination point by point; empty without points."""
    figures, names = figures_of(report, table), dict(zip(table.areas, table.names, strict=True))
    found = tuple(_section(point, figures, names) for point in points_of(report.points))
    first, *_ = _answers(report, figures, _document(report.manifest))
    return (first, *what_an_extract_adds(report, figures)), found


def _chosen(by: By | None, *, has_points: bool) -> By:
    if by == "point" and not has_points:
        raise UserError(
            "by point: this examination names no arrangement, so it has no points; name one in "
            "city.yaml (arrangement: ...) and examine again, or ask for it by dimension"
        )
    return by or ("point" if has_points else "dimension")


def _with_terms(made: Content) -> Content:
    said = [each.zh for each in made.answers]
    said += [text.zh for _, sentences in made.questions for text in sentences]
    said += [finding.text("zh") for finding in made.findings]
    said += [each.formula.zh for each in made.methods]
    return replace(made, terms=terms_of(made.sections, said))


def terms_of(sections: Sequence[Section], said: Sequence[str]) -> tuple[Term, ...]:
    """The terms of the glossary that stand in sections, or in what else is said in Chinese."""
    texts = list(said)
    for section in sections:
        texts.append(section.title.zh)
        for group in section.groups:
            texts += [group.title.zh if group.title else "", *(body.zh for body in group.bodies)]
            texts += [text.zh for each in group.figures for text in (each.title, each.note)]
    return terms_in("\n".join(texts))


def _document(manifest: Mapping[str, Any]) -> Bilingual:
    """Title of the arrangement."""
    found = manifest.get("arrangement")
    if isinstance(found, Mapping) and "title" in found:
        return Bilingual(**found["title"])
    return words("arrangement") if found is None else _same(found)


def _section(
    point: PointOf, figures: Mapping[str, Figure], names: Mapping[str, Bilingual]
) -> Section:
    groups = tuple(_group(ask, figures, names) for ask in point.asks)
    return Section(point.id, point.section, point.number, point.title, groups)


def _group(ask: AskOf, figures: Mapping[str, Figure], names: Mapping[str, Bilingual]) -> Group:
    bodies = []
    if ask.lead:
        bodies.append(words("lead", names=ask.lead))
    if ask.cooperating:
        bodies.append(words("cooperating", names=_listed(ask.cooperating)))
    return Group(
        ask.text, ask.codes, tuple(bodies),
        tuple(figures[each] for each in ask.indicators if each in figures), _ask_gaps(ask),
        tuple((each.title, _state(each, names)) for each in ask.bottom_lines),
    )  # fmt: skip


def _ask_gaps(ask: AskOf) -> tuple[Bilingual, ...]:
    found = [words("missing_of", what=title, why=why) for title, why in ask.unmatched]
    if ask.gap is not None:
        found.append(words("gap_of", what=ask.gap[0], data=ask.gap[1]))
    elif not ask.indicators and not ask.unmatched:
        found.append(words("not_bound"))
    return (*found, *((words("to_be_bound"),) if not ask.is_bound else ()))


def _state(line: BottomLine, names: Mapping[str, Bilingual]) -> Bilingual:
    """State, where it is broken, and what that rests on."""
    if line.state == "no_check" and line.note.en:
        return words("no_check_needs", note=line.note)
    state = STATES[line.state]
    where = _listed(tuple(names.get(area, _same(area)) for area in line.areas))
    at = Bilingual(f" ({where.en})", f"（{where.zh}）") if line.areas else Bilingual("", "")
    note = Bilingual(f". {line.note.en}", f"。{line.note.zh}") if line.note.en else _same("")
    return Bilingual(state.en + at.en + note.en, state.zh + at.zh + note.zh)


def _listed(names: Sequence[Bilingual]) -> Bilingual:
    return Bilingual(", ".join(each.en for each in names), "、".join(each.zh for each in names))


def _dimensions(
    report: ReportInput, table: Grid, figures: Mapping[str, Figure]
) -> tuple[Section, ...]:
    return tuple(
        Section(
            table.indicators[rows[0]].dimension, _same(""), number, title,
            (Group(None, (), (), tuple(figures[table.indicators[n].id] for n in rows), (), ()),),
        )
        for number, (title, rows) in enumerate(by_dimension(report, table), start=1)
    )  # fmt: skip


def _facts(report: ReportInput, table: Grid, document: Bilingual | None) -> tuple[Labelled, ...]:
    manifest = report.manifest
    is_estimate = manifest.get("people_origin") == "estimate"
    land = float(np.nansum(report.areas["land_m2"].to_numpy())) / 1e6
    rows: list[tuple[str, Bilingual]] = [("city", city_name(manifest))]
    if document is not None:
        rows.append(("arrangement", document))
    rows.append(("as_of", _same(manifest["as_of"])))
    if table.people[0] > 0:
        rows.append(("people", people_figure(float(table.people[0]), is_estimate=is_estimate)))
    rows += [
        ("land", Bilingual(format_value(land, "km2", "en"), format_value(land, "km2", "zh"))),
        ("areas", _same(len(table.areas) - 1)),
        ("standards", _same(", ".join(manifest.get("standard_sets", [])))),
        ("id", _same(manifest["id"])),
        ("made_with", _same(f"urbanwork {manifest.get('urbanwork', '')}".strip())),
    ]
    return tuple((words(key), value) for key, value in rows if value.en)


def _same(value: object) -> Bilingual:
    return Bilingual(str(value), str(value))


def _answers(
    report: ReportInput, figures: Mapping[str, Figure], document: Bilingual | None
) -> tuple[Bilingual, ...]:
    measured = sum(each.value is not None for each in figures.values())
    counts = {"n": len(figures), "measured": measured}
    first = (
        words("answers_dimensions", **counts)
        if document is None
        else words("answers_points", document=document, **counts)
    )
    rest = [words("answers_sources")]
    if report.manifest.get("catalogue_version", report.catalogue.version) != (
        report.catalogue.version
    ):
        rest.append(words("changed_catalogue"))
    return (first, *rest, *what_an_extract_adds(report, figures))


def what_an_extract_adds(
    report: ReportInput, figures: Mapping[str, Figure]
) -> tuple[Bilingual, ...]:
    """One sentence for a city of areas and tables alone, else none."""
    if report.cells.num_rows > 0:
        return ()
    unseen = sum(each.needs_extract and each.value is None for each in figures.values())
    return (words("without_extract", n=unseen),)


def _findings(report: ReportInput) -> tuple[Finding, ...]:
    return headline_findings(
        indicators=report.indicators, problems=report.problems, areas=report.areas,
        catalogue=report.catalogue, standards=report.standards, manifest=report.manifest,
    )  # fmt: skip


def _gaps(sections: tuple[Section, ...], figures: Mapping[str, Figure]) -> tuple[Labelled, ...]:
    """Asks without an indicator, then indicators without a value."""
    asks = [
        (group.title, gap) for section in sections for group in section.groups
        for gap in group.gaps if group.title is not None
    ]  # fmt: skip
    return (*asks, *missing_of(tuple(figures.values())))


def missing_of(figures: Sequence[Figure], *, is_short: bool = False) -> tuple[Labelled, ...]:
    """The figures without a value and why; those that lack the same are named together.

    In short, all that no table gives are one line; the list of gaps names what each of them needs.
    """
    by_note: dict[Bilingual, list[Bilingual]] = {}
    for figure in figures:
        if figure.value is None:
            is_not_given = is_short and figure.reason == Reason.NOT_GIVEN
            note = words("not_given") if is_not_given else figure.note
            by_note.setdefault(note, []).append(figure.title)
    return tuple((_some(titles), note) for note, titles in by_note.items())


def _some(titles: Sequence[Bilingual]) -> Bilingual:
    """The first titles, and how many there are."""
    first = Bilingual(
        "; ".join(each.en for each in titles[:MOST_NAMED]),
        "；".join(each.zh for each in titles[:MOST_NAMED]),
    )
    if len(titles) <= MOST_NAMED:
        return first
    more = len(titles) - MOST_NAMED
    return Bilingual(words("and_more", names=first, n=more).en,
                     words("and_more", names=first, n=len(titles)).zh)  # fmt: skip


def _problems(report: ReportInput, table: Grid) -> tuple[Shortfall, ...]:
    names = dict(zip(table.areas, table.names, strict=True))
    rows = report.problems.drop_columns(["cells"]).to_pylist()
    return tuple(_shortfall(report, names, row) for row in rows)


def _shortfall(
    report: ReportInput, names: Mapping[str, Bilingual], row: Mapping[str, Any]
) -> Shortfall:
    indicator = report.catalogue.indicators[row["indicator"]]
    standard = standard_of(report, indicator)
    people, value, unit = row["people"], row["value"], row["unit"]
    nothing = Bilingual("–", "–")
    return Shortfall(
        title=indicator.title,
        where=words("whole") if row["area"] == CITY else names.get(row["area"], _same(row["area"])),
        people=people,
        people_shown=people_figure(people, is_estimate=row["is_estimate"]) if people else nothing,
        value=Bilingual(format_value(value, unit, "en"), format_value(value, unit, "zh")),
        asked=nothing if standard is None
        else Bilingual(bound_words(standard, "en"), bound_words(standard, "zh")),
        mend=Bilingual(row["mend_en"] or "", row["mend_zh"] or ""),
    )  # fmt: skip


def _sources(manifest: Mapping[str, Any]) -> tuple[SourceRow, ...]:
    return tuple(_source(each, number) for number, each in enumerate(files_of(manifest), start=1))


def _source(source: Mapping[str, Any], number: int) -> SourceRow:
    licence = source.get("licence")
    digests = source.get("sha256") or [""]
    return SourceRow(
        number=number, kind=kind_title(str(source.get("kind") or "")), file=str(source["file"]),
        licence="" if licence in (None, "unknown") else str(licence),
        publisher=str(source.get("publisher") or ""), date=str(source.get("date") or ""),
        digest=str(digests[0] if isinstance(digests, list) else digests)[:16],
    )  # fmt: skip


def _method(report: ReportInput, indicator: Indicator) -> Method:
    standard = standard_of(report, indicator)
    return Method(
        id=indicator.id, version=indicator.version, title=indicator.title,
        question=indicator.question, formula=indicator.formula, limits=indicator.limits,
        standard=words("no_standard") if standard is None
        else Bilingual(demand_words(standard, "en"), demand_words(standard, "zh")),
        origin="; ".join(indicator.sources),
    )  # fmt: skip
