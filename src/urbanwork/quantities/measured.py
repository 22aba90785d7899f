"""A measured value: a number with its unit, bounds, coverage and, when missing, its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a value is missing. A missing value is never 0 and never a pass."""

    NONE_MAPPED = "none_mapped"  # the source has not one feature of this kind
    IMPLAUSIBLY_FEW = "implausibly_few"  # fewer than the people there can possibly have
    LAYER_MISSING = "layer_missing"  # no source gives this layer (no feed, no raster)
    BEYOND_EDGE = "beyond_edge"  # most of it lies beyond the edge of the data
    NO_PEOPLE = "no_people"  # nobody lives there, so a share of people has no meaning
    NO_LAND = "no_land"  # no land of the kind that the share is taken of
    TOO_SMALL = "too_small"  # below the smallest honest population of the indicator
    NOT_GIVEN = "not_given"  # no table of the city has this variable for this area
    NO_PERIOD = "no_period"  # it is given, but not for the years that the formula needs
    UNDEFINED = "undefined"  # the formula has no meaning here, such as a ratio to no growth
    NOT_COMPARABLE = "not_comparable"  # the series breaks between the years


class State(StrEnum):
    """What is known of one cell under one indicator, in the order of the int8 codes."""

    NO_DATA = "no_data"  # code 0
    REACHED = "reached"  # code 1
    NOT_REACHED = "not_reached"  # code 2
    UNKNOWN = "unknown_beyond_edge"  # code 3
    MEASURED = "measured"  # code 4: a number rather than a yes or no
    EMPTY = "empty"  # code 5: nobody or nothing there to measure


STATES: tuple[State, ...] = tuple(State)


@dataclass(frozen=True, slots=True)
class Measured:
    """One value of one indicator for one area.

    `lower` and `upper` bound what the unseen part (beyond the edge of the data, or the range of
    an estimate) could make of it; `coverage` (0 to 1) is the part that was seen; `n` is what the
    value rests on (people, m2 of land, buildings), `numerator / denominator * scale = value`.

    >>> Measured.missing("%", Reason.NONE_MAPPED, version="1").value is None
    True
    """

    value: float | None
    unit: str
    lower: float | None
    upper: float | None
    coverage: float
    reason: Reason | None
    numerator: float
    denominator: float
    version: str

    @classmethod
    def missing(cls, unit: str, reason: Reason, *, version: str) -> Measured:
        return cls(None, unit, None, None, 0.0, reason, 0.0, 0.0, version)
