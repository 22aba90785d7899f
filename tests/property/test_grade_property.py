from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from urbanwork.catalogue.models import Bilingual, Standard
from urbanwork.examination.grade import grade

ORDER = ("poor", "fair", "good")
TEXT = Bilingual("x", "文")
NUMBERS = st.floats(-1e6, 1e6)
COVERAGES = st.floats(0, 1)


@st.composite
def standards(draw: st.DrawFn) -> Standard:
    operator = draw(st.sampled_from([">=", "<=", "between"]))
    value = draw(st.floats(-1e5, 1e5))
    width = draw(st.floats(0.01, 1e4))
    fair = None if draw(st.booleans()) else value + (width if operator == "<=" else -width)
    return Standard(
        "a.b.c", "a.b", "a", "*", TEXT, "1", "1", "2020-01-01", None, "advisory", operator, value,
        value + draw(st.floats(0, 1e4)) if operator == "between" else None, fair, "ours", "%", "A",
        "", TEXT,
    )  # fmt: skip


@given(standards(), NUMBERS, st.lists(NUMBERS, min_size=4, max_size=4), COVERAGES, COVERAGES)
def test_more_unknown_never_makes_a_grade_worse(
    standard: Standard, value: float, ends: list[float], more: float, less: float
) -> None:
    lowest, lower, upper, highest = sorted(ends)
    narrow, _ = grade(value, lower, upper, standard, max(more, less))
    wide, _ = grade(value, lowest, highest, standard, min(more, less))
    assert ORDER.index(wide) >= ORDER.index(narrow)


@given(standards(), NUMBERS, NUMBERS, NUMBERS, COVERAGES, st.floats(0, 1))
def test_a_grade_that_is_not_provisional_holds_whatever_is_not_seen(
    standard: Standard, value: float, one: float, two: float, coverage: float, part: float
) -> None:
    lower, upper = sorted((one, two))
    given_, is_provisional = grade(value, lower, upper, standard, coverage)
    if not is_provisional:
        low, high = min(lower, value), max(upper, value)
        truth = low + part * (high - low)
        assert grade(truth, None, None, standard, 1.0)[0] == given_


@given(standards(), NUMBERS, NUMBERS, NUMBERS, COVERAGES, st.floats(0, 1))
def test_no_truth_within_the_bounds_has_a_better_grade_than_the_one_given(
    standard: Standard, value: float, one: float, two: float, coverage: float, part: float
) -> None:
    lower, upper = sorted((one, two))
    low, high = min(lower, value), max(upper, value)
    given_, _ = grade(value, lower, upper, standard, coverage)
    truth = min(max(low + part * (high - low), low), high)
    assert ORDER.index(given_) >= ORDER.index(grade(truth, None, None, standard, 1.0)[0])


@given(standards(), NUMBERS, NUMBERS)
def test_of_two_values_the_better_one_has_no_worse_grade(
    standard: Standard, one: float, two: float
) -> None:
    if standard.operator == "between":
        return
    better = max(one, two) if standard.operator == ">=" else min(one, two)
    worse = two if better == one else one
    grades = [grade(each, None, None, standard, 1.0)[0] for each in (better, worse)]
    assert ORDER.index(grades[0]) >= ORDER.index(grades[1])
