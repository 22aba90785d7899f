"""What values would be with only the places that both examinations show.

Places of one data set that the other has too (the same id, or the same category within
`SAME_PLACE_M`) are kept, all others are left out, and the indicators of places are measured again
on each prepared city. What the values lose by that is due to places that only one data set shows;
whether these were built or only mapped since, no map tells.

It needs both prepared cities, which the cache of a city keeps until it is cleared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from urbanwork.catalogue.models import Indicator
from urbanwork.city.model import PreparedCity
from urbanwork.city.prepare import KIND
from urbanwork.city.store import Cache
from urbanwork.examination.examined import Examined
from urbanwork.examination.tabulate import CITY
from urbanwork.measures.names import MEASURES, resolve
from urbanwork.measures.ratio import CellRatio
from urbanwork.measures.shared import Access
from urbanwork.quantities.crs import to_lonlat, to_metric
from urbanwork.sources import stored

Flags = NDArray[np.bool_]
SAME_PLACE_M = 50.0
"""A place that was drawn anew or moved to its entrance is still the same place."""
LEFT_OUT = "only one shows it"


@dataclass(frozen=True, slots=True)
class BothSaw:
    """A value before and after, with only the places that both data sets show."""

    before: float
    after: float


def both_saw(
    a: Examined, b: Examined, indicators: Sequence[Indicator]
) -> dict[tuple[str, str], BothSaw]:
    """The values by (indicator, area), or nothing where a prepared city is no longer kept."""
    of_places = [each for each in indicators if each.measure in MEASURES]
    before, after = (_kept(each) if of_places else None for each in (a, b))
    if before is None or after is None:
        return {}
    same_before, same_after = shared_places(before, after)
    values = [
        _values(_with(city, same), of_places)
        for city, same in ((before, same_before), (after, same_after))
    ]
    return {
        key: BothSaw(value, values[1][key]) for key, value in values[0].items() if key in values[1]
    }


def _kept(one: Examined) -> PreparedCity | None:
    """The prepared city behind an examination, if the cache has it and this code can read it."""
    cache, key = Cache.of(one.folder.parents[1]), str(one.manifest.get("key") or "")
    if not key or not cache.has(KIND, key):
        return None
    try:
        city: PreparedCity = stored.load(PreparedCity, cache.folder_for(KIND, key))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # an older program kept it in another form
    return city


def shared_places(a: PreparedCity, b: PreparedCity) -> tuple[Flags, Flags]:
    """Which places of each city the other has too; bool[P] of a and of b."""
    in_a, in_b = np.zeros(len(a.places.id), np.bool_), np.zeros(len(b.places.id), np.bool_)
    lon, lat = to_lonlat(a.places.x, a.places.y, a.crs)
    x, y = to_metric(lon, lat, b.crs)
    for category in np.unique(np.concatenate([a.places.category, b.places.category]).astype(str)):
        rows_a = np.flatnonzero(a.places.category == category)
        rows_b = np.flatnonzero(b.places.category == category)
        if len(rows_a) == 0 or len(rows_b) == 0:
            continue
        in_a[rows_a] |= np.isin(a.places.id[rows_a], b.places.id[rows_b])
        in_b[rows_b] |= np.isin(b.places.id[rows_b], a.places.id[rows_a])
        points_a = shapely.points(x[rows_a], y[rows_a])
        points_b = shapely.points(b.places.x[rows_b], b.places.y[rows_b])
        in_a[rows_a] |= _near(points_a, points_b)
        in_b[rows_b] |= _near(points_b, points_a)
    return in_a, in_b


def _near(points: NDArray[np.object_], others: NDArray[np.object_]) -> Flags:
    near = np.zeros(len(points), np.bool_)
    near[shapely.STRtree(others).query(points, "dwithin", distance=SAME_PLACE_M)[0]] = True
    return near


def _with(city: PreparedCity, kept: Flags) -> PreparedCity:
    """The city in which the other places are of no category that is asked for."""
    category = city.places.category.copy()
    category[~kept] = LEFT_OUT
    return replace(city, places=replace(city.places, category=category))


def _values(city: PreparedCity, indicators: Sequence[Indicator]) -> dict[tuple[str, str], float]:
    access = Access.for_indicators(city, [(each.measure, each.arguments()) for each in indicators])
    found: dict[tuple[str, str], float] = {}
    for each in indicators:
        ratio = resolve(each.measure)(access, **each.arguments())
        means = _means(ratio, city)
        found |= {(each.id, area): value for area, value in means.items()}
    return found


def _means(ratio: CellRatio, city: PreparedCity) -> Mapping[str, float]:
    """The value of every area and of the city, where there is something to measure."""
    if ratio.reason is not None:
        return {}
    count = len(city.areas.id)
    sums = [
        np.append(np.bincount(city.cells.area, each, count), each.sum())
        for each in (ratio.numerator, ratio.known)
    ]
    names = [*map(str, city.areas.id), CITY]
    return {
        name: float(ratio.scale * numerator / known)
        for name, numerator, known in zip(names, *sums, strict=True)
        if known > 0
    }
