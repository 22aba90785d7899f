from __future__ import annotations

import math
from typing import Any

import pytest

from urbanwork.catalogue.loading import load_catalogue
from urbanwork.catalogue.models import Bilingual, Standard
from urbanwork.examination.grade import falls_short, grade, grade_words

TEXT = Bilingual("Code", "规范")


def standard(**changes: Any) -> Standard:
    values: dict[str, Any] = {
        "id": "cn.x.a", "key": "a.b", "set": "cn", "jurisdiction": "CN", "document": TEXT,
        "edition": "GB 1-2020", "clause": "2.1", "valid_from": "2020-01-01", "valid_to": None,
        "strength": "mandatory", "operator": ">=", "value": 80.0, "upper": None, "fair": 60.0,
        "fair_why": "ours", "unit": "%", "confidence": "A", "source": "", "note": TEXT,
    }  # fmt: skip
    return Standard(**{**values, **changes})


HIGHER = standard()
LOWER = standard(operator="<=", value=10.0, fair=15.0)
BAND = standard(operator="between", value=45.0, upper=50.0, fair=40.0)


@pytest.mark.parametrize(
    ("row", "value", "expected"),
    [
        (HIGHER, 80.0, "good"), (HIGHER, 79.9, "fair"), (HIGHER, 60.0, "fair"),
        (HIGHER, 59.9, "poor"),
        (LOWER, 10.0, "good"), (LOWER, 10.1, "fair"), (LOWER, 15.0, "fair"), (LOWER, 15.1, "poor"),
        (BAND, 45.0, "good"), (BAND, 50.0, "good"), (BAND, 44.9, "fair"), (BAND, 39.9, "poor"),
        (BAND, 55.0, "fair"), (BAND, 55.1, "poor"),
        (standard(fair=None), 79.9, "poor"),
        (LOWER, math.inf, "poor"),
    ],
)  # fmt: skip
def test_a_value_fully_seen_has_the_grade_of_its_band(
    row: Standard, value: float, expected: str
) -> None:
    assert grade(value, value, value, row, 1.0) == (expected, False)
    assert grade(value, None, None, row, 1.0) == (expected, False)


def test_rounding_makes_no_shortfall() -> None:
    everyone = standard(value=100.0)
    assert grade(100.0 - 1e-8, None, None, everyone, 1.0)[0] == "good"
    assert grade(100.0 - 1e-5, None, None, everyone, 1.0)[0] == "fair"


def test_a_missing_value_is_no_data_and_a_missing_standard_no_standard() -> None:
    assert grade(None, None, None, HIGHER, 0.0) == ("no_data", False)
    assert grade(None, None, None, None, 0.0) == ("no_data", False)
    assert grade(5.0, 5.0, 5.0, None, 1.0) == ("no_standard", False)


@pytest.mark.parametrize(
    ("row", "value", "lower", "upper", "expected"),
    [
        (HIGHER, 50.0, 30.0, 90.0, ("good", True)),
        (HIGHER, 50.0, 30.0, 70.0, ("fair", True)),
        (HIGHER, 40.0, 30.0, 59.0, ("poor", False)),
        (HIGHER, 85.0, 81.0, 95.0, ("good", False)),
        (LOWER, 20.0, 9.0, 30.0, ("good", True)),
        (LOWER, 20.0, 16.0, 30.0, ("poor", False)),
        (BAND, 30.0, 20.0, 90.0, ("good", True)),
        (BAND, 60.0, 52.0, 90.0, ("fair", True)),
        (BAND, 47.0, 46.0, 49.0, ("good", False)),
    ],
)
def test_what_is_not_seen_counts_at_its_best_and_makes_the_grade_provisional(
    row: Standard, value: float, lower: float, upper: float, expected: tuple[str, bool]
) -> None:
    assert grade(value, lower, upper, row, 0.7) == expected


def test_a_part_not_seen_without_bounds_makes_the_grade_provisional() -> None:
    assert grade(50.0, None, None, HIGHER, 0.7) == ("poor", True)
    assert grade(50.0, 50.0, 50.0, HIGHER, 0.7) == ("poor", True)
    assert grade(50.0, None, None, HIGHER, 1.0) == ("poor", False)


def test_bounds_that_leave_out_the_value_are_widened_to_it() -> None:
    assert grade(85.0, 20.0, 30.0, HIGHER, 0.5) == ("good", True)


def test_nan_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="nan"):
        grade(math.nan, None, None, HIGHER, 1.0)
    with pytest.raises(ValueError, match="nan"):
        grade(1.0, math.nan, 2.0, HIGHER, 1.0)


def test_only_a_norm_makes_a_problem() -> None:
    assert falls_short("poor", HIGHER)
    assert falls_short("fair", standard(strength="advisory"))
    assert not falls_short("poor", standard(strength="information"))
    assert not falls_short("good", HIGHER)
    assert not falls_short("no_data", HIGHER)
    assert not falls_short("no_standard", None)


@pytest.mark.parametrize(
    ("given", "row", "en", "zh"),
    [
        ("poor", HIGHER, "below the mandatory clause 2.1 of GB 1-2020",
         "低于GB 1-2020第2.1条（强制性）"),
        ("good", HIGHER, "meets the mandatory clause 2.1 of GB 1-2020",
         "达到GB 1-2020第2.1条（强制性）"),
        ("fair", HIGHER, "below the mandatory clause 2.1 of GB 1-2020 but within the fair band",
         "低于GB 1-2020第2.1条（强制性），但在“尚可”范围内"),
        ("poor", standard(operator="<=", fair=90.0, strength="advisory"),
         "above the advisory clause 2.1 of GB 1-2020", "高于GB 1-2020第2.1条（推荐性）"),
        ("poor", standard(confidence="C"),
         "below a threshold of GB 1-2020 that has not been verified (confidence C)",
         "低于GB 1-2020中尚未核实的阈值（可信度C）"),
        ("poor", standard(strength="information"), "below the reference value of GB 1-2020",
         "低于GB 1-2020的参考值"),
        ("poor", BAND, "outside the mandatory clause 2.1 of GB 1-2020",
         "超出GB 1-2020第2.1条（强制性）"),
        ("no_standard", None, "no standard holds for this at this date", "该项目前无适用标准"),
        ("no_data", HIGHER, "no data, so not graded", "无数据，不评级"),
    ],
)  # fmt: skip
def test_words_are_as_strong_as_the_norm_is_known(
    given: Any, row: Standard | None, en: str, zh: str
) -> None:
    assert grade_words(given, row) == Bilingual(en, zh)


@pytest.mark.parametrize("confidence", ["B", "C", "V"])
@pytest.mark.parametrize("given", ["good", "fair", "poor"])
def test_an_unverified_threshold_never_speaks_of_a_mandatory_clause(
    confidence: str, given: Any
) -> None:
    words = grade_words(given, standard(confidence=confidence))
    for word in ("mandatory", "clause", "law", "fail"):
        assert word not in words.en
    for word in ("强制", "条", "违", "法"):
        assert word not in words.zh


def test_no_wording_of_any_standard_says_that_a_law_is_broken() -> None:
    for row in load_catalogue().standards:
        for given in ("good", "fair", "poor"):
            words = grade_words(given, row)  # type: ignore[arg-type]
            assert not {"law", "fails", "illegal", "breach"} & set(words.en.split())
            assert "违" not in words.zh
