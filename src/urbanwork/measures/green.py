"""Green and open space: how much of the land it takes, and who lives near a park."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.city.overlap import overlaps
from urbanwork.measures.land import kinds_m2, sum_by_cell
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.reach import CODE, PERCENT, measured_states, share_reached
from urbanwork.measures.residential import residential_m2_near
from urbanwork.measures.shared import Access
from urbanwork.measures.target import Target, chosen, of
from urbanwork.quantities.measured import Reason, State

Floats = NDArray[np.float64]

PARK = "park"
GREEN_KINDS = ("green", "forest", "open_space")


def parks_of(min_area_m2: float) -> Target:
    """Parks of at least this area."""
    return Target((PARK,), min_area_m2=min_area_m2)


def open_space_share(access: Access) -> CellRatio:
    """Share of the built-up land that is open public space or street, percent.

        share = 100 * (public open space + streets) / built-up land

    Streets are their estimated area (length x width of the class); a cell never has more than all
    of its land.

    Source: UN-Habitat, SDG indicator 11.7.1 metadata, first component.
    """
    missing = access.no_data("layer:green", "layer:streets", *access.ground_keys("built_up_land"))
    if missing is not None:
        return missing
    open_m2 = kinds_m2(access.city, ("open_space",)) + access.city.street_area_m2
    return share_of_ground(access, open_m2, access.built_up_m2)


def land_share(access: Access, *, kinds: Sequence[str]) -> CellRatio:
    """Share of the land that is of one of the given kinds, percent.

        share = 100 * land of any of the kinds / land without water

    Ground that is of two of the kinds counts once.

    Args:
        access: the city.
        kinds: kinds of land (`sources.layers.LAND_KINDS`, or open_space).
    """
    is_green = all(kind in GREEN_KINDS for kind in kinds)
    missing = access.no_data("layer:green" if is_green else "layer:landuse")
    if missing is not None:
        return missing
    return share_of_ground(access, kinds_m2(access.city, tuple(kinds)), access.city.cells.land_m2)


def share_of_ground(access: Access, part_m2: Floats, ground_m2: Floats) -> CellRatio:
    """Share of `ground_m2` [C] that `part_m2` [C] takes, percent; unseen cells are unknown."""
    known = np.where(access.is_seen, ground_m2, 0.0)
    unknown = np.where(access.is_seen, 0.0, access.city.cells.land_m2)
    return CellRatio(
        numerator=np.minimum(part_m2, known),
        known=known,
        unknown=unknown,
        state=measured_states(known, unknown),
        scale=PERCENT,
        is_share=True,
    )


def park_walk_share(
    access: Access,
    *,
    small_m2: float,
    large_m2: float,
    small_radius_m: float,
    large_radius_m: float,
) -> CellRatio:
    """Share of people who walk to a park within its service radius, percent.

        share = 100 * people with (park >= small_m2 within small radius, or
                                   park >= large_m2 within large radius) / people known

    The same sizes and radii as `park_buffer_share`, another meaning: people rather than
    residential land, streets rather than a straight line, entrances rather than outlines.

    Args:
        access: the city.
        small_m2: area from which a park counts at all, m2.
        large_m2: area from which it counts as large, m2.
        small_radius_m: walking distance to the nearest park that counts, metres.
        large_radius_m: walking distance to the nearest large one, metres.
    """
    missing = access.no_data(*of(PARK).completeness_keys, "layer:streets", "layer:people")
    if missing is not None:
        return missing
    small = access.reach(parks_of(small_m2), small_radius_m)
    large = access.reach(parks_of(large_m2), large_radius_m)
    return share_reached(access.people, small | large)


def park_buffer_share(
    access: Access,
    *,
    small_m2: float,
    large_m2: float,
    small_radius_m: float,
    large_radius_m: float,
) -> CellRatio:
    """Share of residential land within the straight service radius of a park, percent.

        share = 100 * residential land in buffer / residential land known
        buffer = within small radius of a park >= small_m2, or large radius of one >= large_m2

    Residential land outside the buffer is unknown where the edge of the data is within the
    larger radius.

    Args:
        access: the city.
        small_m2: area from which a park counts at all, m2.
        large_m2: area from which it counts as large, m2.
        small_radius_m: width of the buffer around every park that counts, metres.
        large_radius_m: width of the buffer around large ones, metres.

    Source: city health examination, service-radius coverage of parks (STANDARDS.md H06: 500 m of
    parks from 5,000 m2, 300 m of parks of 2,000 to 5,000 m2); GB 55014-2021 2.1.4.
    """
    missing = access.no_data(*of(PARK).completeness_keys, "layer:landuse")
    if missing is not None:
        return missing
    residential = kinds_m2(access.city, ("residential",))
    if not residential.any():
        return CellRatio.no_data(
            access.cells, Reason.NO_LAND, "No residential land is mapped inside the boundary.",
            "边界内没有居住用地数据。",
        )  # fmt: skip
    places = access.city.places
    buffers = [
        (places.geometry[chosen(places, parks_of(area))], radius)
        for area, radius in ((small_m2, small_radius_m), (large_m2, large_radius_m))
    ]
    covered = np.minimum(residential_m2_near(access.city, buffers), residential)
    return covered_share(access, covered, residential, max(small_radius_m, large_radius_m))


def covered_share(
    access: Access, covered: Floats, residential: Floats, radius_m: float
) -> CellRatio:
    """Share of residential land [C] that is covered, unknown near the edge of the data."""
    hidden = (access.city.cells.edge_of_data_m <= radius_m) | ~access.is_seen
    unknown = np.where(hidden, residential - covered, 0.0)
    known = residential - unknown
    mostly = np.where(
        2 * covered >= residential,
        CODE[State.REACHED],
        np.where(hidden, CODE[State.UNKNOWN], CODE[State.NOT_REACHED]),
    )
    state = np.where(residential > 0, mostly, CODE[State.EMPTY]).astype(np.int8)
    return CellRatio(covered, known, unknown, state, PERCENT, is_share=True)


def park_area_per_person(access: Access) -> CellRatio:
    """Area of parks inside the boundary per person, m2 per person.

        area per person = area of parks / people

    Ground of two parks counts once. Cells outside the data are left out on both sides.

    Source: GB 55014-2021 2.1.3, park green per person (STANDARDS.md G01).
    """
    missing = access.no_data(*of(PARK).completeness_keys, "layer:people")
    if missing is not None:
        return missing
    area = _park_m2(access)
    people = np.where(access.is_seen, access.people, 0.0)
    hidden = np.where(access.is_seen, 0.0, access.people)
    has_any = np.where((people > 0) | (area > 0), CODE[State.MEASURED], CODE[State.EMPTY])
    state = np.where(access.is_seen, has_any, CODE[State.UNKNOWN]).astype(np.int8)
    return CellRatio(area, people, hidden, state, 1.0, is_share=False, people_power=-1)


def _park_m2(access: Access) -> Floats:
    places = access.city.places
    drawn = places.geometry[chosen(places, of(PARK))]
    parks = ground_once(drawn[~shapely.is_missing(drawn)])
    _, cell, area = overlaps(parks, access.city.cells.geometry)
    return sum_by_cell(cell, area, access.cells)


def ground_once(polygons: NDArray[np.object_]) -> NDArray[np.object_]:
    """The polygons, those that meet another melted together; most stand alone and stay."""
    one, other = shapely.STRtree(polygons).query(polygons, "intersects")
    meets = np.zeros(len(polygons), np.bool_)
    meets[one[one != other]] = True
    melted = shapely.get_parts(shapely.union_all(polygons[meets]))
    return np.concatenate([polygons[~meets], melted])
