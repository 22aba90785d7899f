"""Counts as one says them: three significant digits, never more than is known."""

from __future__ import annotations

import math


def three_digits(count: float) -> str:
    """A count of people or places, rounded to three significant digits.

    >>> three_digits(25_988), three_digits(412.4), three_digits(0)
    ('26,000', '412', '0')
    """
    if count < 1:
        return f"{max(count, 0):.0f}"
    return f"{round(count, -max(0, int(math.log10(count)) - 2)):,.0f}"
