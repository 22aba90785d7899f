"""Which places two cities share: the same id, or the same category close by."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from urbanwork.examination.both_saw import shared_places
from urbanwork.quantities.crs import metric_crs, to_lonlat, to_metric

HERE = metric_crs(24.94, 60.17)
THERE = metric_crs(24.99, 60.20)


def city(*places: tuple[str, str, float, float], crs: str = HERE) -> SimpleNamespace:
    ids, categories, x, y = zip(*places, strict=True)
    lon, lat = to_lonlat(np.array(x, float), np.array(y, float), HERE)
    at = to_metric(lon, lat, crs)
    return SimpleNamespace(crs=crs, places=SimpleNamespace(
        id=np.array(ids, object), category=np.array(categories, object), x=at[0], y=at[1],
    ))  # fmt: skip


def shared(a: SimpleNamespace, b: SimpleNamespace) -> tuple[list[bool], list[bool]]:
    found = shared_places(a, b)
    return found[0].tolist(), found[1].tolist()


def test_the_same_id_is_the_same_place_however_far_it_moved():
    before, after = city(("n1", "school", 0, 0)), city(("n1", "school", 900, 0))
    assert shared(before, after) == ([True], [True])


def test_the_same_id_of_another_category_is_another_place():
    before, after = city(("n1", "school", 0, 0)), city(("n1", "cafe", 0, 0))
    assert shared(before, after) == ([False], [False])


def test_a_place_drawn_anew_within_50_m_is_the_same_and_beyond_it_another():
    before = city(("n1", "school", 0, 0), ("n2", "school", 1000, 0))
    after = city(("w7", "school", 40, 0), ("w8", "school", 1060, 0))
    assert shared(before, after) == ([True, False], [True, False])


def test_cities_in_other_coordinates_share_the_same_places():
    before = city(("n1", "school", 0, 0))
    after = city(("w7", "school", 40, 0), ("w9", "school", 60, 0), crs=THERE)
    assert shared(before, after) == ([True], [True, False])
