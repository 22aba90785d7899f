"""Which row of a register and which place of the map are one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.quantities.crs import metric_crs, project, to_metric
from urbanwork.sources.layers import Flags, Floats, Geometries, Places, Text
from urbanwork.sources.notes import Note, note
from urbanwork.sources.register.names import NameComparer, plain_name

Ints = NDArray[np.int64]

LEAST_SHIFTED = 5
LEAST_SHIFT_M, MOST_SHIFT_M = 80.0, 3_000.0
SHIFT_SPREAD = 0.35
WAYS_EN = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")
WAYS_ZH = ("东", "东北", "北", "西北", "西", "西南", "南", "东南")


@dataclass(frozen=True, slots=True)
class MergeRule:
    """When a row of the register and a place of the map are one. Distances in metres."""

    near_m: float = 30.0
    """Within it (0 inside the polygon of the place) they are one unless their names are unlike."""
    unlike: float = 0.2
    middle_m: float = 150.0
    """Within it they are one if their names are alike."""
    alike: float = 0.5
    far_m: float = 300.0
    """Within it they are one if their names are nearly the same."""
    same: float = 0.85


@dataclass(frozen=True, slots=True)
class Pairs:
    """Rows of the register and of the map of one category that lie near each other."""

    register: Ints
    osm: Ints
    distance: Floats  # metres, 0 inside a polygon
    likeness: Floats  # nan where the names cannot be compared

    def chosen(self, which: Flags | Ints) -> Pairs:
        """Some of the pairs."""
        return Pairs(
            self.register[which], self.osm[which], self.distance[which], self.likeness[which]
        )


def near_pairs(osm: Places, register: Places, rule: MergeRule) -> Pairs:
    """All pairs of one category within the farthest distance, by row and place."""
    candidates = np.flatnonzero(np.isin(osm.category.astype(str), texts(register.category)))
    if not len(candidates) or not len(register.id):
        none = np.empty(0, dtype=np.int64)
        return Pairs(none, none, np.empty(0), np.empty(0))
    crs = _crs(register)
    shapes = _metric(osm, candidates, crs)
    points = shapely.points(*to_metric(register.lon, register.lat, crs))
    row, found = shapely.STRtree(shapes).query(points, "dwithin", distance=rule.far_m)
    place = candidates[found]
    is_same = np.asarray(register.category[row] == osm.category[place], dtype=np.bool_)
    row, found, place = row[is_same], found[is_same], place[is_same]
    order = np.lexsort((place, row))
    row, found, place = row[order], found[order], place[order]
    distance = shapely.distance(points[row], shapes[found])
    comparer = NameComparer([
        *register.name, *register.name_en, *osm.name[candidates], *osm.name_zh[candidates],
    ])  # fmt: skip
    return Pairs(row, place, distance, _likeness(comparer, osm, register, row, place))


def texts(words: Text) -> NDArray[np.str_]:
    """Words without None as an array of text."""
    return words.astype(str)


def _crs(register: Places) -> str:
    return metric_crs(float(np.median(register.lon)), float(np.median(register.lat)))


def _metric(places: Places, rows: Ints, crs: str) -> Geometries:
    """The outline of each place, else its point."""
    outline = project(places.geometry[rows], crs)
    x, y = to_metric(places.lon[rows], places.lat[rows], crs)
    return np.where(shapely.is_missing(outline), shapely.points(x, y), outline)


def _likeness(
    comparer: NameComparer, osm: Places, register: Places, row: Ints, place: Ints
) -> Floats:
    values = [
        comparer.likeness(_names(register, one), _names(osm, other))
        for one, other in zip(row.tolist(), place.tolist(), strict=True)
    ]
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _names(places: Places, row: int) -> list[str | None]:
    return [places.name[row], places.name_zh[row], places.name_en[row]]


def one_to_one(pairs: Pairs, osm: Places, rule: MergeRule) -> Pairs:
    """The pairs that are one, each row and each place in at most one, the surest first."""
    unknown = np.isnan(pairs.likeness)
    is_one = (pairs.distance <= rule.near_m) & (unknown | (pairs.likeness >= rule.unlike))
    is_one |= (pairs.distance <= rule.middle_m) & (pairs.likeness >= rule.alike)
    is_one |= (pairs.distance <= rule.far_m) & (pairs.likeness >= rule.same)
    pairs = pairs.chosen(is_one)
    closeness = 1 - pairs.distance / rule.far_m
    likeness = np.where(np.isnan(pairs.likeness), 0.5, pairs.likeness)
    score = np.round(0.6 * likeness + 0.4 * closeness, 9)
    order = np.lexsort((texts(osm.id[pairs.osm]), pairs.register, -score))
    taken_rows, taken_places, kept = set[int](), set[int](), list[int]()
    for place in order.tolist():
        row, other = int(pairs.register[place]), int(pairs.osm[place])
        if row not in taken_rows and other not in taken_places:
            taken_rows.add(row)
            taken_places.add(other)
            kept.append(place)
    return pairs.chosen(np.array(sorted(kept), dtype=np.int64))


def common_shift(osm: Places, register: Places) -> Note | None:
    """A warning if places of equal name all lie off by one and the same step.

    That is how an undeclared datum (GCJ-02 is off by some 500 m) or a wrong coordinate system
    shows. Only names that occur once on either side count, and at least five.
    """
    pairs = _equal_names(osm, register)
    if len(pairs) < LEAST_SHIFTED:
        return None
    rows, places = np.array(pairs).T
    crs = _crs(register)
    own = np.stack(to_metric(register.lon[rows], register.lat[rows], crs), axis=1)
    step = own - np.stack(to_metric(osm.lon[places], osm.lat[places], crs), axis=1)
    step = step[np.hypot(*step.T) <= MOST_SHIFT_M]
    if len(step) < LEAST_SHIFTED:
        return None
    middle = np.median(step, axis=0)
    length = float(np.hypot(*middle))
    spread = float(np.median(np.hypot(*(step - middle).T)))
    if length < LEAST_SHIFT_M or spread > SHIFT_SPREAD * length:
        return None
    return _shift_note(len(step), middle, length)


def _equal_names(osm: Places, register: Places) -> list[tuple[int, int]]:
    sides = list[dict[tuple[str, str], list[int]]]()
    for places in (register, osm):
        rows: dict[tuple[str, str], list[int]] = {}
        for row, (category, name) in enumerate(zip(places.category, places.name, strict=True)):
            if name:
                rows.setdefault((category, plain_name(name)), []).append(row)
        sides.append(rows)
    own, others = sides
    return [
        (rows[0], others[key][0])
        for key, rows in own.items()
        if len(rows) == 1 and len(others.get(key, ())) == 1
    ]


def _shift_note(count: int, step: Floats, length: float) -> Note:
    way = round(float(np.degrees(np.arctan2(step[1], step[0]))) / 45) % 8
    return note(
        f"{count} places of equal name lie about {length:.0f} m {WAYS_EN[way]} of where the map "
        "has them; is 'datum: gcj02' (or bd09, or crs) missing?",
        f"{count} 处同名设施的坐标一致偏向{WAYS_ZH[way]}约 {length:.0f} 米，"
        "是否漏填 datum: gcj02（或 bd09、crs）？",
    )
