"""Classes and colours of the map: darker is farther from what is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from urbanwork.catalogue.models import Indicator, Standard
from urbanwork.reporting.numbers import round_significant

Floats = NDArray[np.float64]

VIRIDIS = (
    (68, 1, 84), (72, 36, 117), (65, 68, 135), (53, 95, 141), (42, 120, 142), (33, 145, 140),
    (34, 168, 132), (68, 191, 112), (122, 209, 81), (189, 223, 38), (253, 231, 37),
)  # fmt: skip
"""Eleven even steps of viridis (van der Walt and Smith, CC0): fit for the colour-blind and grey."""
CLASSES = 6


@dataclass(frozen=True, slots=True)
class Scale:
    """Class k holds breaks[k - 1] to breaks[k]; `threshold` is a break that a standard asks for."""

    breaks: tuple[float, ...]
    colours: tuple[str, ...]  # one more than breaks
    threshold: float | None
    upper_end_belongs_below: bool  # a value equal to a break is in the class under it

    def class_of(self, values: Floats) -> NDArray[np.int64]:
        """The class of each value; nan gives -1.

        >>> Scale((1.0, 2.0), ("a", "b", "c"), None, False).class_of(np.array([0.5, 1.0, 9.0]))
        array([0, 1, 2])
        """
        side = "left" if self.upper_end_belongs_below else "right"
        found = np.searchsorted(np.array(self.breaks), values, side=side)  # type: ignore[call-overload]
        return np.where(np.isnan(values), -1, found)

    def as_json(self) -> dict[str, Any]:
        """What the browser needs of it."""
        return {
            "breaks": self.breaks, "colours": self.colours, "threshold": self.threshold,
            "below": self.upper_end_belongs_below,
        }  # fmt: skip

    @classmethod
    def of_json(cls, given: Mapping[str, Any]) -> Scale:
        """The scale that `as_json` told."""
        breaks, colours = tuple(given["breaks"]), tuple(given["colours"])
        return cls(breaks, colours, given["threshold"], given["below"])


def value_scale(indicator: Indicator, standard: Standard | None, values: Floats) -> Scale:
    """Classes of an indicator's own values, with its threshold among the breaks."""
    threshold = standard.value if standard is not None else None
    breaks = _share_breaks() if indicator.unit == "%" else _even_breaks(values)
    if threshold is not None and threshold > 0:
        breaks = _with_threshold(breaks, threshold)
    is_high_dark = indicator.better != "higher"
    return Scale(tuple(breaks), _colours(len(breaks) + 1, is_high_dark), threshold, is_high_dark)


def distance_scale(limit: float) -> Scale:
    """Classes of the way to the nearest place around the distance that is asked for."""
    breaks = [round_significant(limit * part) for part in (0.5, 1.0, 1.5, 2.0, 3.0)]
    return Scale(tuple(breaks), _colours(len(breaks) + 1, is_high_dark=True), limit, True)


def _share_breaks() -> list[float]:
    return [20.0, 40.0, 60.0, 80.0]


def _even_breaks(values: Floats) -> list[float]:
    """Breaks that put about as many values into each class, rounded so that people can say them."""
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return []
    cuts = np.quantile(known, np.arange(1, CLASSES) / CLASSES)
    rounded = sorted({round_significant(float(cut), 2) for cut in cuts})
    return [cut for cut in rounded if known.min() < cut <= known.max()]


def _with_threshold(breaks: Sequence[float], threshold: float) -> list[float]:
    """The threshold among the breaks, in the place of one that it would crowd."""
    if not breaks:
        return [threshold]
    room = 0.3 * (max(breaks) - min(breaks)) / max(len(breaks) - 1, 1)
    return sorted({cut for cut in breaks if abs(cut - threshold) > room} | {threshold})


@cache
def _colours(count: int, is_high_dark: bool) -> tuple[str, ...]:
    """`count` colours from dark to light, or from light to dark for rising values."""
    places = np.linspace(0.04, 0.96, count) if count > 1 else np.array([0.5])
    if is_high_dark:
        places = places[::-1]
    return tuple(_viridis(float(place)) for place in places)


def _viridis(place: float) -> str:
    at = place * (len(VIRIDIS) - 1)
    low = min(int(at), len(VIRIDIS) - 2)
    mixed = np.rint(
        np.array(VIRIDIS[low]) * (1 - at + low) + np.array(VIRIDIS[low + 1]) * (at - low)
    )
    return "#" + "".join(f"{int(part):02x}" for part in mixed)
