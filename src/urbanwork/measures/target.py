"""Which places count for an indicator: the key under which distances are computed and shared."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from urbanwork.city.model import PlaceModel

Flags = NDArray[np.bool_]

HIGH_CAPACITY_STOP = "timetable_stop_high"
STOP = "timetable_stop"


@dataclass(frozen=True, slots=True, order=True)
class Target:
    """Places of these categories, at least so large, served at least so often.

    `min_area_m2` leaves out every place without a polygon when it is above 0;
    `max_headway_min` leaves out every place without a timetable when it is finite.
    """

    categories: tuple[str, ...]
    min_area_m2: float = 0.0
    max_headway_min: float = math.inf

    @property
    def completeness_keys(self) -> tuple[str, ...]:
        """Keys of `PreparedCity.completeness` that say whether these places can be judged."""
        return tuple(dict.fromkeys(completeness_key(each) for each in self.categories))


def of(category: str) -> Target:
    """All places of one category."""
    return Target((category,))


def completeness_key(category: str) -> str:
    """The key of `PreparedCity.completeness` that speaks of a category.

    >>> completeness_key("pharmacy"), completeness_key("timetable_stop_high")
    ('place:pharmacy', 'layer:timetable')
    """
    return "layer:timetable" if category.startswith(STOP) else f"place:{category}"


def chosen(places: PlaceModel, target: Target) -> Flags:
    """Places that count for `target`, bool[P]."""
    flags = np.zeros(len(places.category), np.bool_)
    for category in target.categories:
        flags |= places.category == category
    if target.min_area_m2 > 0:
        flags &= places.area_m2 >= target.min_area_m2
    if math.isfinite(target.max_headway_min):
        flags &= places.headway_min <= target.max_headway_min
    return flags


@dataclass(frozen=True, slots=True)
class Asked:
    """What a set of indicators asks for, so that one kernel call can answer them all."""

    walk_m: dict[Target, float] = field(default_factory=dict)  # farthest metres asked
    counts: frozenset[tuple[Target, float]] = frozenset()  # places within so many metres
    drive_min: dict[Target, float] = field(default_factory=dict)  # farthest minutes asked
    seen_m: float = 0.0  # farthest radius asked of the exits alone

    def __add__(self, other: Asked) -> Asked:
        return Asked(
            _farther(self.walk_m, other.walk_m),
            self.counts | other.counts,
            _farther(self.drive_min, other.drive_min),
            max(self.seen_m, other.seen_m),
        )

    @property
    def farthest_walk_m(self) -> float:
        """The farthest that anything on foot is asked for, metres."""
        counted = [radius for _, radius in self.counts]
        return max([self.seen_m, *self.walk_m.values(), *counted], default=0.0)


def _farther(one: dict[Target, float], two: dict[Target, float]) -> dict[Target, float]:
    return {key: max(one.get(key, 0.0), two.get(key, 0.0)) for key in sorted({*one, *two})}
