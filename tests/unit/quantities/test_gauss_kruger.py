"""The number of a zone before the easting."""

from __future__ import annotations

import pytest

from urbanwork.quantities.crs import crs_of
from urbanwork.quantities.gauss_kruger import easting_fault

NORTH = (4_200_000.0, 4_300_000.0)


def _fault(epsg: int, west: float, east: float) -> str | None:
    return easting_fault(crs_of(f"EPSG:{epsg}"), (west, NORTH[0], east, NORTH[1]))


def test_eastings_with_a_number_need_the_system_that_has_it() -> None:
    said = _fault(4547, 38_512_345, 38_522_345)
    assert said is not None
    assert "carry the number of a zone (38)" in said
    assert said.endswith("EPSG:4526")


def test_eastings_without_a_number_need_the_system_that_has_none() -> None:
    said = _fault(4526, 512_345, 522_345)
    assert said is not None
    assert "without the number 38" in said
    assert said.endswith("EPSG:4547")


def test_another_zone_is_named() -> None:
    assert str(_fault(4526, 40_512_345, 40_522_345)).endswith("EPSG:4528")


def test_zones_of_six_degrees_have_their_own_systems() -> None:
    assert str(_fault(4508, 19_512_345, 19_522_345)).endswith("EPSG:4497")


@pytest.mark.parametrize(("epsg", "east"), [(4526, 38_500_000), (4547, 500_000), (4490, 121)])
def test_what_fits_has_no_fault(epsg: int, east: float) -> None:
    assert _fault(epsg, east, east + 1) is None


def test_northings_before_eastings_are_told() -> None:
    crs = crs_of("EPSG:4526")
    said = easting_fault(crs, (4_200_000, 38_512_345, 4_300_000, 38_522_345))
    assert "northing before the easting" in str(said)


def test_the_twins_are_those_that_proj_knows() -> None:
    for zone in range(25, 46):
        assert crs_of(f"EPSG:{4513 + zone - 25}").name.endswith(f"zone {zone}")
        assert crs_of(f"EPSG:{4534 + zone - 25}").name.endswith(f"CM {3 * zone}E")
