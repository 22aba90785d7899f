"""Rules of share: the development boundary, and what partnerships bind of the budget."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely

from town import town
from urbanwork.catalogue.bottomlines import load_bottom_lines
from urbanwork.planning.applying import applied
from urbanwork.planning.changes import Change
from urbanwork.planning.gate import Gate
from urbanwork.quantities.crs import unproject
from urbanwork.sources.layers import WHOLE_CITY, Statistics

RULES = {rule.id: rule for rule in load_bottom_lines()}
BOUNDARY = "ecology.development_boundary_size"
ALL = ("livelihood.partnership_limit", "livelihood.government_pay_limit")


def figures(**values):
    """Statistics of the whole city: variable_year=value."""
    rows = [(*name.rsplit("_", 1), value) for name, value in values.items()]
    texts = np.array(["t"] * len(rows), object)
    return Statistics(
        np.full(len(rows), WHOLE_CITY), np.array([int(year) for _, year, _ in rows]),
        np.array([name for name, _, _ in rows], object),
        np.array([value for _, _, value in rows], float), texts, texts,
    )  # fmt: skip


def on_map(city, shape):
    return unproject(np.array([shape], object), city.crs)[0]


def boundary(city, east, name="b"):
    shape = on_map(city, shapely.box(0, 0, east, 1000))
    return Change(name, "add_zone", shape, category="development_boundary")


def status(city, changes, *rules, zones=None):
    known = city if zones is None else zones
    gate = Gate(known.zones, known.zone_kinds, [RULES[each] for each in rules], city)
    return [(each.rule.partition(".")[2], each.status) for each in gate.check(changes)]


def with_boundary(city):
    """A city whose boundary holds one square kilometre today."""
    zoned = applied(city, [boundary(city, 1000)])
    ids = np.array(["today"], object)
    return replace(zoned, zones=replace(zoned.zones, id=ids))


@pytest.mark.parametrize(("east", "expected"), [(1290, "pass"), (1310, "breach")])
def test_the_boundary_may_hold_thirteen_tenths_of_the_land_of_2020(east, expected):
    city = replace(
        with_boundary(town("1-2")),
        statistics=figures(urban_construction_land_2020=1e6, urban_construction_land_2023=2e6),
    )
    wider = boundary(city, east)
    assert status(city, [wider], BOUNDARY) == [("development_boundary_size", expected)]
    drawn = applied(city, [wider])  # as `check` and `whatif` hold it: ground counts once
    assert status(city, [wider], BOUNDARY, zones=drawn)[0][1] == expected


def test_another_factor_needs_the_approval_of_the_plan():
    city = replace(with_boundary(town("1-2")), statistics=figures(urban_construction_land_2020=1e6))
    wider = replace(boundary(city, 1500), codes=("boundary.factor",), approvals=("No 5",))
    assert status(city, [wider], BOUNDARY)[0][1] == "pass"


def test_without_the_figure_or_the_boundary_of_today_nothing_is_known():
    city = with_boundary(town("1-2"))
    later = replace(city, statistics=figures(urban_construction_land_2023=1e6))
    bare = replace(town("1-2"), statistics=figures(urban_construction_land_2020=1e6))
    for each in (city, later, bare):
        assert status(each, [boundary(each, 5000)], BOUNDARY)[0][1] == "unknown"


@pytest.mark.parametrize(
    ("bound", "financing", "expected"),
    [
        (4, "ppp", ["pass"]), (7, "ppp", ["pass"]), (11, "ppp", ["breach"]),
        (4, "ppp_government_pay", ["pass", "pass"]),
        (7, "ppp_government_pay", ["pass", "breach"]),
        (11, "PPP_government_pay ", ["breach", "breach"]), (99, "budget", []), (99, None, []),
        (11, ["budget", "ppp"], ["breach"]), (11, "budget; ppp", ["breach"]),
    ],
)  # fmt: skip
def test_partnership_stops_at_ten_percent_and_what_the_government_pays_at_five(
    bound, financing, expected
):
    city = replace(town("1-2"), statistics=figures(
        public_private_expenditure_2022=1, general_budget_expenditure_2022=1,
        public_private_expenditure_2023=bound, general_budget_expenditure_2023=100,
        general_budget_expenditure_2024=1,
    ))  # fmt: skip
    said = {} if financing is None else {"financing": financing}
    school = Change("s", "add_place", on_map(city, shapely.Point(0, 0)), category="kindergarten",
                    properties=said)  # fmt: skip
    assert [each for _, each in status(city, [school], *ALL)] == expected


def test_without_figures_of_the_budget_a_partnership_is_unknown():
    city = town("1-2")
    school = Change("s", "add_place", on_map(city, shapely.Point(0, 0)), category="kindergarten",
                    properties={"financing": "ppp"})  # fmt: skip
    gate = Gate(city.zones, city.zone_kinds, [RULES[ALL[0]]], city)
    [verdict] = gate.check([school])
    assert verdict.status == "unknown"
    assert "general_budget_expenditure" in verdict.cure.en
    assert "统计数据" in verdict.cure.zh
