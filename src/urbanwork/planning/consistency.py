"""Whether a scenario can be carried out in this city at all, looked at before every evaluation.

What it names must be there when its turn comes, what it draws must lie in the city, and no two
changes may want different things of one place, street or ground.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np
import shapely

from urbanwork.city.model import PreparedCity
from urbanwork.errors import UserError
from urbanwork.planning.applying import with_ground_change
from urbanwork.planning.changes import Change, Scenario
from urbanwork.planning.closing import edges_meant
from urbanwork.planning.housing import CellIndex, demolition_faults
from urbanwork.planning.placing import STOPS, Snappers
from urbanwork.quantities.crs import project

OVERLAP_M2 = 1.0
"""Two uses that share less ground than this only touch."""
_VALUES = {"set_capacity": "capacity", "set_headway": "headway_min", "move_place": "geometry"}
_SAID = {"capacity": "capacity", "headway_min": "headway_min", "geometry": "ground"}


def check_scenario(
    city: PreparedCity, scenario: Scenario | Sequence[Scenario], snappers: Snappers | None = None
) -> list[str]:
    """Return one sentence for each thing that is wrong; none: it can be carried out.

    A stack of scenarios is checked as one, the first standing on today. Whoever asks often keeps
    the `snappers` of the city: to make them takes as long as a what-if.
    """
    stack = [scenario] if isinstance(scenario, Scenario) else scenario
    changes = [change for each in stack for change in each.changes]
    if not changes:
        return ["the plan is empty: it has no change; give at least one"]
    if not city.has_extract:
        return ["this city has no extract: it has neither places nor streets to change"]
    faults = [*_outside(city, changes), *_uses(city, changes)]
    state = _State.of(city, snappers or Snappers(city))
    for change in changes:
        faults += [f"{change.origin or change.id}: {fault}" for fault in state.faults(change)]
        state.make(change)
    return [*faults, *_demolitions(city, changes, state.snappers)]


def _demolitions(
    city: PreparedCity, changes: Sequence[Change], snappers: Snappers
) -> Iterator[str]:
    """What is to go must stand when its turn comes: homes that the plan builds count, too."""
    if not any(change.kind == "demolish_housing" for change in changes):
        return
    cells = CellIndex(city.cells.geometry)
    for change in changes:
        if change.kind not in ("add_housing", "demolish_housing"):
            continue
        if change.kind == "demolish_housing":
            found = list(demolition_faults(city, change))
            yield from (f"{change.origin or change.id}: {fault}" for fault in found)
        with suppress(UserError):  # told above, or by its place outside the city
            city = with_ground_change(city, change, snappers, cells, keep_rows=True)[0]


def _outside(city: PreparedCity, changes: Sequence[Change]) -> Iterator[str]:
    drawn = [change for change in changes if change.geometry is not None]
    shapes = np.array([change.geometry for change in drawn], np.object_)
    shapely.prepare(city.boundary)
    inside = shapely.intersects(city.boundary, project(shapes, city.crs)) if drawn else []
    for change, is_inside in zip(drawn, inside, strict=True):
        if not is_inside:
            at = shapely.point_on_surface(change.geometry)
            yield (
                f"{change.origin or change.id}: lies outside the city, at {at.x:.5f} E, "
                f"{at.y:.5f} N; draw it inside the boundary of {city.name}, or check the "
                "coordinate system"
            )


def _uses(city: PreparedCity, changes: Sequence[Change]) -> Iterator[str]:
    """Ground that is to have two uses."""
    uses = [change for change in changes if change.kind == "change_land_use"]
    if len(uses) < 2:
        return
    shapes = project(np.array([change.geometry for change in uses], np.object_), city.crs)
    one, two = shapely.STRtree(shapes).query(shapes, "intersects")
    for a, b in zip(one[one < two].tolist(), two[one < two].tolist(), strict=True):
        shared = shapely.area(shapely.intersection(shapes[a], shapes[b]))
        if shared > OVERLAP_M2 and uses[a].category != uses[b].category:
            yield (
                f"{uses[b].origin or uses[b].id}: contradicts '{uses[a].id}': {shared:,.0f} m² "
                f"are to be {uses[a].category} and {uses[b].category}; draw them apart or leave "
                "one out"
            )


@dataclass
class _State:
    """What is there when the turn of a change comes."""

    city: PreparedCity
    snappers: Snappers
    places: set[str]
    stops: set[str]
    removed: dict[str, str] = field(default_factory=dict)  # id of the place -> of the change
    given: dict[tuple[str, str, str | None], Change] = field(default_factory=dict)
    closed_by: dict[str, Change] = field(default_factory=dict)
    closed: set[tuple[str, int]] = field(default_factory=set)  # network and edge
    has_new_streets: bool = False

    @classmethod
    def of(cls, city: PreparedCity, snappers: Snappers) -> _State:
        places = city.places
        is_stop = np.isin(places.category.astype(str), STOPS)
        return cls(city, snappers, set(places.id), set(places.id[is_stop]))

    def faults(self, change: Change) -> Iterator[str]:
        """What is wrong with the next change."""
        if change.kind in ("close_street", "reopen_street"):
            yield from self._street(change)
        elif change.target is not None:
            yield from self._target(change)
        if change.kind in _VALUES:
            before = self.given.get((change.kind, str(change.target), change.category))
            name = _VALUES[change.kind]
            if before is not None and getattr(before, name) != getattr(change, name):
                yield (
                    f"contradicts '{before.id}', which gives '{change.target}' another "
                    f"{_SAID[name]}; leave one out"
                )

    def _target(self, change: Change) -> Iterator[str]:
        is_stop = change.kind in ("remove_stop", "set_headway")
        name, what = str(change.target), "stop" if is_stop else "place"
        by = self.removed.get(name) or self.removed.get(f"plan/{name}")
        known = self.stops if is_stop else self.places
        if by is not None:
            yield f"contradicts '{by}', which removed the {what} '{name}' before; leave one out"
        elif name not in known and f"plan/{name}" not in known:
            yield (
                f"there is no {what} '{name}' in the city that it could change; give the id of "
                "one, as 'urbanwork explain' and the exported layers show it"
            )

    def _street(self, change: Change) -> Iterator[str]:
        meant = self._meant(change)
        if meant is None:
            yield (
                f"reopens what '{change.target}' closed, but no earlier change of that id closes "
                "a street; draw the street, or name the change"
            )
            return
        if self.has_new_streets and meant.target is not None and meant.geometry is None:
            return  # it may mean the new street
        try:
            edges = self._edges(meant)
        except UserError as error:
            yield str(error).removeprefix(f"{meant.origin or meant.id}: ")
            return
        if change.kind == "close_street" and edges <= self.closed:
            yield "closes a street that an earlier change closed already; leave one out"
        if change.kind == "reopen_street" and not edges & self.closed:
            yield "reopens a street that is not closed; leave it out"

    def _meant(self, change: Change) -> Change | None:
        if change.kind == "reopen_street" and change.geometry is None:
            named = self.closed_by.get(str(change.target))
            in_map = (self.city.walk.street_name == change.target).any()
            return change if named is None and in_map else named
        return change

    def _edges(self, change: Change) -> set[tuple[str, int]]:
        walk, drive = edges_meant(change, self.city, self.snappers)
        return {*(("walk", e) for e in walk.tolist()), *(("drive", e) for e in drive.tolist())}

    def make(self, change: Change) -> None:
        """The state after a change, whether it was faulty or not."""
        name = str(change.target)
        if change.kind in ("add_place", "add_stop"):
            self.places.add(f"plan/{change.id}")
            if change.kind == "add_stop" or change.category in STOPS:
                self.stops.add(f"plan/{change.id}")
        elif change.kind in ("remove_place", "remove_stop"):
            known = name if name in self.places else f"plan/{name}"
            if change.category is None:
                self.removed.setdefault(known, change.id)
        elif change.kind in _VALUES:
            self.given[change.kind, name, change.category] = change
        elif change.kind == "add_street":
            self.has_new_streets = True
        elif change.kind in ("close_street", "reopen_street"):
            self._make_street(change)

    def _make_street(self, change: Change) -> None:
        meant = self._meant(change)
        try:
            edges = set() if meant is None else self._edges(meant)
        except UserError:
            return
        if change.kind == "close_street":
            self.closed_by[change.id] = change
            self.closed |= edges
        else:
            self.closed -= edges
