from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from urbanwork.catalogue.loading import load_catalogue
from urbanwork.catalogue.models import Bilingual, Catalogue, Indicator, Parameter, Standard
from urbanwork.catalogue.selection import check_measures, select_standards, standards_of
from urbanwork.errors import ManyFaultsError, UserError

CARRIED = load_catalogue()


def row(name: str, **changes: Any) -> Standard:
    text = Bilingual("x", "文")
    values: dict[str, Any] = {
        "id": name, "key": "a.b", "set": name.partition(".")[0], "jurisdiction": "CN",
        "document": text, "edition": "1", "clause": "1", "valid_from": "2010-01-01",
        "valid_to": None, "strength": "advisory", "operator": ">=", "value": 1.0, "upper": None,
        "fair": None, "fair_why": "", "unit": "%", "confidence": "A", "source": "", "note": text,
    }  # fmt: skip
    return Standard(**{**values, **changes})


def chosen(
    *rows: Standard, sets: Sequence[str] | None = None, jurisdiction: str = "CN",
    as_of: str = "2024-06-01",
) -> str | None:  # fmt: skip
    catalogue = Catalogue({}, rows)
    found = select_standards(catalogue, sets=sets, jurisdiction=jurisdiction, as_of=as_of)
    return found["a.b"].id if found else None


@pytest.mark.parametrize(
    ("as_of", "found"),
    [
        ("2009-12-31", None),
        ("2010-01-01", "cn.x.a"),
        ("2018-11-30", "cn.x.a"),
        ("2018-12-01", None),
    ],
)
def test_a_row_holds_from_its_first_to_its_last_day(as_of: str, found: str | None) -> None:
    assert chosen(row("cn.x.a", valid_to="2018-11-30"), as_of=as_of) == found


def test_mandatory_comes_before_a_newer_advice() -> None:
    old = row("cn.x.a", strength="mandatory")
    assert chosen(row("cn.y.b", valid_from="2020-01-01"), old) == "cn.x.a"


def test_the_newest_of_equal_strength_holds() -> None:
    assert chosen(row("cn.x.a"), row("cn.y.b", valid_from="2020-01-01")) == "cn.y.b"


def test_the_own_jurisdiction_comes_before_a_newer_international_goal() -> None:
    goal = row("un.x.a", jurisdiction="*", valid_from="2020-01-01")
    assert chosen(goal, row("cn.y.b")) == "cn.y.b"


def test_of_equals_the_set_named_first_holds() -> None:
    rows = row("a.x.a"), row("b.x.b")
    assert chosen(*rows, sets=["b", "a"]) == "b.x.b"
    assert chosen(*rows, sets=["a", "b"]) == "a.x.a"


def test_another_country_s_norm_does_not_hold_unless_its_set_is_named() -> None:
    foreign = row("cn.x.a")
    assert chosen(foreign, jurisdiction="FI") is None
    assert chosen(foreign, sets=["cn"], jurisdiction="FI") == "cn.x.a"


def test_a_set_with_rows_of_the_own_country_gives_only_these() -> None:
    rows = row("nordic.x.a", jurisdiction="SE"), row("nordic.y.b", jurisdiction="FI")
    assert chosen(*rows, sets=["nordic"], jurisdiction="FI") == "nordic.y.b"


def test_a_set_that_is_not_named_does_not_hold() -> None:
    rows = row("cn.x.a"), row("un.y.b", jurisdiction="*")
    assert chosen(*rows, sets=["un"]) == "un.y.b"


def test_an_unknown_set_is_told_with_the_nearest() -> None:
    with pytest.raises(UserError, match="no set 'international_'; did you mean 'international'"):
        select_standards(CARRIED, sets=["international_"], jurisdiction="FI", as_of="2024-01-01")


def test_a_finnish_city_is_graded_by_no_chinese_norm() -> None:
    found = select_standards(CARRIED, sets=["international"], jurisdiction="FI", as_of="2024-01-01")
    assert found
    assert {each.set for each in found.values()} == {"international"}


def test_a_kindergarten_is_held_against_the_edition_of_its_day() -> None:
    def edition(day: str) -> str:
        found = select_standards(CARRIED, sets=["cn"], jurisdiction="CN", as_of=day)
        return found["life.kindergarten_300m"].edition

    assert edition("2018-11-30") == "GB 50180-93 (2002)"
    assert edition("2018-12-01") == "GB 50180-2018"


def test_the_mandatory_floor_of_park_land_grades_and_the_goal_stays_in_its_history() -> None:
    found = select_standards(CARRIED, sets=None, jurisdiction="CN", as_of="2024-01-01")
    assert found["green.park_area_per_person"].value == 8.0
    history = standards_of(CARRIED, "green.park_area_per_person")
    assert {each.value for each in history} == {8.0, 14.8}


def indicator(**parameters: Any) -> Indicator:
    text = Bilingual("x", "文")
    given = {name: Parameter(value, "name", "why") for name, value in parameters.items()}
    return Indicator(
        "a.b", "1", text, text, ("B-L",), "a", "reach", (), given, "share", "%", "higher",
        "people", text, 0.0, "bounds", None, (), text, text,
    )  # fmt: skip


def reach(city: object, *, category: str, radius_m: float, names: list[str] | None = None) -> None:
    """A measure to hold against."""


def faults(each: Indicator) -> tuple[str, ...]:
    with pytest.raises(ManyFaultsError) as caught:
        check_measures(Catalogue({each.id: each}), {"reach": reach}.__getitem__)
    return caught.value.faults


def test_parameters_that_fit_the_measure_pass() -> None:
    fits = indicator(category="school", radius_m=500)
    check_measures(Catalogue({fits.id: fits}), {"reach": reach}.__getitem__)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"category": "school"}, "wants the parameter 'radius_m'"),
        (
            {"category": "x", "radius_m": 1, "radius": 1},
            "takes no 'radius'; did you mean 'radius_m'",
        ),
        ({"category": "x", "radius_m": "far"}, "'radius_m' is 'far', but the measure wants float"),
        ({"category": ["x"], "radius_m": 1}, "wants str"),
        ({"category": "x", "radius_m": 1, "names": "y"}, "wants list"),
    ],
)
def test_parameters_that_do_not_fit_the_measure_are_told(
    parameters: dict[str, Any], words: str
) -> None:
    (told,) = faults(indicator(**parameters))
    assert words in told


def test_a_measure_that_does_not_exist_is_told() -> None:
    each = indicator()
    with pytest.raises(ManyFaultsError, match="there is no measure 'reach'"):
        check_measures(Catalogue({each.id: each}), {}.__getitem__)
