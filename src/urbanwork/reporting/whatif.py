"""What a plan does, in the terminal and as plain data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import shapely
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from urbanwork.planning.verdicts import Verdict, outcome
from urbanwork.planning.whatif.outcome import AreaLine, Band, Line, Outcome
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.reporting.numbers import Lang, format_people, format_value
from urbanwork.reporting.plain import plain_markup
from urbanwork.reporting.wording import VERDICTS, grade_label, say

MOST_AREAS = 12
"""So many areas are named, those with most people who gain or lose first."""
MOST_CHANGES = 6
"""More changes than these of which a rule says the same are counted rather than named."""
LEAST_PEOPLE = 0.5

_WORDS = {
    "heading": Bilingual("{count} changes", "{count} 项变更"),
    "people": Bilingual(
        "{before} today, {after} with the plan", "现状 {before}，规划后 {after}"
    ),
    "people_against": Bilingual(
        "{before} with {other}, {after} with the plan", "{other}：{before}，规划后 {after}"
    ),
    "nothing": Bilingual(
        "No indicator of the city changes.", "全市各项指标均无变化。"
    ),
    "city": Bilingual("Whole city", "全市"),
    "areas": Bilingual("Who gains and who loses, by area", "各片区受益与受损人口"),
    "bands": Bilingual("People by walk to the nearest", "按步行距离统计人口"),
    "verdicts": Bilingual("Bottom lines", "底线审查"),
    "indicator": Bilingual("indicator", "指标"),
    "before": Bilingual("today", "现状"),
    "after": Bilingual("with the plan", "规划后"),
    "grade": Bilingual("grade", "评级"),
    "gain": Bilingual("people who gain", "受益人口"),
    "lose": Bilingual("people who lose", "受损人口"),
    "area": Bilingual("area", "片区"),
    "walk": Bilingual("walk, m", "步行距离（米）"),
    "rule": Bilingual("bottom line", "底线"),
    "verdict": Bilingual("verdict", "判定"),
    "why": Bilingual("why, and what would cure it", "理由与整改"),
    "change": Bilingual("change", "变更"),
    "plan": Bilingual("the plan", "整个规划"),
    "farther": Bilingual("farther, or none found", "更远或未找到"),
    "small": Bilingual(
        "{count} other indicators change by less than shows here; --json has them.",
        "另有 {count} 项指标变化很小，未列出；--json 输出全部。",
    ),
    "changes": Bilingual("{count} changes", "{count} 项变更"),
    "passed": Bilingual("{count} checks passed", "{count} 项检查通过"),
    "no_lines": Bilingual("No bottom line holds for this city.", "本市无适用底线。"),
}  # fmt: skip


def print_outcome(found: Outcome, *, lang: Lang) -> None:
    """Print before and after, who gains and who loses, and the verdicts."""
    console = Console(highlight=False)
    heading = _word("heading", lang).format(count=len(found.changes))
    people = _word("people" if found.against is None else "people_against", lang).format(
        other=plain_markup(found.against or ""),
        before=format_people(found.people_before, lang=lang),
        after=format_people(found.people_after, lang=lang),
    )
    console.print(f"\n[bold]{heading}[/bold]  {people}")
    if not found.lines:
        console.print(_word("nothing", lang))
    else:
        loud = [line for line in found.lines if _is_seen(line.city, line, lang)]
        if loud:
            console.print(_city_table(found, loud, lang))
        quiet = len(found.lines) - len(loud)
        if quiet:
            console.print(_word("small", lang).format(count=quiet))
        _section(console, "areas", _area_table(found, lang), lang)
        _section(console, "bands", _band_table(found, lang), lang)
    _print_verdicts(console, found.verdicts, lang)


def _section(console: Console, title: str, table: Table, lang: Lang) -> None:
    if table.row_count:
        console.print(f"\n[bold]{_word(title, lang)}[/bold]")
        console.print(table)


def _is_seen(area: AreaLine, line: Line, lang: Lang) -> bool:
    """Whether a change shows in the numbers as they are printed."""
    return (
        _value(area.before, line, lang) != _value(area.after, line, lang)
        or area.grade_before != area.grade_after
        or max(area.people_gain, area.people_lose) >= LEAST_PEOPLE
    )


def _city_table(found: Outcome, lines: Sequence[Line], lang: Lang) -> Table:
    table = _table(
        lang, "indicator", "before", "after", "grade", "gain", "lose", against=found.against
    )
    for line in lines:
        table.add_row(
            plain_markup(say(line.indicator.title, lang)), _value(line.city.before, line, lang),
            _value(line.city.after, line, lang), _grades(line.city, lang),
            _people(line.city.people_gain, lang), _people(line.city.people_lose, lang),
        )  # fmt: skip
    return table


def _area_table(found: Outcome, lang: Lang) -> Table:
    table = _table(
        lang, "area", "indicator", "before", "after", "gain", "lose", against=found.against
    )
    rows = [
        (area, line) for line in found.lines for area in line.areas if _is_seen(area, line, lang)
    ]
    rows.sort(key=lambda each: -(each[0].people_gain + each[0].people_lose))
    for area, line in rows[:MOST_AREAS]:
        table.add_row(
            plain_markup(found.area_names.get(area.area, area.area)),
            plain_markup(say(line.indicator.title, lang)), _value(area.before, line, lang),
            _value(area.after, line, lang), _people(area.people_gain, lang),
            _people(area.people_lose, lang),
        )  # fmt: skip
    return table


def _band_table(found: Outcome, lang: Lang) -> Table:
    table = _table(lang, "indicator", "walk", "before", "after", against=found.against)
    for line in found.lines:
        bands = [each for each in line.bands if each.people_before or each.people_after]
        people = [(_people(each.people_before, lang), _people(each.people_after, lang))
                  for each in bands]  # fmt: skip
        if all(before == after for before, after in people):
            continue
        for place, band in enumerate(bands):
            title = say(line.indicator.title, lang) if place == 0 else ""
            table.add_row(plain_markup(title), _walk(band, lang), *people[place])
    return table


def _walk(band: Band, lang: Lang) -> str:
    if math.isinf(band.high_m):
        return _word("farther", lang)
    return f"{band.low_m:,.0f}-{band.high_m:,.0f}"


def _print_verdicts(console: Console, verdicts: Sequence[Verdict], lang: Lang) -> None:
    console.print(f"\n[bold]{_word('verdicts', lang)}[/bold]")
    if not verdicts:
        console.print(_word("no_lines", lang))
        return
    table = _table(lang, "verdict", "rule", "change", "why")
    for row in _grouped(verdicts, lang):
        table.add_row(*row)
    if table.row_count:
        console.print(table)
    passed = sum(each.status == "pass" for each in verdicts)
    console.print(_word("passed", lang).format(count=passed))


def _grouped(verdicts: Sequence[Verdict], lang: Lang) -> list[list[str]]:
    """Rows of what did not pass, breaches first; one row for all changes of which a rule says
    the same."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for each in verdicts:
        if each.status != "pass":
            why = " ".join([say(each.why, lang), say(each.cure, lang)])
            key = (each.status, each.rule, each.clause, why)
            groups.setdefault(key, []).append(each.change or _word("plan", lang))
    order = sorted(groups, key=lambda key: ("breach", "unknown").index(key[0]))
    return [
        [say(VERDICTS[key[0]], lang), plain_markup(f"{key[1]} ({key[2]})"),
         plain_markup(_some(groups[key], lang)), plain_markup(key[3])]
        for key in order
    ]  # fmt: skip


def _some(changes: Sequence[str], lang: Lang) -> str:
    if len(changes) > MOST_CHANGES:
        return _word("changes", lang).format(count=len(changes))
    return ("、" if lang == "zh" else ", ").join(changes)


def _value(value: float | None, line: Line, lang: Lang) -> str:
    return "–" if value is None else format_value(value, line.indicator.unit, lang)


def _grades(line: AreaLine, lang: Lang) -> str:
    if line.grade_before == line.grade_after:
        return grade_label(line.grade_after, lang)
    return f"{grade_label(line.grade_before, lang)} → {grade_label(line.grade_after, lang)}"


def _people(people: float, lang: Lang) -> str:
    return "–" if people < LEAST_PEOPLE else format_people(people, lang=lang)


def _word(name: str, lang: Lang) -> str:
    return say(_WORDS[name], lang)


def _table(lang: Lang, *columns: str, against: str | None = None) -> Table:
    """A table; what is held against another scenario names it where today would stand."""
    table = Table(box=SIMPLE, pad_edge=False, show_edge=False)
    for column in columns:
        is_number = column in ("before", "after", "gain", "lose")
        is_other = column == "before" and against is not None
        table.add_column(
            plain_markup(str(against)) if is_other else _word(column, lang),
            justify="right" if is_number else "left",
            overflow="fold",
        )
    return table


def plain_outcome(found: Outcome) -> dict[str, Any]:
    """The same as plain data; restricted geometry is not in it."""
    return {
        "outcome": outcome(list(found.verdicts)),
        "changes": [{"id": each.id, "kind": each.kind, "origin": each.origin}
                    for each in found.changes],
        "against": found.against,
        "people": {"before": found.people_before, "after": found.people_after},
        "indicators": [
            {
                "indicator": line.indicator.id, "title": asdict(line.indicator.title),
                "unit": line.indicator.unit, "better": line.indicator.better,
                "city": asdict(line.city), "areas": [asdict(each) for each in line.areas],
                "by_distance": [_plain_band(each) for each in line.bands],
            }
            for line in found.lines
        ],
        "areas": dict(found.area_names),
        "verdicts": [_plain_verdict(each) for each in found.verdicts],
    }  # fmt: skip


def _plain_band(band: Band) -> dict[str, Any]:
    high = None if math.isinf(band.high_m) else band.high_m
    return {**asdict(band), "high_m": high}


def _plain_verdict(verdict: Verdict) -> dict[str, Any]:
    plain = {
        name: getattr(verdict, name)
        for name in ("rule", "change", "status", "strength", "family", "clause", "amount", "unit",
                     "visibility")
    }  # fmt: skip
    shape = verdict.geometry if verdict.visibility == "public" else None
    return {
        **plain, "zones": list(verdict.zones), "why": asdict(verdict.why),
        "cure": asdict(verdict.cure),
        "geometry": None if shape is None else shapely.to_wkt(shape),
    }  # fmt: skip
