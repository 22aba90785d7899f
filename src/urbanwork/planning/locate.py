"""Where to put the next places of a city: what is asked, solved, and handed on as a scenario.

site(city, SitingRequest("kindergarten", how_many=3)).scenario
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.city.model import PreparedCity
from urbanwork.errors import UserError
from urbanwork.planning.asking import Ground, SitingRequest, ground_of, radius_of
from urbanwork.planning.candidates import Candidates, Mask, lonlat_of
from urbanwork.planning.changes import Change, Scenario
from urbanwork.planning.gate import Gate
from urbanwork.planning.located import Baseline, Located, SitingResult, Worst
from urbanwork.planning.siting import (
    Answer,
    ClashError,
    full_cover,
    maximal_cover,
    p_center,
    p_median,
)
from urbanwork.planning.siting.answers import is_covered
from urbanwork.planning.siting.exchange import Payments, greedy, random_choices

__all__ = ["SitingRequest", "SitingResult", "site"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

SMALLEST_PEOPLE = 30
"""Areas with fewer people are no worst area: a share of a handful says nothing."""


def site(
    city: PreparedCity, request: SitingRequest, gate: Gate | Mask | None = None
) -> SitingResult:
    """The best sites for new places, with the proven gap, baselines, and a scenario of them.

    `gate` leaves out candidates that break a bottom line: a `Gate`, or a function of metric shapes
    and a kind of change.

    Raises UserError for what cannot be asked, and where no choice of sites keeps all that is asked
    (the sentence names what clashes).
    """
    radius = radius_of(request)
    mask: Mask | None = gate if not isinstance(gate, Gate) else _masked_by(gate, request.what)
    ground = ground_of(city, request, radius, mask)
    try:
        answer = _solved(ground, request, radius)
    except ClashError as error:
        raise UserError(_clash_said(city, ground, request, radius, error)) from None
    is_open = np.zeros(ground.ways.sites, np.bool_)
    is_open[answer.chosen] = True
    result = _result(city, ground, request, radius, answer, is_open)
    if isinstance(gate, Gate):
        seen = gate.visibility("add_place", category=request.what)
        result = replace(result, proof=gate.proof(result.scenario.changes), visibility=seen)
    return result


def _masked_by(gate: Gate, what: str) -> Mask:
    return lambda shapes, kind: gate.mask(shapes, kind, category=what)


def _solved(ground: Ground, request: SitingRequest, radius: float) -> Answer:
    ways, weight, rules = ground.ways, ground.people, ground.rules
    limit = request.seconds
    if request.objective == "median":
        rules = replace(rules, floor_radius=radius)
        return p_median(ways, weight, rules, beyond=ground.beyond_m, seconds=limit)
    if request.objective == "center":
        rules = replace(rules, floor_radius=radius)
        return p_center(ways, weight, rules, seconds=limit)
    if request.objective == "full":
        return full_cover(ways, weight, radius, rules, seconds=limit)
    return maximal_cover(ways, weight, radius, rules, seconds=limit)


def _clash_said(
    city: PreparedCity, ground: Ground, request: SitingRequest, radius: float, error: ClashError
) -> str:
    """What clashes, in words of who asked, and what would help."""
    said = []
    for group in error.groups:
        kind, _, row = group.partition(":")
        said.append({
            "how_many": f"at most {request.how_many} new places (--how-many)",
            "budget": f"a budget of {request.budget or 0:,.12g} (--budget)",
            "capacity": "the capacity of the places (--capacity)",
            "reach": (
                f"everybody within {radius:,.12g} m (--radius)" if request.objective == "full"
                else f"everybody within {ground.beyond_m:,.12g} m of a place"
            ),
            "floor": f"{request.floor_worst_area:.12g} % of the people of "
                     f"{_area_name(city, row)} (--floor-worst-area)",
        }[kind])  # fmt: skip
    return (
        f"no choice of sites for {request.what} keeps all of this together: {'; '.join(said)}. "
        "Give up or loosen one of them, or give more candidates"
    )


def _area_name(city: PreparedCity, row: str) -> str:
    return str(city.areas.name[int(row)]) if row else "each area"


# The result


def _result(
    city: PreparedCity,
    ground: Ground,
    request: SitingRequest,
    radius: float,
    answer: Answer,
    is_open: Flags,
) -> SitingResult:
    near = ground.ways.within(radius)
    today = ground.is_existing
    before, after = is_covered(near, today), is_covered(near, is_open)
    sites = _sites(city, ground, radius, answer, before)
    scenario = _scenario(ground, request, answer, city)
    return SitingResult(
        request=request, radius_m=radius, people=float(ground.people.sum()),
        people_left_out=ground.left_out, people_out_of_reach=ground.out_of_reach,
        existing=int(today.sum()), candidates=len(ground.candidates),
        candidates_found=ground.candidates.found, candidates_masked=ground.candidates.masked,
        square_m=ground.candidates.square_m, objective=answer.objective, bound=answer.bound,
        gap=answer.gap, is_proven=answer.is_proven, seconds=answer.seconds,
        covered_before=float(ground.people[before].sum()),
        covered_after=float(ground.people[after].sum()),
        mean_m_before=_mean(ground, today), mean_m_after=_mean(ground, is_open),
        counts_up_to_m=ground.beyond_m,
        worst_before=_worst(city, ground, before), worst_after=_worst(city, ground, after),
        baseline=_baseline(ground, request, radius), sites=sites, scenario=scenario,
    )  # fmt: skip


def _paid(ground: Ground, is_open: Flags) -> Floats:
    """Metres of each demand to the nearest open place, at most what counts; [I]."""
    cap = np.full(ground.ways.demands, ground.beyond_m)
    return Payments(ground.ways, ground.ways.distance, cap).each(is_open)


def _mean(ground: Ground, is_open: Flags) -> float:
    return float(np.average(_paid(ground, is_open), weights=ground.people))


def _worst(city: PreparedCity, ground: Ground, covered: Flags) -> Worst | None:
    """The area with the least share of people covered."""
    areas = len(city.areas.id)
    people = np.bincount(ground.area, ground.people, minlength=areas)
    reached = np.bincount(ground.area, ground.people * covered, minlength=areas)
    enough = np.flatnonzero(people >= SMALLEST_PEOPLE)
    if len(enough) == 0:
        return None
    share = reached[enough] / people[enough]
    row = int(enough[np.argmin(share)])
    return Worst(str(city.areas.id[row]), str(city.areas.name[row]), 100.0 * float(share.min()))


def _sites(
    city: PreparedCity, ground: Ground, radius: float, answer: Answer, before: Flags
) -> tuple[Located, ...]:
    """The sites that were chosen, those that reach most new people first."""
    ways, new = ground.ways, answer.chosen[answer.chosen >= ground.existing]
    near = ways.distance <= radius
    within = np.bincount(ways.site[near], ground.people[ways.demand[near]], minlength=ways.sites)
    counts = near & ~before[ways.demand]
    newly = np.bincount(ways.site[counts], answer.carried[counts], minlength=ways.sites)
    used = np.bincount(ways.site, answer.carried, minlength=ways.sites)
    new = new[np.lexsort((new, -newly[new]))]
    rows = new - ground.existing
    points = lonlat_of(ground.candidates, rows, city.crs)
    area = _areas_at(city, ground.candidates, rows)
    capacity = ground.rules.capacity
    return tuple(
        Located(
            str(ground.candidates.name[row]), float(point.x), float(point.y), name,
            float(newly[at]), float(within[at]), float(used[at]),
            None if capacity is None else float(capacity[at]), _given(ground.candidates.cost[row]),
        )
        for at, row, point, name in zip(new, rows, points, area, strict=True)
    )  # fmt: skip


def _given(value: Any) -> float | None:
    return None if np.isnan(value) else float(value)


def _areas_at(city: PreparedCity, candidates: Candidates, rows: Ints) -> list[str]:
    import shapely

    tree = shapely.STRtree(city.areas.geometry)
    points = shapely.points(candidates.x[rows], candidates.y[rows])
    point, area = tree.query(points, "intersects")
    found: dict[int, str] = {}
    for each, row in zip(point.tolist(), area.tolist(), strict=True):
        found.setdefault(each, str(city.areas.name[row]))
    return [found.get(each, "") for each in range(len(rows))]


def _scenario(
    ground: Ground, request: SitingRequest, answer: Answer, city: PreparedCity
) -> Scenario:
    """The new places as changes; those that moved keep their id."""
    chosen = np.zeros(ground.ways.sites, np.bool_)
    chosen[answer.chosen] = True
    new = answer.chosen[answer.chosen >= ground.existing] - ground.existing
    points = lonlat_of(ground.candidates, new, city.crs)
    gone = np.flatnonzero(~chosen[: ground.existing])
    pairs = _nearest_pairs(ground, gone, new)
    changes = []
    for number, (row, point) in enumerate(zip(new.tolist(), points.tolist(), strict=True), 1):
        moved = pairs.get(row)
        changes.append(Change(
            f"{request.what}-{number}", "add_place" if moved is None else "move_place", point,
            target=None if moved is None else str(ground.existing_id[moved]),
            category=request.what,
            capacity=_seats(ground, request, row) if moved is None else None,
            origin="site",
        ))  # fmt: skip
    name = f"{len(changes)} x {request.what} by urbanwork site ({request.objective})"
    return Scenario(f"site-{request.what}", name, tuple(changes))


def _seats(ground: Ground, request: SitingRequest, row: int) -> float | None:
    own = _given(ground.candidates.capacity[row])
    return own if own is not None else request.capacity


def _nearest_pairs(ground: Ground, gone: Ints, new: Ints) -> dict[int, int]:
    """New site -> place that moves there: the nearest pair first, in a straight line."""
    if len(gone) == 0 or len(new) == 0:
        return {}
    far = np.hypot(
        ground.existing_x[gone][:, None] - ground.candidates.x[new][None],
        ground.existing_y[gone][:, None] - ground.candidates.y[new][None],
    )
    pairs: dict[int, int] = {}
    for place, site_row in zip(*np.unravel_index(np.argsort(far, axis=None, kind="stable"),
                                                 far.shape), strict=True):  # fmt: skip
        if int(gone[place]) not in pairs.values() and int(new[site_row]) not in pairs:
            pairs[int(new[site_row])] = int(gone[place])
    return pairs


# What others would have chosen


def _baseline(ground: Ground, request: SitingRequest, radius: float) -> Baseline | None:
    """The same number of places by chance, and one after the other, each the best next one."""
    if request.objective == "full" or not ground.rules.counts_only:
        return None
    kept, most = ground.rules.kept_of(ground.ways.sites), int(ground.rules.most or 0)
    paying = _payments(ground, request, radius)
    chance = [_value(ground, request, radius, each) for each in random_choices(kept, most)]
    is_open = np.zeros(ground.ways.sites, np.bool_)
    is_open[greedy(paying, kept, most)] = True
    best = max(chance) if request.objective == "cover" else min(chance)
    return Baseline(
        float(np.mean(chance)), float(best), len(chance), _value(ground, request, radius, is_open)
    )


def _payments(ground: Ground, request: SitingRequest, radius: float) -> Payments:
    people, ways = ground.people, ground.ways
    if request.objective == "cover":
        near = ways.within(radius)
        return Payments(near, np.zeros(len(near.site)), people)
    return Payments(ways, people[ways.demand] * ways.distance, people * ground.beyond_m)


def _value(ground: Ground, request: SitingRequest, radius: float, is_open: Flags) -> float:
    """The objective of any choice: people covered, person-metres, farthest metres."""
    if request.objective == "cover":
        return float(ground.people[is_covered(ground.ways.within(radius), is_open)].sum())
    paid = _paid(ground, is_open)
    return float(paid.max() if request.objective == "center" else (paid * ground.people).sum())
