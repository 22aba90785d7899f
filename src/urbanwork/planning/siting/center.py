"""p-center: the least distance within which everybody has an open site."""

from __future__ import annotations

import time

import numpy as np

from urbanwork.planning.siting.answers import answer, carried_on, shared, to_nearest
from urbanwork.planning.siting.problem import (
    Answer,
    ClashError,
    Flags,
    Floats,
    NoChoiceFoundError,
    Rules,
    Ways,
)
from urbanwork.planning.siting.ruled import REACH, add_floors, add_reach, sites_model, solved


def p_center(ways: Ways, weight: Floats, rules: Rules, *, seconds: float = 60.0) -> Answer:
    """The sites with the least distance within which all demand of any weight has an open one.

    The distances themselves are halved: whether a choice covers all within one of them is a model
    of its own, so the answer is exact.

    Args:
        ways: distances between I demands and J sites.
        weight: [I]; demands of weight 0 do not count. It is what capacities take.
        rules: how many sites, what is kept, budget, capacity, floors.
        seconds: time after which the best choice so far is returned with its gap.

    Raises:
        ClashError: no choice keeps the rules; it names those that clash.
        NoChoiceFoundError: none was found in time.

    Source: S. L. Hakimi (1964); E. Minieka, "The m-center problem", SIAM Review 12 (1970).

    >>> from urbanwork.planning.siting import ways_of_matrix
    >>> ways = ways_of_matrix([[0.0, 9.0], [9.0, 0.0], [7.0, 1.0]])
    >>> p_center(ways, np.ones(3), Rules(most=1)).objective
    9.0
    """
    begun = time.perf_counter()
    until = begun + seconds
    needs = weight > 0
    if (np.diff(ways.start)[needs] == 0).any():
        raise ClashError((REACH,))
    radii = np.unique(ways.distance[needs[ways.demand]])
    below, above = _least(ways, needs, radii), len(radii) - 1
    best = _choice(ways, weight, needs, rules, radii[above], until)
    while below < above:
        middle = (below + above) // 2
        try:
            best = _choice(ways, weight, needs, rules, radii[middle], until)
            above = middle
        except ClashError:
            below = middle + 1
        except NoChoiceFoundError:
            break
    is_open, carried = best
    if rules.capacity is None:
        carried = to_nearest(ways, np.where(needs, weight, 0.0), is_open)
    farthest = float(ways.distance[carried > 0].max(initial=0.0))
    return answer(is_open, carried, farthest, min(float(radii[below]), farthest), begun)


def _least(ways: Ways, needs: Flags, radii: Floats) -> int:
    """Number of the radius below which somebody has no site at all."""
    nearest = ways.distance[ways.start[:-1][needs]]
    return int(np.searchsorted(radii, nearest.max(initial=radii[0])))


def _choice(
    ways: Ways, weight: Floats, needs: Flags, rules: Rules, radius: float, until: float
) -> tuple[Flags, Floats]:
    """A choice that covers all within a radius, and what its ways carry."""
    left = until - time.perf_counter()
    if left <= 0:
        raise NoChoiceFoundError(max(left, 0.0))
    near = ways.within(radius)
    sites = sites_model(near, weight, rules)
    add_reach(sites, near, needs, whole=True)
    add_floors(sites, near, weight, rules)
    out = solved(sites, seconds=left, only_feasible=True, explained=radius == ways.distance.max())
    return sites.open_in(out), carried_on(ways, near, shared(sites, out, near, weight))
