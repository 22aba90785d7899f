"""A coordination degree taken apart: its scores, what holds it back, what must be known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from urbanwork.reporting.coordination import as_both, counted, method, two
from urbanwork.reporting.numbers import Lang, format_value
from urbanwork.reporting.wording import say

MOST_OBSTACLES = 5

Line = tuple[str, str]
"""Key of its label, and text."""


def score_lines(detail: Mapping[str, Any], where: Mapping[str, Any], lang: Lang) -> Iterator[Line]:
    """Lines of a coordination degree; none of any other figure or where there is no score.

    `where` has the kind (city or area) and id of the place.
    """
    if "subsystems" not in detail:
        return
    place = len(detail["units"])
    if where["kind"] != "city":
        place = detail["areas"].index(str(where["id"]))
    if detail["degree"][place] is None:
        return
    yield "scores", _parts(detail, place, lang)
    for line in _obstacles(detail, place, lang):
        yield "obstacles", line
    yield "method", say(method(detail), lang)
    for each in detail["warnings"]:
        yield "cautions", each[lang]


def _parts(detail: Mapping[str, Any], place: int, lang: Lang) -> str:
    """Such as `D 0.52 = √(C 0.45 × T 0.60); space 0.41, industry 0.79`."""
    d, c, t = (detail[name][place] for name in ("degree", "coupling", "development"))
    comma, colon = ("，", "；") if lang == "zh" else (", ", "; ")
    scores = comma.join(
        f"{say(as_both(each['title']), lang)} {two(each['score'][place])}"
        for each in counted(detail)
    )
    return f"D {two(d)} = √(C {two(c)} × T {two(t)}){colon}{scores}"


def _obstacles(detail: Mapping[str, Any], place: int, lang: Lang) -> Iterator[str]:
    """Items by what they hold back: value, its place on the scale, share of what is missing."""
    values = _values(detail, place)
    items = [item for each in counted(detail) for item in each["items"] if not item["left_out"]]
    ranked = sorted(items, key=lambda item: (-item["obstacle"][place], item["id"]))
    for item in ranked[:MOST_OBSTACLES]:
        share = item["obstacle"][place]
        if not share:
            return
        low, high = (format_value(end, item["unit"], lang) for end in item["bounds"])
        value = format_value(values[item["id"]], item["unit"], lang)
        title = say(as_both(item["title"]), lang)
        if lang == "zh":
            yield f"{title} {share:.0%}：{value}（区间 {low} 至 {high}）"
        else:
            yield f"{title} {share:.0%}: {value} (scale from {low} to {high})"


def _values(detail: Mapping[str, Any], place: int) -> dict[str, float | None]:
    names = [item["id"] for each in detail["subsystems"] for item in each["items"]]
    return dict(zip(names, detail["values"][place], strict=True))
