"""The points of the arrangement as an examination keeps them (points.json), read for the report.

The shape of the file is that of `urbanwork.examination.points`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from urbanwork.catalogue.models import Bilingual
from urbanwork.catalogue.vocabulary import ASKS

STATES: dict[str, Bilingual] = {
    "broken": Bilingual("broken", "已突破"),
    "kept": Bilingual("kept", "守住"),
    "unknown": Bilingual("unknown", "未知"),
    "not_in_force": Bilingual("not in force here", "不适用"),
    "no_check": Bilingual("nothing checks it yet", "尚无核查"),
}
"""States of a bottom line; unknown is never a pass."""


@dataclass(frozen=True, slots=True)
class BottomLine:
    """A rule that no plan may break, with what the examination says of it."""

    title: Bilingual
    state: str  # word of STATES
    areas: tuple[str, ...]  # ids of areas where it is broken
    note: Bilingual


@dataclass(frozen=True, slots=True)
class AskOf:
    """One ask: what it wants, who answers for it, and what is bound to it."""

    id: str
    text: Bilingual
    codes: tuple[str, ...]
    anchor: str
    indicators: tuple[str, ...]
    unmatched: tuple[tuple[Bilingual, Bilingual], ...]  # what the catalogue has not, and why
    lead: Bilingual | None
    cooperating: tuple[Bilingual, ...]
    is_bound: bool
    gap: tuple[Bilingual, Bilingual] | None  # what cannot be measured, and the data it needs
    bottom_lines: tuple[BottomLine, ...]


@dataclass(frozen=True, slots=True)
class PointOf:
    """One point of the arrangement with its asks."""

    id: str
    number: int  # within its section
    section: Bilingual
    title: Bilingual
    asks: tuple[AskOf, ...]


def points_of(points: Sequence[Mapping[str, Any]]) -> tuple[PointOf, ...]:
    """The points in the order of the document; none where a city names no arrangement."""
    return tuple(
        PointOf(
            each["point"], int(each["number"]), _text(each["section_title"]),
            _text(each["title"]), tuple(_ask(ask) for ask in each["asks"]),
        )
        for each in points
    )  # fmt: skip


def _ask(ask: Mapping[str, Any]) -> AskOf:
    gap, lead = ask["gap"], ask["lead"]
    missing = [row for row in ask["not_measured"] if row["reason"] == "not_in_catalogue"]
    return AskOf(
        id=ask["ask"], text=_text(ask["text"]), codes=tuple(ask["codes"]), anchor=ask["anchor"],
        indicators=tuple(ask["indicators"]),
        unmatched=tuple((_named(row), _text(row["note"])) for row in missing),
        lead=None if lead is None else _text(lead),
        cooperating=tuple(_text(body) for body in ask["cooperating"]),
        is_bound=bool(ask["is_bound"]),
        gap=None if gap is None else (_text(gap["what"]), _text(gap["data"])),
        bottom_lines=tuple(_bottom_line(row) for row in ask["bottom_lines"]),
    )  # fmt: skip


def _bottom_line(row: Mapping[str, Any]) -> BottomLine:
    areas = tuple(str(area) for area in row["areas_broken"])
    return BottomLine(_text(row["title"]), str(row["state"]), areas, _text(row["note"]))


def _named(row: Mapping[str, Any]) -> Bilingual:
    """What the arrangement names and the catalogue has not; `serves:INT` by what INT stands for."""
    code = str(row["indicator"]).removeprefix("serves:")
    if code == row["indicator"] or code not in ASKS:
        return _text(row["title"])
    return Bilingual(f"Indicators of {ASKS[code].en}", f"“{ASKS[code].zh}”类指标")


def _text(pair: Mapping[str, str]) -> Bilingual:
    return Bilingual(pair["en"], pair["zh"])
