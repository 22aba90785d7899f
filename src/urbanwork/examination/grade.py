"""Grades: a value with its bounds held against one standard. The unknown never makes a problem.

Exactly:

1. No value is `no_data`. No standard is `no_standard`.
2. A number is `good` when it meets the threshold, `fair` when it lies in the fair band (from
   `fair` to the threshold; for `between` as wide above the band as below it), else `poor`. A
   number within 1e-9 of an edge, relative to the edge where that is above 1, meets it.
3. The value may in truth be anything from `lower` to `upper`: what the edge of the data hides, or
   the range of an estimate. The grade is that of the best case. It is provisional when the worst
   case has a worse one, or when a part was not seen and no bounds say what that part could do.

So a wider range can only keep or better a grade, and `poor` means poor whatever is not seen.
"""

from __future__ import annotations

import math

from urbanwork.catalogue.models import Bilingual, Grade, Standard

TOLERANCE = 1e-9
"""Rounding of sums must not turn 100 % into a shortfall."""

_ORDER: tuple[Grade, ...] = ("poor", "fair", "good")


def grade(
    value: float | None,
    lower: float | None,
    upper: float | None,
    standard: Standard | None,
    coverage: float,
) -> tuple[Grade, bool]:
    """The grade of a value and whether it is provisional, as the module defines.

    All numbers are in the unit of the standard; a bound of None is the value itself; `coverage`
    (0 to 1) is the part that was seen.

    Raises:
        ValueError: value or a bound is nan (a missing value is None).
    """
    if value is None:
        return "no_data", False
    if standard is None:
        return "no_standard", False
    low, high = _range(value, lower, upper)
    best = _grade_of(_best(low, high, standard), standard)
    worst = _worst_grade(low, high, standard)
    has_bounds = high - low > TOLERANCE * max(1.0, abs(value))
    is_unbounded = coverage < 1 - TOLERANCE and not has_bounds
    return best, best != worst or is_unbounded


def falls_short(grade: Grade, standard: Standard | None) -> bool:
    """Whether the grade makes a problem: below a norm, not merely below a value for reference."""
    return grade in ("fair", "poor") and standard is not None and standard.strength != "information"


def _range(value: float, lower: float | None, upper: float | None) -> tuple[float, float]:
    low = value if lower is None else min(lower, value)
    high = value if upper is None else max(upper, value)
    if math.isnan(low) or math.isnan(high) or math.isnan(value):
        raise ValueError(f"a value to grade is nan: {value}, bounds {lower} to {upper}")
    return low, high


def _best(low: float, high: float, standard: Standard) -> float:
    if standard.operator == ">=":
        return high
    if standard.operator == "<=":
        return low
    return min(max(standard.value, low), high)  # the point of the range nearest to the band


def _worst_grade(low: float, high: float, standard: Standard) -> Grade:
    return min(_grade_of(low, standard), _grade_of(high, standard), key=_ORDER.index)


def _grade_of(value: float, standard: Standard) -> Grade:
    lowest, highest = _band(standard)
    if _within(value, lowest, highest):
        return "good"
    if standard.fair is None:
        return "poor"
    width = abs(standard.value - standard.fair)
    return "fair" if _within(value, lowest - width, highest + width) else "poor"


def _band(standard: Standard) -> tuple[float, float]:
    if standard.operator == ">=":
        return standard.value, math.inf
    if standard.operator == "<=":
        return -math.inf, standard.value
    return standard.value, standard.value if standard.upper is None else standard.upper


def _within(value: float, lowest: float, highest: float) -> bool:
    return value >= lowest - _slack(lowest) and value <= highest + _slack(highest)


def _slack(edge: float) -> float:
    return TOLERANCE * max(1.0, abs(edge)) if math.isfinite(edge) else 0.0


_SIDES = {
    ">=": Bilingual("below", "低于"),
    "<=": Bilingual("above", "高于"),
    "between": Bilingual("outside", "超出"),
}


def grade_words(grade: Grade, standard: Standard | None) -> Bilingual:
    """What a grade says of a norm, as strongly as the norm is known and not more.

    Only a clause whose text was read (confidence A) and that binds is called mandatory; whatever
    else is a threshold that has not been verified. Nothing here says that a law is broken: whether
    it is, a lawyer says.
    """
    if standard is None or grade == "no_standard":
        return Bilingual("no standard holds for this at this date", "该项目前无适用标准")
    if grade == "no_data":
        return Bilingual("no data, so not graded", "无数据，不评级")
    norm, side = _norm(standard), _SIDES[standard.operator]
    if grade == "good":
        return Bilingual(f"meets {norm.en}", f"达到{norm.zh}")
    band = (" but within the fair band", "，但在“尚可”范围内") if grade == "fair" else ("", "")
    return Bilingual(f"{side.en} {norm.en}{band[0]}", f"{side.zh}{norm.zh}{band[1]}")


def _norm(standard: Standard) -> Bilingual:
    edition = standard.edition
    if standard.confidence != "A":
        return Bilingual(
            f"a threshold of {edition} that has not been verified "
            f"(confidence {standard.confidence})",
            f"{edition}中尚未核实的阈值（可信度{standard.confidence}）",
        )
    if standard.strength == "information":
        return Bilingual(f"the reference value of {edition}", f"{edition}的参考值")
    strength = "强制性" if standard.strength == "mandatory" else "推荐性"
    return Bilingual(
        f"the {standard.strength} clause {standard.clause} of {edition}",
        f"{edition}第{standard.clause}条（{strength}）",
    )
