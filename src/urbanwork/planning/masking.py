"""Which of very many shapes no hard rule of place forbids: candidate sites, cells of a grid.

The same answers as the gate's verdicts, without a word: a million cells are asked at once.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.catalogue.bottomlines import BottomLine
from urbanwork.planning.distance_rules import is_too_near
from urbanwork.planning.finding import Known
from urbanwork.planning.overlay import size_of
from urbanwork.planning.zone_rules import Ground, left_outside

Geometries = NDArray[np.object_]
Flags = NDArray[np.bool_]


def lies_in(shapes: Geometries, rules: Sequence[BottomLine], known: Known) -> Flags:
    """[N] which shapes share ground with zones of rules of overlap; `shapes` metric."""
    kinds = [kind for rule in rules for kind in rule.zones]
    zones = known.overlay.counted[known.of_kinds(kinds)]
    row, zone = shapely.STRtree(zones).query(shapes, predicate="intersects")
    hit = np.zeros(len(shapes), np.bool_)
    is_whole = (shapely.get_dimensions(shapes[row]) == 0) | shapely.covers(zones[zone], shapes[row])
    hit[row[is_whole]] = True
    rest = ~hit[row]
    row, zone = row[rest], zone[rest]
    size = size_of(shapely.intersection(shapes[row], zones[zone]), shapes[row])
    hit[row[size > 0]] = True
    return hit


def lies_outside(shapes: Geometries, ground: Ground) -> Flags:
    """[N] which shapes do not lie in the zones that they must lie in."""
    outside: Flags = size_of(left_outside(shapes, ground), shapes) > 0
    return outside


def allowed(
    shapes: Geometries, rules: Sequence[BottomLine], known: Known, grounds: Sequence[Ground]
) -> Flags:
    """[N] which metric shapes break none of the rules; `grounds` of those that must be inside.

    What no layer tells forbids nothing.
    """
    found = ~lies_in(shapes, [rule for rule in rules if rule.test == "overlap"], known)
    for ground in grounds:
        found[found] = ~lies_outside(shapes[found], ground)
    for rule in rules:
        if rule.test == "distance":
            found[found] = ~is_too_near(shapes[found], rule, known)
    return found
