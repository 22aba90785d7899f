"""Tagged points and polygons as map databases keep them: chosen by exact tags, areas in parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import shapely

from urbanwork.quantities.arrow import from_text, to_numpy
from urbanwork.sources.layers import STREET_TAGS, Flags, Geometries, Streets
from urbanwork.sources.osm.areas import areas_of, makes_area
from urbanwork.sources.osm.elements import Elements, read_elements
from urbanwork.sources.osm.frames import checked_header
from urbanwork.sources.osm.streets import streets_of
from urbanwork.sources.osm.tags import Rows, Tags

TagRule = Mapping[str, Sequence[str]]
"""Key -> values of which one must be carried exactly; no values stand for any."""

YES = ("yes", "true", "1")
IS_NO_AREA: TagRule = {"area": ("no", "false", "0")}
NOWHERE = -2
"""Code of a word that no tag of the extract has."""


@dataclass(frozen=True, slots=True)
class Tagged:
    """F features in longitude and latitude; an area of several parts has a row for each."""

    geometry: Geometries  # [F] Point or Polygon
    is_area: Flags  # [F]
    streets: Streets
    matcher: ExactMatcher
    row: Rows  # [F] rows of the matcher's tags

    def carries(self, rule: TagRule) -> Flags:
        """Whether each feature has one of the tags of the rule; bool[F]."""
        return self.matcher.carries(self.row, rule)


class ExactMatcher:
    """Holds rules against the tags of one extract; all words are looked up once."""

    def __init__(self, tags: Tags, rules: Iterable[TagRule]) -> None:
        self._tags = tags
        words = sorted({word for rule in rules for values in rule.values() for word in values})
        found = pc.index_in(from_text(words), value_set=tags.dictionary)
        self._code = dict(zip(words, to_numpy(found.fill_null(NOWHERE)).tolist(), strict=True))

    def rows(self, rule: TagRule) -> Rows:
        """The elements that carry one of the tags, ascending."""
        columns = {key: self._tags.column(key) for key in rule}
        found = [
            columns[key].rows[self._is(columns[key].codes, values)] for key, values in rule.items()
        ]
        return np.unique(np.concatenate(found)) if found else np.empty(0, np.int32)

    def carries(self, rows: Rows, rule: TagRule) -> Flags:
        """Whether each element carries one of the tags."""
        carried = np.zeros(len(rows), np.bool_)
        for key, values in rule.items():
            carried |= self._is(self._tags.codes(key, rows), values)
        return carried

    def _is(self, codes: Rows, values: Sequence[str]) -> Flags:
        """Whether each code is one of the values; code -1 stands for no tag."""
        if not values:
            return codes >= 0
        return np.isin(codes, [self._code[word] for word in values])


def read_tagged(
    path: Path, rules: Sequence[TagRule], *, area_keys: Sequence[str], later: Sequence[TagRule] = ()
) -> Tagged:
    """The features of an extract that one of `rules` holds for, and all its streets.

    A closed way is an area where it carries one of `area_keys` or `area=yes`, and never with
    `area=no`; a relation where it is a multipolygon or a boundary. Other ways are left out. Values
    are taken whole: `a;b` is neither `a` nor `b`. `later` are rules to ask the features for.

    Raises:
        UserError: a file that is missing, truncated, damaged, no PBF, or has no ways.

    Source: the default style of osm2pgsql, https://osm2pgsql.org/doc/manual.html
    """
    is_kind: TagRule = {**dict.fromkeys(area_keys, ()), "area": YES}
    every = [*rules, *later, is_kind, IS_NO_AREA]
    keys = {key for rule in every for key in rule}
    elements = read_elements(path, checked_header(path), sorted({*keys, *STREET_TAGS, "type"}))
    matcher = ExactMatcher(elements.tags, every)
    rows = np.unique(np.concatenate([matcher.rows(rule) for rule in rules]))
    is_point = rows < elements.first_way
    points = _points(elements, rows[is_point])
    areal = _areal(elements, matcher, rows[~is_point], is_kind)
    polygons, row = _polygons(elements, areal)
    geometry = np.concatenate([points, polygons])
    return Tagged(
        geometry, np.arange(len(geometry)) >= len(points), streets_of(elements), matcher,
        np.concatenate([rows[is_point], row]),
    )  # fmt: skip


def _points(elements: Elements, rows: Rows) -> Geometries:
    places = elements.nodes.rows_of(elements.tagged_node[rows])
    return np.asarray(shapely.points(elements.nodes.coordinates(places)), object)


def _areal(elements: Elements, matcher: ExactMatcher, rows: Rows, is_kind: TagRule) -> Rows:
    """Those of some ways and relations that are areas."""
    is_way = rows < elements.first_relation
    is_area = matcher.carries(rows, is_kind) & ~matcher.carries(rows, IS_NO_AREA)
    relations = rows[~is_way].astype(np.int64) - elements.first_relation
    is_area[~is_way] = makes_area(elements, relations)
    return rows[is_area]


def _polygons(elements: Elements, rows: Rows) -> tuple[Geometries, Rows]:
    """The parts of every area, each with the row of its feature."""
    areas = areas_of(elements, rows)
    is_built = ~shapely.is_missing(areas.geometry)
    parts, owner = shapely.get_parts(areas.geometry[is_built], return_index=True)
    return np.asarray(parts, object), areas.row[is_built][owner]
