"""A session: the prepared city with every value at hand, changed and taken back step by step."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.catalogue.models import Catalogue, Indicator, Standard
from urbanwork.city.model import PlaceModel, PreparedCity
from urbanwork.errors import UserError
from urbanwork.examination.by_areas import measure_into, tables_for, taken
from urbanwork.examination.measuring import Measured, measured_one, tables_of
from urbanwork.examination.tabulate import (
    AreaValue,
    CellsOfAreas,
    city_and_areas,
    has_reach,
    holes_of,
    values_again,
)
from urbanwork.kernels.threads import alone
from urbanwork.measures.coupling import System
from urbanwork.measures.names import AREA_MEASURES, MEASURES
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.tables import Tables
from urbanwork.planning.applying import (
    PLACES,
    applied,
    street_meant,
    with_ground_change,
    with_place_change,
)
from urbanwork.planning.changes import Change
from urbanwork.planning.closing import edges_meant
from urbanwork.planning.consistency import NOTHING_TO_CHANGE
from urbanwork.planning.gate import Gate
from urbanwork.planning.housing import CellIndex
from urbanwork.planning.placing import Snappers
from urbanwork.planning.verdicts import Verdict
from urbanwork.planning.whatif.live import LiveAccess
from urbanwork.planning.whatif.outcome import Outcome, State, outcome_of
from urbanwork.planning.whatif.touching import ALL, DRIVE, LAND, WALK, is_touched, rests_on
from urbanwork.planning.whatif.windows import is_of_own_walks, measured_in, window_of
from urbanwork.quantities.measured import Reason

Rows = NDArray[np.int64]
Geometries = NDArray[np.object_]
_NONE: Rows = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one change, or taking it back, did."""

    change: Change
    is_undone: bool
    before: Mapping[str, Sequence[AreaValue]]  # of the indicators that it can touch; city last
    after: Mapping[str, Sequence[AreaValue]]
    seconds: float

    @property
    def changed(self) -> tuple[str, ...]:
        """Indicators of which a value is another now, in the city or an area."""
        return tuple(
            key for key in self.after
            if [each.measured for each in self.after[key]]
            != [each.measured for each in self.before[key]]
        )  # fmt: skip


@dataclass(slots=True)
class _Model:
    """All that a session knows at one time."""

    access: LiveAccess
    measured: Measured
    values: dict[str, list[AreaValue]]
    cells: CellIndex
    snappers: Snappers
    tables: Tables


@dataclass(slots=True)
class _Step:
    """A change with what takes it back."""

    change: Change
    model: _Model
    state: Mapping[str, Any]
    undo: list[Callable[[], None]]
    effect: Effect


@dataclass(slots=True)
class _Touched:
    """What a change touches: names (whatif/touching.py), and where."""

    names: frozenset[str]
    shapes: Geometries | None = None  # of the places concerned
    cells: Rows = field(default_factory=lambda: _NONE)  # near the streets concerned
    walking: Rows = field(default_factory=lambda: _NONE)  # cells with other ways than before


class Session:
    """A city held ready for what-ifs.

    `bottom_lines` are held against the plan so far each time `verdicts` is asked.
    """

    def __init__(
        self,
        city: PreparedCity,
        catalogue: Catalogue,
        standards: Mapping[str, Standard] | None = None,
        bottom_lines: Sequence[Any] = (),
        *,
        systems: Mapping[str, System] | None = None,
        sample: Callable[[], Any] | None = None,
        progress: Callable[[str, str], None] | None = None,
    ) -> None:
        if not city.has_extract:
            raise UserError(NOTHING_TO_CHANGE)
        self.city = city
        self.catalogue = catalogue
        self.standards = standards or {}
        self.bottom_lines = tuple(bottom_lines)
        self.systems = systems or {}
        self.sample = sample
        indicators = catalogue.indicators.values()
        self._of_cells = [each for each in indicators if each.measure in MEASURES]
        self._of_areas = [each for each in indicators if each.measure in AREA_MEASURES]
        self._rests = {each.id: rests_on(each.measure, each.arguments()) for each in self._of_cells}
        self._takers = self._takers_of()
        self._steps: list[_Step] = []
        self._lines: tuple[Any, Gate] | None = None
        if progress is not None:
            progress("measuring today", "测算现状")
        self._model = self._measured_whole(city)

    def _takers_of(self) -> dict[str, list[Indicator]]:
        """Per indicator those of areas that take its figures, or those of one that does."""
        takes = {each.id: set(taken(each, self.systems)) for each in self._of_areas}
        out: dict[str, list[Indicator]] = {}
        for each in self._of_cells:
            reached = {each.id}
            while True:
                more = {key for key, names in takes.items() if names & reached} | reached
                if more == reached:
                    break
                reached = more
            out[each.id] = [one for one in self._of_areas if one.id in reached]
        return out

    def _measured_whole(self, city: PreparedCity) -> _Model:
        calls = [(each.measure, each.arguments()) for each in self._of_cells]
        access = LiveAccess.kept_for(city, calls, sample=self.sample)
        ratios = {each.id: measured_one(city, access, each) for each in self._of_cells}
        cells, areas, facts = tables_of(city)
        self._cells_of_areas = CellsOfAreas.of(cells.area, len(areas.area))
        measured = Measured(cells, areas, ratios, {}, facts, b"")
        tables = replace(tables_for(city, measured, self.systems), is_brief=True)
        measure_into(tables, measured, self._of_cells, self._of_areas)
        figures = {each.id: tables.figures[each.id] for each in self._of_areas}
        measured = replace(measured, figures=figures)
        values = {each.id: city_and_areas(measured, each)
                  for each in (*self._of_cells, *self._of_areas)}  # fmt: skip
        model = _Model(
            access, measured, values, CellIndex(city.cells.geometry), Snappers(city), tables
        )
        # made once, so that no change has to wait for them
        _ = model.cells.tree, access.is_seen, access._people_tree
        _ = model.snappers.walk, model.snappers.drive
        return model

    # What is asked

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes so far."""
        return tuple(step.change for step in self._steps)

    @property
    def snappers(self) -> Snappers:
        """The networks of the city of today, to snap to."""
        return (self._steps[0].model if self._steps else self._model).snappers

    @property
    def measured(self) -> Measured:
        """All that is measured of the city as it is now."""
        return self._model.measured

    def values(self) -> dict[str, list[AreaValue]]:
        """The values of every indicator now: of each area and, last, of the city."""
        return dict(self._model.values)

    def verdicts(self) -> list[Verdict]:
        """What the bottom lines say of the changes so far; none where no bottom line was given."""
        if not self.bottom_lines or not self._steps:
            return []
        return self._gate().check(self.changes, self._before_and_after)

    def _gate(self) -> Gate:
        """The gate of today's city and of the zones that the plan has drawn so far."""
        now = self._model.access.city
        if self._lines is None or self._lines[0] is not now.zones:
            with_zones = replace(self.city, zones=now.zones, zone_kinds=now.zone_kinds)
            gate = Gate(
                now.zones, now.zone_kinds, self.bottom_lines, with_zones,
                standards=self.standards, catalogue=self.catalogue,
            )  # fmt: skip
            self._lines = now.zones, gate
        return self._lines[1]

    def _before_and_after(self, indicator: str) -> tuple[float | None, float | None]:
        """The value of an indicator in the city, today and with the changes so far."""
        today = self._steps[0].model if self._steps else self._model
        if indicator not in self._model.values:
            return None, None
        before, after = today.values[indicator][-1], self._model.values[indicator][-1]
        return before.measured.value, after.measured.value

    @property
    def today(self) -> State:
        """The city before any change."""
        model = self._steps[0].model if self._steps else self._model
        return State(model.measured, model.values)

    def outcome(self, against: State | None = None) -> Outcome:
        """What the changes so far do: who gains and who loses, and the bottom lines.

        `against` is another state of this city, such as another scenario left it; else today.
        """
        now = State(self._model.measured, self._model.values)
        return outcome_of(
            against or self.today, now, self.catalogue.indicators, self.standards, self.changes,
            self.verdicts(),
        )  # fmt: skip

    def state(self) -> State:
        """The city as it is now, to hold another scenario against."""
        return State(self._model.measured, dict(self._model.values))

    # Changes

    def apply(self, change: Change) -> Effect:
        """Make a change. Raises UserError, and changes nothing, when it means what is not there."""
        began = time.perf_counter()
        model = self._model
        step = _Step(change, model, model.access.state(), [], _no_effect(change))
        try:
            if change.kind == "add_street" or self._has_new_street():
                new = self._measured_whole(applied(self.city, [*self.changes, change]))
            else:
                new = self._mended(change, model, step.undo)
        except BaseException:
            self._take_back(step)
            raise
        self._model = new
        step.effect = self._effect(change, model, new, began)
        self._steps.append(step)
        return step.effect

    def undo(self) -> Effect:
        """Take the last change back. Raises UserError when there is none."""
        if not self._steps:
            raise UserError("there is no change to be taken back")
        began = time.perf_counter()
        step = self._steps.pop()
        self._take_back(step)
        back = replace(
            step.effect, is_undone=True, before=step.effect.after, after=step.effect.before
        )
        self._model = step.model
        return replace(back, seconds=time.perf_counter() - began)

    def _take_back(self, step: _Step) -> None:
        for back in reversed(step.undo):
            back()
        step.model.access.back_to(step.state)

    def _has_new_street(self) -> bool:
        return any(step.change.kind == "add_street" for step in self._steps)

    def _effect(self, change: Change, old: _Model, new: _Model, began: float) -> Effect:
        keys = [key for key in new.values if new.values[key] is not old.values[key]]
        return Effect(
            change, is_undone=False, before={key: old.values[key] for key in keys},
            after={key: new.values[key] for key in keys}, seconds=time.perf_counter() - began,
        )  # fmt: skip

    def _mended(self, change: Change, model: _Model, undo: list[Callable[[], None]]) -> _Model:
        """The model after a change; where it reaches little ground, one thread is quickest."""
        is_small = change.kind in PLACES or change.kind in ("close_street", "reopen_street")
        with alone() if is_small else nullcontext():
            touched = self._made(change, model, undo)
            touched.walking = model.access.changed_cells()
            return self._measured_again(model, touched)

    def _made(self, change: Change, model: _Model, undo: list[Callable[[], None]]) -> _Touched:
        """Make the change on the city and its distances."""
        if change.kind in PLACES:
            return self._made_place(change, model, undo)
        if change.kind in ("close_street", "reopen_street"):
            return self._made_street(change, model, undo)
        access = model.access
        city, cells = with_ground_change(
            access.city, change, model.snappers, model.cells, keep_rows=True
        )
        if change.kind in ("add_housing", "demolish_housing"):
            access.set_cells(city, cells, undo)
            return _Touched(frozenset({ALL}))
        access.set_land(city)
        return _Touched(frozenset({LAND} if change.kind == "change_land_use" else ()))

    def _made_place(
        self, change: Change, model: _Model, undo: list[Callable[[], None]]
    ) -> _Touched:
        access = model.access
        before = access.city.places
        city, gone = with_place_change(access.city, change, model.snappers, access.kept)
        new = np.arange(len(before.id), len(city.places.id))
        access.set_places(city, gone, new, undo)
        after = access.city.places
        named = {*before.category[gone], *after.category[gone], *after.category[new]} - {None}
        shapes = np.concatenate([
            _shapes(access, before, gone), _shapes(access, after, new)
        ])  # fmt: skip
        return _Touched(frozenset(f"place:{each}" for each in named), shapes)

    def _made_street(
        self, change: Change, model: _Model, undo: list[Callable[[], None]]
    ) -> _Touched:
        access = model.access
        closings = {each.id: each for each in self.changes if each.kind == "close_street"}
        walk, drive = edges_meant(street_meant(change, closings), self.city, model.snappers)
        is_closed = change.kind == "close_street"
        walk = walk[access.foot.closed[walk] != is_closed]
        drive = drive[access.car.closed[drive] != is_closed]
        near = [each.arguments().get("radius_m", 0.0) for each in self._of_cells
                if each.measure == "mean_headway"]  # fmt: skip
        near_m = max((float(each) for each in near if isinstance(each, float | int)), default=0.0)
        cells = access.set_streets(
            np.unique(walk), np.unique(drive), undo, is_closed=is_closed, near_m=near_m
        )
        names = {WALK} if len(walk) else set()
        return _Touched(frozenset(names | ({DRIVE} if len(drive) else set())), None, cells)

    # Measuring again

    def _measured_again(self, model: _Model, touched: _Touched) -> _Model:
        access = model.access
        ratios = dict(model.measured.ratios)
        changed: dict[str, Rows | None] = {}  # cells that differ; None: all may
        for each in self._of_cells:
            if is_touched(self._rests[each.id], touched.names):
                old = ratios[each.id]
                ratios[each.id], rows = self._again(model, each, touched, old)
                cells = None if ALL in touched.names else _differing(old, ratios[each.id], rows)
                if cells is None or len(cells):
                    changed[each.id] = cells
        measured = replace(model.measured, ratios=ratios)
        if ALL in touched.names:
            table, areas, facts = tables_of(access.city)
            measured = replace(measured, cells=table, areas=areas, facts=facts)
        values = dict(model.values)
        some = [each for each in self._of_cells if each.id in changed]
        for each in some:
            values[each.id] = self._values_again(model, measured, each, changed[each.id])
        measured, tables = self._with_figures(model, measured, some, values, touched)
        return _Model(access, measured, values, model.cells, model.snappers, tables)

    def _values_again(
        self, model: _Model, measured: Measured, indicator: Indicator, cells: Rows | None
    ) -> list[AreaValue]:
        """The values of an indicator of which these cells differ."""
        if cells is None:
            return city_and_areas(measured, indicator)
        return values_again(
            model.values[indicator.id], cells, measured.ratios[indicator.id], indicator,
            measured.cells, self._cells_of_areas, holes_of(measured, indicator),
        )  # fmt: skip

    def _again(
        self, model: _Model, indicator: Indicator, touched: _Touched, old: CellRatio
    ) -> tuple[CellRatio, Rows | None]:
        """The ratio now, and the cells outside of which it is the old one; None: not known."""
        access = model.access
        rows = None
        if is_of_own_walks(indicator, touched.names):
            rows = touched.walking
        elif old.reason == Reason.NOT_GIVEN and touched.names <= {WALK, DRIVE}:
            return old, _NONE  # what no source gives, such as seats, no street gives either
        elif touched.shapes is not None:
            rows = window_of(access, indicator, touched.shapes, model.cells.tree)
        elif indicator.measure == "mean_headway" and ALL not in touched.names:
            rows = touched.cells
        if rows is not None:
            patched = measured_in(access, indicator, rows, old)
            if patched is not None:
                return patched, rows
        return measured_one(access.city, access, indicator), None

    def _with_figures(
        self,
        model: _Model,
        measured: Measured,
        changed: Sequence[Indicator],
        values: dict[str, list[AreaValue]],
        touched: _Touched,
    ) -> tuple[Measured, Tables]:
        """Figures of areas that take what changed; all of them where people have moved."""
        city = model.access.city
        if touched.names & {ALL, LAND}:
            some, cells = self._of_areas, self._of_cells
            tables = replace(tables_for(city, measured, self.systems), is_brief=True)
        else:
            again = {one.id for each in changed for one in self._takers[each.id]}
            some, cells = [each for each in self._of_areas if each.id in again], list(changed)
            tables = _as_before(model.tables, city)
        if not some:
            return measured, model.tables
        measure_into(tables, measured, cells, some, values)
        kept = {**model.measured.figures, **{each.id: tables.figures[each.id] for each in some}}
        measured = replace(measured, figures=kept)
        for each in some:
            values[each.id] = city_and_areas(measured, each)
        return measured, tables


def _differing(one: CellRatio, two: CellRatio, rows: Rows | None) -> Rows | None:
    """The cells, of `rows` if given, in which two ratios differ; None: they differ in more."""
    if one is two or (one.reason is not None and _head(one) == _head(two)):
        return _NONE
    if (
        one.reason != two.reason
        or one.note != two.note
        or one.detail != two.detail
        or one.scale != two.scale
        or len(one.known) != len(two.known)
        or has_reach(one) != has_reach(two)
    ):
        return None
    at: Any = slice(None) if rows is None else rows
    differs = (one.numerator[at] != two.numerator[at]) | (one.known[at] != two.known[at])
    differs |= (one.unknown[at] != two.unknown[at]) | (one.state[at] != two.state[at])
    return np.flatnonzero(differs) if rows is None else rows[differs]


def _head(ratio: CellRatio) -> tuple[Any, ...]:
    """What says all of a ratio without data."""
    return ratio.reason, ratio.note, ratio.note_zh, len(ratio.known), ratio.detail


def _as_before(tables: Tables, city: PreparedCity) -> Tables:
    """The tables with all figures so far; what was made from figures of others is forgotten."""
    shared = {key: each for key, each in tables.shared.items() if not _is_derived(key)}
    return replace(
        tables, city=city, figures=dict(tables.figures), ratios=dict(tables.ratios), shared=shared
    )


def _is_derived(key: Any) -> bool:
    return isinstance(key, str) and key.startswith("coordination")


def _no_effect(change: Change) -> Effect:
    return Effect(change, is_undone=False, before={}, after={}, seconds=0.0)


def _shapes(access: LiveAccess, places: PlaceModel, rows: Rows) -> Geometries:
    """Outlines, middles and entrances of places: all that a measure may look at."""
    drawn = places.geometry[rows]
    door = access.kept.entrances(places, rows)
    return np.concatenate([
        drawn[~shapely.is_missing(drawn)], shapely.points(places.x[rows], places.y[rows]),
        shapely.points(places.entrance_x[door], places.entrance_y[door]),
    ]).astype(np.object_)  # fmt: skip
