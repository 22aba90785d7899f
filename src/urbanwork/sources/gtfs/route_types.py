"""What the `route_type` codes of GTFS mean for the reach of a stop."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Int32 = NDArray[np.int32]
Flags = NDArray[np.bool_]

UNKNOWN = -1

NAMES = {
    0: "tram", 1: "metro", 2: "rail", 3: "bus", 4: "ferry", 5: "cable tram", 6: "aerial lift",
    7: "funicular", 11: "trolleybus", 12: "monorail",
}  # fmt: skip
EXTENDED = {
    1: "rail", 2: "coach", 4: "metro", 5: "metro", 6: "metro", 7: "bus", 8: "trolleybus",
    9: "tram", 10: "ferry", 11: "air", 12: "ferry", 13: "aerial lift", 14: "funicular",
    15: "taxi", 16: "self drive", 17: "other",
}  # fmt: skip
EXCEPTIONS = {110: "bus", 714: "bus", 712: "school bus"}
"""A replacement bus on a rail line is a bus; a school bus is not for the public."""

HIGH_CAPACITY = frozenset({"rail", "metro", "monorail", "ferry"})
"""SDG metadata 11-02-01 (September 2021), 2.a: 1 km to high-capacity systems "(e.g. rail, metro,
ferry)", 500 m to low-capacity ones "(e.g. bus, Bus Rapid Transit)". It does not name the tram;
the published city figures put it with the bus (500 m), which also promises less, so do we."""

NOT_PUBLIC = frozenset({"air", "taxi", "self drive", "school bus"})
"""Not public transport within a city; their trips are left out."""


def name_of(code: int) -> str:
    """The kind of transport of a plain or extended code; "unknown" for others.

    >>> name_of(3), name_of(109), name_of(402), name_of(704), name_of(1000), name_of(99)
    ('bus', 'rail', 'metro', 'bus', 'ferry', 'unknown')
    """
    if code in EXCEPTIONS:
        return EXCEPTIONS[code]
    if 100 <= code < 1800:
        return EXTENDED.get(code // 100, "unknown")
    return NAMES.get(code, "unknown")


def is_high_capacity(codes: Int32) -> Flags:
    """Whether each code means a high-capacity system."""
    return _is_one_of(codes, HIGH_CAPACITY)


def is_public(codes: Int32) -> Flags:
    """Whether each code means transport that anyone may board; unknown codes count."""
    return ~_is_one_of(codes, NOT_PUBLIC)


def _is_one_of(codes: Int32, names: frozenset[str]) -> Flags:
    distinct, where = np.unique(codes, return_inverse=True)
    flags = np.array([name_of(int(code)) in names for code in distinct], dtype=np.bool_)
    return flags[where] if len(distinct) else np.zeros(0, dtype=np.bool_)
