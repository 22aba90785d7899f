"""Coordination of areas from statistics and indicators: figures, notes, reasons, detail."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from town import town
from urbanwork.errors import UserError
from urbanwork.measures.assessment import assess, freeze
from urbanwork.measures.coordination import (
    coordination_degree,
    coordination_level,
    coupling_degree,
)
from urbanwork.measures.coordination_detail import system_of, values_of
from urbanwork.measures.coupling import Item, Subsystem, System
from urbanwork.measures.figures import Figures
from urbanwork.measures.tables import Tables
from urbanwork.quantities.measured import Reason
from urbanwork.sources.layers import WHOLE_CITY, Statistics

PEOPLE = [1_000.0, 2_000.0, 4_000.0]
VALUES: dict[str, list[float | None]] = {
    "average_schooling": [8.0, 9.0, 12.0],
    "sampled_tertiary_workers": [10.0, 60.0, 160.0],
    "sampled_employed_population": [100.0, 100.0, 200.0],
}


def statistics(values: dict[str, list[float | None]], *, year: int = 2020) -> Statistics:
    rows = [
        (WHOLE_CITY if place == 3 else place, variable, value)
        for variable, figures in values.items()
        for place, value in enumerate(figures)
        if value is not None
    ]
    return Statistics(
        np.array([row[0] for row in rows], np.int64), np.full(len(rows), year, np.int64),
        np.array([row[1] for row in rows], object), np.array([row[2] for row in rows], float),
        np.array(["census"] * len(rows), object), np.array(["census.csv:2"] * len(rows), object),
    )  # fmt: skip


def item(name: str, *of: str, per: tuple[str, ...] = (), **more: Any) -> Item:
    return Item(name, (name, f"{name}_zh"), of, per, **more)


def system(*items: Item, **more: Any) -> System:
    subsystems = tuple(Subsystem(each.id, each.title, (each,)) for each in items)
    return System("pair", ("pair", "对"), subsystems, **{"weights": "equal", **more})


SCHOOL = item("school", "variable:average_schooling")
SERVICE = item(
    "service", "variable:sampled_tertiary_workers", per=("variable:sampled_employed_population",),
    scale=100.0,
)  # fmt: skip


def tables(
    of: System, values: dict[str, list[float | None]] | None = None, **figures: Figures
) -> Tables:
    drawn = town("12\n04", areas="AB\nCC", people_per_digit=1_000.0)
    city = replace(drawn, statistics=statistics(VALUES if values is None else values))
    people = np.array([*PEOPLE, sum(PEOPLE)])
    return Tables(city, people, np.full(4, 1e4), figures=dict(figures), systems={of.id: of})


def test_degree_of_areas_comes_from_their_statistics() -> None:
    found = coordination_degree(tables(system(SCHOOL, SERVICE)), system="pair", form="classic")
    # B: school 1/4, service (60 - 10) / (80 - 10)
    u = (0.25, 50 / 70)
    expected = (u[0] * u[1]) ** 0.25  # for two alike: D = sqrt(C T) = (U1 U2)^(1/4)
    assert found.value[:3] == pytest.approx([0.0, expected, 1.0])
    assert found.period == ("2020",) * 4


def test_the_city_is_a_unit_by_the_bounds_of_its_areas_and_the_mean_stands_beside() -> None:
    found = coordination_degree(tables(system(SCHOOL, SERVICE)), system="pair", form="classic")
    # schooling (8 + 2 x 9 + 4 x 12) / 7, workers 230 of 400
    u = ((74 / 7 - 8) / 4, (57.5 - 10) / 70)
    assert found.value[3] == pytest.approx((u[0] * u[1]) ** 0.25)
    mean = (2 * found.value[1] + 4 * found.value[2]) / 7
    assert found.detail["people_weighted_mean"] == pytest.approx(mean)
    assert "no part of the sample" in found.detail["city"][0]


def test_the_note_names_grade_form_weakest_and_what_binds_in_both_languages() -> None:
    english, chinese = coordination_degree(tables(system(SCHOOL, SERVICE)), system="pair").note[1]
    assert english == (
        "Verge of disorder, modified form (Wang et al. 2021). Weakest: school (0.25). What binds "
        "most: school, 72% of what is missing to full marks."
    )
    assert chinese == (
        "濒临失调，修正公式（王淑佳等 2021）。最弱子系统：school_zh（0.25）；"
        "首要障碍：school_zh（障碍度 72%）。"
    )


def test_an_area_without_an_item_has_no_score_for_the_reason_of_the_item() -> None:
    values = {**VALUES, "average_schooling": [None, 9.0, 12.0, 10.0]}
    found = coordination_degree(tables(system(SCHOOL, SERVICE), values), system="pair")
    assert np.isnan(found.value[0])
    assert found.reason[0] is Reason.NOT_GIVEN
    assert found.note[0][0] == "There is no figure of: school."
    assert found.coverage[0] == 0


def test_a_subsystem_without_data_is_told_and_lowers_the_coverage() -> None:
    three = system(SCHOOL, SERVICE, item("water", "variable:water_use",
                   per=("variable:gross_domestic_product",)), absent="leave_out")  # fmt: skip
    found = coordination_degree(tables(three), system="pair")
    assert found.coverage[1] == pytest.approx(2 / 3)
    codes = [each["code"] for each in found.detail["warnings"]]
    assert "subsystems_without_data" in codes
    assert "Without water: no data." in found.note[1][0]
    assert "未计入无数据的子系统：water_zh。" in found.note[1][1]


def test_an_indicator_that_was_measured_before_is_an_item() -> None:
    figures = Figures.of(np.array([1.0, 2.0, 3.0, 2.0]), note=[("", "")] * 4)
    both = system(SCHOOL, item("streets", "form.street_density"))
    found = coordination_degree(tables(both, **{"form.street_density": figures}), system="pair")
    assert found.detail["values"][1] == [9.0, 2.0]


def test_an_indicator_that_was_not_measured_is_named() -> None:
    both = system(SCHOOL, item("streets", "form.street_density"))
    found = coordination_degree(tables(both), system="pair")
    assert np.isnan(found.value).all()
    assert found.note[0][0] == "There is no figure of: streets."


def test_items_of_different_years_are_told() -> None:
    old = Figures.of(np.array([1.0, 2.0, 3.0, 2.0]), note=[("", "")] * 4, period="2010")
    both = system(SCHOOL, item("streets", "form.street_density"))
    found = coordination_degree(tables(both, **{"form.street_density": old}), system="pair")
    assert found.period[0] == "2010-2020"
    assert "years_differ" in [each["code"] for each in found.detail["warnings"]]


def test_years_of_items_that_do_not_count_are_no_years_of_the_score() -> None:
    only_city = Figures.of(np.array([np.nan] * 3 + [9.0]), note=[("", "")] * 4, period="2010")
    three = system(SCHOOL, SERVICE, item("streets", "form.street_density"), absent="leave_out")
    found = coordination_degree(tables(three, **{"form.street_density": only_city}), system="pair")
    assert found.period == ("2020",) * 4


def test_the_range_is_what_leaving_out_the_best_or_the_worst_makes_of_the_degree() -> None:
    found = coordination_degree(tables(system(SCHOOL, SERVICE)), system="pair", form="classic")
    assert found.lower[1] < found.value[1] <= found.upper[1] + 1e-12
    assert np.isnan(found.lower[3])


def test_coupling_and_level_are_of_the_same_scores() -> None:
    given = tables(system(SCHOOL, SERVICE))
    coupled = coupling_degree(given, system="pair", form="classic")
    level = coordination_level(given, system="pair", form="classic")
    degrees = coordination_degree(given, system="pair", form="classic")
    assert coupled.value[2] == pytest.approx(1.0)
    assert level.value.tolist() == [1, *np.ceil(degrees.value[1:3] * 10 - 1e-9), level.value[3]]
    assert coupled.detail["grades"][2] == ["high coupling", "高度耦合"]
    assert coupled.note[2][0].startswith("High coupling, classic form.")
    assert level.note[2][0].startswith("Quality coordination, classic form.")


def test_an_unknown_system_is_told_with_those_there_are() -> None:
    with pytest.raises(UserError, match="'pear'; choose from pair"):
        coordination_degree(tables(system(SCHOOL, SERVICE)), system="pear")


def test_an_unknown_form_is_told_with_those_there_are() -> None:
    with pytest.raises(UserError, match="'wong' of coupling; choose from classic, wang, fan"):
        coordination_degree(tables(system(SCHOOL, SERVICE)), system="pair", form="wong")


def test_the_detail_is_plain_data_from_which_the_scores_can_be_made_again() -> None:
    found = coordination_degree(tables(system(SCHOOL, SERVICE)), system="pair")
    told = json.loads(json.dumps(found.detail))
    values = values_of(told)
    again = assess(system_of(told["definition"]), values[:-1], told["units"], values[-1])
    assert again.scores is not None
    assert again.scores.degree == pytest.approx(found.value)


def test_a_reexamination_with_the_kept_basis_scores_the_same_area_the_same() -> None:
    pair = system(SCHOOL, SERVICE, weights="entropy", epsilon=0.01)
    first = coordination_degree(tables(pair), system="pair")
    kept = freeze(pair, json.loads(json.dumps(first.detail["frozen"])), "2020")
    better = {**VALUES, "average_schooling": [11.0, 9.0, 12.0]}
    second = coordination_degree(tables(kept, better), system="pair")
    assert second.value[1:3] == pytest.approx(first.value[1:3])
    assert second.value[0] > first.value[0]
    assert np.isnan(second.lower).all()


def test_a_city_of_one_area_has_no_score() -> None:
    values = {name: figures[:1] for name, figures in VALUES.items()}
    found = coordination_degree(tables(system(SCHOOL, SERVICE), values), system="pair")
    assert np.isnan(found.value).all()
    assert None not in found.reason
