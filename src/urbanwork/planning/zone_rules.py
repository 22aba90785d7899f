"""Rules of zones: what may not lie in them, what must, and what needs permission anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.catalogue.bottomlines import BottomLine
from urbanwork.catalogue.models import Bilingual
from urbanwork.planning import gate_words as words
from urbanwork.planning.changes import Change
from urbanwork.planning.exceptions import granted
from urbanwork.planning.finding import Finding, Known, as_visibility
from urbanwork.planning.overlay import LEAST, Pairs, size_of
from urbanwork.planning.plan import Plan, grouped
from urbanwork.planning.verdicts import Visibility
from urbanwork.sources.zones import LEVELS

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


# What may not lie in zones


def overlap(rule: BottomLine, plan: Plan, known: Known, pairs: Pairs) -> Iterator[Finding]:
    """A finding for each change that the rule concerns, one more for each visibility of zones.

    Zones that few may see are judged apart from those that all may see: the public verdict of a
    change stays the same whatever else it touches.
    """
    concerned = plan.concerned(rule.changes, rule.but)
    of_rule = known.of_kinds(rule.zones)
    mine = of_rule[pairs.zone] & concerned[pairs.change]
    hit = np.flatnonzero(mine & (pairs.size > 0))
    is_small = rule.sliver_m2 > 0 and _total(pairs, hit) <= rule.sliver_m2
    broken: Ints = np.zeros(0, np.int64)
    if not is_small:
        key = pairs.change[hit] * len(LEVELS) + known.level[pairs.zone[hit]]
        for _, rows in grouped(key):
            yield _overlapping(rule, plan, known, pairs, hit[rows])
        broken = np.unique(pairs.change[hit])
    grazed = np.flatnonzero(mine & (pairs.forgiven > LEAST) | mine & (pairs.size > 0))
    concerned[broken] = False
    yield from _unbroken(rule, plan, known, concerned, pairs, grazed)


def _total(pairs: Pairs, hit: Ints) -> float:
    return float(shapely.area(shapely.union_all(pairs.piece[hit]))) if len(hit) else 0.0


def _overlapping(
    rule: BottomLine, plan: Plan, known: Known, pairs: Pairs, rows: Ints
) -> Finding:  # fmt: skip
    """One change and the zones of one visibility that it lies in."""
    change = int(pairs.change[rows[0]])
    zones = known.zones
    at = pairs.zone[rows].tolist()
    dimension = int(plan.dimension[change])
    if len(at) == 1 and dimension > 0:
        piece, amount = pairs.piece[rows[0]], float(pairs.size[rows[0]])
    else:
        piece = _union(pairs.piece[rows])
        amount = _amount(piece, dimension, known, at)
    unit = words.UNITS[dimension]
    kinds = tuple(sorted({zones.kind[row] for row in at}))
    names = [str(zones.name[row] or zones.id[row]) for row in at]
    why = words.overlaps(kinds, names, words.amount_words(amount, unit), dimension)
    forgiven = float(pairs.forgiven[rows].sum())
    if forgiven > LEAST:
        why = _both(why, words.not_counted(words.amount_words(forgiven, unit)))
    ids = tuple(zones.id[row] for row in at)
    level = as_visibility(int(known.level[at[0]]))
    return _or_excepted(Finding(
        rule, change, "breach", why, words.cure_of(rule), level, amount, unit, piece, ids
    ), plan.changes[change])  # fmt: skip


def _union(pieces: NDArray[np.object_]) -> BaseGeometry:
    whole: BaseGeometry = shapely.union_all(pieces)
    return whole


def _amount(piece: BaseGeometry, dimension: int, known: Known, zones: list[int]) -> float:
    """m2, m, or how deep a point stands inside."""
    if dimension == 2:
        return float(shapely.area(piece))
    if dimension == 1:
        return float(shapely.length(piece))
    edges = shapely.boundary(known.zones.geometry[zones])
    return float(shapely.distance(piece, edges).max())


def _both(one: Bilingual, other: Bilingual) -> Bilingual:
    return Bilingual(one.en + other.en, one.zh + other.zh)


def _or_excepted(finding: Finding, change: Change) -> Finding:
    """A pass where the change claims an exception that holds."""
    allowed = granted(finding.rule, change)
    if allowed is None:
        return finding
    why = words.excepted(allowed, change.approvals)
    return Finding(
        finding.rule, finding.change, "pass", why, words.HOLDS, finding.visibility,
        finding.amount, finding.unit, finding.geometry, finding.zones,
    )  # fmt: skip


def _unbroken(
    rule: BottomLine, plan: Plan, known: Known, rest: Flags, pairs: Pairs, grazed: Ints
) -> Iterator[Finding]:
    """What lies in no zone passes, where it is known where it lies and all layers are there."""
    missing = known.missing(rule.zones)
    seen_by = known.seen_by(known.of_kinds(rule.zones))
    unknown = (words.no_layer(missing), words.give_layer(missing)) if missing else None
    apart = words.apart_from(rule.zones)
    touched: dict[int, float] = {}
    for pair in grazed.tolist():
        row = int(pairs.change[pair])
        size = float(pairs.forgiven[pair] + pairs.size[pair])
        touched[row] = touched.get(row, 0.0) + size
    for row in np.flatnonzero(rest).tolist():
        if plan.shape[row] is None:
            yield Finding(rule, row, "unknown", words.NOWHERE, words.DRAW, seen_by)
        elif unknown is not None:
            yield Finding(rule, row, "unknown", *unknown, seen_by)
        elif row in touched:
            yield _grazing(rule, plan, row, touched[row], seen_by)
        else:
            yield Finding(rule, row, "pass", apart, words.HOLDS, seen_by)


def _grazing(
    rule: BottomLine, plan: Plan, row: int, size: float, seen_by: Visibility
) -> Finding:  # fmt: skip
    unit = words.UNITS[int(plan.dimension[row])]
    why = words.touches_only(rule.zones, words.amount_words(size, unit))
    return Finding(rule, row, "pass", why, words.HOLDS, seen_by)


# What must lie in zones


@dataclass(frozen=True, slots=True)
class Ground:
    """Zones that changes must lie in, widened by their mapping error. G zones."""

    zones: NDArray[np.object_]  # [G] as they are
    wide: NDArray[np.object_]  # [G]
    tree: shapely.STRtree
    seen_by: Visibility


def ground_of(rule: BottomLine, known: Known) -> Ground:
    """The zones of a rule, made once for all plans."""
    rows = known.today_of_kinds(rule.zones)
    wide = known.overlay.widened(rows)
    shapely.prepare(wide)
    return Ground(
        known.zones.geometry[rows], wide, shapely.STRtree(wide), known.seen_by(rows)
    )  # fmt: skip


def inside(rule: BottomLine, plan: Plan, known: Known, ground: Ground) -> Iterator[Finding]:
    """A finding for each change that the rule concerns."""
    rows = np.flatnonzero(plan.concerned(rule.changes, rule.but))
    missing = known.missing(rule.zones)
    if missing and not len(ground.zones):
        for row in rows.tolist():
            why, cure = words.no_layer(missing), words.give_layer(missing)
            yield Finding(rule, row, "unknown", why, cure)
        return
    outside = left_outside(plan.shape[rows], ground)
    size = size_of(outside, plan.shape[rows])
    within = words.lies_inside(rule.zones)
    for row, piece, amount in zip(rows.tolist(), outside, size.tolist(), strict=True):
        if plan.shape[row] is None:
            yield Finding(rule, row, "unknown", words.NOWHERE, words.DRAW, ground.seen_by)
        elif amount == 0:
            yield Finding(rule, row, "pass", within, words.HOLDS, ground.seen_by)
        else:
            yield _outside(rule, plan, row, piece, amount, ground)


def left_outside(shapes: NDArray[np.object_], ground: Ground) -> NDArray[np.object_]:
    """What of each shape lies in none of the zones."""
    result: NDArray[np.object_] = shapes.copy()
    drawn = np.flatnonzero(~shapely.is_missing(shapes))
    row, zone = ground.tree.query(shapes[drawn], predicate="intersects")
    row = drawn[row]
    is_covered = shapely.covers(ground.wide[zone], shapes[row])
    result[row[is_covered]] = shapely.Point()
    rest = ~np.isin(row, row[is_covered])
    for change, pairs in grouped(row[rest]):
        around = shapely.union_all(ground.wide[zone[rest][pairs]])
        result[change] = shapely.difference(shapes[change], around)
    return result


def _outside(
    rule: BottomLine, plan: Plan, row: int, piece: BaseGeometry, size: float, ground: Ground
) -> Finding:
    dimension = int(plan.dimension[row])
    amount: float | None = size
    if dimension == 0:
        near = ground.tree.nearest(piece) if len(ground.wide) else None
        amount = None if near is None else float(shapely.distance(piece, ground.zones[near]))
    unit = words.UNITS[dimension]
    if amount is None or not len(ground.zones):
        why = words.nothing_to_be_inside(rule.zones)
    else:
        why = words.lies_outside(rule.zones, words.amount_words(amount, unit), dimension)
    finding = Finding(
        rule, row, "breach", why, words.cure_of(rule), ground.seen_by, amount,
        unit if amount is not None else "", piece,
    )  # fmt: skip
    return _or_excepted(finding, plan.changes[row])


# What needs permission anywhere


def permission(rule: BottomLine, plan: Plan) -> Iterator[Finding]:
    """A finding for each change that the rule concerns."""
    for row in np.flatnonzero(plan.concerned(rule.changes, rule.but)).tolist():
        finding = Finding(
            rule, row, "breach", words.needs_permission(rule), words.cure_of(rule),
            geometry=plan.shape[row],
        )  # fmt: skip
        yield _or_excepted(finding, plan.changes[row])
