"""Systems scored over areas: scales, weights, missing items, kept bounds, what binds."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from urbanwork.measures.assessment import Assessment, assess, freeze, frozen
from urbanwork.measures.cautions import cautions, moves
from urbanwork.measures.coupling import Goalposts, Item, Subsystem, System
from urbanwork.measures.scaling import entropy_weights, sample_bounds, scale


def item(name: str, **more: Any) -> Item:
    return Item(name, (name, name), (f"variable:{name}",), **more)


def system(*, posts: bool = False, **more: Any) -> System:
    """Two subsystems: space has jobs and land (lower is better), people has school."""
    given = {"goalposts": Goalposts(0.0, 10.0, "a test")} if posts else {}
    return System(
        "pair", ("pair", "对"), (
            Subsystem("space", ("space", "空间"),
                      (item("jobs", **given), item("land", better="lower", **given))),
            Subsystem("people", ("people", "人口"), (item("school", **given),)),
        ), **{"weights": "equal", **more},
    )  # fmt: skip


UNITS = ("north", "south", "west")
VALUES = np.array([[0.0, 4.0, 6.0], [5.0, 2.0, 9.0], [10.0, 0.0, 12.0]])
CITY = np.array([5.0, 1.0, 9.0])


def run(of: System, values: Any = VALUES, city: Any = CITY) -> Assessment:
    return assess(of, values, UNITS[: len(values)], city)


def codes(found: Assessment) -> list[str]:
    return [each.code for each in cautions(found)]


def test_scores_are_what_a_pencil_gives() -> None:
    found = run(system(form="classic")).scores
    assert found is not None
    # south: jobs 5/10, land 2 of 0..4 (lower is better), school 3/6: all a half
    assert found.subsystems[1] == pytest.approx([0.5, 0.5])
    assert found.degree[1] == pytest.approx(math.sqrt(0.5))
    assert found.degree[2] == pytest.approx(1.0)
    assert found.degree[0] == 0.0
    assert found.grade.tolist() == [1, 8, 10, 8]


def test_the_city_is_scored_by_the_bounds_of_its_areas_and_is_no_part_of_them() -> None:
    found = run(system())
    assert found.basis is not None
    assert found.scores is not None
    assert found.basis.bounds.tolist() == [[0, 10], [0, 4], [6, 12]]
    # jobs .5, land .75; school .5
    assert found.scores.subsystems[3] == pytest.approx([0.625, 0.5])


def test_what_is_farthest_from_full_marks_and_weighs_most_binds() -> None:
    found = run(system()).scores
    assert found is not None
    # north lacks everything: space half by jobs and half by land, school alone for people
    assert found.item_obstacle[0] == pytest.approx([0.25, 0.25, 0.5])
    assert found.subsystem_obstacle[0] == pytest.approx([0.5, 0.5])
    assert found.item_obstacle[2].tolist() == [0, 0, 0]


def test_an_area_that_lacks_an_item_has_no_score_and_says_which() -> None:
    values = VALUES.copy()
    values[0, 2] = np.nan
    found = run(system(), values)
    assert found.scores is not None
    assert np.isnan(found.scores.degree[0])
    assert found.reason[0] == ("There is no figure of: school.", "缺少以下指标：school。")
    assert found.reason[1] is None


def test_an_area_without_a_score_sets_no_bound() -> None:
    values = np.vstack([VALUES, [99.0, 1.0, np.nan]])
    found = assess(system(), values, (*UNITS, "east"), CITY)
    assert found.basis is not None
    assert found.basis.bounds[0].tolist() == [0, 10]


def test_where_declared_the_other_items_share_the_weight_and_it_is_said() -> None:
    values = VALUES.copy()
    values[1, 0] = np.nan
    found = run(system(partial="renormalise"), values)
    assert found.scores is not None
    assert found.scores.subsystems[1, 0] == pytest.approx(0.5)  # land alone
    assert "shared_weights" in codes(found)


def test_a_subsystem_without_any_item_is_no_score_even_where_weights_are_shared() -> None:
    values = VALUES.copy()
    values[1, 2] = np.nan
    found = run(system(partial="renormalise"), values)
    assert found.scores is not None
    assert np.isnan(found.scores.degree[1])
    assert found.reason[1] is not None


def test_an_item_that_no_area_has_stops_all_scores_unless_declared() -> None:
    values = VALUES.copy()
    values[:, 0] = np.nan
    strict = run(system(), values)
    assert strict.scores is None
    assert strict.reason[0] == ("There is no figure of: jobs.", "缺少以下指标：jobs。")
    lenient = run(system(absent="leave_out"), values)
    assert lenient.basis is not None
    assert lenient.basis.weights.tolist() == [0, 1, 1]
    assert "items_without_data" in codes(lenient)


def test_a_system_with_one_subsystem_left_has_no_score_and_says_which_is_gone() -> None:
    values = VALUES.copy()
    values[:, 2] = np.nan
    found = run(system(absent="leave_out"), values)
    assert found.scores is None
    assert found.reason[0] is not None
    assert "people" in found.reason[0][0]


def test_a_subsystem_without_data_is_told_where_the_others_are_scored() -> None:
    third = Subsystem("nature", ("nature", "自然"), (item("trees"),))
    triple = replace(system(absent="leave_out"), subsystems=(*system().subsystems, third))
    values = np.column_stack([VALUES, [np.nan] * 3])
    found = assess(triple, values, UNITS, np.append(CITY, np.nan))
    assert found.basis is not None
    assert found.basis.subsystem_weights.tolist() == [0.5, 0.5, 0.0]
    assert "subsystems_without_data" in codes(found)


def test_a_constant_item_tells_nothing_apart_and_is_left_out_and_named() -> None:
    values = VALUES.copy()
    values[:, 0] = 5.0
    found = run(system(), values)
    assert found.basis is not None
    assert found.basis.weights.tolist() == [0, 1, 1]
    assert "items_without_difference" in codes(found)


def test_goalposts_hold_whatever_the_sample_is() -> None:
    whole = run(system(posts=True)).scores
    part = assess(system(posts=True), VALUES[:2], UNITS[:2], CITY).scores
    assert whole is not None
    assert part is not None
    assert part.degree[:2] == pytest.approx(whole.degree[:2])


def test_values_outside_their_bounds_are_clipped_and_named() -> None:
    found = run(system(posts=True))
    clipped = next(each for each in cautions(found) if each.code == "clipped")
    assert clipped.data["values"] == [{"unit": "west", "item": "school"}]
    assert found.scores is not None
    assert found.scores.scaled[2, 2] == 1.0


def test_fixed_goalposts_and_equal_weights_need_no_word_about_the_sample() -> None:
    assert "sample_bounds" not in codes(run(system(posts=True)))


def test_sample_bounds_say_by_how_much_scores_move_without_the_best_and_the_worst() -> None:
    values = np.array([[0.0, 4.0, 6.0], [5.0, 2.0, 9.0], [6.0, 1.0, 10.0], [10.0, 0.0, 12.0]])
    units = ("north", "south", "east", "west")
    found = assess(system(), values, units, CITY)
    best, worst = moves(found)
    assert (best.left_out, best.was, worst.left_out) == ("west", "best", "north")
    alone = assess(system(), values[:3], units[:3], CITY).scores
    assert alone is not None
    assert found.scores is not None
    change = np.abs(alone.degree[:3] - found.scores.degree[:3])
    assert best.largest == pytest.approx(change.max())
    caution = next(each for each in cautions(found) if each.code == "sample_bounds")
    assert "without west, the best" in caution.en


def test_all_bad_and_yet_coupled_is_said() -> None:
    values = np.array([[1.0, 9.0, 1.0], [9.0, 1.0, 9.0], [5.0, 5.0, 6.0]])
    found = run(system(posts=True, form="classic"), values)
    caution = next(each for each in cautions(found) if each.code == "both_bad")
    assert caution.data["units"] == ["north"]
    assert found.scores is not None
    assert found.scores.coupling[0] == pytest.approx(1.0)


def test_classic_coupling_crowded_near_one_is_said_and_wangs_is_not() -> None:
    values = np.array([[5.0, 5.0, 6.0], [6.0, 4.0, 6.0], [7.0, 3.0, 6.0]])
    assert "crowded" in codes(run(system(posts=True, form="classic"), values))
    assert "crowded" not in codes(run(system(posts=True), values))


def test_scores_from_two_units_are_warned_of_unless_all_is_fixed() -> None:
    entropic = system(weights="entropy", posts=True)
    assert "few_units" in codes(assess(entropic, VALUES[:2], UNITS[:2], CITY))
    assert "few_units" in codes(assess(system(), VALUES[:2], UNITS[:2], CITY))
    assert "few_units" not in codes(assess(system(posts=True), VALUES[:2], UNITS[:2], CITY))


def test_one_unit_with_sample_bounds_has_no_score() -> None:
    found = assess(system(), VALUES[:1], UNITS[:1], CITY)
    assert found.scores is None
    assert found.reason[0] is not None
    assert found.reason[0][0].startswith("One area alone makes no scale")


def test_one_unit_with_fixed_ends_and_weights_has_a_score() -> None:
    found = assess(system(posts=True), VALUES[:1], UNITS[:1], CITY)
    assert found.scores is not None
    assert np.isfinite(found.scores.degree[0])


def test_entropy_weighs_what_tells_areas_apart() -> None:
    scaled = np.array([[1.0, 0.5, 0.3], [1.0, 0.6, 0.3], [0.01, 0.4, 0.3]])
    weights = entropy_weights(scaled)
    assert weights[0] > weights[1] > weights[2] == 0
    assert weights.sum() == pytest.approx(1)


def test_entropy_weights_are_what_the_formula_gives() -> None:
    column = np.array([0.2, 0.3, 0.5])
    other = np.array([0.1, 0.1, 0.8])
    entropy = [-(c * np.log(c)).sum() / np.log(3) for c in (column, other)]
    expected = (1 - np.array(entropy)) / sum(1 - e for e in entropy)
    assert entropy_weights(np.column_stack([column, other])) == pytest.approx(expected)


def test_epsilon_lifts_the_worst_and_leaves_the_best() -> None:
    values = np.array([[1.0], [3.0]])
    scaled = scale(values, sample_bounds(values), np.array([True]), 0.01)
    assert scaled.ravel().tolist() == [0.01, 1.0]


def test_kept_bounds_and_weights_give_the_same_scores_to_the_same_values() -> None:
    entropic = system(weights="entropy")
    found = run(entropic)
    again = run(freeze(entropic, frozen(found), "2020"))
    assert again.scores is not None
    assert found.scores is not None
    assert again.scores.degree == pytest.approx(found.scores.degree)


def test_kept_bounds_make_years_comparable_whoever_else_is_in_the_sample() -> None:
    kept = freeze(system(weights="entropy"), frozen(run(system(weights="entropy"))), "2020")
    alone = assess(kept, VALUES[1:2], UNITS[1:2], CITY)
    whole = run(kept)
    assert alone.scores is not None
    assert whole.scores is not None
    assert alone.scores.degree[0] == pytest.approx(whole.scores.degree[1])
    assert "sample_bounds" not in codes(alone)


def test_what_was_left_out_stays_left_out_when_the_basis_is_kept() -> None:
    lenient = system(absent="leave_out")
    values = VALUES.copy()
    values[:, 0] = np.nan
    kept = freeze(lenient, frozen(run(lenient, values)), "2020")
    again = run(kept)
    assert again.basis is not None
    assert again.basis.weights.tolist() == [0, 1, 1]
    assert "items_without_weight" in codes(again)


def test_a_subsystem_that_had_no_data_is_told_again_when_the_basis_is_kept() -> None:
    third = Subsystem("nature", ("nature", "自然"), (item("trees"),))
    triple = replace(system(absent="leave_out"), subsystems=(*system().subsystems, third))
    values, city = np.column_stack([VALUES, [np.nan] * 3]), np.append(CITY, np.nan)
    kept = freeze(triple, frozen(assess(triple, values, UNITS, city)), "2020")
    again = assess(kept, values, UNITS, city)
    assert again.scores is not None
    assert "subsystems_without_data" in codes(again)


def test_an_item_that_is_missing_now_gives_no_score_where_the_basis_is_kept() -> None:
    lenient = system(absent="leave_out")
    kept = freeze(lenient, frozen(run(lenient)), "2020")
    values = VALUES.copy()
    values[:, 0] = np.nan
    assert run(kept, values).scores is None


def test_a_basis_of_another_version_is_refused() -> None:
    kept = frozen(run(system()))
    with pytest.raises(KeyError, match="version 1, not to pair version 2"):
        freeze(replace(system(), version="2"), kept)


def test_a_table_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="3 items"):
        assess(system(), VALUES[:, :2], UNITS, CITY[:2])
