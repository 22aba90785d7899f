"""Problems: an indicator below its standard in an area, with the people and the cells concerned."""

from __future__ import annotations

import pytest

from measuredtown import (
    indicator,
    measured,
    ratio,
    reach,
    standard,
)
from urbanwork.examination.judging import judge, problem_id
from urbanwork.examination.tabulate import all_values

KEY = "life.school"


def judged(ratios, people, *, standards=None, indicators=None, **town):
    city = measured(ratios, people, **town)
    named = indicators or {key: indicator(key) for key in ratios}
    rules = {KEY: standard()} if standards is None else standards
    return judge(city, all_values(city, named), named, rules)


def problems(*arguments, **more):
    return judged(*arguments, **more).problems.to_pylist()


def test_an_area_below_its_standard_is_a_problem_with_its_people_and_cells():
    (only,) = problems({KEY: reach([70, 30, 50], "rnr")}, [70, 30, 50], areas="NNS")
    assert (only["area"], only["value"], only["threshold"], only["people"]) == ("N", 70, 80, 30)
    assert only["cells"] == [2]
    assert (only["strength"], only["confidence"], only["mend_zh"]) == ("advisory", "A", "文")


def test_the_city_as_a_whole_is_graded_but_is_no_problem_of_its_own():
    result = judged({KEY: reach([70, 30], "rn")}, [70, 30])
    rows = {row["area"]: row for row in result.indicators.to_pylist()}
    assert (rows["city"]["grade"], rows["city"]["people_short"]) == ("poor", 30)
    assert [row["area"] for row in result.problems.to_pylist()] == ["A"]


def test_problems_are_sorted_by_people_and_their_cells_too():
    found = problems({KEY: reach([5, 9, 3, 40], "nnnn")}, [5, 9, 3, 40], areas="NNNS")
    assert [each["area"] for each in found] == ["S", "N"]
    assert found[1]["cells"] == [2, 1, 3]


def test_the_unknown_never_makes_a_problem():
    """15 of 100 may be reached from beyond the edge: 70 to 85 %."""
    result = judged({KEY: reach([70, 15, 15], "rnu")}, [70, 15, 15])
    assert result.problems.num_rows == 0
    (area, _) = result.indicators.to_pylist()
    assert (area["grade"], area["is_provisional"]) == ("good", True)


def test_a_reference_value_makes_no_problem():
    rule = standard(strength="information")
    assert problems({KEY: reach([70, 30], "rn")}, [70, 30], standards={KEY: rule}) == []


def test_without_a_standard_there_is_no_problem():
    result = judged({KEY: reach([0, 30], "en")}, [0, 30], standards={})
    assert result.problems.num_rows == 0
    assert set(result.indicators["grade"].to_pylist()) == {"no_standard"}


def test_nobody_concerned_is_no_problem():
    land = {KEY: ratio([0, 100], [100, 100], state=[2, 1])}
    rules = {KEY: indicator(KEY, support="residential_land")}
    assert problems(land, [0, 500], indicators=rules) == []


def test_people_with_several_problems_are_counted_once():
    ratios = {KEY: reach([70, 30], "rn"), "life.shop": reach([70, 30], "nn")}
    rules = {KEY: standard(), "life.shop": standard("life.shop")}
    assert judged(ratios, [70, 30], standards=rules).people_with_problem == 100


def test_people_who_have_all_of_a_circle_have_no_problem():
    """The second cell has two of four."""
    circle = {KEY: ratio([40, 20], [40, 40])}
    result = judged(circle, [40, 40])
    assert result.problems["cells"].to_pylist() == [[2]]
    assert result.people_with_problem == 40


def test_the_people_of_an_estimate_have_a_range():
    (only,) = problems({KEY: reach([70, 30], "rn")}, [70, 30], spread=(0.5, 2.0))
    assert (only["people_lower"], only["people"], only["people_upper"]) == (15, 30, 60)
    assert only["is_estimate"]


def test_only_what_uses_people_is_labelled_an_estimate():
    ratios = {KEY: ratio([5], [1], is_share=False, scale=1.0)}
    land = {KEY: indicator(KEY, support="built_up_land")}
    rows = judged(ratios, [70], indicators=land, spread=(0.5, 2.0)).indicators.to_pylist()
    assert [row["is_estimate"] for row in rows] == [False, False]
    density = {KEY: ratio([5], [1], is_share=False, scale=1.0, people_power=1)}
    rows = judged(density, [70], indicators=land, spread=(0.5, 2.0)).indicators.to_pylist()
    assert [row["is_estimate"] for row in rows] == [True, True]


def test_a_problem_has_one_name_for_ever():
    assert problem_id(KEY, "way/1") == "p-9f0104e188"
    assert problem_id(KEY, "way/1") != problem_id(KEY, "way/2")


@pytest.mark.parametrize("people", [[70, 30], [7_000, 3_000]])
def test_a_problem_keeps_its_name_when_its_figures_change(people):
    (only,) = problems({KEY: reach(people, "rn")}, people)
    assert only["problem_id"] == problem_id(KEY, "A")
