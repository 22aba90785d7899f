"""Administrative boundaries that the extract has in full, and the coastline."""

from __future__ import annotations

import re

import numpy as np
import shapely

from urbanwork.sources.layers import Boundaries, Geometries
from urbanwork.sources.osm.elements import Elements
from urbanwork.sources.osm.features import Features
from urbanwork.sources.osm.pieces import lines_of, pieces_of
from urbanwork.sources.osm.text import (
    NAME_EN_KEYS,
    NAME_KEYS,
    NAME_ZH_KEYS,
    first_text,
    ids_of,
)

LEVEL_KEY = "admin_level"


def boundaries_of(elements: Elements, features: Features) -> Boundaries:
    """Closed administrative areas with a whole admin_level."""
    rows = features.boundaries
    geometry = features.areas.of(rows)
    words = elements.tags.text(LEVEL_KEY, rows)
    is_level = np.array([bool(re.fullmatch(r"\d{1,2}", word or "")) for word in words], dtype=bool)
    kept = is_level & ~shapely.is_missing(geometry)
    kept &= ~features.outer.doubled(rows)
    rows = rows[kept]
    return Boundaries(
        ids_of(elements, rows),
        words[kept].astype(np.int64),
        first_text(elements.tags, NAME_KEYS, rows),
        first_text(elements.tags, NAME_ZH_KEYS, rows),
        first_text(elements.tags, NAME_EN_KEYS, rows),
        geometry[kept],
    )


def coastline_of(elements: Elements, features: Features) -> Geometries:
    """Lines of the coast, land to the left, as far as the extract has them."""
    rows = features.coastline
    ways = rows[(rows >= elements.first_way) & (rows < elements.first_relation)]
    return lines_of(elements, pieces_of(elements, ways - elements.first_way))
