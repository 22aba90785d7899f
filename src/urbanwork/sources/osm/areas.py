"""Polygons of closed ways and of multipolygon relations, with holes, many at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from urbanwork.sources.layers import Flags, Geometries, Ints
from urbanwork.sources.osm.elements import WAY, Elements
from urbanwork.sources.osm.ragged import row_of_item, taken
from urbanwork.sources.osm.rings import Rings, assembled, joined, polygons_of, repaired
from urbanwork.sources.osm.tags import Rows

AREA_RELATIONS = ("multipolygon", "boundary")


@dataclass(frozen=True, slots=True)
class Areas:
    """Polygons of some features, and what had to be done for them."""

    row: Rows  # [A] feature rows, ascending
    geometry: Geometries  # [A] valid Polygon or MultiPolygon; None where none can be built
    is_repaired: Flags  # [A] its rings cross or touch themselves
    is_incomplete: Flags  # [A] a relation of which ways or nodes are missing, or whose rings gape

    def of(self, rows: Rows) -> Geometries:
        """The polygon of each feature row, None where it has none."""
        result = np.full(len(rows), None, dtype=object)
        found, places = self._found(rows)
        result[found] = self.geometry[places]
        return result

    def repaired_of(self, rows: Rows) -> Flags:
        """Whether the polygon of each feature row had to be mended."""
        result = np.zeros(len(rows), dtype=bool)
        found, places = self._found(rows)
        result[found] = self.is_repaired[places]
        return result

    def _found(self, rows: Rows) -> tuple[Flags, Ints]:
        if not len(self.row):
            return np.zeros(len(rows), dtype=bool), np.empty(0, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.row, rows), len(self.row) - 1)
        found = self.row[places] == rows
        return found, places[found]


@dataclass(frozen=True, slots=True)
class Members:
    """The ways that bound some relations, one row a member."""

    relation: Ints  # [M] row of the relation, ascending
    way: Ints  # [M] row of the way, -1 where the extract lacks it
    is_inner: Flags  # [M] bounds a hole rather than the outside


def areas_of(elements: Elements, rows: Rows) -> Areas:
    """Polygons of the features `rows` (ascending; nodes, lines and routes get None)."""
    rows = rows[rows >= elements.first_way]
    is_way = rows < elements.first_relation
    ways, way_bad = repaired(_of_ways(elements, rows[is_way] - elements.first_way))
    relations = (rows[~is_way] - elements.first_relation).astype(np.int64)
    polygons, bad, incomplete = _of_relations(elements, relations)
    return Areas(
        rows,
        np.concatenate([ways, polygons]),
        np.concatenate([way_bad, bad]),
        np.concatenate([np.zeros(len(ways), dtype=bool), incomplete]),
    )


def makes_area(elements: Elements, relations: Ints) -> Flags:
    """Whether each relation is of a type that encloses an area."""
    rows = (relations + elements.first_relation).astype(np.int32)
    return np.isin(elements.tags.text("type", rows).astype(str), AREA_RELATIONS)


def members_of(elements: Elements, relations: Ints) -> Members:
    """The ways with a role in the rings of some relations (ascending)."""
    table = elements.relations
    places, start = taken(table.start, relations)
    bounds = (table.kind[places] == WAY) & (table.is_inner[places] | table.is_outer[places])
    relation = relations[row_of_item(start)][bounds]
    places = places[bounds]
    return Members(relation, _way_rows(elements, table.ref[places]), table.is_inner[places])


def _way_rows(elements: Elements, ids: Ints) -> Ints:
    known = elements.ways.id
    places = np.minimum(np.searchsorted(known, ids), len(known) - 1)
    return np.where(known[places] == ids, places, -1)


def _of_ways(elements: Elements, ways: Rows) -> Geometries:
    result: Geometries = np.full(len(ways), None, dtype=object)
    is_ring = elements.ways.is_closed[ways]
    result[is_ring] = _ring_polygons(elements, ways[is_ring])
    return result


def _ring_polygons(elements: Elements, ways: Rows | Ints) -> Geometries:
    places, start = taken(elements.ways.start, ways)
    return polygons_of(elements.nodes.coordinates(elements.ways.node[places]), start)


def _of_relations(elements: Elements, relations: Ints) -> tuple[Geometries, Flags, Flags]:
    is_area = makes_area(elements, relations)
    areal = relations[is_area]
    members = members_of(elements, areal)
    place = np.searchsorted(areal, members.relation)
    is_whole = _is_whole(elements, members, place, len(areal))
    rings, gaping = _rings(elements, members, place, is_whole)
    is_whole[gaping] = False
    kept = is_whole[rings.place]
    polygons: Geometries = np.full(len(relations), None, dtype=object)
    bad, incomplete = np.zeros((2, len(relations)), dtype=bool)
    polygons[is_area], bad[is_area] = assembled(rings.at(kept), len(areal))
    incomplete[is_area] = shapely.is_missing(polygons[is_area])
    return polygons, bad, incomplete


def _is_whole(elements: Elements, members: Members, place: Ints, count: int) -> Flags:
    """Whether all ways that bound a relation, and all their nodes, are in the extract."""
    is_whole = np.zeros(count, dtype=bool)
    is_whole[place] = True
    lacks = (members.way < 0) | ~elements.ways.is_whole[members.way]
    is_whole[place[lacks]] = False
    return is_whole


def _rings(elements: Elements, members: Members, place: Ints, wanted: Flags) -> tuple[Rings, Ints]:
    """Members that are closed, and chains of members joined end to end."""
    use = wanted[place]
    way, place, is_inner = members.way[use], place[use], members.is_inner[use]
    closed = elements.ways.is_closed[way]
    whole = Rings(_ring_polygons(elements, way[closed]), place[closed], is_inner[closed])
    # A way of one node is no line; without it the ring gapes, and that is counted.
    open_ = ~closed & (np.diff(elements.ways.start)[way] >= 2)
    lines = _lines(elements, way[open_])
    chained, gaping = joined(lines, place[open_], is_inner[open_])
    return whole.and_others(chained), gaping


def _lines(elements: Elements, ways: Ints) -> Geometries:
    if not len(ways):
        return np.empty(0, dtype=object)
    places, start = taken(elements.ways.start, ways)
    coordinates = elements.nodes.coordinates(elements.ways.node[places])
    kind = shapely.GeometryType.LINESTRING
    return np.asarray(shapely.from_ragged_array(kind, coordinates, (start,)), dtype=object)
