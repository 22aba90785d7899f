"""Whether the city or the data changed: one verdict per indicator and area, with its evidence.

The rule. A change is split into parts (`parts.py`, `both_saw.py`; where it cannot be, it is one).
Each part gets a share that the data explains: 1 where nothing but our files or their handling
changed, the excess of mapping over plausible growth where newer files show more of what the
indicator needs, `DOUBT` where corrections of it came or went with newer files, 0 where newer files
show about as much. Where much else was mapped beyond plausible growth, that part of all layers and
categories counts for those too that seem complete.

Weighted by size the shares give `data_share`. From `MOSTLY` on the data changed, up to 1 - `MOSTLY`
the city did, between the two it cannot be told. It cannot be told either where a value that could
not be split stands on ground that was seen otherwise, where settings that decide numbers are
others, nor within the uncertainty of both values.

An indicator that measures the data itself is always the data; one that is made from others is what
these are (`verdict_of_derived`). Values that are published alike (three digits) are unchanged.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from urbanwork.catalogue.models import Indicator
from urbanwork.examination.both_saw import BothSaw
from urbanwork.examination.differences import Differences, MappedChange
from urbanwork.examination.examined import Value
from urbanwork.examination.parts import Parts

MOSTLY = 0.8
DOUBT = 0.5
"""Neither: there is evidence for both, and nothing to weigh it by."""
ROUNDING = 1e-9
PUBLISHED = 0.005
"""Values nearer than this, relative to the larger, read alike with three digits (half of the last);
of shares in percent, which are published with one decimal, 0.05 points."""
ENOUGH_MAPPED = 5
"""With fewer layers and categories nothing can be said of the map as a whole."""
LEAST_COVERAGE_CHANGE = 0.01
"""When the part that was seen changed by more, a value that cannot be taken apart may have changed
by that alone."""

Code = Literal[
    "city", "data", "definition", "not_comparable", "cannot_tell", "unchanged",
]  # fmt: skip

MAPS = ("osm", "register", "population", "timetable", "boundary", "areas")
"""Kinds of sources that layers and categories are read from; the others are tables."""

_BY_DATA = ("none_mapped", "implausibly_few", "layer_missing", "beyond_edge", "not_given",
            "no_period")  # fmt: skip
"""Reasons of missing values that speak of the data, not of the city."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence: its kind and what it speaks of, for words to be made of it."""

    kind: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What changed, and why we say so."""

    code: Code
    reasons: tuple[Reason, ...]
    data_share: float | None = None  # part of the change that the data explains, estimated
    is_within_uncertainty: bool = False


def verdict_of_years(
    before: Value | None,
    after: Value | None,
    *,
    indicator: str,
    area: str,
    declared: Indicator | None,
    inputs: Sequence[str] | None,
    found: Differences,
    parts: Parts | None,
    both: BothSaw | None = None,
    has_other_ground: bool = False,
) -> Verdict:
    """The verdict on one figure of two examinations of one city.

    `inputs` are the layers, categories and tables that the indicator needs, those of indicators
    that it is made from among them; None where nothing tells.
    """
    if before is None or after is None:
        return Verdict("not_comparable", (Reason("only_in_one"),))
    early = _without_values(before, after, indicator, found)
    if early is not None:
        return early
    if area in found.areas_moved and parts is None:
        return Verdict("not_comparable", (Reason("area_moved", area),))
    for each in found.breaks:
        if each.parts(before.period, after.period, area, inputs or ()):
            return Verdict("not_comparable", (Reason("break", f"{each.year}: {each.why}"),))
    if reads_alike(before, after):
        return Verdict("unchanged", ())
    within = overlaps(before, after)
    needed = _all(inputs, before, found)
    share, reasons = _explained(before, after, area, declared, needed, found, parts, both)
    if parts is None and (has_other_ground or _was_seen_otherwise(before, after)):
        share, reasons = max(share, DOUBT), [*reasons, Reason("seen")]
    if found.settings and not before.period:
        share, reasons = max(share, DOUBT), [*reasons, Reason("settings", found.settings)]
    code: Code = "data" if share >= MOSTLY else "city" if share <= 1 - MOSTLY else "cannot_tell"
    if code == "city" and within:
        code = "cannot_tell"
    return Verdict(code, _with_cautions(reasons, before, after, found), share, within)


def verdict_of_cities(
    one: Value | None, other: Value | None, *, indicator: str, found: Differences
) -> Verdict:
    """The verdict on one figure of two cities: `city` says that they differ."""
    if one is None or other is None:
        return Verdict("not_comparable", (Reason("only_in_one"),))
    early = _without_values(one, other, indicator, found)
    if early is not None:
        return early
    reasons: list[Reason] = []
    if found.has_other_people and one.support == "people":
        reasons.append(Reason("people_origin"))
    if one.period != other.period:
        reasons.append(Reason("period", f"{one.period} → {other.period}"))
    cautions = tuple(reasons)
    if is_equal(one, other):
        return Verdict("unchanged", cautions)
    if overlaps(one, other):
        return Verdict("cannot_tell", cautions, None, is_within_uncertainty=True)
    return Verdict("city", cautions)


def verdict_of_derived(
    before: Value | None,
    after: Value | None,
    made_from: Mapping[str, Verdict],
    *,
    indicator: str,
    found: Differences,
    has_tables: bool = False,
) -> Verdict:
    """The verdict on a figure that is made from other indicators: all city, all data, or open.

    `made_from` are the verdicts on these, of the same area, by id. With `has_tables` it is made
    from figures of tables too: those of other years speak of the city.
    """
    if before is None or after is None:
        return Verdict("not_comparable", (Reason("only_in_one"),))
    early = _without_values(before, after, indicator, found)
    if early is not None:
        return early
    if reads_alike(before, after):
        return Verdict("unchanged", ())
    quiet = ("unchanged", "not_comparable")
    moved = {key: each.code for key, each in made_from.items() if each.code not in quiet}
    codes = list(moved.values())
    reasons = [Reason("made_from", ",".join(f"{key}={code}" for key, code in moved.items()))]
    if has_tables and before.period != after.period:
        codes.append("city")
        reasons = [*(reasons if moved else []),
                   Reason("period", f"{before.period} → {after.period}")]  # fmt: skip
    within = overlaps(before, after)
    if "definition" in codes:
        return Verdict("definition", tuple(reasons))
    code: Code = codes[0] if len(set(codes)) == 1 else "cannot_tell"
    if code == "city" and within:
        code = "cannot_tell"
    return Verdict(code, tuple(reasons), None, within)


def reads_alike(one: Value, other: Value) -> bool:
    """Whether two values are the same as far as they are published."""
    if one.value is None or other.value is None:
        return one.value is other.value
    apart = abs(one.value - other.value)
    if one.unit == "%":
        return apart <= 10 * PUBLISHED
    return apart <= max(PUBLISHED * max(abs(one.value), abs(other.value)), ROUNDING)


def is_equal(one: Value, other: Value) -> bool:
    """Whether two values are equal but for rounding."""
    if one.value is None or other.value is None:
        return one.value is other.value
    return abs(one.value - other.value) <= ROUNDING * max(1.0, abs(one.value), abs(other.value))


def overlaps(one: Value, other: Value) -> bool:
    """Whether the ranges of two values overlap, one of them at least being a range."""
    a, b = one.bounds, other.bounds
    if a is None or b is None:
        return False
    return a[0] <= b[1] and b[0] <= a[1]


def _without_values(
    before: Value, after: Value, indicator: str, found: Differences
) -> Verdict | None:
    """The verdict where there are not two values of one definition."""
    if indicator in found.definitions or before.unit != after.unit:
        return Verdict("definition", (Reason("definition", indicator),))
    if before.value is None and after.value is None:
        return Verdict("not_comparable", (Reason("missing_in_both", str(after.reason)),))
    if before.value is None or after.value is None:
        missing, when = (before, "before") if before.value is None else (after, "after")
        reason = Reason(f"missing_{when}", str(missing.reason))
        return Verdict("data" if missing.reason in _BY_DATA else "not_comparable", (reason,))
    return None


def _explained(
    before: Value,
    after: Value,
    area: str,
    declared: Indicator | None,
    inputs: list[str],
    found: Differences,
    parts: Parts | None,
    both: BothSaw | None,
) -> tuple[float, list[Reason]]:
    """Part of a change that the data explains, 0 to 1, with the evidence."""
    if declared is not None and declared.missing == "itself":
        return 1.0, [Reason("about_data")]
    moved = list(_moved(before, after, area, inputs, found, parts, both))
    whole = sum(abs(size) for size, _, _ in moved)
    if whole == 0:
        return _share(inputs, before, after, found)
    reasons = [
        reason for size, _, why in moved if abs(size) >= (1 - MOSTLY) / 2 * whole for reason in why
    ]
    share = sum(abs(size) * part for size, part, _ in moved) / whole
    return share, list(dict.fromkeys(reasons))


Moved = tuple[float, float, list[Reason]]
"""How much of a change, what part of that the data explains, and the evidence."""


def _moved(
    before: Value,
    after: Value,
    area: str,
    inputs: list[str],
    found: Differences,
    parts: Parts | None,
    both: BothSaw | None,
) -> Iterator[Moved]:
    """The pieces of a change, each with what the data explains of it."""
    inside = (after.value or 0.0) - (before.value or 0.0)
    rest = inputs
    if parts is not None:
        inside, rest = parts.inside, [key for key in inputs if key != "layer:people"]
        yield parts.ground, 1.0, _ground_reasons(area, found)
        yield parts.weights, *_share(["layer:people"], before, after, found)
    if both is not None:
        only_one = (after.value or 0.0) - both.after + both.before - (before.value or 0.0)
        places = [key for key in inputs if key.startswith("place:")]
        yield only_one, *_share(places, before, after, found)
        inside -= only_one
        rest = [key for key in rest if not key.startswith("place:")]
    yield inside, *_share(rest, before, after, found)


def _was_seen_otherwise(before: Value, after: Value) -> bool:
    return abs(after.coverage - before.coverage) > LEAST_COVERAGE_CHANGE


def _all(inputs: Sequence[str] | None, value: Value, found: Differences) -> list[str]:
    """What an indicator needs; where nothing tells, all that there is."""
    if not inputs:
        return [*found.mapped, *(kind for kind in found.sources if kind not in MAPS)]
    is_weighted = value.support == "people" and not value.period
    return list(dict.fromkeys([*inputs, *(["layer:people"] if is_weighted else [])]))


def _share(
    inputs: list[str], before: Value, after: Value, found: Differences
) -> tuple[float, list[Reason]]:
    """Part of a change that the data of these inputs explains, with the evidence."""
    if after.period or before.period:
        if before.period == after.period:
            return 1.0, [Reason("revised", after.period)]
        return 0.0, [Reason("period", f"{before.period} → {after.period}")]
    kinds = _kinds(inputs, found)
    states = {kind: found.source(kind) for kind in kinds}
    is_same = set(states.values()) <= {"same"}
    reasons = [
        Reason(f"source_{state}", kind)
        for kind, state in states.items()
        if state and (is_same or state != "same")
    ]
    corrected = list(_corrections(inputs, found))
    if "layer:people" in inputs and found.has_other_people:
        return 1.0, [Reason("people_origin"), *reasons]
    if any(state in ("replaced", "added", "removed") for state in states.values()):
        return 1.0, [*reasons, *corrected]
    if "newer" not in states.values():
        return 1.0, [*corrected, *_handling(found)] or [Reason("handling"), *reasons]
    grown = [each for each in _mapped(inputs, found) if each.before != each.after]
    excess = max((each.excess for each in grown), default=0.0)
    reasons += [Reason("mapped", each.key) for each in grown]
    mapping = _mapping(found) if "osm" in kinds else 0.0
    if mapping > max(excess, 1 - MOSTLY):
        reasons.append(Reason("mapping", f"{mapping:.0%}"))
    return max(excess, mapping, DOUBT if corrected else 0.0), [*reasons, *corrected]


def _kinds(inputs: list[str], found: Differences) -> list[str]:
    """The kinds of sources that inputs are read from."""
    kinds: dict[str, None] = {}
    for key in inputs:
        sort, _, name = key.partition(":")
        if sort == "place":
            kinds |= dict.fromkeys(("osm", "register"))
        elif key == "layer:people":
            is_counted = "raster" in found.people_origin
            kinds |= dict.fromkeys(("population",) if is_counted else ("osm",))
        elif sort == "layer":
            kinds |= dict.fromkeys(("timetable",) if name == "timetable" else ("osm",))
        else:
            kinds |= dict.fromkeys(({"variable": "statistics"}.get(sort, sort),))
    return [kind for kind in kinds if kind in found.sources]


def _mapped(inputs: list[str], found: Differences) -> Iterator[MappedChange]:
    for key in inputs:
        each = found.mapped.get(key)
        if each is not None and key != "layer:people":
            yield each


def _mapping(found: Differences) -> float:
    """Part of all layers and categories that were mapped beyond plausible growth."""
    seen = [each for each in found.mapped.values() if each.before > 0 and not each.is_declared]
    if len(seen) < ENOUGH_MAPPED:
        return 0.0
    return sum(each.excess > 0 for each in seen) / len(seen)


def _corrections(inputs: list[str], found: Differences) -> Iterator[Reason]:
    """Corrections of what the inputs hold that came or ended."""
    categories = {key.partition(":")[2] for key in inputs if key.startswith("place:")}
    for kind, rows in (("added", found.corrections_added), ("ended", found.corrections_ended)):
        count = 0
        for row in rows:
            is_street = row.get("what") == "street" and "layer:streets" in inputs
            category = row.get("category")
            is_place = row.get("what") == "place" and (
                category in categories if category else bool(categories)
            )
            count += is_street or is_place
        if count:
            yield Reason(f"corrections_{kind}", str(count))


def _handling(found: Differences) -> Iterator[Reason]:
    """What else decides a number when no file of it changed."""
    if found.settings:
        yield Reason("settings", found.settings)
    if found.has_other_program:
        yield Reason("program", f"{found.program[0]} → {found.program[1]}")


def _ground_reasons(area: str, found: Differences) -> list[Reason]:
    if area in found.areas_moved:
        return [Reason("area_moved", area)]
    if found.ground < 1:
        return [Reason("boundary")]
    return [Reason("seen")]


def _with_cautions(
    reasons: list[Reason], before: Value, after: Value, found: Differences
) -> tuple[Reason, ...]:
    """The evidence, with what did not decide but must be known."""
    extra = list(reasons)
    if before.erratum is not None or after.erratum is not None:
        extra.append(Reason("erratum"))
    if found.has_other_program:
        extra += [each for each in _handling(found) if each.kind == "program"]
    return tuple(dict.fromkeys(extra))
