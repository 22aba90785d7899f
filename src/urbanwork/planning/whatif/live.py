"""An `Access` that is kept while the city changes: distances and counts are mended, not made anew.

Every way of changing it returns nothing and appends to `undo` what takes it back; what is not kept
here (a question that nobody announced) is forgotten with each change and answered anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.city.assemble import CENTIMETRES_PER_M, CENTISECONDS_PER_M
from urbanwork.city.model import Network, PlaceModel, PreparedCity
from urbanwork.city.snapping import FARTHEST_SNAP_M, Snapper
from urbanwork.kernels.counts import counts_within
from urbanwork.kernels.graph import Snaps
from urbanwork.kernels.incremental import BLOCKED, FAR
from urbanwork.kernels.incremental_field import Change, Field, Streets
from urbanwork.kernels.legs import rows_from, starts
from urbanwork.measures.asked import asked_by
from urbanwork.measures.shared import (
    CENTIMETRES,
    CENTISECONDS_PER_MINUTE,
    EXITS,
    Access,
    Found,
)
from urbanwork.measures.target import Asked, Target, chosen
from urbanwork.planning.closing import exits_left, replaced
from urbanwork.planning.keeping import KeptPlaces
from urbanwork.planning.placing import joined_snaps

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]
Undo = Callable[[], None]


@dataclass
class Side:
    """One network with its fields: on foot, or by car."""

    streets: Streets
    fields: dict[Target, Field]
    per_unit: float
    exits: int  # the first doors are exits, the entrances follow
    closed: Flags  # [E]
    home_cells: Snaps  # where points stand when nothing is closed
    home_doors: Snaps  # of entrances


class LiveAccess(Access):
    """The access to a city that changes."""

    def __init__(
        self, city: PreparedCity, asked: Asked, *, sample: Callable[[], Any] | None = None
    ) -> None:
        self.kept = KeptPlaces(city.places)
        super().__init__(replace(city, places=self.kept.places), asked, sample=sample)
        self._kept: dict[tuple[Any, ...], Any] = {}
        self._pairs: dict[float, tuple[Rows, Rows, Floats]] = {}
        self._looked: list[Rows] = []  # cells that the change at hand has given other walks
        self._homes = _Homes()
        self._whole: dict[str, Rows] = {}
        self._land_by_cell: tuple[Any, Rows, Rows] | None = None
        self._boxes: dict[str, Floats] = {}
        self.foot = self._side("walk", self._announced_walks(), CENTIMETRES)
        wanted = dict(asked.drive_min)
        if wanted:
            wanted[EXITS] = max(wanted.values())
        self.car = self._side("drive", wanted, CENTISECONDS_PER_MINUTE)
        if asked.counts:
            self._count(sorted(asked.counts))

    @classmethod
    def kept_for(
        cls,
        city: PreparedCity,
        calls: Iterable[tuple[str, Mapping[str, Any]]],
        *,
        sample: Callable[[], Any] | None = None,
    ) -> LiveAccess:
        """The access that answers these calls, (name of a measure, its parameters), for long."""
        asked = Asked()
        for measure, arguments in calls:
            asked = asked + asked_by(city, measure, arguments)
        return cls(city, asked, sample=sample)

    def _announced_walks(self) -> dict[Target, float]:
        walks = dict(self._asked.walk_m)
        walks[EXITS] = max([self._asked.farthest_walk_m, *walks.values()], default=0.0)
        return walks

    def _side(self, name: str, wanted: Mapping[Target, float], per_unit: float) -> Side:
        city, room = self.city, self.kept.room
        network: Network = getattr(city, name)
        doors, cells = getattr(city.places, name), getattr(city.cells, name)
        streets = Streets(
            network.graph, cells, joined_snaps(network.exits, doors), towards_place=name == "walk"
        )
        side = Side(
            streets, {}, per_unit, len(network.exits), np.zeros(network.graph.edge_count, np.bool_),
            cells, room.snaps_copied(doors),
        )  # fmt: skip
        kept = self._walk if name == "walk" else self._drive
        for target, limit in wanted.items():
            rows = self._doors_of(target, side)
            side.fields[target] = streets.field(rows, round(limit * per_unit))
            kept[target] = self._found(side, target)
        return side

    def _doors_of(self, target: Target, side: Side) -> Rows:
        if target == EXITS:
            return np.arange(side.exits)
        places = self.city.places
        rows = np.flatnonzero(chosen(places, target)[places.entrance_place])
        return rows.astype(np.int64) + side.exits

    def _found(self, side: Side, target: Target) -> Found:
        field = side.fields[target]
        distance, place = self._read(side, field.at_points)
        return Found(distance, place, field.limit / side.per_unit)

    def _read(self, side: Side, key: NDArray[np.int64]) -> tuple[Floats, NDArray[np.int32]]:
        """Distances and places that keys say."""
        is_reached = key != FAR
        distance = np.where(is_reached, (key >> 32) / side.per_unit, np.inf)
        door = np.where(is_reached, key & 0xFFFFFFFF, 0) - side.exits
        owner = self.city.places.entrance_place
        if not len(owner):
            return distance, np.full(len(key), -1, np.int32)
        place = np.where(is_reached & (door >= 0), owner[np.maximum(door, 0)], -1)
        return distance, place.astype(np.int32)

    # What measures ask

    def remembered(self, name: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """What `make` gave when it was first asked since people last moved."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]

    def walks_between(self, origin: Rows, target: Rows, limit_m: float) -> Floats:
        """Metres on foot of pairs of cells, mended where streets have changed."""
        known = self._pairs.get(limit_m)
        if known is None or known[0] is not origin or known[1] is not target:
            found = super().walks_between(origin, target, limit_m)
            self._pairs[limit_m] = origin, target, found
        return self._pairs[limit_m][2]

    def overlaps_of(self, cells: Rows) -> Rows:
        """Rows of the overlaps of land with these cells, in their order within each cell."""
        cell = self.city.land.overlap_cell
        if self._land_by_cell is None or self._land_by_cell[0] is not cell:
            order = np.argsort(cell, kind="stable")
            self._land_by_cell = cell, order, starts(cell[order], self.cells)
        _, order, start = self._land_by_cell
        first = start[cells]
        return np.asarray(order[rows_from(first, start[cells + 1] - first)], np.int64)

    def changed_cells(self) -> Rows:
        """Cells whose ways, street or places in reach are others by the last change; rising."""
        return np.unique(np.concatenate([np.zeros(0, np.int64), *self._looked]))

    # State

    def state(self) -> dict[str, Any]:
        """What a change replaces; what it changes in place it takes back itself."""
        names = ("city", "_walk", "_drive", "_counts", "_kept", "_pairs")
        cached: dict[str, Any] = {
            name: self.__dict__[name]
            for name in ("is_seen", "built_up_m2", "_people_tree", "is_street")
            if name in self.__dict__
        }
        kept = {name: getattr(self, name) for name in names}
        return {**{n: dict(v) if isinstance(v, dict) else v for n, v in kept.items()}, **cached}

    def back_to(self, state: Mapping[str, Any]) -> None:
        """The state as it was."""
        for name in ("is_seen", "built_up_m2", "_people_tree", "is_street"):
            self.__dict__.pop(name, None)
        for name, value in state.items():
            self.__dict__[name] = value

    def forget_unannounced(self) -> None:
        """Answers that are not kept right through changes; a change begins with it."""
        self._looked = []
        for kept, side in ((self._walk, self.foot), (self._drive, self.car)):
            for target in [each for each in kept if each not in side.fields]:
                del kept[target]
            for target, field in side.fields.items():
                if kept[target].limit != field.limit / side.per_unit:
                    kept[target] = self._found(side, target)
        for pair in [each for each in self._counts if each not in self._asked.counts]:
            del self._counts[pair]

    def _mended(self, side: Side, target: Target, change: Change, undo: list[Undo]) -> bool:
        """Take over what changed at cells; whether anything did."""
        undo += change.undo
        if not len(change.points):
            return False
        self._looked.append(change.points)
        kept = self._walk if side is self.foot else self._drive
        old, rows = kept[target], change.points
        key = side.fields[target].at_points[rows]
        distance, place = old.distance.copy(), old.place.copy()
        distance[rows], place[rows] = self._read(side, key)
        kept[target] = Found(distance, place, old.limit)
        return True

    # Places

    def set_places(
        self, city: PreparedCity, gone: Rows, new: Rows, undo: list[Undo]
    ) -> PreparedCity:
        """Places of rows `gone` count no more, or otherwise; rows `new` are behind the old ones.

        Returns the city, its new doors on streets that are open.
        """
        before = self.city.places
        city = self._with_new_doors(city, undo)
        after = city.places
        self.forget_unannounced()
        lost = {target: self._matching(before, gone, target) for target in self._targets()}
        won = {
            target: self._matching(after, np.concatenate([gone, new]), target)
            for target in self._targets()
        }
        for target, rows in lost.items():
            if len(rows) and len(won[target]):
                still = np.isin(rows, won[target])
                lost[target], won[target] = rows[~still], np.setdiff1d(won[target], rows[still])
        self._count_places(before, lost, -1.0)
        self.city = city
        self._count_places(after, won, 1.0)
        for side in (self.foot, self.car):
            for target in [each for each in side.fields if each != EXITS]:
                if len(lost[target]):
                    out = self.kept.entrances(before, lost[target]) + side.exits
                    change = side.streets.remove(side.fields[target], out)
                    self._mended(side, target, change, undo)
                if len(won[target]):
                    into = self.kept.entrances(after, won[target]) + side.exits
                    change = side.streets.add(side.fields[target], into)
                    self._mended(side, target, change, undo)
        return city

    def _targets(self) -> list[Target]:
        named = {*self.foot.fields, *self.car.fields, *(each for each, _ in self._asked.counts)}
        return sorted(named - {EXITS})

    @staticmethod
    def _matching(places: PlaceModel, rows: Rows, target: Target) -> Rows:
        """Which of some rows count for a target."""
        some: Any = SimpleNamespace(
            category=places.category[rows], area_m2=places.area_m2[rows],
            headway_min=places.headway_min[rows],
        )  # fmt: skip
        return rows[chosen(some, target)]

    def _with_new_doors(self, city: PreparedCity, undo: list[Undo]) -> PreparedCity:
        """Take in the entrances that are new; those on closed streets go to open ones."""
        places = city.places
        first = len(self.foot.home_doors)
        x, y = places.entrance_x[first:], places.entrance_y[first:]
        columns: dict[str, Any] = {}
        for name, side in (("walk", self.foot), ("drive", self.car)):
            home: Snaps = getattr(places, name)[first:]
            opened = self._on_open_streets(name, side, home, x, y)
            rows = side.streets.add_doors(opened)
            old_home = side.home_doors
            side.home_doors = self.kept.room.snaps_behind(old_home, home)
            undo.append(_undo_doors(side, rows, old_home))
            if opened is not home:
                columns[name] = joined_snaps(getattr(places, name)[:first], opened)
        return replace(city, places=replace(places, **columns)) if columns else city

    def _on_open_streets(self, name: str, side: Side, home: Snaps, x: Floats, y: Floats) -> Snaps:
        """Snaps of points, those whose street is closed on the nearest that is open."""
        on_closed = (home.edge >= 0) & side.closed[home.edge] if len(side.closed) else None
        if on_closed is None or not on_closed.any():
            return home
        rows = np.flatnonzero(on_closed)
        return replaced(home, rows, self._beside(name, side, x[rows], y[rows]))

    def _beside(self, name: str, side: Side, x: Floats, y: Floats) -> Snaps:
        """The nearest open street, looked for no farther than it may be."""
        network: Network = getattr(self.city, name)
        per_m = CENTIMETRES_PER_M if name == "walk" else CENTISECONDS_PER_M
        if name not in self._whole:
            self._whole[name] = Snapper(network, cost_per_m=per_m).edges
            self._boxes[name] = _boxes(network)
        box, whole = self._boxes[name], self._whole[name]
        reach = FARTHEST_SNAP_M
        near = (box[0] <= x.max() + reach) & (box[1] >= x.min() - reach)
        near &= (box[2] <= y.max() + reach) & (box[3] >= y.min() - reach)
        edges = whole[(near & ~side.closed)[whole]]
        return Snapper(network, cost_per_m=per_m, edges=edges).snap(x, y)

    def _count_places(self, places: PlaceModel, rows: Mapping[Target, Rows], by: float) -> None:
        """Add to the counts of the cells around these places."""
        for target, radius in self._asked.counts:
            counts = self._counts[target, radius]
            if not len(rows[target]):
                continue
            counts = counts.copy()
            for place in rows[target].tolist():
                doors = self.kept.entrances(places, np.array([place])) + self.foot.exits
                cells = self.foot.streets.points_near(doors, round(radius * CENTIMETRES))
                counts[cells] += by
                self._looked.append(cells)
            self._counts[target, radius] = counts

    # Streets

    def set_streets(
        self, walk: Rows, drive: Rows, undo: list[Undo], *, is_closed: bool, near_m: float
    ) -> Rows:
        """Close or open edges; returns the cells within `near_m` on foot of those of the walk.

        Edges that are closed, or open, already must not be among them.
        """
        self.forget_unannounced()
        cells = np.zeros(0, np.int64)
        if len(walk):
            cells = self._set_side("walk", self.foot, walk, undo, is_closed=is_closed,
                                   near_m=near_m)  # fmt: skip
        if len(drive):
            self._set_side("drive", self.car, drive, undo, is_closed=is_closed, near_m=0.0)
        return cells

    def _set_side(
        self, name: str, side: Side, edges: Rows, undo: list[Undo], *, is_closed: bool,
        near_m: float,
    ) -> Rows:  # fmt: skip
        streets = side.streets
        around = self._around(side, edges, near_m) if is_closed else None
        pairs = self._pairs_over(edges) if is_closed and name == "walk" else None
        doomed = self._on_edges(name, side, edges, is_closed=is_closed)
        roots = {
            target: streets.roots_of(field, edges if is_closed else edges[:0], doomed[1])
            for target, field in side.fields.items()
        }
        beside = np.unique(streets.doors.edge[doomed[1]])
        self._close(name, side, edges, undo, is_closed=is_closed)
        self._move(name, side, doomed, undo)
        self._looked.append(doomed[0])
        touched = np.unique(np.concatenate([edges, beside, streets.doors.edge[doomed[1]]]))
        touched = touched[touched >= 0].astype(np.int64)
        for target, field in side.fields.items():
            change = streets.shift(field, roots[target], doomed[1], touched, doomed[0])
            self._mended(side, target, change, undo)
        if name != "walk":
            return np.zeros(0, np.int64)
        if around is None:
            around = self._around(side, edges, near_m)
        around = np.union1d(around, doomed[0])
        self._recount(around)
        self._mend_pairs(pairs if is_closed else self._pairs_over(edges), doomed[0])
        return around

    def _around(self, side: Side, edges: Rows, near_m: float) -> Rows:
        """Cells within so many metres on foot of the ends of edges."""
        radii = [near_m, *(radius for _, radius in self._asked.counts)]
        return np.asarray(self._to_edges(side, edges, max(radii))[0], np.int64)

    def _to_edges(self, side: Side, edges: Rows, limit_m: float) -> tuple[Rows, Floats]:
        """Cells within so many metres on foot of the ends of edges, and metres to the nearest."""
        graph = side.streets.graph
        ends = np.unique(np.concatenate([graph.edge_from[edges], graph.edge_to[edges]]))
        cells, cost = side.streets.points_around(ends, round(limit_m * CENTIMETRES))
        return cells, cost / CENTIMETRES

    def _on_edges(
        self, name: str, side: Side, edges: Rows, *, is_closed: bool
    ) -> tuple[Rows, Rows]:
        """Cells and doors that have to look for another street."""
        streets = side.streets
        if is_closed:  # who stands there, of old or because another street has closed
            return streets.points.on_edges(edges), streets.doors.on_edges(edges)
        closed = side.closed.copy()
        closed[edges] = True
        shut = np.flatnonzero(closed)
        leaving = np.flatnonzero(np.isin(self._exits(name).edge, shut))
        doors = self._homes.on_edges(f"{name} doors", side.home_doors, shut) + side.exits
        cells = self._homes.on_edges(f"{name} cells", side.home_cells, shut)
        return cells, np.concatenate([leaving, doors])

    def _close(
        self, name: str, side: Side, edges: Rows, undo: list[Undo], *, is_closed: bool
    ) -> None:
        old = side.closed
        side.closed = old.copy()
        side.closed[edges] = is_closed
        side.streets.set_weights(edges, is_closed=is_closed)

        def back() -> None:
            side.closed = old
            side.streets.set_weights(edges, is_closed=not is_closed)

        undo.append(back)
        network: Network = getattr(self.city, name)
        graph = network.graph
        ways, weight = side.streets.ways_of_graph(edges), graph.weight.copy()
        weight[ways] = BLOCKED if is_closed else graph.edge_weight[graph.edge[ways]]
        rows = replace(graph, weight=weight)
        columns: dict[str, Any] = {name: replace(network, graph=rows)}
        self.city = replace(self.city, **columns)

    def _move(self, name: str, side: Side, doomed: tuple[Rows, Rows], undo: list[Undo]) -> None:
        """Put cells and doors on the street that is theirs now."""
        city, streets = self.city, side.streets
        cells, doors = doomed
        own: Snaps = getattr(city.cells, name)
        new = self._on_open_streets(
            name, side, side.home_cells[cells], city.cells.x[cells], city.cells.y[cells]
        )
        was = own[cells]
        if name == "walk" and ((new.edge < 0) != (was.edge < 0)).any():
            self._kept, self._pairs = {}, {}  # which ways are sampled rests on who has a street
        streets.points.set(streets.graph, cells, new)
        undo.append(lambda: streets.points.set(streets.graph, cells, was))
        leaving, entrances = doors[doors < side.exits], doors[doors >= side.exits] - side.exits
        network: Network = getattr(city, name)
        exits = exits_left(self._exits(name), side.closed)
        places = city.places
        opened = self._on_open_streets(
            name, side, side.home_doors[entrances], places.entrance_x[entrances],
            places.entrance_y[entrances],
        )  # fmt: skip
        put = joined_snaps(exits[leaving], opened)
        old = streets.put_doors(doors, put)

        def back() -> None:
            streets.put_doors(doors, old)

        undo.append(back)
        columns: dict[str, Any] = {name: replace(network, exits=exits)}
        stands: dict[str, Any] = {name: replaced(own, cells, new)}
        doors_at: dict[str, Any] = {name: replaced(getattr(places, name), entrances, opened)}
        self.city = replace(
            city, **columns, cells=replace(city.cells, **stands), places=replace(places, **doors_at)
        )

    def _exits(self, name: str) -> Snaps:
        """The exits as they are when nothing is closed."""
        key = f"exits {name}"
        if key not in self.__dict__:
            self.__dict__[key] = getattr(self.city, name).exits
        exits: Snaps = self.__dict__[key]
        return exits

    def _recount(self, cells: Rows) -> None:
        """Count anew what these cells have within reach."""
        city = self.city
        for target, radius in self._asked.counts:
            row = self.kept.of_categories(city.places, target.categories)
            door = self.kept.entrances(city.places, self._matching(city.places, row, target))
            numbers, at = np.unique(city.places.entrance_place[door], return_inverse=True)
            found = counts_within(
                city.walk.graph, city.places.walk[door], at, np.zeros(len(numbers), np.int64), 1,
                city.cells.walk[cells], [round(radius * CENTIMETRES)],
            )[0, 0]  # fmt: skip
            counts = self._counts[target, radius].copy()
            self._looked.append(cells[counts[cells] != found])
            counts[cells] = found
            self._counts[target, radius] = counts

    # Walks between cells

    def _pairs_over(self, edges: Rows) -> dict[float, Rows]:
        """Pairs whose walk may lead over one of the edges, as streets are now.

        Such a walk is at least as long as both ways to the nearest end of an edge together with
        the shortest of the edges.
        """
        least = float(self.foot.streets.graph.edge_weight[edges].min()) / CENTIMETRES
        out = {}
        for limit_m, (origin, target, walk_m) in self._pairs.items():
            to_edge = np.full(self.cells, np.inf)
            cells, metres = self._to_edges(self.foot, edges, limit_m)
            to_edge[cells] = metres
            through = to_edge[origin] + to_edge[target] + least
            out[limit_m] = np.flatnonzero((through <= walk_m + 1e-6) & (through <= limit_m + 1e-6))
        return out

    def _mend_pairs(self, pairs: dict[float, Rows] | None, moved: Rows) -> None:
        is_moved = np.zeros(self.cells, np.bool_)
        is_moved[moved] = True
        for limit_m, over in (pairs or {}).items():
            if limit_m not in self._pairs:
                continue
            origin, target, walk_m = self._pairs[limit_m]
            rows = np.union1d(over, np.flatnonzero(is_moved[origin] | is_moved[target]))
            if len(rows):
                walk_m = walk_m.copy()
                walk_m[rows] = Access.walks_between(self, origin[rows], target[rows], limit_m)
            self._pairs[limit_m] = origin, target, walk_m

    # Homes

    def set_cells(self, city: PreparedCity, cells: Rows, undo: list[Undo]) -> PreparedCity:
        """People of these cells live elsewhere in them now, snapped as if nothing were closed."""
        self.forget_unannounced()
        for name in ("is_seen", "built_up_m2", "_people_tree"):
            self.__dict__.pop(name, None)
        self._kept, self._pairs = {}, {}
        columns: dict[str, Any] = {}
        for name, side in (("walk", self.foot), ("drive", self.car)):
            home: Snaps = getattr(city.cells, name)[cells]
            x, y = city.cells.x[cells], city.cells.y[cells]
            opened = self._on_open_streets(name, side, home, x, y)
            was = getattr(self.city.cells, name)[cells]
            old_home = side.home_cells
            side.home_cells = replaced(old_home, cells, home)
            side.streets.points.set(side.streets.graph, cells, opened)
            undo.append(_undo_cells(side, cells, was, old_home))
            columns[name] = replaced(getattr(city.cells, name), cells, opened)
        self.city = replace(city, cells=replace(city.cells, **columns))
        for side in (self.foot, self.car):
            for target, field in side.fields.items():
                self._mended(side, target, side.streets.look_again(field, cells), undo)
        self._recount(cells)
        return self.city

    def set_land(self, city: PreparedCity) -> None:
        """Land has another use."""
        self.forget_unannounced()
        self.__dict__.pop("built_up_m2", None)
        self.city = city


def _undo_doors(side: Side, rows: Rows, home: Snaps) -> Undo:
    def back() -> None:
        side.streets.drop_doors(rows)
        side.home_doors = home

    return back


def _undo_cells(side: Side, cells: Rows, was: Snaps, home: Snaps) -> Undo:
    def back() -> None:
        side.streets.points.set(side.streets.graph, cells, was)
        side.home_cells = home

    return back


class _Homes:
    """Who stands on which street when nothing is closed, sorted when first asked for."""

    def __init__(self) -> None:
        self._sorted: dict[str, tuple[NDArray[np.int32], Rows, NDArray[np.int32]]] = {}

    def on_edges(self, name: str, snaps: Snaps, edges: Rows) -> Rows:
        """Rows of the snaps of this name that stand on these edges, rising."""
        known = self._sorted.get(name)
        if known is None or known[0] is not snaps.edge:
            order = np.argsort(snaps.edge, kind="stable")
            known = self._sorted[name] = snaps.edge, order, snaps.edge[order]
        _, order, edge = known
        wanted = edges.astype(edge.dtype)
        first, last = np.searchsorted(edge, wanted), np.searchsorted(edge, wanted, side="right")
        return np.sort(order[rows_from(first, last - first)])


def _boxes(network: Network) -> Floats:
    """West, east, south and north of each edge; [4, E]."""
    if not len(network.length_m):
        return np.zeros((4, 0))
    first = network.start[:-1]
    x, y = network.vertex_x, network.vertex_y
    return np.stack([
        np.minimum.reduceat(x, first), np.maximum.reduceat(x, first),
        np.minimum.reduceat(y, first), np.maximum.reduceat(y, first),
    ])  # fmt: skip
