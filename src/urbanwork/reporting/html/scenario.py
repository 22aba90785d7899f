"""The page of a scenario beside today: map, verdicts, gains and losses, changes, in one file."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from markupsafe import Markup

from urbanwork.catalogue.models import Bilingual
from urbanwork.planning.verdicts import Verdict
from urbanwork.planning.whatif.outcome import AreaLine, Line
from urbanwork.quantities.crs import project
from urbanwork.reporting.change_words import unit_words
from urbanwork.reporting.html import markup
from urbanwork.reporting.html.pack import Plain, pack, rounded, unpack
from urbanwork.reporting.html.scales import Scale
from urbanwork.reporting.html.scenario_charts import band_chart, class_legend, gain_chart
from urbanwork.reporting.html.scenario_texts import TEXTS
from urbanwork.reporting.html.shell import render
from urbanwork.reporting.numbers import (
    NO_VALUE,
    Lang,
    format_number,
    format_people,
    format_value,
)
from urbanwork.reporting.scenario import CellMap, ScenarioInput, ShownChange
from urbanwork.reporting.wording import LINE_STRENGTHS, VERDICTS, grade_label

SCRIPTS = ("unpack", "words", "shapes", "city", "scene", "camera", "scenario")
GAINS = Scale((-0.5, 0.5), ("#5b2a86", "#dfe1e4", "#1d8a83"), None, upper_end_belongs_below=False)
"""Worse, neither, better: apart for the colour-blind; red and green are for deadlines."""
MOST_AREAS = 12
MOST_WALKS = 9
"""Pictures of distances that are open; the rest are folded."""
STATUS_SHAPES = {"breach": "poor", "unknown": "no_data", "pass": "good"}
_LEAST_PEOPLE = 0.5
_LEAST_STEP = 1e-6
"""Relative: less is the rounding of sums."""
_SMALL_STEP = 1e-4
"""Relative: a smaller change of value says nothing, whoever gains."""


def build_scenario(given: ScenarioInput, *, lang: Lang = "en") -> bytes:
    """The scenario as one HTML file that asks for nothing outside; the same input, same bytes."""
    shown = _mapped(given)
    told = [_line(line) for line in given.lines]
    walks = sorted((line for line in given.lines if moved_people(line) >= _LEAST_PEOPLE),
                   key=lambda line: -moved_people(line))  # fmt: skip
    context = {
        "given": given, "contents": _contents(), "bases": "、".join(given.bases),
        "people": _people_pair(given), "lines": [each for each in told if each["is_seen"]],
        "hardly": [each for each in told if not each["is_seen"]],
        "maps": [_choice(line, given.maps[line.indicator.id]) for line in shown],
        "has_map": bool(given.basemap) and bool(shown),
        "gains_legend": _gains_legend(),
        "basemap": base64.b64encode(given.basemap).decode(),
        "data": base64.b64encode(_payload(given, shown)).decode() if given.basemap else "",
        "tally": _tally(given.verdicts), "verdicts": list(_verdicts(given)),
        "passed": [_verdict(each, given) for each in given.verdicts if each.status == "pass"],
        "by_area": [each for line in given.lines if (each := _areas(line, given)) is not None],
        "by_distance": [_bands(line) for line in walks[:MOST_WALKS]],
        "more_walks": [_bands(line) for line in walks[MOST_WALKS:]],
        "changes": [_change(number, each) for number, each in enumerate(given.changes, start=1)],
    }  # fmt: skip
    title = Bilingual(given.name, given.name)
    return render("scenario", context, lang=lang, title=title, words=TEXTS, scripts=SCRIPTS)


def _contents() -> list[tuple[str, Bilingual]]:
    keys = ("map", "verdicts", "indicators", "areas", "distance", "changes")
    return [(key, TEXTS[f"nav_{key}"]) for key in keys]


def _people_pair(given: ScenarioInput) -> Bilingual:
    def say(lang: Lang) -> str:
        one, two = (format_people(each, lang) for each in (given.people_before, given.people_after))
        return one if abs(given.people_after - given.people_before) < 1 else f"{one} → {two}"

    return markup.both(say)


# Indicators


def moved_people(line: Line) -> float:
    """People who walk in another band of distance with the scenario."""
    return sum(abs(band.people_after - band.people_before) for band in line.bands) / 2


def _line(line: Line) -> dict[str, Any]:
    city, unit = line.city, line.indicator.unit
    has_people = city.people_gain + city.people_lose >= _LEAST_PEOPLE
    return {
        "is_seen": has_people or _worth(city.before, unit) != _worth(city.after, unit),
        "id": line.indicator.id, "title": line.indicator.title,
        "before": _worth(city.before, unit), "after": _worth(city.after, unit),
        "difference": _difference(city, unit), "grade": _grades(city),
        "gain": _people(city.people_gain), "lose": _people(city.people_lose),
    }  # fmt: skip


def _worth(value: float | None, unit: str) -> Bilingual:
    return markup.both(lambda lang: format_value(value, unit, lang))


def _difference(line: AreaLine, unit: str) -> Bilingual:
    """With its sign; percentages differ by points."""
    if line.before is None or line.after is None:
        return Bilingual(NO_VALUE, NO_VALUE)
    step = line.after - line.before
    if abs(step) <= _LEAST_STEP * max(abs(line.before), 1.0):
        step = 0.0
    if 0 < abs(step) < _SMALL_STEP * max(abs(line.before), 1.0):
        return Bilingual("≈ 0", "≈ 0")
    sign = "+" if step > 0 else "−" if step < 0 else "±"

    def say(lang: Lang) -> str:
        if unit == "%":
            points = format_number(abs(step), lang)
            return f"{sign}{points}个百分点" if lang == "zh" else f"{sign}{points} points"
        return sign + format_value(abs(step), unit, lang)

    return markup.both(say)


def _grades(line: AreaLine) -> Bilingual:
    def say(lang: Lang) -> str:
        one, two = grade_label(line.grade_before, lang), grade_label(line.grade_after, lang)
        return one if one == two else f"{one} → {two}"

    return markup.both(say)


def _people(people: float) -> Bilingual:
    if people < _LEAST_PEOPLE:
        return Bilingual(NO_VALUE, NO_VALUE)
    return markup.both(lambda lang: format_people(people, lang))


def _areas(line: Line, given: ScenarioInput) -> dict[str, Any] | None:
    rows = [each for each in line.areas if each.people_gain + each.people_lose >= _LEAST_PEOPLE]
    if not rows:
        return None
    rows.sort(key=lambda each: (-(each.people_gain + each.people_lose), each.area))
    shown = rows[:MOST_AREAS]
    names = [given.area_names.get(each.area, Bilingual(each.area, each.area)) for each in shown]
    unit = line.indicator.unit
    return {
        "title": line.indicator.title, "chart": gain_chart(shown, names),
        "gain": _people(line.city.people_gain), "lose": _people(line.city.people_lose),
        "more": len(rows) - len(shown),
        "rows": [
            {"area": name, "before": _worth(each.before, unit), "after": _worth(each.after, unit),
             "gain": _people(each.people_gain), "lose": _people(each.people_lose)}
            for each, name in zip(shown, names, strict=True)
        ],
    }  # fmt: skip


def _bands(line: Line) -> dict[str, Any]:
    rows = [
        {
            "walk": _walk(band.low_m, band.high_m), "before": _people(band.people_before),
            "after": _people(band.people_after),
        }
        for band in line.bands
        if max(band.people_before, band.people_after) >= _LEAST_PEOPLE
    ]  # fmt: skip
    return {"title": line.indicator.title, "chart": band_chart(line.bands), "rows": rows}


def _walk(low: float, high: float) -> Bilingual:
    if math.isinf(high):
        return TEXTS["farther"]
    return Bilingual(f"{low:,.0f}–{high:,.0f} m", f"{low:,.0f}–{high:,.0f}米")


# Verdicts


def _tally(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    counted = [(key, sum(each.status == key for each in verdicts)) for key in VERDICTS]
    return [
        {"id": key, "title": VERDICTS[key], "shape": STATUS_SHAPES[key], "number": number}
        for key, number in counted
        if number
    ]


def _verdicts(given: ScenarioInput) -> Iterator[dict[str, Any]]:
    """Breaches, then what cannot be judged; one entry for all changes of which it says the same."""
    groups: dict[tuple[Any, ...], list[Verdict]] = {}
    for each in given.verdicts:
        if each.status != "pass":
            key = (each.status, each.rule, each.clause, each.why, each.cure)
            groups.setdefault(key, []).append(each)
    numbers = {change.id: number for number, change in enumerate(given.changes, start=1)}
    for status in ("breach", "unknown"):
        for same in groups.values():
            if same[0].status == status:
                yield {
                    **_verdict(same[0], given),
                    "changes": [_concerned(v, numbers) for v in same],
                }


def _concerned(verdict: Verdict, numbers: dict[str, int]) -> Bilingual:
    if verdict.change is None:
        return TEXTS["whole_plan"]
    text = f"{numbers[verdict.change]} {verdict.change}" if verdict.change in numbers else ""
    return Bilingual(text or NO_VALUE, text or NO_VALUE)


def _verdict(verdict: Verdict, given: ScenarioInput) -> dict[str, Any]:
    strength = LINE_STRENGTHS.get(verdict.strength, Bilingual(verdict.strength, verdict.strength))
    return {
        "status": verdict.status, "status_title": VERDICTS[verdict.status],
        "shape": STATUS_SHAPES[verdict.status], "rule": verdict.rule,
        "title": given.rule_titles.get(verdict.rule, Bilingual(verdict.rule, verdict.rule)),
        "clause": verdict.clause,
        "strength": strength, "why": verdict.why, "cure": verdict.cure, "changes": (),
    }  # fmt: skip


def _change(number: int, change: ShownChange) -> dict[str, Any]:
    words = {"people": Bilingual("people", "人"), "places": Bilingual("places", "个名额")}

    def amounts(lang: Lang) -> str:
        said = [
            f"{format_number(value, lang)} {words[unit].en}" if unit in words and lang == "en"
            else f"{format_number(value, lang)}{words[unit].zh}" if unit in words
            else format_value(value, unit, lang)
            for value, unit in change.amounts
        ]  # fmt: skip
        return ("，" if lang == "zh" else ", ").join(said) or NO_VALUE

    return {
        "number": number, "id": change.id, "kind": change.kind, "what": change.what,
        "amounts": markup.both(amounts), "by": change.by, "scenario": change.scenario,
        "note": change.note, "approvals": change.approvals,
    }  # fmt: skip


# Map


def _mapped(given: ScenarioInput) -> list[Line]:
    """The indicators on the map: those that change the look of the cells of most people first."""
    people = given.people_of_cells[0]
    differs = {key: map_.before != map_.after for key, map_ in given.maps.items()}
    looks = {key: float(people[cells].sum()) for key, cells in differs.items()}
    shown = [
        line
        for line in given.lines
        if (key := line.indicator.id) in differs
        and (differs[key].any() or given.maps[key].gain.any())
    ]
    return sorted(shown, key=lambda line: -looks[line.indicator.id])


def _choice(line: Line, map_: CellMap) -> dict[str, Any]:
    unit = TEXTS["distance_legend"] if map_.is_distance else unit_words(map_.unit)
    return {"title": line.indicator.title, "legend": class_legend(map_.scale, unit),
            "of_people": map_.of_people}  # fmt: skip


def _gains_legend() -> Markup:
    swatches = zip(("lose", "neither", "gain"), GAINS.colours, strict=True)
    return Markup("").join(
        Markup('<span><svg viewBox="0 0 18 12" aria-hidden="true"><rect width="18" height="12"'
               ' fill="{}"/></svg> {}</span> ').format(colour, markup.bi(TEXTS[key]))
        for key, colour in swatches
    )  # fmt: skip


def _payload(given: ScenarioInput, shown: Sequence[Line]) -> bytes:
    """What the script draws: classes of cells before and after, people, changes in metres."""
    header, _ = unpack(given.basemap)
    maps = [given.maps[line.indicator.id] for line in shown]
    names = [given.area_names.get(key, Bilingual(key, key)) for key in header["areas"]]
    said = {
        "indicators": [{"scale": m.scale.as_json(), "of_people": m.of_people} for m in maps],
        "gains": GAINS.as_json(), "area_names": [[each.en, each.zh] for each in names],
        "changes": [_drawn(change, header) for change in given.changes],
        "words": {key: [text.en, text.zh] for key, text in TEXTS.items()},
    }  # fmt: skip
    arrays: dict[str, Plain] = {
        "people_before": rounded(given.people_of_cells[0]),
        "people_after": rounded(given.people_of_cells[1]),
    }
    for number, each in enumerate(maps):
        for name in ("before", "after", "gain"):
            arrays[f"{name}_{number}"] = np.asarray(getattr(each, name), np.int8)
    return pack(said, arrays)


def _drawn(change: ShownChange, header: dict[str, Any]) -> dict[str, Any]:
    """The geometry of a change in metres of the basemap; lines of points, and where its number
    stands."""
    if change.geometry is None or change.geometry.is_empty:
        return {"at": None, "lines": [], "is_area": False}
    moved = project(change.geometry, header["crs"])
    moved = shapely.transform(moved, lambda xy: xy - np.array(header["origin"]))
    parts = [part for part in shapely.get_parts(moved) if not part.is_empty]
    lines = [
        shapely.get_coordinates(ring).round(1).tolist()
        for part in parts
        for ring in (shapely.get_rings(part) if part.geom_type == "Polygon" else [part])
        if part.geom_type != "Point"
    ]
    at = shapely.get_coordinates(shapely.point_on_surface(moved))[0].round(1).tolist()
    return {"at": at, "lines": lines, "is_area": parts[0].geom_type == "Polygon"}
