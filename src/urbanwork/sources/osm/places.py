"""Places: what people go to, by category, each once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from urbanwork.sources.layers import Flags, Floats, Geometries, Places, Text
from urbanwork.sources.osm.categories import Categories, Category
from urbanwork.sources.osm.elements import PER_DEGREE, Elements
from urbanwork.sources.osm.features import Features
from urbanwork.sources.osm.tags import Rows, united
from urbanwork.sources.osm.text import (
    NAME_EN_KEYS,
    NAME_KEYS,
    NAME_ZH_KEYS,
    capacities,
    dates,
    first_text,
    ids_of,
    known,
)

METRES_PER_DEGREE = 111_195.0
"""Of a great circle on a sphere of 6,371 km: near enough for tens of metres."""


@dataclass(frozen=True, slots=True)
class Sites:
    """Every feature of any category, where it is and what it is called."""

    row: Rows  # [S] feature rows, ascending
    lon: Floats  # [S] nan where the extract has no node of it
    lat: Floats  # [S]
    geometry: Geometries  # [S] polygon or None
    area: Floats  # [S] square degrees, for comparison only; 0 without a polygon
    name: Text  # [S] lower case, None where it has none

    def places_of(self, rows: Rows) -> Rows:
        """Where feature rows stand in this table."""
        return np.searchsorted(self.row, rows).astype(np.int32)


@dataclass(frozen=True, slots=True)
class Kept:
    """Sites of one category after each place was taken once."""

    site: Rows  # places in the table of sites
    doubled: Rows  # sites that are the same place as the one beside them in `same_as`
    same_as: Rows


def places_of(
    elements: Elements, features: Features, categories: Categories
) -> tuple[Places, dict[str, Any]]:
    """The places of all categories in the order of the rules, and what was counted."""
    sites = _sites(elements, features)
    kept = {key: _kept(sites, features, category) for key, category in categories.places.items()}
    rows = {key: one.site for key, one in kept.items()}
    unstated = _unstated(categories, kept)
    for key, sites_added in unstated.items():
        rows[key] = np.union1d(rows[key], sites_added).astype(np.int32)
    site = np.concatenate(list(rows.values()))
    category = np.repeat(np.array(list(rows), dtype=object), [len(one) for one in rows.values()])
    report = {
        "places": {key: len(one) for key, one in rows.items()},
        "places_doubled": sum(len(one.doubled) for one in kept.values()),
        "schools_level_not_stated": max((len(one) for one in unstated.values()), default=0),
        "places_without_position": int(np.isnan(sites.lon).sum()),
    }
    return _layer(elements, sites, site, category), report


def _layer(elements: Elements, sites: Sites, site: Rows, category: Text) -> Places:
    tags, rows = elements.tags, sites.row[site]
    return Places(
        id=ids_of(elements, rows),
        category=category,
        name=first_text(tags, NAME_KEYS, rows),
        name_zh=first_text(tags, NAME_ZH_KEYS, rows),
        name_en=first_text(tags, NAME_EN_KEYS, rows),
        lon=sites.lon[site],
        lat=sites.lat[site],
        geometry=sites.geometry[site],
        capacity=capacities(tags, rows),
        opened=dates(tags, rows),
        source=np.full(len(rows), "osm", dtype=object),
    )


def _sites(elements: Elements, features: Features) -> Sites:
    later = [rows for tiers in features.near.values() for _, rows in tiers]
    rows = united([*features.places.values(), *later])
    geometry = features.areas.of(rows)
    lon, lat = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    has_area = ~shapely.is_missing(geometry)
    inside = _point_inside(geometry[has_area])
    lon[has_area], lat[has_area] = shapely.get_x(inside), shapely.get_y(inside)
    node = _node_of(elements, rows)
    use = ~has_area & (node >= 0)
    lon[use] = elements.nodes.lon[node[use]] / PER_DEGREE
    lat[use] = elements.nodes.lat[node[use]] / PER_DEGREE
    name = _folded(first_text(elements.tags, NAME_KEYS, rows))
    area = np.nan_to_num(shapely.area(geometry), nan=0.0)
    return Sites(rows, lon, lat, geometry, area, name)


def _point_inside(polygons: Geometries) -> Geometries:
    """The centroid, or where that lies outside a point that does not."""
    points = shapely.centroid(polygons)
    outside = ~shapely.contains_properly(polygons, points)
    points[outside] = shapely.point_on_surface(polygons[outside])
    return np.asarray(points, dtype=object)


def _node_of(elements: Elements, rows: Rows) -> Rows:
    """A node that stands for the feature: itself, or the middle one of a way; -1 for none."""
    node = np.full(len(rows), -1, dtype=np.int32)
    is_node = rows < elements.first_way
    node[is_node] = elements.nodes.rows_of(elements.tagged_node[rows[is_node]])
    is_way = ~is_node & (rows < elements.first_relation)
    way = rows[is_way] - elements.first_way
    start, end = elements.ways.start[way], elements.ways.start[way + 1]
    filled = end > start
    middle = np.full(len(way), -1, dtype=np.int32)
    middle[filled] = elements.ways.node[((start + end) // 2)[filled]]
    node[is_way] = middle
    return node


def _folded(names: Text) -> Text:
    given = known(names)
    result = names.copy()
    result[given] = [str(name).casefold().strip() for name in names[given]]
    return result


def _kept(sites: Sites, features: Features, category: Category) -> Kept:
    site = _positioned(sites, sites.places_of(features.places[category.key]), category)
    for metres, rows in features.near[category.key]:
        later = np.setdiff1d(_positioned(sites, sites.places_of(rows), category), site)
        far = ~_is_near(sites, later, site, metres)
        site = np.union1d(site, later[far]).astype(np.int32)
    ring = features.outer.doubled(sites.row[site])
    site = site[~ring]
    doubled, same_as = _inside_another(sites, site)
    return Kept(site[~np.isin(site, doubled)], doubled, same_as)


def _positioned(sites: Sites, site: Rows, category: Category) -> Rows:
    kept = ~np.isnan(sites.lon[site])
    if category.areas_only:
        kept &= ~shapely.is_missing(sites.geometry[site])
    return site[kept]


def _is_near(sites: Sites, site: Rows, others: Rows, metres: float) -> Flags:
    """Which sites have one of the others within some metres."""
    if not len(site) or not len(others):
        return np.zeros(len(site), dtype=bool)
    middle = float(np.mean(sites.lat[others]))
    tree = shapely.STRtree(_metric_points(sites, others, middle))
    hits = tree.query(_metric_points(sites, site, middle), predicate="dwithin", distance=metres)
    result = np.zeros(len(site), dtype=bool)
    result[hits[0]] = True
    return result


def _metric_points(sites: Sites, site: Rows, middle: float) -> Geometries:
    x = sites.lon[site] * METRES_PER_DEGREE * np.cos(np.radians(middle))
    return np.asarray(shapely.points(x, sites.lat[site] * METRES_PER_DEGREE), dtype=object)


def _inside_another(sites: Sites, site: Rows) -> tuple[Rows, Rows]:
    """Sites within the polygon of a larger one with the same name, or one of them without."""
    polygon = site[~shapely.is_missing(sites.geometry[site])]
    none = np.empty(0, dtype=np.int32)
    if not len(polygon):
        return none, none
    tree = shapely.STRtree(sites.geometry[polygon])
    points = shapely.points(sites.lon[site], sites.lat[site])
    inner, outer = tree.query(points, predicate="within")
    inner, outer = site[inner], polygon[outer]
    area = sites.area
    larger = (area[outer] > area[inner]) | ((area[outer] == area[inner]) & (outer < inner))
    is_same = larger & _may_be_one(sites.name[inner], sites.name[outer])
    inner, first = np.unique(inner[is_same], return_index=True)
    return inner.astype(np.int32), outer[is_same][first].astype(np.int32)


def _may_be_one(left: Text, right: Text) -> Flags:
    return np.asarray(~known(left) | ~known(right) | (left == right), dtype=bool)


def _unstated(categories: Categories, kept: Mapping[str, Kept]) -> dict[str, Rows]:
    """Sites of a category of unstated level, by each category that they count in as well."""
    result: dict[str, Rows] = {}
    for key, category in categories.places.items():
        if not category.unstated:
            continue
        stated = np.unique(np.concatenate([_all_sites(kept[level]) for level in category.levels]))
        own = kept[key]
        # A school ground without a level takes that of the school mapped as a point inside it.
        by_inner = own.same_as[np.isin(own.doubled, stated)]
        unstated = np.setdiff1d(own.site, np.concatenate([stated, by_inner])).astype(np.int32)
        for level in category.unstated:
            result[level] = np.union1d(result.get(level, unstated), unstated).astype(np.int32)
    return result


def _all_sites(kept: Kept) -> Rows:
    return np.concatenate([kept.site, kept.doubled])
