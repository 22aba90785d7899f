"""Land: polygons of use and cover, and which of them are public open space."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import shapely

from urbanwork.sources.layers import Land
from urbanwork.sources.osm.buildings import first_of
from urbanwork.sources.osm.categories import OPEN_SPACE
from urbanwork.sources.osm.elements import Elements
from urbanwork.sources.osm.features import Features
from urbanwork.sources.osm.tags import united
from urbanwork.sources.osm.text import NAME_KEYS, first_text, ids_of


def land_of(elements: Elements, features: Features) -> tuple[Land, dict[str, Any]]:
    """Every polygon of a land kind, and open space of no kind as `other`."""
    open_space = features.places.get(OPEN_SPACE, np.empty(0, dtype=np.int32))
    rows = united([*features.land.values(), open_space])
    geometry = features.areas.of(rows)
    kept = ~shapely.is_missing(geometry)
    rows, geometry = rows[kept], geometry[kept]
    kind = first_of(features.land, rows, rest="other")
    doubled = np.zeros(len(rows), dtype=bool)
    for name in np.unique(kind.astype(str)):
        same = kind == name
        doubled[same] = features.outer.doubled(rows[same])
    rows, geometry, kind = rows[~doubled], geometry[~doubled], kind[~doubled]
    layer = Land(
        ids_of(elements, rows),
        geometry,
        kind,
        np.isin(rows, open_space),
        first_text(elements.tags, NAME_KEYS, rows),
    )
    counts = Counter(kind.tolist())
    return layer, {"land": {name: counts[name] for name in sorted(counts)}}
