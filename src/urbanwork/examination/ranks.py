"""Ranks with ties, and with what the uncertainty of the values leaves open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from urbanwork.examination.examined import Value
from urbanwork.examination.verdicts import ROUNDING

Span = tuple[float, float, float]
"""Worst, own and best score."""


@dataclass(frozen=True, slots=True)
class Rank:
    """The place of one area or city, 1 the best."""

    of: str  # id
    rank: int | None  # None: not ranked, the value says why
    best: int | None  # first and last place that the bounds allow
    worst: int | None
    is_tied: bool
    value: Value | None


def ranks(
    values: Mapping[str, Value | None], better: str, band: tuple[float, float] | None = None
) -> list[Rank]:
    """The ranks of all, best first, those without a value last; nothing for no direction.

    Equal values share the better place (1, 2, 2, 4). The range of places counts who is certainly
    better and who certainly worse: whose worst bound beats the other's best. `better` is higher,
    lower or band; of a band the distance to it counts, from either side.
    """
    score = _score(better, band)
    if score is None:
        return []
    spans = {
        key: score(value.value, *value.bounds)
        for key, value in values.items()
        if value is not None and value.value is not None and value.bounds is not None
    }
    found = [_rank(key, values[key], spans) for key in spans]
    found.sort(key=lambda each: (each.rank or 0, str(each.of)))
    rest = [key for key in values if key not in spans]
    return [*found, *(Rank(key, None, None, None, False, values[key]) for key in rest)]


def _rank(key: str, value: Value | None, spans: Mapping[str, Span]) -> Rank:
    worst, own, best = spans[key]
    others = [span for other, span in spans.items() if other != key]
    tolerance = ROUNDING * max(1.0, abs(own))
    better = sum(middle > own + tolerance for _, middle, _ in others)
    tied = any(abs(middle - own) <= tolerance for _, middle, _ in others)
    surely_better = sum(low > best + tolerance for low, _, _ in others)
    surely_worse = sum(high < worst - tolerance for _, _, high in others)
    return Rank(key, better + 1, surely_better + 1, len(spans) - surely_worse, tied, value)


def _score(better: str, band: tuple[float, float] | None) -> Callable[..., Span] | None:
    """From value, lower and upper to worst, own and best score, more being better."""
    if better == "higher":
        return lambda value, low, high: (low, value, high)
    if better == "lower":
        return lambda value, low, high: (-high, -value, -low)
    if better == "band" and band is not None:
        return lambda value, low, high: _to_band(value, low, high, band)
    return None


def _to_band(value: float, low: float, high: float, band: tuple[float, float]) -> Span:
    own, *ends = (max(band[0] - each, each - band[1], 0.0) for each in (value, low, high))
    nearest = 0.0 if low <= band[1] and high >= band[0] else min(ends)
    return -max(ends), -own, -nearest
