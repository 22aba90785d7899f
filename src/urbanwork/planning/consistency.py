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
from urbanwork.errors import Fault, UserError
from urbanwork.planning.applying import with_ground_change
from urbanwork.planning.changes import Change, Scenario
from urbanwork.planning.closing import edges_meant, no_street
from urbanwork.planning.housing import CellIndex, demolition_faults
from urbanwork.planning.placing import STOPS, Snappers
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.quantities.crs import project

OVERLAP_M2 = 1.0
"""Two uses that share less ground than this only touch."""
_VALUES = {"set_capacity": "capacity", "set_headway": "headway_min", "move_place": "geometry"}
_SAID = {
    "capacity": Bilingual("capacity", "规模"), "headway_min": Bilingual("headway_min", "发车间隔"),
    "geometry": Bilingual("ground", "位置"),
}  # fmt: skip
PLACE, STOP = Bilingual("place", "设施"), Bilingual("stop", "站点")
NOTHING_TO_CHANGE = Fault(
    "this city has no extract: it has neither places nor streets to change",
    "该城市没有地图数据，无设施和道路可供变更",
)


def check_scenario(
    city: PreparedCity, scenario: Scenario | Sequence[Scenario], snappers: Snappers | None = None
) -> list[str]:
    """Return one sentence for each thing that is wrong; none: it can be carried out.

    Each is a `Fault`, which says it in Chinese too.

    A stack of scenarios is checked as one, the first standing on today. Whoever asks often keeps
    the `snappers` of the city: to make them takes as long as a what-if.
    """
    stack = [scenario] if isinstance(scenario, Scenario) else scenario
    changes = [change for each in stack for change in each.changes]
    if not changes:
        return [Fault("the plan is empty: it has no change; give at least one",
                      "方案为空，请至少给出一项变更")]  # fmt: skip
    if not city.has_extract:
        return [NOTHING_TO_CHANGE]
    faults: list[str] = [*_outside(city, changes), *_uses(city, changes)]
    state = _State.of(city, snappers or Snappers(city))
    for change in changes:
        faults += [fault.under(change.origin or change.id) for fault in state.faults(change)]
        state.make(change)
    return [*faults, *_demolitions(city, changes, state.snappers)]


def _demolitions(
    city: PreparedCity, changes: Sequence[Change], snappers: Snappers
) -> Iterator[Fault]:
    """What is to go must stand when its turn comes: homes that the plan builds count, too."""
    if not any(change.kind == "demolish_housing" for change in changes):
        return
    cells = CellIndex(city.cells.geometry)
    for change in changes:
        if change.kind not in ("add_housing", "demolish_housing"):
            continue
        if change.kind == "demolish_housing":
            found = list(demolition_faults(city, change))
            yield from (Fault(fault).under(change.origin or change.id) for fault in found)
        with suppress(UserError):  # told above, or by its place outside the city
            city = with_ground_change(city, change, snappers, cells, keep_rows=True)[0]


def _outside(city: PreparedCity, changes: Sequence[Change]) -> Iterator[Fault]:
    drawn = [change for change in changes if change.geometry is not None]
    shapes = np.array([change.geometry for change in drawn], np.object_)
    shapely.prepare(city.boundary)
    inside = shapely.intersects(city.boundary, project(shapes, city.crs)) if drawn else []
    for change, is_inside in zip(drawn, inside, strict=True):
        if not is_inside:
            at = shapely.point_on_surface(change.geometry)
            fault = Fault(
                f"lies outside the city, at {at.x:.5f} E, {at.y:.5f} N; draw it inside the "
                f"boundary of {city.name}, or check the coordinate system",
                f"位于城市边界之外（东经{at.x:.5f}，北纬{at.y:.5f}），请在{city.name}边界内绘制，"
                "或检查坐标系",
            )
            yield fault.under(change.origin or change.id)


def _uses(city: PreparedCity, changes: Sequence[Change]) -> Iterator[Fault]:
    """Ground that is to have two uses."""
    uses = [change for change in changes if change.kind == "change_land_use"]
    if len(uses) < 2:
        return
    shapes = project(np.array([change.geometry for change in uses], np.object_), city.crs)
    one, two = shapely.STRtree(shapes).query(shapes, "intersects")
    for a, b in zip(one[one < two].tolist(), two[one < two].tolist(), strict=True):
        shared = shapely.area(shapely.intersection(shapes[a], shapes[b]))
        if shared > OVERLAP_M2 and uses[a].category != uses[b].category:
            fault = Fault(
                f"contradicts '{uses[a].id}': {shared:,.0f} m² are to be {uses[a].category} and "
                f"{uses[b].category}; draw them apart or leave one out",
                f"与“{uses[a].id}”矛盾：{shared:,.0f}平方米用地同时为{uses[a].category}和"
                f"{uses[b].category}，请分开绘制或删去一项",
            )
            yield fault.under(uses[b].origin or uses[b].id)


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

    def faults(self, change: Change) -> Iterator[Fault]:
        """What is wrong with the next change."""
        if change.kind in ("close_street", "reopen_street"):
            yield from self._street(change)
        elif change.target is not None:
            yield from self._target(change)
        if change.kind in _VALUES:
            before = self.given.get((change.kind, str(change.target), change.category))
            name = _VALUES[change.kind]
            if before is not None and getattr(before, name) != getattr(change, name):
                said = _SAID[name]
                yield Fault(
                    f"contradicts '{before.id}', which gives '{change.target}' another "
                    f"{said.en}; leave one out",
                    f"与“{before.id}”矛盾，该变更为“{change.target}”设定了不同的{said.zh}，请删去一项",
                )

    def _target(self, change: Change) -> Iterator[Fault]:
        is_stop = change.kind in ("remove_stop", "set_headway")
        name, what = str(change.target), STOP if is_stop else PLACE
        by = self.removed.get(name) or self.removed.get(f"plan/{name}")
        known = self.stops if is_stop else self.places
        if by is not None:
            yield Fault(
                f"contradicts '{by}', which removed the {what.en} '{name}' before; leave one out",
                f"与“{by}”矛盾，该变更已撤销{what.zh}“{name}”，请删去一项",
            )
        elif name not in known and f"plan/{name}" not in known:
            yield Fault(
                f"there is no {what.en} '{name}' in the city that it could change; give the id of "
                "one, as 'urbanwork explain' and the exported layers show it",
                f"城市中没有{what.zh}“{name}”，请填写已有{what.zh}的编号",
            )

    def _street(self, change: Change) -> Iterator[Fault]:
        meant = self._meant(change)
        if meant is None:
            yield Fault(
                f"reopens what '{change.target}' closed, but no earlier change of that id closes "
                "a street; draw the street, or name the change",
                f"拟重新开放“{change.target}”封闭的道路，但此前没有该编号的封闭道路变更，"
                "请绘制道路或填写变更编号",
            )
            return
        if self.has_new_streets and meant.target is not None and meant.geometry is None:
            return  # it may mean the new street
        try:
            edges = self._edges(meant)
        except UserError:
            yield no_street(meant)
            return
        if change.kind == "close_street" and edges <= self.closed:
            yield Fault(
                "closes a street that an earlier change closed already; leave one out",
                "该道路已被此前的变更封闭，请删去一项",
            )
        if change.kind == "reopen_street" and not edges & self.closed:
            yield Fault(
                "reopens a street that is not closed; leave it out", "该道路并未封闭，请删去"
            )

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
