"""Rules of distance: what keeps away from places of the city, of the plan, and from zones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.catalogue.bottomlines import BottomLine
from urbanwork.planning import gate_words as words
from urbanwork.planning.exceptions import granted
from urbanwork.planning.finding import Finding, Known, as_visibility
from urbanwork.planning.plan import Plan, grouped, place_shape, plan_of
from urbanwork.sources.zone_words import kind_title
from urbanwork.sources.zones import LEVELS

Geometries = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class _Targets:
    """What to keep away from. T things; a zone keeps who may see it."""

    shape: Geometries  # [T] metric
    name: NDArray[np.object_]  # [T]
    level: NDArray[np.int64]  # [T] row in LEVELS
    zone: NDArray[np.int64]  # [T] row of the zone, -1 for a place
    change: NDArray[np.int64]  # [T] row of the change that adds it, -1 for what exists


def distance(rule: BottomLine, plan: Plan, known: Known) -> Iterator[Finding]:
    """A finding for each change that the rule concerns, one more for each visibility of zones.

    From outline to outline, to the nearest. What the plan removes or moves is not there any more,
    what it adds is.
    """
    concerned = plan.concerned(rule.changes, rule.but)
    rows = np.flatnonzero(concerned & ~shapely.is_missing(plan.shape))
    targets = _targets(rule, plan, known)
    least = float(rule.distance_m or 0.0)
    found, target = shapely.STRtree(targets.shape).query(
        plan.shape[rows], predicate="dwithin", distance=least
    )
    change = rows[found]
    metres = shapely.distance(plan.shape[change], targets.shape[target])
    is_near = (metres < least) & (targets.change[target] != change)
    change, target, metres = change[is_near], target[is_near], metres[is_near]
    key = change * len(LEVELS) + targets.level[target]
    for _, group in grouped(key):
        nearest = group[np.lexsort((targets.name[target[group]].astype(str), metres[group]))[0]]
        yield _near(rule, plan, known, targets, change[nearest], target[nearest], metres[nearest])
    concerned[change] = False
    yield from _far(rule, plan, known, concerned, least)


def kept_clear(rule: BottomLine, known: Known) -> Geometries:
    """[T] the outlines, metric, of places of the city and zones that the rule keeps away from."""
    return _targets(rule, plan_of((), known.crs, None), known).shape


def is_too_near(shapes: Geometries, rule: BottomLine, known: Known) -> NDArray[np.bool_]:
    """[N] which metric shapes are too near to places of the city or zones."""
    targets = _targets(rule, plan_of((), known.crs, None), known)
    least = float(rule.distance_m or 0.0)
    row, target = shapely.STRtree(targets.shape).query(shapes, predicate="dwithin", distance=least)
    near = np.zeros(len(shapes), np.bool_)
    near[row[shapely.distance(shapes[row], targets.shape[target]) < least]] = True
    return near


def _near(
    rule: BottomLine, plan: Plan, known: Known, targets: _Targets, change: int, target: int,
    metres: float,
) -> Finding:  # fmt: skip
    line: BaseGeometry = shapely.shortest_line(plan.shape[change], targets.shape[target])
    at = int(targets.zone[target])
    row = int(change)
    made = plan.changes[row]
    allowed = granted(rule, made)
    why = words.too_near(str(targets.name[target]), float(metres), float(rule.distance_m or 0))
    return Finding(
        rule, row, "breach" if allowed is None else "pass",
        why if allowed is None else words.excepted(allowed, made.approvals),
        words.cure_of(rule) if allowed is None else words.HOLDS,
        as_visibility(int(targets.level[target])), float(metres), "m", line,
        (str(known.zones.id[at]),) if at >= 0 else (),
    )  # fmt: skip


def _far(
    rule: BottomLine, plan: Plan, known: Known, rest: NDArray[np.bool_], least: float
) -> Iterator[Finding]:
    """Nothing near is a pass only where all of it is on the map."""
    missing = known.missing(rule.zones)
    thin = _thin(rule, known)
    seen_by = known.seen_by(known.of_kinds(rule.zones))
    for row in np.flatnonzero(rest).tolist():
        if plan.shape[row] is None:
            yield Finding(rule, row, "unknown", words.NOWHERE, words.DRAW, seen_by)
        elif thin:
            why = words.not_mapped(thin, least)
            yield Finding(rule, row, "unknown", why, words.COMPLETE_MAP, seen_by)
        elif missing:
            why, cure = words.no_layer(missing), words.give_layer(missing)
            yield Finding(rule, row, "unknown", why, cure, seen_by)
        else:
            yield Finding(rule, row, "pass", words.far_enough(least), words.HOLDS, seen_by)


def _thin(rule: BottomLine, known: Known) -> tuple[str, ...]:
    """Categories that the map of the city may lack."""
    if known.city is None:
        return rule.places
    judged = known.city.completeness
    found = (judged.get(f"place:{category}") for category in rule.places)
    return tuple(
        category
        for category, each in zip(rule.places, found, strict=True)
        if each is None or each.reason is not None
    )


def _targets(rule: BottomLine, plan: Plan, known: Known) -> _Targets:
    shapes: list[BaseGeometry] = []
    rest: list[tuple[str, int, int, int]] = []
    for shape, name in _places(rule, plan, known):
        shapes.append(shape)
        rest.append((name, 0, -1, -1))
    added = plan.concerned([f"{kind}:{each}" for kind in ("add_place", "move_place")
                            for each in rule.places])  # fmt: skip
    for row in np.flatnonzero(added & ~shapely.is_missing(plan.shape)).tolist():
        shapes.append(plan.shape[row])
        rest.append((plan.changes[row].name or plan.changes[row].id, 0, -1, row))
    for row in np.flatnonzero(known.of_kinds(rule.zones)).tolist():
        zones = known.zones
        name = str(zones.name[row] or kind_title(str(zones.kind[row]), "en"))
        shapes.append(zones.geometry[row])
        rest.append((name, int(known.level[row]), row, -1))
    column = np.empty(len(shapes), object)
    column[:] = shapes
    numbers = np.array([each[1:] for each in rest], np.int64).reshape(-1, 3)
    names = np.array([each[0] for each in rest], object)
    return _Targets(column, names, numbers[:, 0], numbers[:, 1], numbers[:, 2])


def _places(rule: BottomLine, plan: Plan, known: Known) -> Iterator[tuple[BaseGeometry, str]]:
    """Places of the city that stay where they are."""
    city = known.city
    if city is None or not rule.places:
        return
    gone = {
        change.target for change in plan.changes if change.kind in ("remove_place", "move_place")
    }
    rows = (known.places_of.get(category, np.zeros(0, np.int64)) for category in rule.places)
    for row in sorted(np.concatenate(list(rows)).tolist()):
        if city.places.id[row] not in gone:
            name = city.places.name[row] or str(city.places.category[row]).replace("_", " ")
            yield place_shape(city, row), str(name)
