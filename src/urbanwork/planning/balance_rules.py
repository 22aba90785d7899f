"""Rules of balance: what a plan takes of land it gives back, in area and, where asked, in grade."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from urbanwork.catalogue.bottomlines import BottomLine
from urbanwork.city.travel import WIDTH_M
from urbanwork.planning import gate_words as words
from urbanwork.planning.finding import WHOLE_PLAN, Finding, Known
from urbanwork.planning.plan import Plan

Geometries = NDArray[np.object_]

LEAST_M2 = 1.0
"""A plan that takes no more takes nothing: coordinates are rounded."""
STREET_M = 8.0
"""Width of a street whose class says none."""


@dataclass(frozen=True, slots=True)
class Stock:
    """Ground that is kept. S polygons."""

    shape: Geometries  # [S] metric
    quality: NDArray[np.float64]  # [S] grade, 1 the best; nan where not stated
    tree: shapely.STRtree
    is_known: bool  # whether all of it is there


def stock_of(rule: BottomLine, known: Known) -> Stock:
    """The ground that a rule keeps: zones, land and places of the city."""
    zones, city = known.zones, known.city
    rows = known.today_of_kinds(rule.zones)
    shapes = [zones.geometry[rows]]
    grades = [zones.quality[rows] if len(zones.quality) == len(zones.id) else _blank(rows.sum())]
    if city is not None:
        land = city.land.geometry[np.isin(city.land.kind.astype(str), rule.land)]
        own = np.isin(city.places.category.astype(str), rule.places)
        places = city.places.geometry[own & ~shapely.is_missing(city.places.geometry)]
        shapes += [land, places]
        grades += [_blank(len(land)), _blank(len(places))]
    shape = np.concatenate(shapes)
    is_known = not known.missing(rule.zones) or (bool(rule.places) and city is not None)
    return Stock(shape, np.concatenate(grades), shapely.STRtree(shape), is_known)


def balance(
    rule: BottomLine, plan: Plan, known: Known, stock: Stock
) -> Iterator[Finding]:  # fmt: skip
    """One finding for the plan as a whole.

    Taken is the ground of the stock under the changes that take, given the ground under the gains
    that is not of the stock yet; each piece of ground counts once. A street has the width of its
    class.
    """
    takers = plan.concerned(rule.changes, rule.but)
    if not takers.any():
        yield Finding(rule, WHOLE_PLAN, "pass", words.NOT_TAKEN, words.HOLDS)
        return
    taken = _ground(plan, takers, stock)
    seen_by = known.seen_by(known.of_kinds(rule.zones))
    lost = float(shapely.area(taken))
    if lost <= LEAST_M2:
        yield _nothing(rule, known, stock, plan, takers)
        return
    gains = plan.concerned(rule.gains)
    back = _given(plan, gains, stock)
    given = float(shapely.area(back))
    if lost - given > LEAST_M2:
        yield Finding(
            rule, WHOLE_PLAN, "breach", words.deficit(lost, given), words.cure_of(rule), seen_by,
            lost - given, "m2", taken,
        )  # fmt: skip
    elif rule.keeps == "quality":
        yield _grade(rule, plan, known, stock, taken, gains, (lost, given))
    else:
        yield Finding(rule, WHOLE_PLAN, "pass", words.balanced(lost, given), words.HOLDS, seen_by,
                      lost, "m2", taken)  # fmt: skip


def _nothing(
    rule: BottomLine, known: Known, stock: Stock, plan: Plan, takers: NDArray[np.bool_]
) -> Finding:
    """Nothing is taken of what is known; where not all is known a taker may take some."""
    seen_by = known.seen_by(known.of_kinds(rule.zones))
    if not stock.is_known:
        missing = known.missing(rule.zones)
        why, cure = words.no_layer(missing), words.give_layer(missing)
        return Finding(rule, WHOLE_PLAN, "unknown", why, cure, seen_by)
    if (takers & shapely.is_missing(plan.shape)).any():
        return Finding(rule, WHOLE_PLAN, "unknown", words.NOWHERE, words.DRAW, seen_by)
    return Finding(rule, WHOLE_PLAN, "pass", words.NOT_TAKEN, words.HOLDS, seen_by)


def _ground(plan: Plan, rows: NDArray[np.bool_], stock: Stock) -> BaseGeometry:
    """The ground of the stock under these changes, once."""
    shapes = _footprints(plan, rows)
    change, at = stock.tree.query(shapes, predicate="intersects")
    pieces = shapely.intersection(shapes[change], stock.shape[at])
    whole: BaseGeometry = shapely.union_all(pieces)
    return whole


def _given(plan: Plan, rows: NDArray[np.bool_], stock: Stock) -> BaseGeometry:
    """The ground under these changes that is not of the stock."""
    new: BaseGeometry = shapely.union_all(_footprints(plan, rows))
    near = stock.tree.query(new, predicate="intersects")
    rest: BaseGeometry = shapely.difference(new, shapely.union_all(stock.shape[near]))
    return rest


def _footprints(plan: Plan, rows: NDArray[np.bool_]) -> Geometries:
    """Polygons of changes, and of streets with their width; sorted, so that order is no matter."""
    found = []
    for row in np.flatnonzero(rows & ~shapely.is_missing(plan.shape)).tolist():
        shape = plan.shape[row]
        dimension = int(shapely.get_dimensions(shape))
        if dimension == 1:
            width = WIDTH_M.get(str(plan.changes[row].category), STREET_M)
            shape = shapely.buffer(shape, width / 2, cap_style="flat")
        if dimension > 0:
            found.append((plan.changes[row].id, shape))
    found.sort(key=lambda each: each[0])
    column = np.empty(len(found), object)
    column[:] = [shape for _, shape in found]
    return column


# Grade


def _grade(
    rule: BottomLine, plan: Plan, known: Known, stock: Stock, taken: BaseGeometry,
    gains: NDArray[np.bool_], areas: tuple[float, float],
) -> Finding:  # fmt: skip
    """Whether the grade of what is given back is as good; 1 is the best."""
    seen_by = known.seen_by(known.of_kinds(rule.zones))
    lost, gained = _grade_of_stock(stock, taken), _grade_of_gains(plan, gains)
    if math.isnan(lost) or math.isnan(gained):
        return Finding(
            rule, WHOLE_PLAN, "unknown", words.GRADE_NOT_STATED, words.STATE_GRADE, seen_by,
            areas[0], "m2", taken,
        )  # fmt: skip
    if gained > lost + 1e-9:
        return Finding(
            rule, WHOLE_PLAN, "breach", words.poorer(lost, gained), words.cure_of(rule), seen_by,
            areas[0], "m2", taken,
        )  # fmt: skip
    return Finding(
        rule,
        WHOLE_PLAN,
        "pass",
        words.balanced(*areas),
        words.HOLDS,
        seen_by,
        areas[0],
        "m2",
        taken,
    )


def _grade_of_stock(stock: Stock, taken: BaseGeometry) -> float:
    """Mean grade of what is taken, by area; nan where any of it is not stated."""
    near = stock.tree.query(taken, predicate="intersects")
    area = shapely.area(shapely.intersection(stock.shape[near], taken))
    some = area > LEAST_M2
    graded = some & ~np.isnan(stock.quality[near])
    stated = shapely.union_all(stock.shape[near][graded])
    if shapely.area(shapely.difference(taken, stated)) > LEAST_M2:
        return math.nan
    return float(np.average(stock.quality[near][graded], weights=area[graded]))


def _grade_of_gains(plan: Plan, gains: NDArray[np.bool_]) -> float:
    """Mean grade of what is given back, by area; nan where any is not stated."""
    rows = np.flatnonzero(gains & ~shapely.is_missing(plan.shape)).tolist()
    grades = [as_number(plan.changes[row].properties.get("quality")) for row in rows]
    area = shapely.area(plan.shape[rows])
    return float(np.average(grades, weights=area)) if rows and area.sum() > 0 else math.nan


def as_number(value: object) -> float:
    """A number that a file states, nan where it states none."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _blank(count: int) -> NDArray[np.float64]:
    return np.full(int(count), np.nan)
