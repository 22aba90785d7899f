"""What each feature is, and the polygons of all that need one, made once for all layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from urbanwork.sources.layers import Flags, Geometries, Ints
from urbanwork.sources.osm.areas import Areas, areas_of, makes_area, members_of
from urbanwork.sources.osm.categories import Categories
from urbanwork.sources.osm.elements import Elements
from urbanwork.sources.osm.rules import Alternative, Condition, Matcher, Rule, Test
from urbanwork.sources.osm.tags import Rows, united

AREA_IS_NO = Rule((Alternative((Condition(("area",), Test.IS, ("no",)),)),))
ADMINISTRATIVE = Rule((Alternative((Condition(("boundary",), Test.IS, ("administrative",)),)),))
COASTLINE = Rule((Alternative((Condition(("natural",), Test.IS, ("coastline",)),)),))
OWN_RULES = (AREA_IS_NO, ADMINISTRATIVE, COASTLINE)

NO_MEANING = frozenset({"type", "name", "source"})
"""A multipolygon with these tags alone has its meaning on its outer ways (the old style)."""


@dataclass(frozen=True, slots=True)
class Features:
    """Feature rows by what the rules make of them, and their polygons."""

    places: Mapping[str, Rows]
    near: Mapping[str, list[tuple[float, Rows]]]  # places that count only where none is near
    land: Mapping[str, Rows]
    buildings: Rows
    building_uses: Mapping[str, Rows]
    boundaries: Rows
    coastline: Rows
    areas: Areas
    outer: Outer


@dataclass(frozen=True, slots=True)
class Outer:
    """Outer ways of relations that have a polygon, as pairs of feature rows."""

    relation: Rows
    way: Rows

    def doubled(self, rows: Rows) -> Flags:
        """Which of some ways only repeat a relation of the same rows, whose ring they are."""
        pair = np.isin(self.way, rows) & np.isin(self.relation, rows)
        return np.isin(rows, self.way[pair])


def features_of(elements: Elements, categories: Categories) -> Features:
    """Match all rules, then build the polygons of whatever they match."""
    matcher = Matcher(elements.tags, [*categories.rules(), *OWN_RULES])
    places = {key: matcher.rows(category.rule) for key, category in categories.places.items()}
    near = {
        key: [(rule.metres, matcher.rows(rule.rule)) for rule in category.unless_near]
        for key, category in categories.places.items()
    }
    land = {kind: matcher.rows(rule) for kind, rule in categories.land.items()}
    buildings = matcher.rows(categories.buildings)
    boundaries = matcher.rows(ADMINISTRATIVE)
    later = [rows for tiers in near.values() for _, rows in tiers]
    wanted = united([*places.values(), *later, *land.values(), buildings, boundaries])
    areal = wanted[~np.isin(wanted, matcher.rows(AREA_IS_NO))]
    areas = areas_of(elements, areal)
    areas = _with_holes_of_old_style(elements, areas)
    uses = {use: matcher.rows(rule) for use, rule in categories.building_uses.items()}
    coastline = matcher.rows(COASTLINE)
    outer = _outer(elements, areas)
    return Features(places, near, land, buildings, uses, boundaries, coastline, areas, outer)


def _outer(elements: Elements, areas: Areas) -> Outer:
    is_relation = (areas.row >= elements.first_relation) & ~shapely.is_missing(areas.geometry)
    relations = (areas.row[is_relation] - elements.first_relation).astype(np.int64)
    members = members_of(elements, relations)
    use = ~members.is_inner & (members.way >= 0)
    return Outer(
        (members.relation[use] + elements.first_relation).astype(np.int32),
        (members.way[use] + elements.first_way).astype(np.int32),
    )


def _with_holes_of_old_style(elements: Elements, areas: Areas) -> Areas:
    """Cut the holes of relations without tags out of the tagged ways that bound them."""
    relations = _without_meaning(elements)
    members = members_of(elements, relations)
    has_hole = np.unique(members.relation[members.is_inner])
    outer = ~members.is_inner & (members.way >= 0) & np.isin(members.relation, has_hole)
    way = (members.way[outer] + elements.first_way).astype(np.int32)
    relation = (members.relation[outer] + elements.first_relation).astype(np.int32)
    place = np.minimum(np.searchsorted(areas.row, way), max(len(areas.row) - 1, 0))
    known = areas.row[place] == way if len(areas.row) else np.zeros(len(way), dtype=bool)
    if not known.any():
        return areas
    whole = areas_of(elements, np.unique(relation[known])).of(relation[known])
    place = place[known]
    cut = ~shapely.is_missing(whole) & ~shapely.is_missing(areas.geometry[place])
    geometry = areas.geometry.copy()
    geometry[place[cut]] = _intersection(geometry[place[cut]], whole[cut])
    return Areas(areas.row, geometry, areas.is_repaired, areas.is_incomplete)


def _intersection(ways: Geometries, relations: Geometries) -> Geometries:
    common = shapely.intersection(ways, relations)
    is_area = np.isin(shapely.get_type_id(common), (3, 6)) & ~shapely.is_empty(common)
    return np.where(is_area, common, ways)


def _without_meaning(elements: Elements) -> Ints:
    """Rows of the multipolygon relations that carry no tag with a meaning."""
    count = len(elements.relations.id)
    means = np.zeros(count, dtype=bool)
    for key, column in elements.tags.columns.items():
        if key not in NO_MEANING:
            rows = column.rows[column.rows >= elements.first_relation]
            means[rows - elements.first_relation] = True
    relations = np.flatnonzero(~means)
    return relations[makes_area(elements, relations)]
