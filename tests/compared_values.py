"""Values of examinations for tests of comparing them."""

from __future__ import annotations

from urbanwork.examination.examined import Value


def value(middle: float | None, low: float | None = None, high: float | None = None) -> Value:
    """A share of people with its bounds; None is not mapped."""
    reason = None if middle is not None else "none_mapped"
    return Value(
        middle, low, high, "%", 1.0, reason, "", None, "people", "no_standard", None,
        is_estimate=False,
    )  # fmt: skip
