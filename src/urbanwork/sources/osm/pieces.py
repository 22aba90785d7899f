"""Ways as far as the extract has their nodes: no straight line where some are missing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely

from urbanwork.sources.layers import Flags, Geometries, Ints
from urbanwork.sources.osm.elements import Elements
from urbanwork.sources.osm.ragged import Starts, row_of_item, starts_of, taken
from urbanwork.sources.osm.tags import Rows


class Pieces(NamedTuple):
    """Unbroken runs of nodes. A way with a gap has several pieces."""

    way: Ints  # [P] row of the way
    start: Starts  # [P + 1]
    node: Rows  # [V] row of the node, none missing, no two alike in a row
    is_cut_at_start: Flags  # [P] the way goes on before the piece
    is_cut_at_end: Flags  # [P]


def pieces_of(elements: Elements, ways: Rows | Ints, *, fewest: int = 2) -> Pieces:
    """The pieces of some ways, in their order, those of at least `fewest` nodes."""
    places, start = taken(elements.ways.start, ways)
    node = elements.ways.node[places]
    vertex_way = row_of_item(start)
    opens = np.ones(len(node), dtype=bool)
    opens[1:] = (vertex_way[1:] != vertex_way[:-1]) | (node[:-1] < 0)
    repeats = np.zeros(len(node), dtype=bool)
    repeats[1:] = ~opens[1:] & (node[1:] == node[:-1])
    kept = (node >= 0) & ~repeats
    run = np.cumsum(opens & (node >= 0)) - 1
    lengths = np.bincount(run[kept], minlength=int(run[-1]) + 1 if len(run) else 0)
    first = np.flatnonzero(opens & (node >= 0))
    is_line = lengths >= fewest
    vertices = kept.copy()
    vertices[kept] = is_line[run[kept]]
    first = first[is_line]
    last = _last_of_run(run, node)[is_line]
    way = vertex_way[first]
    return Pieces(
        np.asarray(ways, dtype=np.int64)[way],
        starts_of(lengths[is_line]),
        node[vertices],
        first > start[way],
        last < start[way + 1] - 1,
    )


def _last_of_run(run: Ints, node: Rows) -> Ints:
    present = np.flatnonzero(node >= 0)
    closes = np.ones(len(present), dtype=bool)
    closes[:-1] = run[present[1:]] != run[present[:-1]]
    return present[closes]


def lines_of(elements: Elements, pieces: Pieces) -> Geometries:
    """Each piece as a line."""
    if not len(pieces.way):
        return np.empty(0, dtype=object)
    coordinates = elements.nodes.coordinates(pieces.node)
    kind = shapely.GeometryType.LINESTRING
    lines = shapely.from_ragged_array(kind, coordinates, (pieces.start,))
    return np.asarray(lines, dtype=object)
