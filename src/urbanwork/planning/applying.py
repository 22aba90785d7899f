"""The city as it would be: every change of a plan made on the prepared city, plainly and whole.

What each kind of change touches:

    add_place, move_place, remove_place, add_stop, remove_stop: the place, its entrances, its
        ways to the streets. Not: whether a category is mapped well enough (that is about the map)
    set_capacity, set_headway: this number of the place
    close_street, reopen_street: where people pass on foot and by car, and where doors on such a
        street lead (planning/closing.py). Not: land, length and crossings of streets
    add_street: both networks, split where streets meet; land, length and crossings of streets
        (planning/street_adding.py)
    add_housing, demolish_housing: people, floors and footprints by cell, where people live in it
    change_land_use: land use and its overlap with cells. Not: water, and what stands there
    add_zone: the zones that bottom lines look at

Changes are made in the order of the plan, streets first: a place is entered from streets as they
will be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.city.model import PreparedCity
from urbanwork.city.store import hash_parts
from urbanwork.errors import UserError
from urbanwork.kernels.graph import open_edges
from urbanwork.planning.balance_rules import as_number
from urbanwork.planning.changes import Change
from urbanwork.planning.closing import edges_meant, with_streets_closed
from urbanwork.planning.housing import CellIndex, with_housing, without_housing
from urbanwork.planning.keeping import KeptPlaces
from urbanwork.planning.land_use import with_land_use
from urbanwork.planning.placing import (
    Snappers,
    places_added,
    places_moved,
    rows_of,
    with_places,
    with_value,
    without_places,
)
from urbanwork.quantities.crs import project
from urbanwork.sources.layers import Zones

Flags = NDArray[np.bool_]
Progress = Callable[[str, str], None]

STREETS = ("add_street", "close_street", "reopen_street")
PLACES = ("add_place", "move_place", "remove_place", "set_capacity", "add_stop", "remove_stop",
          "set_headway")  # fmt: skip


def applied(
    city: PreparedCity, changes: Sequence[Change], progress: Progress | None = None
) -> PreparedCity:
    """The city with all changes made, in their order. The city given is today's and stays as it is.

    Raises UserError when a change means what is not there.
    """
    if not city.has_extract:
        raise UserError("this city has no extract: it has neither places nor streets to change")
    if progress is not None:
        progress("making the changes", "应用规划变更")
    streets = [change for change in changes if change.kind in STREETS]
    new, walk, drive = _with_streets(city, streets)
    snappers, cells = Snappers(new), CellIndex(new.cells.geometry)
    for change in changes:
        if change.kind in PLACES:
            new = with_place_change(new, change, snappers)[0]
        elif change.kind not in STREETS:
            new = with_ground_change(new, change, snappers, cells, keep_rows=False)[0]
    if walk.any() or drive.any():
        new = with_streets_closed(new, walk, drive)
    return replace(new, key=hash_parts(city.key, [_plain(change) for change in changes]))


def _plain(change: Change) -> list[Any]:
    shape = None if change.geometry is None else change.geometry.wkb
    numbers = (change.capacity, change.people, change.floor_m2, change.headway_min)
    return [change.id, change.kind, shape, change.target, change.category, *numbers]


def _with_streets(
    city: PreparedCity, changes: Sequence[Change]
) -> tuple[PreparedCity, Flags, Flags]:
    """The city with new streets, and which edges of its two networks are closed in the end."""
    added = [change for change in changes if change.kind == "add_street"]
    if added:
        from urbanwork.planning.street_adding import with_street

        for change in added:
            city = with_street(city, change)
    snappers = Snappers(city)
    walk, drive = ~open_edges(city.walk.graph), ~open_edges(city.drive.graph)
    closed: dict[str, Change] = {}
    for change in changes:
        if change.kind != "add_street":
            meant = street_meant(change, closed)
            rows = edges_meant(meant, city, snappers)
            walk[rows[0]] = drive[rows[1]] = change.kind == "close_street"
            closed[change.id] = change
    return city, walk, drive


def street_meant(change: Change, earlier: dict[str, Change]) -> Change:
    """The change that draws the street: a reopening may name the closing of it."""
    if change.kind == "reopen_street" and change.geometry is None:
        return earlier.get(str(change.target), change)
    return change


def with_place_change(
    city: PreparedCity, change: Change, snappers: Snappers, kept: KeptPlaces | None = None
) -> tuple[PreparedCity, NDArray[np.int64]]:
    """The city with one change to a place, and the rows that it took away or changed.

    Where places are `kept`, what goes keeps its row, without a category.
    """
    from urbanwork.planning.placing import struck_out

    places, room = city.places, None if kept is None else kept.room
    nothing = np.zeros(0, np.int64)
    if change.kind in ("add_place", "add_stop"):
        more = places_added(change, city, snappers)
        return replace(city, places=with_places(places, more, room)), nothing
    rows = rows_of(places, change, kept)
    if change.kind == "set_capacity":
        value = float(change.capacity or 0.0)
        return replace(city, places=with_value(places, "capacity", rows, value)), rows
    if change.kind == "set_headway":
        value = float(change.headway_min or 0.0)
        return replace(city, places=with_value(places, "headway_min", rows, value)), rows
    left = without_places(places, rows) if room is None else struck_out(places, rows, room)
    if change.kind == "move_place":
        left = with_places(left, places_moved(change, rows, city, snappers), room)
    return replace(city, places=left), rows


def with_ground_change(
    city: PreparedCity, change: Change, snappers: Snappers, cells: CellIndex, *, keep_rows: bool
) -> tuple[PreparedCity, NDArray[np.int64]]:
    """The city with one change to homes, land or zones, and the cells whose people it changed."""
    nothing = np.zeros(0, np.int64)
    if change.kind == "add_housing":
        return with_housing(city, change, cells, snappers)
    if change.kind == "demolish_housing":
        return without_housing(city, change, snappers, keep_rows=keep_rows)
    if change.kind == "change_land_use":
        return with_land_use(city, change, cells), nothing
    return _with_zone(city, change), nothing


def _with_zone(city: PreparedCity, change: Change) -> PreparedCity:
    shape = project(np.array([change.geometry], np.object_), city.crs)
    old = city.zones

    known: dict[str, Any] = {
        "id": f"plan/{change.id}", "kind": change.category, "name": change.name,
        "visibility": str(change.properties.get("visibility") or "public"), "geometry": shape[0],
        "origin": change.origin,
    }  # fmt: skip
    columns = {}
    for each in fields(Zones):
        column = getattr(old, each.name)
        said = known.get(each.name, change.properties.get(each.name))
        is_number = column.dtype.kind == "f"
        if is_number and len(column) < len(old.id):  # no file of zones has this column
            column = np.full(len(old.id), np.nan)
        value = np.empty(1, column.dtype)
        value[0] = as_number(said) if is_number else said
        columns[each.name] = np.concatenate([column, value])
    joined = Zones(**columns)
    kinds = tuple(dict.fromkeys([*city.zone_kinds, str(change.category)]))
    return replace(city, zones=joined, zone_kinds=kinds)
