"""Streets: every way tagged `highway=*`."""

from __future__ import annotations

import numpy as np

from urbanwork.sources.layers import STREET_TAGS, Streets
from urbanwork.sources.osm.elements import PER_DEGREE, Elements
from urbanwork.sources.osm.pieces import pieces_of


def streets_of(elements: Elements) -> Streets:
    """All ways tagged highway, areas included, cut into pieces where nodes are missing.

    A piece of one node is kept: it has no length, but says where a street leaves the data.
    """
    rows = elements.tags.column("highway").rows
    rows = rows[(rows >= elements.first_way) & (rows < elements.first_relation)]
    pieces = pieces_of(elements, rows - elements.first_way, fewest=1)
    feature = (pieces.way + elements.first_way).astype(np.int32)
    nodes = elements.nodes
    return Streets(
        way_id=elements.ways.id[pieces.way],
        start=pieces.start,
        node=nodes.id[pieces.node],
        lon=nodes.lon[pieces.node] / PER_DEGREE,
        lat=nodes.lat[pieces.node] / PER_DEGREE,
        tags={key: elements.tags.text(key, feature) for key in STREET_TAGS},
        is_cut_at_start=pieces.is_cut_at_start,
        is_cut_at_end=pieces.is_cut_at_end,
    )
