"""The headline findings of an examination, as sentences made from its tables.

Used by the terminal and by the HTML report, so both say the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from urbanwork.catalogue.models import Bilingual, Catalogue, Standard
from urbanwork.examination.tables import rows_where
from urbanwork.reporting.numbers import Lang, format_bounded, format_people, people_range
from urbanwork.reporting.wording import demand_words, reason_words, say

CITY = "city"
"""The id under which the tables speak of the whole city."""

MOST_GAPS_NAMED = 20
"""More gaps than these are counted by their reasons rather than named."""
WHOLE = 0.98
"""A boundary of which the extract shows less is told of."""

Kind = Literal["warning", "problem", "gap", "summary", "strength"]
Row = dict[str, Any]
LANGS: tuple[Lang, Lang] = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, and what a click on it shows."""

    kind: Kind
    claim: Bilingual
    figure: Bilingual | None = None  # the number that leads the sentence
    note: Bilingual | None = None  # that the number is an estimate, and its range
    indicator: str | None = None
    area: str | None = None

    def text(self, lang: Lang) -> str:
        """The whole sentence.

        >>> figure, claim = Bilingual("3 indicators", "3项指标"), Bilingual("fail.", "不足。")
        >>> Finding("summary", claim, figure=figure).text("en")
        '3 indicators fail.'
        """
        figure = say(self.figure, lang) if self.figure else ""
        if self.note:
            note = say(self.note, lang)
            figure += f"（{note}）" if lang == "zh" else f" ({note})"
        gap = " " if figure and lang == "en" else ""
        return f"{figure}{gap}{say(self.claim, lang)}"


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the sentences are made from, read once out of the tables."""

    city: dict[str, Row]  # indicator -> its row for the whole city
    problems: dict[str, list[Row]]  # indicator -> its problems, most people first
    area_names: dict[str, Bilingual]
    catalogue: Catalogue
    standards: Mapping[str, Standard]
    manifest: Mapping[str, Any]


def headline_findings(
    *,
    indicators: pa.Table,
    problems: pa.Table,
    areas: pa.Table,
    catalogue: Catalogue,
    standards: Mapping[str, Standard],
    manifest: Mapping[str, Any],
    most_problems: int = 4,
) -> tuple[Finding, ...]:
    """Warnings first, then the largest problems by people, the gaps, and what is well.

    `standards` maps the key that an indicator names to the row chosen for this city; `manifest`
    needs `is_sample`, `people_origin` and, where people are estimated, `people_note_en|zh`.
    """
    evidence = _Evidence(
        city=_city_rows(indicators),
        problems=_problems_by_indicator(problems),
        area_names=area_names(areas),
        catalogue=catalogue,
        standards=standards,
        manifest=manifest,
    )
    found = [
        *_warnings(manifest),
        *_largest_problems(evidence, most_problems),
        *_gaps(evidence),
        *_strengths(evidence),
        _summary(evidence),
    ]
    return tuple(found)


def distinct_people(problems: pa.Table, cells: pa.Table) -> tuple[float, float, float]:
    """People (and their lower and upper bound) in the cells of any problem, each counted once."""
    lists = problems["cells"].combine_chunks()
    first, behind = (lists.offsets[at].as_py() for at in (0, -1))
    concerned = np.unique(lists.values[first:behind].to_numpy(zero_copy_only=False))
    row = np.isin(cells["cell"].to_numpy(), concerned.astype(np.uint64))
    columns = ("people", "people_lower", "people_upper")
    middle, lower, upper = (float(cells[name].to_numpy()[row].sum()) for name in columns)
    return middle, lower, upper


def area_names(areas: pa.Table) -> dict[str, Bilingual]:
    """Names of the areas in both languages; where there is none, the id."""
    columns = (areas[name].to_pylist() for name in ("area", "name", "name_zh", "name_en"))
    return {
        area: Bilingual(english or name or area, chinese or name or area)
        for area, name, chinese, english in zip(*columns, strict=True)
    }


def city_name(manifest: Mapping[str, Any]) -> Bilingual:
    """The city's name in both languages."""
    name = str(manifest["name"])
    return Bilingual(name, str(manifest.get("name_zh") or name))


def _city_rows(indicators: pa.Table) -> dict[str, Row]:
    return {row["indicator"]: row for row in rows_where(indicators, "area", CITY.__eq__)}


def _problems_by_indicator(problems: pa.Table) -> dict[str, list[Row]]:
    by_indicator: dict[str, list[Row]] = {}
    for row in problems.drop_columns(["cells"]).to_pylist():
        by_indicator.setdefault(row["indicator"], []).append(row)
    for rows in by_indicator.values():
        rows.sort(key=lambda row: (-(row["people"] or 0.0), row["area"]))
    return by_indicator


def _warnings(manifest: Mapping[str, Any]) -> list[Finding]:
    found = []
    if manifest.get("is_sample"):
        found.append(Finding("warning", _sample_warning(city_name(manifest))))
    if manifest.get("share_of_boundary_seen", 1.0) < WHOLE:
        found.append(Finding("warning", _part_warning(manifest["share_of_boundary_seen"])))
    if manifest.get("people_origin") in ("estimate", "none"):
        found.append(Finding("warning", _estimate_warning(manifest)))
    return found


def _sample_warning(name: Bilingual) -> Bilingual:
    return Bilingual(
        f"This is a sample. The boundary is only the frame of the extract, so nothing here "
        f"speaks of {name.en} as a whole.",
        f"这是样本。边界只是数据的外框，因此本报告不代表整个{name.zh}。",
    )


def _part_warning(share: float) -> Bilingual:
    return Bilingual(
        f"The extract shows only {share:.0%} of the boundary; nothing is said of the rest.",
        f"数据只覆盖边界的 {share:.0%}，其余部分不作评价。",
    )


def _estimate_warning(manifest: Mapping[str, Any]) -> Bilingual:
    return Bilingual(
        str(manifest.get("people_note_en") or "People are estimated, not counted."),
        str(manifest.get("people_note_zh") or "人口为估算，并非统计。"),
    )


def _largest_problems(evidence: _Evidence, most: int) -> list[Finding]:
    """The largest by people, of every dimension one before any has a second."""
    totals = {name: _total(rows) for name, rows in evidence.problems.items()}
    ranked = sorted(totals, key=lambda name: (-totals[name]["people"], name))
    first = {evidence.catalogue.indicators[name].dimension: name for name in reversed(ranked)}
    order = sorted(ranked, key=lambda name: name not in first.values())
    return [_problem(evidence, name, totals[name]) for name in order[:most]]


def _total(rows: list[Row]) -> Row:
    """People of one indicator over its areas, which do not overlap; the city row has them all."""
    parts = [row for row in rows if row["area"] != CITY] or rows
    columns = ("people", "people_lower", "people_upper")
    return {column: sum(row[column] or 0.0 for row in parts) for column in columns}


def _problem(evidence: _Evidence, name: str, total: Row) -> Finding:
    worst = evidence.problems[name][0]
    area = worst["area"] if worst["area"] != CITY else None
    has_people = total["people"] > 0
    bounds = {"lower": total["people_lower"], "upper": total["people_upper"]}
    is_estimate = bool(worst["is_estimate"])
    return Finding(
        "problem",
        Bilingual(*(_problem_claim(evidence, name, lang, has_people) for lang in LANGS)),
        figure=people_figure(total["people"], is_estimate=is_estimate) if has_people else None,
        note=estimate_note(**bounds) if is_estimate and has_people else None,
        indicator=name,
        area=area,
    )


def _problem_claim(evidence: _Evidence, name: str, lang: Lang, has_people: bool) -> str:
    title = say(evidence.catalogue.indicators[name].title, lang)
    measured, demand = _city_value(evidence, name, lang), _demand(evidence, name, lang)
    areas = len(evidence.problems[name])
    if lang == "zh":
        opening = f"的居住地“{title}”不足" if has_people else f"{areas}个片区“{title}”不足"
        return f"{opening}：全市为{measured}{demand}。{_largest_group(evidence, name, lang)}"
    opening = (
        f"live where “{title}” falls short"
        if has_people
        else f"“{title}” falls short in {areas} areas"
    )
    group = _largest_group(evidence, name, lang)
    return f"{opening}. The city stands at {measured}{demand}.{group}"


def _city_value(evidence: _Evidence, name: str, lang: Lang) -> str:
    row = evidence.city.get(name)
    if row is None or row["value"] is None:
        return "no value" if lang == "en" else "无数值"
    bounds = {"lower": row["lower"], "upper": row["upper"]}
    return format_bounded(row["value"], row["unit"], lang, **bounds)


def _demand(evidence: _Evidence, name: str, lang: Lang) -> str:
    standard = evidence.standards.get(evidence.catalogue.indicators[name].standard or "")
    if standard is None:
        return ""
    return f"{'，' if lang == 'zh' else '; '}{demand_words(standard, lang)}"


def _largest_group(evidence: _Evidence, name: str, lang: Lang) -> str:
    rows = [row for row in evidence.problems[name] if row["area"] != CITY]
    if len(rows) < 2 or not rows[0]["people"]:
        return ""
    names = evidence.area_names.get(rows[0]["area"], Bilingual(rows[0]["area"], rows[0]["area"]))
    figure = say(people_figure(rows[0]["people"], is_estimate=rows[0]["is_estimate"]), lang)
    if lang == "zh":
        return f"人数最多的是{names.zh}（{figure}）。"
    return f" The largest group is in {names.en} ({figure})."


def people_figure(people: float, *, is_estimate: bool) -> Bilingual:
    """People with the sign of an estimate where it is one.

    >>> people_figure(12_345.0, is_estimate=True)
    Bilingual(en='≈ 12,300 people', zh='约1.23万人')
    """
    english, chinese = (format_people(people, lang) for lang in LANGS)
    return Bilingual(f"≈ {english}", f"约{chinese}") if is_estimate else Bilingual(english, chinese)


def estimate_note(*, lower: float | None, upper: float | None) -> Bilingual:
    """That people are estimated, with the range of the estimate.

    >>> estimate_note(lower=9_000.0, upper=16_000.0).zh
    '估算，9,000–1.6万'
    """
    english, chinese = (people_range(lower, upper, lang) for lang in LANGS)
    return Bilingual(
        f"estimated, {english}" if english else "estimated",
        f"估算，{chinese}" if chinese else "估算",
    )


def _gaps(evidence: _Evidence) -> list[Finding]:
    missing = {name: row for name, row in evidence.city.items() if row["value"] is None}
    if not missing:
        return []
    claim = Bilingual(*(_gap_claim(evidence, missing, lang) for lang in LANGS))
    return [Finding("gap", claim, figure=_count(len(missing)))]


def _gap_claim(evidence: _Evidence, missing: dict[str, Row], lang: Lang) -> str:
    """The first few with their reasons; of very many how many there are for each reason."""
    if len(missing) > MOST_GAPS_NAMED:
        return _gap_reasons(missing, lang)
    named = [
        f"{say(evidence.catalogue.indicators[name].title, lang)}"
        f"{'（' if lang == 'zh' else ' ('}{reason_words(row['reason'] or 'no_data', lang)}"
        f"{'）' if lang == 'zh' else ')'}"
        for name, row in list(missing.items())[:3]
    ]
    rest = len(missing) - len(named)
    if lang == "zh":
        return f"无法测量：{'；'.join(named)}{f'；另有{rest}项' if rest else ''}。"
    return f"could not be measured: {'; '.join(named)}{f'; and {rest} more' if rest else ''}."


def _gap_reasons(missing: Mapping[str, Row], lang: Lang) -> str:
    counts = Counter(str(row["reason"] or "no_data") for row in missing.values())
    each = [(reason_words(reason, lang), count) for reason, count in counts.most_common()]
    if lang == "zh":
        return "无法测量：" + "；".join(f"{words}（{count}项）" for words, count in each) + "。"
    return "could not be measured: " + "; ".join(f"{w} ({count})" for w, count in each) + "."


def _count(indicators: int) -> Bilingual:
    plural = "" if indicators == 1 else "s"
    return Bilingual(f"{indicators} indicator{plural}", f"{indicators}项指标")


def _strengths(evidence: _Evidence) -> list[Finding]:
    """The indicators that meet their standard in every area and not only in the mean."""
    met = [
        name
        for name, row in evidence.city.items()
        if row["grade"] == "good" and name not in evidence.problems
    ]
    if not met:
        return []
    titles = [evidence.catalogue.indicators[name].title for name in met[:3]]
    rest = len(met) - len(titles)
    claim = Bilingual(
        f"meet{'s' if len(met) == 1 else ''} the standard and no area falls short: "
        f"{'; '.join(title.en for title in titles)}{f'; and {rest} more' if rest else ''}.",
        f"达标且无一片区不足：{'；'.join(title.zh for title in titles)}"
        f"{f'；另有{rest}项' if rest else ''}。",
    )
    return [Finding("strength", claim, figure=_count(len(met)), indicator=met[0])]


def _summary(evidence: _Evidence) -> Finding:
    grades = [row["grade"] for row in evidence.city.values()]
    count = {grade: grades.count(grade) for grade in set(grades) | {"good", "fair", "poor"}}
    measured = len(grades) - count.get("no_data", 0)
    graded = count["good"] + count["fair"] + count["poor"]
    figure = Bilingual(f"{measured} of {len(grades)}", f"{len(grades)}项中的{measured}项")
    if graded == 0:
        return Finding("summary", _NOTHING_GRADED, figure=figure)
    claim = Bilingual(
        f"indicators could be measured. {graded} of them have a standard: the city is good in "
        f"{count['good']}, fair in {count['fair']}, poor in {count['poor']}.",
        f"指标已测得，其中{graded}项有标准：全市良好{count['good']}项，"
        f"尚可{count['fair']}项，不足{count['poor']}项。",
    )
    return Finding("summary", claim, figure=figure)


_NOTHING_GRADED = Bilingual(
    "indicators could be measured. None of them is held against a standard here.",
    "指标已测得，均无对照标准。",
)
