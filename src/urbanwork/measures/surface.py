"""What the built-up ground is covered with: open soil as far as the map shows, ways for cycles."""

from __future__ import annotations

import numpy as np

from urbanwork.measures.green import share_of_ground
from urbanwork.measures.land import Ground, sum_by_cell
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.reach import measured_states
from urbanwork.measures.shared import Access
from urbanwork.quantities.measured import Reason

M_PER_KM = 1e3
M2_PER_KM2 = 1e6


def unsealed_share(access: Access, *, over: Ground = "built_up_land") -> CellRatio:
    """Share of the ground that neither buildings nor streets seal, percent: an upper estimate.

        share = 100 * (ground - footprint of buildings - area of streets) / ground

    Paved yards, car parks and squares count as open, since the map does not draw their surface.

    Args:
        access: the city.
        over: the ground: all land, or built-up land only.

    Source: city health examination, permeable ground over built-up area (STANDARDS.md H22).
    """
    missing = access.no_data("layer:buildings", "layer:streets")
    if missing is not None:
        return missing
    buildings, ground = access.city.buildings, access.ground_m2(over)
    footprint = sum_by_cell(buildings.cell, buildings.footprint_m2, access.cells)
    sealed = np.minimum(footprint + access.city.street_area_m2, ground)
    return share_of_ground(access, ground - sealed, ground)


def cycle_way_density(access: Access, *, over: Ground = "land") -> CellRatio:
    """Length of streets with a track or lane for cycles per area, km per km2.

        density = km of cycle tracks and of streets with a track or lane / km2 of the ground

    Args:
        access: the city.
        over: the ground: all land, or built-up land only.

    Source: city health examination, dedicated cycle lanes over built-up area (STANDARDS.md H20).
    """
    missing = access.no_data("layer:streets", *access.ground_keys(over))
    if missing is not None:
        return missing
    if access.city.cycle_m is None or not access.city.cycle_m.any():
        return CellRatio.no_data(
            access.cells, Reason.NONE_MAPPED,
            "No street or path of the extract has a track or lane for cycles.",
            "数据中没有标注自行车道的道路或小径。",
        )  # fmt: skip
    ground = access.ground_m2(over)
    known = np.where(access.is_seen, ground, 0.0) / M2_PER_KM2
    unknown = np.where(access.is_seen, 0.0, access.city.cells.land_m2) / M2_PER_KM2
    length = np.where(known > 0, access.city.cycle_m, 0.0) / M_PER_KM
    return CellRatio(length, known, unknown, measured_states(known, unknown), 1.0, is_share=False)
