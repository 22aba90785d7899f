"""Which streets carry a way of their own for cycles."""

from __future__ import annotations

import numpy as np
import pytest

from urbanwork.city.travel import has_cycle_way
from urbanwork.sources.layers import STREET_TAGS, Streets


def street(**tags: str) -> Streets:
    nothing = np.zeros(1, np.int64)
    columns = {name: np.array([tags.get(name)], object) for name in STREET_TAGS}
    no = np.zeros(1, np.bool_)
    return Streets(
        nothing, np.array([0, 1]), nothing, np.zeros(1), np.zeros(1), columns, no, no
    )  # fmt: skip


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "cycleway"},
        {"highway": "path", "bicycle": "designated"},
        {"highway": "primary", "cycleway": "track"},
        {"highway": "residential", "cycleway": "opposite_lane"},
    ],
)
def test_tracks_lanes_and_paths_for_cycles_count(tags: dict[str, str]) -> None:
    assert has_cycle_way(street(**tags)).all()


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "residential"},
        {"highway": "path", "bicycle": "yes"},
        {"highway": "primary", "cycleway": "shared_lane"},
        {"highway": "cycleway", "access": "private"},
    ],
)
def test_streets_that_cycles_share_do_not(tags: dict[str, str]) -> None:
    assert not has_cycle_way(street(**tags)).any()
