"""What-ifs of a real city, Las Palmas, against measuring the changed city from nothing."""

from __future__ import annotations

import numpy as np
import pytest

from pbftown import prepared_city
from urbanwork.errors import UserError
from urbanwork.planning.applying import applied
from urbanwork.planning.whatif import Session
from whatif_towns import (
    differences,
    from_nothing,
    random_change,
    small_catalogue,
    value_differences,
)

CATALOGUE = small_catalogue()
KINDS = ("add_place", "move_place", "remove_place", "add_stop", "set_headway", "close_street",
         "reopen_street", "change_land_use", "add_housing", "demolish_housing")  # fmt: skip


@pytest.fixture(scope="module")
def session(shared, tmp_path_factory):
    files = shared / "cities" / "las_palmas"
    folder = tmp_path_factory.mktemp("las_palmas")
    lines = [
        "name: Las Palmas", "jurisdiction: ES", f"osm: {files}/osm_2023.osm.pbf",
        f"boundary: {files}/boundary.geojson", f"gtfs: {files}/gtfs_2023.zip",
        f"population: {files}/population_dasymetric_standin_100m.tif",
    ]  # fmt: skip
    (folder / "city.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Session(prepared_city(folder), CATALOGUE)


@pytest.mark.parametrize("kinds", [KINDS[:5], KINDS[5:7], KINDS], ids=["places", "streets", "all"])
def test_a_what_if_of_a_real_city_is_a_full_recomputation(session, kinds):
    chance = np.random.default_rng(len(kinds))
    first = dict(session.measured.ratios), session.values()
    for number in range(12):
        change = random_change(chance, session.city, number, session.changes, kinds)
        if change is not None:
            try:
                session.apply(change)
            except UserError:  # it means no street, or no building
                continue
    assert len(session.changes) > 3
    measured, values = from_nothing(applied(session.city, session.changes), CATALOGUE)
    assert differences(session.measured.ratios, measured.ratios) == []
    assert value_differences(session.values(), values) == []
    while session.changes:
        session.undo()
    assert differences(session.measured.ratios, first[0]) == []
    assert session.values() == first[1]
