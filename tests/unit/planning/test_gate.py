"""The gate: what rules say of changes, in zones drawn by hand (1 degree of latitude: 111 km)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from urbanwork.catalogue.bottomlines import Allowed, BottomLine, load_bottom_lines
from urbanwork.catalogue.models import Bilingual
from urbanwork.planning.changes import Change
from urbanwork.planning.gate import Gate
from urbanwork.planning.verdicts import Verdict, outcome
from urbanwork.quantities.crs import metric_crs, project, unproject
from urbanwork.sources.layers import Zones

CRS = metric_crs(0.0, 0.0)
TEXT = Bilingual("text", "文")


def lonlat(shape: BaseGeometry) -> Any:
    """A shape in metres about 0, 0 as degrees."""
    return unproject(shape, CRS)


def box(west: float, south: float, east: float, north: float) -> Any:
    return lonlat(shapely.box(west, south, east, north))


def zones(*rows: tuple[str, BaseGeometry] | tuple[str, BaseGeometry, dict[str, Any]]) -> Zones:
    """Zones of a kind and a shape, public and without mapping error unless said."""
    said = [dict(row[2]) if len(row) > 2 else {} for row in rows]

    def column(name: str, otherwise: Any) -> Any:
        values = np.empty(len(rows), object)
        values[:] = [each.get(name, otherwise) for each in said]
        return values

    shapes = np.empty(len(rows), object)
    shapes[:] = [row[1] for row in rows]
    blank = column("none", None)
    ids = np.array([f"z/{n}" for n in range(len(rows))], object)
    return Zones(
        ids, np.array([row[0] for row in rows], object), column("name", None), blank, blank, blank,
        column("visibility", "public"), shapes, ids, column("error_m", 0.0).astype(np.float64),
        column("quality", np.nan).astype(np.float64),
    )  # fmt: skip


def rule(test: str = "overlap", **changed: Any) -> BottomLine:
    fields: dict[str, Any] = {
        "id": "ecology.line", "family": "ecology", "test": test, "strength": "hard", "title": TEXT,
        "clause": "1", "source": "s", "confidence": "A", "why": TEXT, "cure": TEXT,
        "changes": ("add_housing", "add_place", "add_street"), "zones": ("green_line",),
    }  # fmt: skip
    return BottomLine(**(fields | changed))


def housing(shape: BaseGeometry | None, name: str = "h", **more: Any) -> Change:
    return Change(name, "add_housing", shape, **more)


def check(
    layer: Zones, rules: Sequence[BottomLine], *changes: Change, kinds: Sequence[str] = ()
) -> list[Verdict]:
    found = kinds or sorted(set(layer.kind.tolist()))
    return Gate(layer, found, rules).check(changes)


GREEN = zones(("green_line", box(0, 0, 100, 100), {"name": "Park"}))
RULE = (rule(),)


# In zones


def test_a_plot_over_a_line_breaks_it_by_the_area_it_covers() -> None:
    (verdict,) = check(GREEN, RULE, housing(box(50, 0, 150, 100)))
    assert verdict.status == "breach"
    assert verdict.amount == pytest.approx(5_000, rel=1e-4)
    assert verdict.unit == "m2"
    assert verdict.zones == ("z/0",)
    assert "5,000 m2 of the green line (Park)" in verdict.why.en
    assert "绿线（Park）" in verdict.why.zh


def test_the_geometry_of_a_breach_is_where_it_is_broken() -> None:
    (verdict,) = check(GREEN, RULE, housing(box(50, 0, 150, 100)))
    assert verdict.geometry is not None
    broken = project(verdict.geometry, CRS)
    assert shapely.hausdorff_distance(broken, shapely.box(50, 0, 100, 100)) < 0.01


def test_a_plot_beside_a_line_passes() -> None:
    (verdict,) = check(GREEN, RULE, housing(box(100, 0, 150, 100)))
    assert verdict.status == "pass"
    assert verdict.geometry is None


def test_a_missing_layer_is_unknown_and_never_a_pass() -> None:
    both = (rule(zones=("green_line", "blue_line")),)
    (verdict,) = check(GREEN, both, housing(box(200, 0, 300, 100)))
    assert verdict.status == "unknown"
    assert "no layer of the blue line" in verdict.why.en
    assert outcome([verdict]) == "unknown"


def test_a_breach_is_one_though_another_layer_is_missing() -> None:
    both = (rule(zones=("green_line", "blue_line")),)
    (verdict,) = check(GREEN, both, housing(box(50, 0, 150, 100)))
    assert verdict.status == "breach"


def test_an_empty_layer_lets_pass() -> None:
    (verdict,) = check(zones(), RULE, housing(box(0, 0, 1, 1)), kinds=["green_line"])
    assert verdict.status == "pass"


def test_points_and_lines_break_lines_too() -> None:
    point = Change("p", "add_place", lonlat(shapely.Point(50, 40)), category="kindergarten")
    line = Change("s", "add_street", lonlat(shapely.LineString([(-50, 50), (150, 50)])))
    first, second = check(GREEN, RULE, point, line)
    assert (first.status, first.unit) == ("breach", "m")
    assert first.amount == pytest.approx(40, abs=0.1)
    assert second.amount == pytest.approx(100, abs=0.1)


def test_a_rule_speaks_of_the_changes_that_it_names_only() -> None:
    but = (rule(but=("add_place:park",)),)
    park = Change("p", "add_place", box(0, 0, 50, 50), category="park")
    tower = Change("t", "demolish_housing", box(0, 0, 50, 50))
    assert check(GREEN, but, park, tower) == []


def test_zones_of_a_kind_that_lie_over_one_another_count_once() -> None:
    twice = zones(("green_line", box(0, 0, 100, 100)), ("green_line", box(0, 0, 60, 100)))
    (verdict,) = check(twice, RULE, housing(box(0, 0, 100, 100)))
    assert verdict.amount == pytest.approx(10_000, rel=1e-4)
    assert verdict.zones == ("z/0", "z/1")


# Mapping error


def exact(error_m: float, shape: BaseGeometry | None = None) -> Zones:
    return zones(("green_line", shape or box(0, 0, 100, 100), {"error_m": error_m}))


def test_what_lies_within_the_mapping_error_does_not_count_and_is_told() -> None:
    (verdict,) = check(exact(5), RULE, housing(box(96, 0, 200, 100)))
    assert verdict.status == "pass"
    assert "within its mapping error only (400 m2)" in verdict.why.en


def test_beyond_the_mapping_error_the_rest_is_forgiven_and_told() -> None:
    (verdict,) = check(exact(5), RULE, housing(box(90, 10, 200, 90)))
    assert verdict.amount == pytest.approx(5 * 80, rel=1e-3)
    assert "400 m2 more lie within the mapping error" in verdict.why.en


def test_a_file_that_does_not_state_its_error_is_granted_two_metres() -> None:
    layer = exact(float("nan"))
    near, deep = housing(box(98.5, 0, 200, 100), "a"), housing(box(97, 0, 200, 100), "b")
    assert [each.status for each in check(layer, RULE, near, deep)] == ["pass", "breach"]


def test_a_brook_narrower_than_the_error_cannot_be_crossed_unseen() -> None:
    neck = shapely.union_all(
        [shapely.box(0, 0, 100, 100), shapely.box(100, 48, 300, 52), shapely.box(300, 0, 400, 100)]
    )
    street = Change("s", "add_street", lonlat(shapely.LineString([(200, 0), (200, 100)])))
    (verdict,) = check(exact(5, lonlat(neck)), RULE, street)
    assert verdict.status == "breach"
    assert verdict.amount == pytest.approx(4, abs=0.1)


def test_a_zone_that_is_narrow_all_over_counts_in_full() -> None:
    (verdict,) = check(exact(30, box(0, 0, 40, 40)), RULE, housing(box(0, 0, 10, 10)))
    assert verdict.status == "breach"


def test_a_sliver_by_area_is_counted_over_the_whole_plan() -> None:
    small = (rule(sliver_m2=150.0),)
    one, other = housing(box(90, 0, 110, 10), "a"), housing(box(90, 20, 110, 30), "b")
    assert [each.status for each in check(GREEN, small, one)] == ["pass"]
    assert [each.status for each in check(GREEN, small, one, other)] == ["breach", "breach"]


# Who may see it


def test_a_breach_of_a_restricted_line_is_restricted_itself() -> None:
    layer = zones(("green_line", box(0, 0, 100, 100), {"visibility": "restricted"}))
    (verdict,) = check(layer, RULE, housing(box(50, 0, 150, 100)))
    assert verdict.visibility == "restricted"


def test_a_pass_that_rests_on_a_restricted_line_is_restricted_too() -> None:
    layer = zones(("green_line", box(0, 0, 9, 9), {"visibility": "restricted"}))
    (verdict,) = check(layer, RULE, housing(box(50, 0, 150, 100)))
    assert (verdict.status, verdict.visibility) == ("pass", "restricted")


def test_a_public_breach_stays_the_same_whatever_else_is_touched() -> None:
    hidden = ("green_line", box(50, 0, 100, 100), {"visibility": "restricted"})
    both = zones(("green_line", box(0, 0, 100, 100), {"name": "Park"}), hidden)
    change = housing(box(50, 0, 150, 100))
    (alone,) = check(GREEN, RULE, change)
    public = [each for each in check(both, RULE, change) if each.visibility == "public"]
    assert public == [alone]


# Inside


UDB = zones(
    ("development_boundary", box(0, 0, 100, 100)), ("development_boundary", box(100, 0, 200, 100))
)
INSIDE = (rule("inside", zones=("development_boundary",)),)


def test_what_lies_inside_one_or_several_zones_passes() -> None:
    one, several = housing(box(10, 10, 20, 20), "a"), housing(box(50, 10, 150, 90), "b")
    assert [each.status for each in check(UDB, INSIDE, one, several)] == ["pass", "pass"]


def test_what_lies_outside_is_told_with_its_area() -> None:
    (verdict,) = check(UDB, INSIDE, housing(box(150, 0, 250, 100)))
    assert verdict.status == "breach"
    assert verdict.amount == pytest.approx(5_000, rel=1e-3)


def test_a_point_outside_is_told_with_its_distance() -> None:
    (verdict,) = check(UDB, INSIDE, housing(lonlat(shapely.Point(230, 50))))
    assert verdict.amount == pytest.approx(30, abs=0.1)
    assert "30 m outside the urban development boundary" in verdict.why.en


def test_without_a_boundary_nothing_is_known_and_in_an_empty_one_nothing_lies() -> None:
    change = housing(box(0, 0, 1, 1))
    assert check(GREEN, INSIDE, change)[0].status == "unknown"
    assert check(zones(), INSIDE, change, kinds=["development_boundary"])[0].status == "breach"


# Exceptions


ALLOWED = Allowed("line.6", Bilingual("road", "路"), Bilingual("permit", "文"), ("unavoidable",))
EXCEPT = (rule(allow=(ALLOWED,)),)


def _claim(**more: Any) -> Change:
    return housing(box(50, 0, 150, 100), codes=("line.6",), **more)


def test_an_exception_with_its_document_and_properties_passes() -> None:
    change = _claim(approvals=("No. 7",), properties={"unavoidable": True})
    (verdict,) = check(GREEN, EXCEPT, change)
    assert verdict.status == "pass"
    assert "line.6 (road), approved by: No. 7" in verdict.why.en


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"properties": {"unavoidable": True}}, "claimed without its approval document"),
        ({"approvals": ("No. 7",)}, "needs the property 'unavoidable'"),
    ],
)
def test_an_exception_that_is_not_whole_is_a_breach_and_told(
    more: dict[str, Any], said: str
) -> None:
    gate = Gate(GREEN, ["green_line"], EXCEPT)
    assert gate.check([_claim(**more)])[0].status == "breach"
    (fault,) = gate.claim_faults([_claim(**more)])
    assert said in fault


def test_a_code_that_no_rule_has_is_told() -> None:
    gate = Gate(GREEN, ["green_line"], EXCEPT)
    (fault,) = gate.claim_faults([housing(None, codes=("line.9",), approvals=("No. 7",))])
    assert "no exception 'line.9'; did you mean 'line.6'" in fault


def test_a_change_that_needs_permission_anywhere_is_a_breach_without_it() -> None:
    permit = (rule("permission", zones=(), allow=(ALLOWED,)),)
    (verdict,) = check(GREEN, permit, housing(box(900, 0, 950, 50)))
    assert verdict.status == "breach"


# Distances


def test_zones_keep_their_distance() -> None:
    apart = (rule("distance", zones=("hazardous_site",), distance_m=200.0),)
    layer = zones(("hazardous_site", box(0, 0, 100, 100), {"name": "Depot"}))
    near, far = housing(box(150, 0, 200, 50), "a"), housing(box(301, 0, 350, 50), "b")
    first, second = check(layer, apart, near, far)
    assert (first.status, second.status) == ("breach", "pass")
    assert first.amount == pytest.approx(50, abs=0.1)
    assert "50 m from Depot; at least 200 m" in first.why.en


def test_two_places_of_one_plan_keep_their_distance_whatever_their_order() -> None:
    apart = (rule("distance", zones=(), places=("hospital",), distance_m=50.0,
                  changes=("add_place:fire_station",)),)  # fmt: skip
    station = Change("f", "add_place", lonlat(shapely.Point(0, 0)), category="fire_station")
    clinic = Change("c", "add_place", lonlat(shapely.Point(30, 0)), category="hospital")
    for plan in ((station, clinic), (clinic, station)):
        (verdict,) = check(GREEN, apart, *plan)
        assert (verdict.change, verdict.status) == ("f", "breach")
        assert verdict.amount == pytest.approx(30, abs=0.1)


def test_places_that_the_map_may_lack_are_no_pass() -> None:
    apart = (rule("distance", zones=(), places=("hospital",), distance_m=50.0),)
    (verdict,) = check(GREEN, apart, housing(box(0, 0, 1, 1)))
    assert verdict.status == "unknown"


# Balances


FARM = zones(("permanent_farmland", box(0, 0, 100, 100), {"quality": 5.0}))
BALANCE = (rule("balance", zones=("permanent_farmland",), gains=("change_land_use:farmland",)),)


def _gain(shape: BaseGeometry, name: str = "g", **more: Any) -> Change:
    return Change(name, "change_land_use", shape, category="farmland", **more)


def test_land_that_is_taken_is_lost() -> None:
    (verdict,) = check(FARM, BALANCE, housing(box(0, 0, 50, 100)))
    assert (verdict.status, verdict.change) == ("breach", None)
    assert verdict.amount == pytest.approx(5_000, rel=1e-3)


def test_land_that_is_given_back_makes_up_for_it() -> None:
    (verdict,) = check(FARM, BALANCE, housing(box(0, 0, 50, 100)), _gain(box(200, 0, 260, 100)))
    assert verdict.status == "pass"


def test_land_that_is_kept_already_is_no_gain() -> None:
    (verdict,) = check(FARM, BALANCE, housing(box(0, 0, 50, 100)), _gain(box(50, 0, 100, 100)))
    assert verdict.status == "breach"


@pytest.mark.parametrize(("grade", "status"), [(5, "pass"), (6, "breach"), (None, "unknown")])
def test_the_grade_is_made_up_for_too(grade: int | None, status: str) -> None:
    graded = (rule("balance", zones=("permanent_farmland",), gains=("change_land_use:farmland",),
                   keeps="quality"),)  # fmt: skip
    gain = _gain(box(200, 0, 260, 100), properties={} if grade is None else {"quality": grade})
    (verdict,) = check(FARM, graded, housing(box(0, 0, 50, 100)), gain)
    assert verdict.status == status


def test_overlapping_changes_take_land_once() -> None:
    twice = housing(box(0, 0, 50, 100), "a"), housing(box(0, 0, 50, 100), "b")
    (verdict,) = check(FARM, BALANCE, *twice)
    assert verdict.amount == pytest.approx(5_000, rel=1e-3)


# Floors


FLOOR = (rule("floor", zones=(), changes=(), indicators=("green.parks",)),)


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [(70.0, 69.0, "breach"), (70.0, 70.0, "pass"), (70.0, 75.0, "pass"), (70.0, None, "unknown")],
)
def test_an_indicator_below_its_standard_gets_no_worse(
    before: float, after: float | None, status: str
) -> None:
    gate = Gate(GREEN, ["green_line"], FLOOR)
    (verdict,) = gate.check([housing(box(0, 0, 1, 1))], lambda _: (before, after))
    assert verdict.status == status


def test_without_an_engine_a_floor_is_unknown() -> None:
    assert check(GREEN, FLOOR, housing(box(0, 0, 1, 1)))[0].status == "unknown"


# Masks and proofs


def test_a_mask_is_what_the_hard_rules_let_pass() -> None:
    gate = Gate(GREEN, ["green_line"], RULE)
    shapes = np.array([box(50, 0, 60, 10), box(200, 0, 210, 10)], object)
    assert gate.mask(shapes, "add_housing", is_lonlat=True).tolist() == [False, True]
    assert gate.mask(shapes, "remove_stop", is_lonlat=True).tolist() == [True, True]


def test_the_ground_that_is_forbidden_can_be_burnt_into_a_grid() -> None:
    gate = Gate(GREEN, ["green_line"], (*RULE, *INSIDE))
    assert shapely.area(gate.forbidden("add_housing")).sum() == pytest.approx(10_000, rel=1e-3)
    assert gate.required("add_housing") is None
    assert len(Gate(UDB, ["development_boundary"], INSIDE).required("add_housing")) == 2  # type: ignore[arg-type]


def test_a_proof_says_what_was_checked_against_what() -> None:
    gate = Gate(GREEN, ["green_line"], RULE)
    good, bad = housing(box(200, 0, 210, 10), "a"), housing(box(0, 0, 10, 10), "b")
    proof = gate.proof([good])
    assert proof.holds
    assert [(layer.kind, layer.zones) for layer in proof.layers] == [("green_line", 1)]
    assert gate.proof([good, bad]).violations == 1
    assert gate.proof([bad, good]).sha256 == gate.proof([good, bad]).sha256


def test_a_proof_does_not_hold_where_a_layer_is_missing() -> None:
    assert not Gate(zones(), [], RULE).proof([housing(box(0, 0, 1, 1))]).holds


def test_a_public_proof_names_no_hidden_layer() -> None:
    layer = zones(("green_line", box(0, 0, 9, 9), {"visibility": "restricted"}))
    plain = (
        Gate(layer, ["green_line"], RULE).proof([housing(box(50, 0, 60, 9))]).plain(is_public=True)
    )
    assert plain["layers"] == []
    assert "violations" not in plain


def test_a_mask_is_as_visible_as_the_most_restricted_zone_that_it_rests_on() -> None:
    layer = zones(
        ("green_line", box(0, 0, 9, 9), {"visibility": "public"}),
        ("green_line", box(20, 0, 29, 9), {"visibility": "internal"}),
        ("heritage", box(40, 0, 49, 9), {"visibility": "restricted"}),
    )
    gate = Gate(layer, ["green_line", "heritage"], RULE)
    assert gate.visibility("add_housing") == "internal"
    assert gate.visibility("remove_stop") == "public"


def test_a_proof_of_a_grid_counts_converted_cells_that_are_forbidden() -> None:
    gate = Gate(GREEN, ["green_line"], RULE)
    converted = np.array([[True, True], [False, False]])
    forbidden = np.array([[False, True], [True, False]])
    proof = gate.proof_of_grid(converted, forbidden, "add_housing")
    assert (proof.checked, proof.violations) == (2, 1)


def test_our_rules_hold_without_a_zone_or_a_city() -> None:
    verdicts = Gate(Zones.none(), [], load_bottom_lines()).check([housing(box(0, 0, 9, 9))])
    assert {each.status for each in verdicts if each.strength == "hard"} <= {"unknown", "pass"}
    assert outcome(verdicts) == "unknown"
