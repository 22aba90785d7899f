"""What each section of the page says, made from the tables; the template only lays it out."""

from __future__ import annotations

from typing import Any

import numpy as np

from urbanwork.catalogue.models import Bilingual, Indicator, Parameter, Standard
from urbanwork.quantities.measured import Reason
from urbanwork.reporting.content_words import words
from urbanwork.reporting.findings import CITY, distinct_people, estimate_note, people_figure
from urbanwork.reporting.html.charts import chart
from urbanwork.reporting.html.markup import both, text
from urbanwork.reporting.html.model import ReportInput
from urbanwork.reporting.html.tables import Grid, standard_of
from urbanwork.reporting.numbers import (
    Lang,
    decimals_for,
    format_number,
    format_percent,
    format_range,
    format_value,
    number_words,
    unit_label,
)
from urbanwork.reporting.phrases import in_both, phrase
from urbanwork.reporting.wording import (
    CONFIDENCES,
    GRADES,
    STRENGTHS,
    bound_words,
    demand_words,
    reason_words,
    say,
)

MOST_PROBLEMS, FIRST_PROBLEMS = 200, 20
View = dict[str, Any]


def index(report: ReportInput, grid: Grid) -> View:
    """All indicators by dimension with the value and grade of the city; the unmeasured apart."""
    measured: list[View] = []
    missing: list[View] = []
    count = 0
    for title, rows in by_dimension(report, grid):
        known = [row for row in rows if _has_values(grid, row)]
        gone = [row for row in rows if not _has_values(grid, row)]
        count += len(gone)
        for rows_, into in ((known, measured), (gone, missing)):
            if rows_:
                into.append({"title": title, "rows": [_index_row(grid, row) for row in rows_]})
    return {"measured": measured, "missing": missing, "count": count}


def _has_values(grid: Grid, row: int) -> bool:
    """Whether the city or any area has a value."""
    return not bool(np.isnan(grid.numbers["value"][row]).all())


def by_dimension(report: ReportInput, grid: Grid) -> list[tuple[Bilingual, list[int]]]:
    """Rows of the grid under the title of their dimension, in the order of the catalogue."""
    known = report.catalogue.dimensions
    found: dict[str, list[int]] = {key: [] for key in known}
    for row, indicator in enumerate(grid.indicators):
        found.setdefault(indicator.dimension, []).append(row)
    return [(known.get(k, Bilingual(k, k)), rows) for k, rows in found.items() if rows]


def _index_row(grid: Grid, row: int) -> View:
    indicator, value = grid.indicators[row], float(grid.numbers["value"][row, 0])
    grade = str(grid.words["grade"][row, 0] or "no_data")
    reason = grid.words["reason"][row, 0] or "no_data"
    unit = both(lambda lang: "" if indicator.unit == "%" else unit_label(indicator.unit, lang))
    return {
        "id": indicator.id, "title": indicator.title, "grade": grade, "word": GRADES.get(grade),
        "value": None if np.isnan(value) else number_words(value, indicator.unit), "unit": unit,
        "reason": both(lambda lang: reason_words(str(reason), lang)),
    }  # fmt: skip


def charts(report: ReportInput, grid: Grid) -> list[View]:
    """By dimension the charts of what is measured, and all areas as one table."""
    found = []
    for title, every in by_dimension(report, grid):
        rows = [row for row in every if _has_values(grid, row)]
        if rows:
            found.append({
                "title": title, "charts": [_chart(report, grid, row) for row in rows],
                "table": _table(grid, rows), "missing": len(every) - len(rows),
            })  # fmt: skip
    return found


def _chart(report: ReportInput, grid: Grid, row: int) -> View:
    indicator, standard = grid.indicators[row], standard_of(report, grid.indicators[row])
    value, lower, upper = (float(grid.numbers[k][row, 0]) for k in ("value", "lower", "upper"))
    grade = str(grid.words["grade"][row, 0] or "no_data")
    span = both(lambda lang: format_range(lower, upper, indicator.unit, lang))
    shown = both(lambda lang: format_value(value, indicator.unit, lang))
    return {
        "id": indicator.id, "title": indicator.title, "grade": grade, "word": GRADES.get(grade),
        "value": shown, "range": None if span in (shown, Bilingual("", "")) else span,
        "drawn": chart(report, grid, row), "is_estimate": bool(grid.is_estimate[row]),
        "demand": None if standard is None else both(lambda lang: demand_words(standard, lang)),
    }  # fmt: skip


def _note(grid: Grid, row: int, column: int) -> Bilingual:
    english, chinese = (grid.words[name][row, column] for name in ("note_en", "note_zh"))
    reason = str(grid.words["reason"][row, column] or "no_data")
    words = both(lambda lang: reason_words(reason, lang))
    return Bilingual(english or f"{words.en.capitalize()}.", chinese or f"{words.zh}。")


def _table(grid: Grid, rows: list[int]) -> View:
    """Areas down, indicators across; each cell as text, a dash where there is no value."""
    columns = [grid.numbers["value"][row] for row in rows]
    formats = [_column_format(grid.indicators[row], grid.numbers["value"][row]) for row in rows]
    return {
        "heads": [(grid.indicators[row].title, grid.indicators[row].unit) for row in rows],
        "rows": [
            (
                text("city") if at == 0 else grid.names[at],
                grid.areas[at],
                [show(float(column[at])) for show, column in zip(formats, columns, strict=True)],
            )
            for at in range(len(grid.areas))
        ],
    }


def _column_format(indicator: Indicator, values: Any) -> Any:
    if indicator.unit == "%":
        return lambda value: format_percent(value).removesuffix("%")
    known = values[np.isfinite(values)]
    decimals = decimals_for(float(np.abs(known).max())) if len(known) else 0
    return lambda value: format_number(value, decimals=decimals)


def problems(report: ReportInput, grid: Grid) -> View:
    """The problems by people, and how many distinct people they concern."""
    table = report.problems
    rows = table.slice(0, MOST_PROBLEMS).drop_columns(["cells"]).to_pylist()
    largest = max((row["people"] or 0.0 for row in rows), default=0.0) or 1.0
    views = [_problem(report, grid, row, largest) for row in rows]
    total = _distinct(report) if table.num_rows else text("no_problems")
    return {
        "count": table.num_rows, "rows": views[:FIRST_PROBLEMS], "more": views[FIRST_PROBLEMS:],
        "beyond": max(0, table.num_rows - MOST_PROBLEMS), "total": total,
    }  # fmt: skip


def _distinct(report: ReportInput) -> Bilingual:
    people, lower, upper = distinct_people(report.problems, report.cells)
    is_estimate = report.manifest.get("people_origin") == "estimate"
    figure = people_figure(people, is_estimate=is_estimate)
    if is_estimate:
        note = estimate_note(lower=lower, upper=upper)
        figure = Bilingual(f"{figure.en} ({note.en})", f"{figure.zh}（{note.zh}）")
    return both(
        lambda lang: say(
            text("problems_note", n=report.problems.num_rows, people="\0"), lang
        ).replace("\0", say(figure, lang))
    )


def _problem(report: ReportInput, grid: Grid, row: View, largest: float) -> View:
    indicator = report.catalogue.indicators[row["indicator"]]
    standard = standard_of(report, indicator)
    people = row["people"]
    has_people = people is not None and people > 0
    estimated = bool(row["is_estimate"])
    return {
        "indicator": indicator.id, "title": indicator.title,
        "area": None if row["area"] == CITY else row["area"],
        "where": text("whole") if row["area"] == CITY else _area_name(grid, row["area"]),
        "people": people_figure(people, is_estimate=estimated) if has_people else None,
        "note": estimate_note(lower=row["people_lower"], upper=row["people_upper"])
        if estimated and has_people else None,
        "width": 144 * (people or 0.0) / largest,
        "value": both(lambda lang: format_value(row["value"], row["unit"], lang)),
        "bound": None if standard is None else both(lambda lang: bound_words(standard, lang)),
        "standard": standard, "clause": None if standard is None else in_both(standard.clause),
        "strength": STRENGTHS.get(row["strength"] or ""),
        "confidence": CONFIDENCES.get(row["confidence"] or ""),
        "mend": Bilingual(row["mend_en"] or "", row["mend_zh"] or ""),
    }  # fmt: skip


def _area_name(grid: Grid, area: str) -> Bilingual:
    return grid.names[grid.position(area)] if area in grid.areas else Bilingual(area, area)


def gaps(report: ReportInput, grid: Grid) -> View:
    """What could not be measured at all, and what not in every area."""
    value = grid.numbers["value"]
    whole = [row for row in range(len(grid.indicators)) if np.isnan(value[row, 0])]
    missing = np.isnan(value[:, 1:]).sum(axis=1)
    parts = [n for n in range(len(grid.indicators)) if missing[n] and n not in whole]
    areas = len(grid.areas) - 1
    return {
        "whole": _whole_gaps(grid, whole),
        "parts": [_part_gap(grid, n, int(missing[n]), areas) for n in parts],
        "thin": [
            {"key": each["key"], "reason": each.get("reason"),
             "note": Bilingual(each["note_en"], each["note_zh"])}
            for each in report.manifest.get("completeness", [])
        ],
    }  # fmt: skip


def _whole_gaps(grid: Grid, rows: list[int]) -> list[View]:
    """Indicators without a value, together where they lack the same.

    What no table gives is one group, in which each names what it needs.
    """
    groups: dict[object, View] = {}
    for row in rows:
        note, reason = _note(grid, row, 0), str(grid.words["reason"][row, 0] or "no_data")
        is_apart = reason == Reason.NOT_GIVEN
        head = words("not_given_here") if is_apart else note
        group = groups.setdefault(reason if is_apart else note, {"note": head, "rows": []})
        group["rows"].append((grid.indicators[row].title, note if is_apart else None))
    return list(groups.values())


def _part_gap(grid: Grid, row: int, count: int, areas: int) -> View:
    where = np.flatnonzero(np.isnan(grid.numbers["value"][row, 1:])) + 1
    codes = sorted({str(grid.words["reason"][row, n] or "no_data") for n in where})
    why = both(
        lambda lang: ("、" if lang == "zh" else ", ").join(reason_words(c, lang) for c in codes)
    )
    some = text("in_areas", n=count, m=areas)
    return {
        "title": grid.indicators[row].title,
        "note": Bilingual(f"{some.en}: {why.en}", f"{some.zh}：{why.zh}"),
    }


def methods(report: ReportInput, grid: Grid) -> list[View]:
    """Each indicator as it is declared."""
    return [
        {
            "title": title,
            "rows": [
                {**_method(report, grid.indicators[row]), "is_measured": _has_values(grid, row)}
                for row in rows
            ],
        }
        for title, rows in by_dimension(report, grid)
    ]


def _method(report: ReportInput, indicator: Indicator) -> View:
    standard = standard_of(report, indicator)
    return {
        "indicator": indicator, "standard": standard,
        "demand": None if standard is None else both(lambda lang: demand_words(standard, lang)),
        "details": None if standard is None else _details(standard),
        "parameters": [
            (name, _parameter_words(each), each.why)
            for name, each in indicator.parameters.items()
        ],
    }  # fmt: skip


def _details(standard: Standard) -> Bilingual:
    def words(lang: Lang) -> str:
        colon, comma = ("", "，") if lang == "zh" else (" ", ", ")
        parts = [
            f"{say(text('edition'), lang)}{colon}{phrase(standard.edition, lang)}",
            f"{say(text('clause'), lang)}{colon}{phrase(standard.clause, lang)}",
            say(STRENGTHS[standard.strength], lang),
            f"{say(text('confidence'), lang)}{colon}{say(CONFIDENCES[standard.confidence], lang)}",
        ]
        if standard.fair is not None:
            band = format_value(standard.fair, standard.unit, lang)
            why = phrase(standard.fair_why, lang)
            shown = f"（{why}）" if lang == "zh" else f" ({why})"
            parts.append(say(text("fair_band", value=band), lang) + shown)
        return comma.join(part for part in parts if part.strip())

    return both(words)


def _parameter_words(parameter: Parameter) -> Bilingual:
    return both(lambda lang: _parameter(parameter.value, parameter.unit, lang))


def _parameter(value: Any, unit: str, lang: Lang) -> str:
    if isinstance(value, list):
        return ", ".join(_parameter(each, unit, lang) for each in value)
    return str(value) if isinstance(value, str) else format_value(float(value), unit, lang)


def first_shown(report: ReportInput, grid: Grid, claimed: list[str]) -> int:
    """Row of the indicator that the page opens with: the first finding's, else one with a value."""
    for name in claimed:
        if any(each.id == name for each in grid.indicators):
            return grid.row(name)
    known = np.flatnonzero(~np.isnan(grid.numbers["value"][:, 0]))
    return int(known[0]) if len(known) else 0
