"""What the indicators of one city share: each network is searched once for all that they ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.model import Network, PreparedCity
from urbanwork.city.snapping import FARTHEST_SNAP_M
from urbanwork.city.travel import PUBLIC_STREETS, is_in
from urbanwork.kernels.between import distances_between
from urbanwork.kernels.counts import counts_within
from urbanwork.kernels.graph import UNREACHED, Snaps
from urbanwork.kernels.reach import nearest, reach_of_points
from urbanwork.kernels.threads import even_parts, shared_out, threads_in_use
from urbanwork.kernels.windows import TOLERANCE_M
from urbanwork.measures.land import Ground, built_up_m2
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.reach import Reach
from urbanwork.measures.target import Asked, Target, chosen

if TYPE_CHECKING:
    from urbanwork.city.sampled.model import SampledCity
    from urbanwork.measures.sampling import Sampling

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Int32 = NDArray[np.int32]
Rows = NDArray[np.int64]

CENTIMETRES = 100.0
CENTISECONDS_PER_MINUTE = 6_000.0
EXITS = Target(("exits",))
"""Where a network leaves the data: searched together with the places."""
ROUNDING_M = 1.0
"""Weights are whole centimetres edge by edge: a walk may come out this much too short at most."""
SEEN_MARGIN_M = 100.0
"""People this little outside the outline of the data still count as seen: an outline drawn around
what was observed cuts corners."""


@dataclass(frozen=True, slots=True)
class Found:
    """The nearest entrance of one target from each cell."""

    distance: Floats  # [C] metres or minutes; inf beyond the limit
    place: Int32  # [C] row of the place, -1 beyond the limit
    limit: float


class Access:
    """A prepared city with all that its indicators share, computed when first needed and kept.

    `asked` is what the indicators will ask for: the first question makes one call of the kernel
    for all of it. A question that was not announced is answered too, by a call of its own.
    """

    def __init__(
        self,
        city: PreparedCity,
        asked: Asked | None = None,
        *,
        sample: Callable[[], SampledCity | None] | None = None,
    ) -> None:
        self.city = city
        self._sample = sample
        self.cells = len(city.cells.people)
        self.kernel_calls = 0
        self._asked = asked or Asked()
        self._walk: dict[Target, Found] = {}
        self._drive: dict[Target, Found] = {}
        self._counts: dict[tuple[Target, float], Floats] = {}

    @classmethod
    def for_indicators(
        cls,
        city: PreparedCity,
        calls: Iterable[tuple[str, Mapping[str, Any]]],
        *,
        sample: Callable[[], SampledCity | None] | None = None,
    ) -> Access:
        """The access that answers these calls, (name of a measure, its parameters), together.

        `sample` samples the city for the measures of measures/sampled.py; others never call it.
        """
        from urbanwork.measures.asked import asked_by

        asked = Asked()
        for measure, arguments in calls:
            asked = asked + asked_by(city, measure, arguments)
        return cls(city, asked, sample=sample)

    @property
    def people(self) -> Floats:
        """People by cell, [C]."""
        return self.city.cells.people

    def no_data(self, *keys: str) -> CellRatio | None:
        """No data, for the first of these keys of completeness that is not good enough."""
        for key in keys:
            judged = self.city.completeness.get(key)
            if judged is not None and judged.reason is not None:
                return CellRatio.no_data(self.cells, judged.reason, judged.note_en, judged.note_zh)
        return None

    # On foot

    def walk(self, target: Target, *, within_m: float) -> Found:
        """Metres on foot to the nearest place of `target`, at least as far as `within_m`."""
        if not self._covers(self._walk, target, within_m):
            self._search_walk(
                {target: within_m} if self._walk else self._all_walks(target, within_m)
            )
        return self._walk[target]

    def reach(self, target: Target, radius_m: float) -> Reach:
        """Three-valued reach on foot of the nearest place of `target`."""
        found = self.walk(target, within_m=radius_m)
        return Reach.within(found.distance, self.hidden_within(radius_m), radius=radius_m)

    def exit_m(self, within_m: float) -> Floats:
        """Metres on foot to where the network leaves the data, inf beyond the limit; [C]."""
        return self.walk(EXITS, within_m=within_m).distance

    def hidden_within(self, radius_m: float) -> Flags:
        """Whether something within a walk of `radius_m` may lie beyond the edge of the data."""
        return (self.exit_m(radius_m) <= radius_m) | self._hidden_off_street(
            self.city.cells.walk, radius_m
        )

    def hidden_before(self, distance_m: Floats, limit_m: float) -> Flags:
        """Whether something nearer than `distance_m` [C], at most the limit, may lie beyond."""
        return (self.exit_m(limit_m) < distance_m) | self._hidden_off_street(
            self.city.cells.walk, limit_m
        )

    def _hidden_off_street(self, snaps: Snaps, radius_m: float) -> Flags:
        """Cells outside the data, and cells without any street that are near its edge."""
        is_near = self.city.cells.edge_of_data_m <= radius_m
        return ~self.is_seen | ((snaps.edge < 0) & is_near)

    def count_within(self, target: Target, radius_m: float) -> Floats:
        """Number of places of `target` within a walk of `radius_m`, [C]."""
        if (target, radius_m) not in self._counts:
            self._count(sorted({(target, radius_m), *self._asked.counts} - set(self._counts)))
        return self._counts[target, radius_m]

    def _count(self, wanted: list[tuple[Target, float]]) -> None:
        """One call of the kernel for all pairs of target and radius."""
        self.kernel_calls += 1
        places = self.city.places
        targets = sorted({target for target, _ in wanted})
        radii = sorted({radius for _, radius in wanted})
        entrances, category, place = self._entrances(self.city.walk, places.walk, targets)
        at = category.astype(np.int64) * len(places.category) + place
        counts = counts_within(
            self.city.walk.graph, entrances, at,
            np.repeat(np.arange(len(targets)), len(places.category)), len(targets),
            self.city.cells.walk, [round(radius * CENTIMETRES) for radius in radii],
        )  # fmt: skip
        for target, radius in wanted:
            row = counts[targets.index(target), radii.index(radius)]
            self._counts[target, radius] = row.astype(np.float64)

    def _all_walks(self, target: Target, within_m: float) -> dict[Target, float]:
        walks = {**self._asked.walk_m}
        walks[target] = max(within_m, walks.get(target, 0.0))
        walks[EXITS] = max(self._asked.farthest_walk_m, *walks.values())
        return walks

    def _search_walk(self, wanted: Mapping[Target, float]) -> None:
        snaps = self.city.places.walk
        found = self._search(self.city.walk, snaps, self.city.cells.walk, wanted, CENTIMETRES)
        self._walk.update(found)

    def least_within(self, target: Target, of_place: Floats, radius_m: float) -> Floats:
        """The least of a number of each place [P] within a walk of `radius_m`; inf if none, [C].

        A walk is never shorter than the straight line, so only pairs that near are walked.
        """
        self.kernel_calls += 1
        places, graph = self.city.places, self.city.walk.graph
        door = np.flatnonzero(chosen(places, target)[places.entrance_place])
        points = shapely.points(places.entrance_x[door], places.entrance_y[door])
        number, cell = self._people_tree.query(points, "dwithin", distance=radius_m + ROUNDING_M)
        order = np.lexsort((cell, number))
        number, cell = number[order], cell[order]
        start = np.concatenate([[0], np.cumsum(np.bincount(number, minlength=len(door)))])
        limit = round(radius_m * CENTIMETRES)
        distance = distances_between(
            graph, places.walk[door], self.city.cells.walk, start, cell, limit=limit
        )
        near = distance <= limit
        least = np.full(self.cells, np.inf)
        np.minimum.at(least, cell[near], of_place[places.entrance_place[door[number[near]]]])
        return least

    def walks_between(self, origin: Rows, target: Rows, limit_m: float) -> Floats:
        """Metres on foot of pairs of cells, sorted by origin; inf beyond the limit."""
        self.kernel_calls += 1
        snaps = self.city.cells.walk
        origins, number = np.unique(origin, return_inverse=True)
        start = np.concatenate([[0], np.cumsum(np.bincount(number, minlength=len(origins)))])
        limit = round(limit_m * CENTIMETRES)
        distance = distances_between(
            self.city.walk.graph, snaps[origins], snaps, start, target, limit=limit
        )
        return np.where(distance > limit, np.inf, distance / CENTIMETRES)

    def remembered(self, name: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """What `make` gives; who keeps a city through changes need not make it each time."""
        return make()

    @cached_property
    def is_street(self) -> Flags:
        """Edges of the pedestrian network that are local streets or above, [E]."""
        return is_in(self.city.walk.street_class, PUBLIC_STREETS)

    # By car, from the place to the cell

    def drive(self, target: Target, *, within_min: float) -> Found:
        """Minutes of driving from the nearest place of `target` to each cell."""
        if not self._covers(self._drive, target, within_min):
            farthest = max(within_min, self._asked.drive_min.get(target, 0.0))
            wanted = {**({} if self._drive else self._asked.drive_min), target: farthest}
            wanted[EXITS] = max(wanted.values())
            self._drive.update(
                self._search(
                    self.city.drive, self.city.places.drive, self.city.cells.drive, wanted,
                    CENTISECONDS_PER_MINUTE,
                )
            )  # fmt: skip
        return self._drive[target]

    def driven_reach(self, target: Target, minutes: float) -> Reach:
        """Three-valued reach by car of each cell from the nearest place of `target`.

        What comes from outside the data cannot arrive sooner than from the nearest entry of the
        network. A cell without a street is unknown where one beyond the edge may serve it.
        """
        found = self.drive(target, within_min=minutes)
        entry = self.drive(EXITS, within_min=minutes).distance
        hidden = (entry <= minutes) | self._hidden_off_street(
            self.city.cells.drive, FARTHEST_SNAP_M
        )
        return Reach.within(found.distance, hidden, radius=minutes)

    # Both

    @staticmethod
    def _covers(found: Mapping[Target, Found], target: Target, limit: float) -> bool:
        return target in found and found[target].limit >= limit

    def _search(
        self,
        network: Network,
        doors: Snaps,
        cells: Snaps,
        wanted: Mapping[Target, float],
        per_unit: float,
    ) -> dict[Target, Found]:
        """One call of the kernel for all targets; `per_unit` weights are one unit of the limits."""
        self.kernel_calls += 1
        is_walk = network is self.city.walk
        targets = list(wanted)
        entrances, category, place = self._entrances(network, doors, targets)
        limits = [round(wanted[target] * per_unit) for target in targets]
        at_nodes = nearest(
            network.graph, entrances, category, len(targets), limit=limits,
            towards="place" if is_walk else "origin",
        )  # fmt: skip
        at_cells = reach_of_points(network.graph, at_nodes, entrances, cells)
        return {
            target: _found(at_cells.distance[row], at_cells.entrance[row], place, per_unit, limit)
            for row, (target, limit) in enumerate(wanted.items())
        }

    def _entrances(
        self, network: Network, doors: Snaps, targets: list[Target]
    ) -> tuple[Snaps, Int32, Int32]:
        """Entrances of all targets, with the row of the target and of the place of each."""
        places = self.city.places
        snaps, category, place = [], [], []
        for number, target in enumerate(targets):
            if target == EXITS:
                some, of_place = network.exits, np.full(len(network.exits), -1, np.int32)
            else:
                row = np.flatnonzero(chosen(places, target)[places.entrance_place])
                some, of_place = doors[row], places.entrance_place[row]
            snaps.append(some)
            place.append(of_place)
            category.append(np.full(len(some), number, np.int32))
        return joined(snaps), np.concatenate(category), np.concatenate(place)

    # In a straight line

    @cached_property
    def is_seen(self) -> Flags:
        """Whether the data shows the place where the cell's people live, [C]."""
        extent, cells = self.city.extent, self.city.cells
        shapely.prepare(extent)
        seen = shapely.contains_xy(extent, cells.x, cells.y)
        doubtful = np.flatnonzero(~seen)
        points = shapely.points(cells.x[doubtful], cells.y[doubtful])
        seen[doubtful] = shapely.dwithin(extent, points, SEEN_MARGIN_M)
        return np.asarray(seen, np.bool_)

    def straight_reach(self, target: Target, radius_m: float) -> Reach:
        """Three-valued reach in a straight line of the outline of the nearest place."""
        places = self.city.places
        row = np.flatnonzero(chosen(places, target))
        drawn = places.geometry[row]
        points = shapely.points(places.x[row], places.y[row])
        shapes = np.where(shapely.is_missing(drawn), points, drawn)
        is_reached = np.zeros(self.cells, np.bool_)
        near = self._people_tree.query(shapes, "dwithin", distance=radius_m + TOLERANCE_M)[1]
        is_reached[near] = True
        hidden = (self.city.cells.edge_of_data_m <= radius_m) | ~self.is_seen
        return Reach(is_reached, hidden & ~is_reached)

    @cached_property
    def _people_tree(self) -> shapely.STRtree:
        return shapely.STRtree(shapely.points(self.city.cells.x, self.city.cells.y))

    # At sample points

    @cached_property
    def sampling(self) -> Sampling | None:
        """The city as sampled along its streets; None where no source makes that possible."""
        city = self._sample() if self._sample else None
        if city is None:
            return None
        from urbanwork.measures.sampling import Sampling

        return Sampling(city, self.city.cells.geometry, self.city.crs)

    # Ground

    @cached_property
    def cell_km2(self) -> Floats:
        """Area within the boundary by cell, land and water; km2 [C]."""
        return np.asarray(shapely.area(self.city.cells.geometry) / 1e6)

    @cached_property
    def built_up_m2(self) -> Floats:
        """Built-up land by cell, m2 [C] (measures/land.py)."""
        return built_up_m2(self.city)

    def ground_m2(self, ground: Ground) -> Floats:
        """Land, or built-up land only, by cell; m2 [C]."""
        return self.built_up_m2 if ground == "built_up_land" else self.city.cells.land_m2

    @staticmethod
    def ground_keys(ground: Ground) -> tuple[str, ...]:
        """Keys of completeness that a ground rests on."""
        return ("layer:buildings",) if ground == "built_up_land" else ()

    @cached_property
    def _cell_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.city.cells.geometry)

    def cell_of(self, x: Floats, y: Floats) -> Rows:
        """Row of the cell that each point lies in (the first of two), -1 where in none; [P]."""
        points, tree = shapely.points(x, y), self._cell_tree
        out = np.full(len(points), self.cells, np.int64)

        def place_part(part: tuple[int, int]) -> None:
            point, cell = tree.query(points[slice(*part)], "intersects")
            np.minimum.at(out, part[0] + point, cell)

        shared_out(place_part, even_parts(len(points), threads_in_use()))
        return np.where(out == self.cells, -1, out)


def joined(snaps: list[Snaps]) -> Snaps:
    """One after the other."""
    return Snaps(
        np.concatenate([each.edge for each in snaps]),
        np.concatenate([each.to_start for each in snaps]),
        np.concatenate([each.to_end for each in snaps]),
        np.concatenate([each.off for each in snaps]),
    )


def _found(distance: Int32, entrance: Int32, place: Int32, per_unit: float, limit: float) -> Found:
    far = np.where(distance == UNREACHED, np.inf, distance / per_unit)
    row = np.where(entrance >= 0, place[entrance] if len(place) else -1, -1)
    return Found(far, row.astype(np.int32), limit)
