"""A register merged with the map: each place once, and a table of what was matched and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.sources.columns import column_of, is_missing, nothing
from urbanwork.sources.families import categories_of
from urbanwork.sources.layers import Flags, Geometries, Places, Text
from urbanwork.sources.register.description import RegisterSource
from urbanwork.sources.register.matching import (
    MergeRule,
    Pairs,
    common_shift,
    near_pairs,
    one_to_one,
    texts,
)
from urbanwork.sources.register.reader import Register, read_register
from urbanwork.sources.register.values import is_after

Ints = NDArray[np.int64]

MATCHED, ADDED, POSSIBLE_DUPLICATE = "matched", "added", "possible_duplicate"
NOT_YET_OPEN, OSM_ONLY, OSM_ONLY_DOUBTFUL = "not_yet_open", "osm_only", "osm_only_doubtful"
DECISIONS = (MATCHED, ADDED, POSSIBLE_DUPLICATE, NOT_YET_OPEN, OSM_ONLY, OSM_ONLY_DOUBTFUL)
FAR_OFF_DEGREES = 0.5
NONE = -1


@dataclass(frozen=True, slots=True)
class MergeResult:
    """Places of both, the table of matches, and what was counted.

    A row of `matches`: row, register_id, register_name, category, osm_id, osm_name, distance_m,
    name_likeness, decision (one of DECISIONS).
    """

    places: Places
    matches: list[dict[str, Any]]
    report: dict[str, Any] = field(default_factory=dict)


def merge_register(
    osm: Places, source: RegisterSource, as_of: date | str, *, rule: MergeRule | None = None
) -> MergeResult:
    """Read a register and merge it with the map.

    Raises:
        UserError: the register cannot be read, or lies nowhere near the map.
    """
    register = read_register(source)
    _check_whereabouts(osm, register, source)
    return merge_places(osm, register, as_of, complete=source.complete, rule=rule)


def merge_places(
    osm: Places,
    register: Register,
    as_of: date | str,
    *,
    complete: Iterable[str] = (),
    rule: MergeRule | None = None,
) -> MergeResult:
    """The places of the map and of a register, each once.

    One to one within each category, the most alike and nearest pairs first, ties by row and id.
    Of a matched place the register gives name, capacity and opening date where it has them, and
    the map the id, the other names, and the position and outline, because registers are often
    placed by address; an outline in the register goes before that of the map. Rows without a
    match are added. Places that only the map has stay; in a category that the register declares
    complete they are marked as doubtful. What opens after `as_of` is left out on both sides.

    Args:
        osm: places so far.
        register: the rows to merge.
        as_of: the date that the examination speaks of.
        complete: categories of which the register lacks none.
        rule: distances and likeness of names that decide.
    """
    rule = rule or MergeRule()
    pairs = near_pairs(osm, register.places, rule)
    matched = one_to_one(pairs, osm, rule)
    is_future = np.array(
        [is_after(opened, str(as_of)) for opened in register.places.opened], dtype=np.bool_
    )
    matches = _match_table(osm, register, pairs, matched, is_future, set(complete), rule)
    shift = common_shift(osm, register.places)
    report = register.report | {
        "decisions": dict.fromkeys(DECISIONS, 0) | Counter(row["decision"] for row in matches),
        "warnings": [*register.report.get("warnings", []), *([shift] if shift else [])],
        "matches": matches,
    }
    return MergeResult(_merged(osm, register.places, matched, is_future), matches, report)


def _check_whereabouts(osm: Places, register: Register, source: RegisterSource) -> None:
    if not len(osm.id):
        return
    places, off = register.places, FAR_OFF_DEGREES
    is_near = (places.lon >= osm.lon.min() - off) & (places.lon <= osm.lon.max() + off)
    is_near &= (places.lat >= osm.lat.min() - off) & (places.lat <= osm.lat.max() + off)
    if not is_near.any():
        raise UserError(
            f"{source.path}: all {len(places.id):,} places lie elsewhere (the first at "
            f"{places.lon[0]:.4f}, {places.lat[0]:.4f}; the city at {osm.lon.mean():.4f}, "
            f"{osm.lat.mean():.4f}); check the columns of longitude and latitude, 'crs' and 'datum'"
        )


# The places


def _merged(osm: Places, own: Places, matched: Pairs, is_future: Flags) -> Places:
    """Rows of the map, described anew where matched, then the rows that were added."""
    described = np.full(len(osm.id), NONE, dtype=np.int64)
    is_dropped = np.zeros(len(osm.id), dtype=np.bool_)
    partner = dict(zip(matched.register.tolist(), matched.osm.tolist(), strict=True))
    rows_of = _rows_by_id(osm)
    added = list[tuple[int, int, str]]()  # row of the map, row of the register, category
    for row in range(len(own.id)):
        place = partner.get(row, NONE)
        known = rows_of[str(osm.id[place])] if place >= 0 else {}
        has_area = own.geometry[row] is not None or (place >= 0 and osm.geometry[place] is not None)
        for category in categories_of(own.category[row], has_area=has_area):
            at = known.get(category, NONE)
            if is_future[row]:
                is_dropped[at] |= at >= 0
            elif at < 0:
                added.append((place, row, category))
            elif described[at] < 0:
                described[at] = row
    is_dropped &= described < 0
    kept = np.flatnonzero(~is_dropped)
    extra = _distinct(added)
    new_place, new_row = (np.array([one[at] for one in extra], dtype=np.int64) for at in (0, 1))
    return _described(
        osm, own,
        np.concatenate([kept, new_place]), np.concatenate([described[kept], new_row]),
        np.concatenate([osm.category[kept], column_of(one[2] for one in extra)]),
    )  # fmt: skip


def _rows_by_id(osm: Places) -> dict[str, dict[str, int]]:
    rows: dict[str, dict[str, int]] = {}
    for row, (identity, category) in enumerate(zip(osm.id, osm.category, strict=True)):
        rows.setdefault(identity, {})[category] = row
    return rows


def _distinct(added: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The first of several rows that give one place of the map the same new category."""
    seen = set[tuple[int, str]]()
    result = list[tuple[int, int, str]]()
    for place, row, category in added:
        if place < 0 or (place, category) not in seen:
            result.append((place, row, category))
        seen.add((place, category))
    return result


def _described(osm: Places, own: Places, place: Ints, row: Ints, category: Text) -> Places:
    """Each place by its row of the map (-1: none) and its row of the register (-1: none)."""
    on_map, in_register = place >= 0, row >= 0
    has_outline = np.zeros(len(row), dtype=np.bool_)
    has_outline[in_register] = ~is_missing(own.geometry[row[in_register]])
    own_place = in_register & (has_outline | ~on_map)

    def first(name: str) -> Text:
        """What the register says, else what the map says."""
        given = _taken(getattr(own, name), row, in_register)
        return np.where(is_missing(given), _taken(getattr(osm, name), place, on_map), given)

    def placed(name: str) -> Any:
        column, other = getattr(own, name), getattr(osm, name)
        values = np.empty(len(row), dtype=other.dtype)
        values[own_place], values[~own_place] = column[row[own_place]], other[place[~own_place]]
        return values

    capacity = np.full(len(row), np.nan)
    capacity[on_map] = osm.capacity[place[on_map]]
    states = in_register.copy()
    states[in_register] = ~np.isnan(own.capacity[row[in_register]])
    capacity[states] = own.capacity[row[states]]
    return Places(
        id=np.where(on_map, _taken(osm.id, place, on_map), _taken(own.id, row, in_register)),
        category=category, name=first("name"), name_zh=first("name_zh"), name_en=first("name_en"),
        lon=placed("lon"), lat=placed("lat"), geometry=placed("geometry"), capacity=capacity,
        opened=first("opened"),
        source=np.where(in_register, "register", _taken(osm.source, place, on_map)),
    )  # fmt: skip


def _taken(column: Text | Geometries, rows: Ints, which: Flags) -> Text:
    result = nothing(len(rows))
    result[which] = column[rows[which]]
    return result


# The table


def _match_table(
    osm: Places,
    register: Register,
    pairs: Pairs,
    matched: Pairs,
    is_future: Flags,
    complete: set[str],
    rule: MergeRule,
) -> list[dict[str, Any]]:
    own = register.places
    partner = {int(row): at for at, row in enumerate(matched.register)}
    doubtful = _nearest_free(pairs, matched, rule)
    table = list[dict[str, Any]]()
    for row in range(len(own.id)):
        pair = matched.chosen(np.array([partner[row]])) if row in partner else doubtful.get(row)
        decision = MATCHED if row in partner else POSSIBLE_DUPLICATE if pair else ADDED
        decision = NOT_YET_OPEN if is_future[row] else decision
        table.append({
            "row": int(register.line[row]), "register_id": own.id[row],
            "register_name": own.name[row], "category": own.category[row],
            **_other(osm, pair), "decision": decision,
        })  # fmt: skip
    return table + _map_only(osm, own, matched, complete)


def _nearest_free(pairs: Pairs, matched: Pairs, rule: MergeRule) -> dict[int, Pairs]:
    """For each row without a match the nearest place without one that may be the same."""
    is_free = ~np.isin(pairs.register, matched.register) & ~np.isin(pairs.osm, matched.osm)
    is_free &= pairs.distance <= rule.middle_m
    free = pairs.chosen(is_free)
    order = np.lexsort((free.osm, free.distance, free.register))
    _, first = np.unique(free.register[order], return_index=True)
    nearest = order[first]
    return {int(free.register[at]): free.chosen(np.array([at])) for at in nearest}


def _other(osm: Places, pair: Pairs | None) -> dict[str, Any]:
    if pair is None:
        return dict.fromkeys(("osm_id", "osm_name", "distance_m", "name_likeness"))
    place, likeness = int(pair.osm[0]), float(pair.likeness[0])
    return {
        "osm_id": osm.id[place],
        "osm_name": osm.name[place],
        "distance_m": round(float(pair.distance[0]), 1),
        "name_likeness": None if np.isnan(likeness) else round(likeness, 2),
    }


def _map_only(osm: Places, own: Places, matched: Pairs, complete: set[str]) -> list[dict[str, Any]]:
    """Places of the register's categories that only the map has, by category and id."""
    rows = np.flatnonzero(np.isin(texts(osm.category), texts(own.category)))
    rows = rows[~np.isin(rows, matched.osm)]
    rows = rows[np.lexsort((texts(osm.id[rows]), texts(osm.category[rows])))]
    return [
        {
            "row": None, "register_id": None, "register_name": None,
            "category": osm.category[row], "osm_id": osm.id[row], "osm_name": osm.name[row],
            "distance_m": None, "name_likeness": None,
            "decision": OSM_ONLY_DOUBTFUL if osm.category[row] in complete else OSM_ONLY,
        }
        for row in rows.tolist()
    ]  # fmt: skip
