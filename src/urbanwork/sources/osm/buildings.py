"""Buildings: polygons with storeys and use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import shapely

from urbanwork.sources.layers import Buildings, Text
from urbanwork.sources.osm.elements import Elements
from urbanwork.sources.osm.features import Features
from urbanwork.sources.osm.tags import Rows
from urbanwork.sources.osm.text import ids_of, levels


def buildings_of(elements: Elements, features: Features) -> tuple[Buildings, dict[str, Any]]:
    """All buildings that have a polygon, and what was counted on the way."""
    rows = features.buildings[features.buildings >= elements.first_way]
    doubled = features.outer.doubled(rows)
    geometry, mended = features.areas.of(rows), features.areas.repaired_of(rows)
    kept = ~doubled & ~shapely.is_missing(geometry)
    rows, geometry = rows[kept], geometry[kept]
    storeys, senseless = levels(elements.tags, rows)
    uses = first_of(features.building_uses, rows, rest="unknown")
    layer = Buildings(ids_of(elements, rows), geometry, storeys, uses)
    return layer, {
        "buildings": len(rows),
        "buildings_from_relations": int((rows >= elements.first_relation).sum()),
        "buildings_with_levels": int((~np.isnan(storeys)).sum()),
        "building_levels_senseless": senseless,
        "buildings_repaired": int((kept & mended).sum()),
        "buildings_doubled_by_relation": int(doubled.sum()),
        "buildings_without_polygon": int((~doubled & ~kept).sum()),
    }


def first_of(groups: Mapping[str, Rows], rows: Rows, *, rest: str) -> Text:
    """The first group that each row is in, else `rest`."""
    names: Sequence[str] = (*groups, rest)
    number = np.full(len(rows), len(groups), dtype=np.int64)
    for place, members in reversed(list(enumerate(groups.values()))):
        number[np.isin(rows, members)] = place
    return np.array(names, dtype=object)[number]
