"""What is asked of siting, and the ways between people, places and candidates that it needs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.assemble import CENTIMETRES_PER_M
from urbanwork.city.model import PreparedCity
from urbanwork.city.snapping import Snapper
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.measures.target import chosen, completeness_key, of
from urbanwork.measures.ways import Walks, walks_within
from urbanwork.planning.candidates import Candidates, Mask, allowed, candidates_of, thinned
from urbanwork.planning.siting import Rules, Ways, ways_of_pairs
from urbanwork.quantities.datum import Datum

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Objective = Literal["cover", "full", "median", "center"]

MOST_CANDIDATES = {"cover": 20_000, "full": 20_000, "median": 1_500, "center": 300}
"""More than these are thinned to the best of each square of a grid, which the result tells."""
MOST_UNDER_RULES = {"cover": 8_000, "full": 3_000, "median": 600, "center": 300}
"""The same where a model has to be solved: with a budget or a floor."""
MOST_WITH_CAPACITY = 1_000
FARTHEST_RADII = 5.0
"""Median: walks count up to so many radii. Center: up to `FARTHEST_M`."""
FARTHEST_M = 20_000.0
WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class SitingRequest:
    """What is asked. Shares in percent, distances in metres, time in seconds."""

    what: str  # category of the places
    how_many: int | None = 1  # new places; None (full cover only): as many as it takes
    objective: Objective = "cover"
    radius_m: float | None = None  # None: that of the catalogue
    candidates: str | Path = "cells"  # "cells", "land", or a file of points or plots
    existing: Literal["kept", "movable", "ignored"] = "kept"
    capacity: float | None = None  # seats of a new place
    seats_per_1000: float | None = None  # that 1,000 people need; None: a seat serves a person
    budget: float | None = None  # in the unit of the column cost of the candidates
    floor_worst_area: float = 0.0  # least share of the people of every area within the radius
    crs: str | None = None  # of a file of candidates that says none
    seconds: float = 60.0
    datum: Datum | None = None  # of a file of candidates whose coordinates are shifted
    layer: str | None = None  # of a file of candidates that holds several


@dataclass(frozen=True, slots=True)
class Ground:
    """I cells with people; sites are the places that exist, then the candidates."""

    ways: Ways
    people: Floats  # [I]
    area: Ints  # [I] row of the area
    rules: Rules
    candidates: Candidates
    existing: int  # E, the first sites
    is_existing: Flags  # [J]
    existing_id: NDArray[np.object_]  # [E]
    existing_x: Floats  # [E]
    existing_y: Floats  # [E]
    beyond_m: float  # longest walk that counts
    left_out: float  # people without a street or beyond the data
    out_of_reach: float  # people that no site reaches


def radius_of(request: SitingRequest) -> float:
    """The radius asked for, else that of the catalogue's indicator of these places.

    Raises ManyFaultsError with a sentence for each thing that is wrong with the request.
    """
    faults = list(_faults(request))
    if faults:
        raise ManyFaultsError(faults)
    if request.radius_m is not None:
        return float(request.radius_m)
    from urbanwork.catalogue.loading import load_catalogue

    radii = sorted(
        float(each.parameters["radius_m"].value)  # type: ignore[arg-type]
        for each in load_catalogue().indicators.values()
        if each.measure == "reach_share" and each.parameters["category"].value == request.what
    )
    if not radii:
        raise UserError(
            f"the catalogue has no walking distance to {request.what}; give --radius in metres"
        )
    return radii[0]


def _faults(request: SitingRequest) -> list[str]:
    from urbanwork.sources.osm import load_categories

    faults = []
    known = load_categories().places
    if request.what not in known:
        faults.append(f"--what '{request.what}' is no category of places; "
                      f"wanted one of {', '.join(known)}")  # fmt: skip
    if request.objective not in MOST_CANDIDATES:
        faults.append(f"--objective '{request.objective}' is not known; "
                      f"wanted one of {', '.join(MOST_CANDIDATES)}")  # fmt: skip
    if request.how_many is None and request.objective != "full" and request.budget is None:
        faults.append("--how-many is needed unless a budget or full cover says where to stop")
    if request.how_many is not None and request.how_many < 1:
        faults.append(f"--how-many must be 1 or more, got {request.how_many}")
    for name, value in (("radius", request.radius_m), ("capacity", request.capacity),
                        ("seats-per-1000", request.seats_per_1000),
                        ("seconds", request.seconds)):  # fmt: skip
        if value is not None and not (math.isfinite(value) and value > 0):
            faults.append(f"--{name} must be above 0, got {value:g}")
    if request.radius_m is not None and request.radius_m > FARTHEST_M:
        faults.append(f"--radius must be at most {FARTHEST_M:g} m on foot, got "
                      f"{request.radius_m:g}")  # fmt: skip
    if request.budget is not None and not request.budget >= 0:
        faults.append(f"--budget must be 0 or more, got {request.budget:g}")
    if not 0 <= request.floor_worst_area <= WHOLE:
        faults.append(f"--floor-worst-area is a share from 0 to 100 %, got "
                      f"{request.floor_worst_area:g}")  # fmt: skip
    return faults


def ground_of(
    city: PreparedCity, request: SitingRequest, radius: float, mask: Mask | None
) -> Ground:
    """Everything the solvers need, as arrays.

    Raises UserError for a city without streets or people, or without a candidate that may be used.
    """
    _check_city(city, request)
    judged = city.completeness.get(completeness_key(request.what))
    if request.existing == "kept" and judged is not None and judged.reason is not None:
        _refuse_thin(request, judged.note_en)
    cells = np.flatnonzero((city.cells.people > 0) & (city.cells.walk.edge >= 0))
    given = candidates_of(
        city, request.candidates, crs=request.crs, datum=request.datum, layer=request.layer
    )
    found = allowed(given, mask)
    if request.budget is not None and np.isnan(found.cost).any():
        raise UserError(
            f"--budget: {int(np.isnan(found.cost).sum())} candidates have no cost; give candidates "
            "as a file with a column 'cost'"
        )
    limit = _limit(request, radius)
    found = thinned(found, _people_near(city, found, radius), _most(request))
    walks, existing, snapped = _all_walks(city, request, found, limit)
    found, ways, area, people = _of_cells(city, cells, walks, existing, found, snapped)
    reached = np.diff(ways.start) > 0
    if request.objective in ("full", "center"):
        reached = np.diff((ways.within(radius) if request.objective == "full" else ways).start) > 0
        ways = _rows(ways, reached)
        out_of_reach, people, area = float(people[~reached].sum()), people[reached], area[reached]
    else:
        out_of_reach = float(people[~reached].sum())
    if len(people) == 0:
        raise UserError(
            f"no candidate has people within {limit:,.12g} m on foot; give other candidates or a "
            "larger --radius"
        )
    sites = len(existing) + len(found)
    is_existing = np.arange(sites) < len(existing)
    return Ground(
        ways, people, area, _rules(city, request, existing, found, area), found, len(existing),
        is_existing, city.places.id[existing], city.places.x[existing], city.places.y[existing],
        limit, float(city.cells.people[city.cells.walk.edge < 0].sum()), out_of_reach,
    )  # fmt: skip


def _check_city(city: PreparedCity, request: SitingRequest) -> None:
    if not city.has_extract or city.walk.graph.edge_count == 0:
        raise UserError("this city has no streets to walk on; siting needs an extract ('osm:')")
    if not (city.cells.people > 0).any():
        raise UserError("nobody is known to live in this city; give 'population:' in city.yaml")


def _refuse_thin(request: SitingRequest, note: str) -> None:
    raise UserError(
        f"the places of {request.what} that exist are not known well enough to site new ones: "
        f"{note} Give a register of them, or take '--existing ignored'"
    )


def _limit(request: SitingRequest, radius: float) -> float:
    if request.objective == "center":
        return FARTHEST_M
    return radius * (FARTHEST_RADII if request.objective == "median" else 1.0)


def _most(request: SitingRequest) -> int:
    most = MOST_CANDIDATES[request.objective]
    if request.budget is not None or request.floor_worst_area > 0:
        most = min(most, MOST_UNDER_RULES[request.objective])
    return most if request.capacity is None else min(most, MOST_WITH_CAPACITY)


def _people_near(city: PreparedCity, candidates: Candidates, radius: float) -> Floats:
    """People within a straight line of each candidate, to thin by; [K]."""
    tree = shapely.STRtree(shapely.points(city.cells.x, city.cells.y))
    points = shapely.points(candidates.x, candidates.y)
    row, cell = tree.query(points, "dwithin", distance=min(radius, 500.0))
    near = np.bincount(row, city.cells.people[cell], minlength=len(candidates))
    return near.astype(np.float64)


def _all_walks(
    city: PreparedCity, request: SitingRequest, found: Candidates, limit: float
) -> tuple[Walks, Ints, Flags]:
    """Walks to the places that exist and to candidates (behind them), and who has a street."""
    places = city.places
    is_place = chosen(places, of(request.what)) & (request.existing != "ignored")
    existing = np.flatnonzero(is_place)
    door = np.flatnonzero(is_place[places.entrance_place])
    there = walks_within(
        city, places.walk[door], places.entrance_x[door], places.entrance_y[door], limit
    ).by_owner(np.searchsorted(existing, places.entrance_place[door]))
    snaps = Snapper(city.walk, cost_per_m=CENTIMETRES_PER_M).snap(found.x, found.y)
    new = walks_within(city, snaps, found.x, found.y, limit)
    walks = Walks(
        np.concatenate([there.door, new.door + len(existing)]),
        np.concatenate([there.cell, new.cell]), np.concatenate([there.metres, new.metres]),
    )  # fmt: skip
    return walks, existing, snaps.edge >= 0


def _of_cells(
    city: PreparedCity, cells: Ints, walks: Walks, existing: Ints, found: Candidates, usable: Flags
) -> tuple[Candidates, Ways, Ints, Floats]:
    """The ways of cells with people; candidates that serve nobody are left out."""
    serves = usable.copy()
    serves[np.setdiff1d(np.arange(len(found)), walks.door - len(existing))] = False
    keep = np.concatenate([np.ones(len(existing), np.bool_), serves])
    number = np.cumsum(keep) - 1
    row_of = np.full(len(city.cells.people), -1, np.int64)
    row_of[cells] = np.arange(len(cells))
    counts = (row_of[walks.cell] >= 0) & keep[walks.door]
    ways = ways_of_pairs(
        row_of[walks.cell[counts]], number[walks.door[counts]], walks.metres[counts],
        demands=len(cells), sites=int(keep.sum()),
    )  # fmt: skip
    area = city.cells.area[cells].astype(np.int64)
    return found.only(serves), ways, area, city.cells.people[cells].astype(np.float64)


def _rows(ways: Ways, keep: Flags) -> Ways:
    """The ways of some demands only, numbered anew."""
    way = keep[ways.demand]
    size = np.diff(ways.start)[keep]
    start = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    return Ways(start, ways.site[way], ways.distance[way], ways.sites)


def _rules(
    city: PreparedCity, request: SitingRequest, existing: Ints, found: Candidates, area: Ints
) -> Rules:
    is_existing = np.arange(len(existing) + len(found)) < len(existing)
    movable = request.existing == "movable"
    most = request.how_many
    if most is not None and movable:
        most += len(existing)
    cost = np.concatenate([np.zeros(len(existing)), found.cost])
    return Rules(
        most=most, kept=np.zeros_like(is_existing) if movable else is_existing,
        cost=cost if request.budget is not None else None, budget=request.budget,
        capacity=_capacity(city, request, existing, found),
        area=area, floor=request.floor_worst_area / WHOLE,
    )  # fmt: skip


def _capacity(
    city: PreparedCity, request: SitingRequest, existing: Ints, found: Candidates
) -> Floats | None:
    """People that each site can serve; places of unknown capacity take everybody."""
    if request.capacity is None:
        return None
    people_per_seat = WHOLE * 10 / request.seats_per_1000 if request.seats_per_1000 else 1.0
    new = np.where(np.isnan(found.capacity), request.capacity, found.capacity)
    old = city.places.capacity[existing]
    seats = np.concatenate([np.where(np.isnan(old), np.inf, old), new])
    return np.asarray(seats * people_per_seat)
