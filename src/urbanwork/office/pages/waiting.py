"""What the ledger says to a post: lights, open tasks by point, and what waits for this person."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.core.cache import cache
from django.db.models import Count, Q

from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import lifecycle

LIGHTS: Final = ("red", "yellow", "green")
MOVES: Final = ("assign", "uphold", "accept", "submit", "verify", "close")
"""Actions that bring a task on; whoever may do one next is waited for."""
MOST: Final = 8
KEPT_TIMES: Final = 20
"""A count is kept for so many times as long as it took: exact on small ledgers, quick on large."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Open tasks that a post may see, by light and by point."""

    lights: Counter[str]  # '' where no deadline runs
    points: Counter[str]
    red_points: Counter[str]

    @property
    def total(self) -> int:
        return sum(self.lights.values())


def tally(rights: Rights) -> Tally:
    """Count the open tasks by light and point, in one pass."""
    return _for_a_while(f"tally-{rights.post.pk}", lambda: _counted(rights))


def _counted(rights: Rights) -> Tally:
    rows = visible(rights).filter(is_open=True).order_by().values_list("point", "light")
    found = Tally(Counter(), Counter(), Counter())
    for point, light, number in rows.annotate(number=Count("pk")):
        found.lights[light or ""] += number
        found.points[point] += number
        found.red_points[point] += number if light == "red" else 0
    return found


def _for_a_while(name: str, make: Callable[[], Tally]) -> Tally:
    found: Tally | None = cache.get(name)
    if found is not None:
        return found
    began = time.perf_counter()
    made = make()
    if (seconds := (time.perf_counter() - began) * KEPT_TIMES) >= 1.0:
        cache.set(name, made, seconds)
    return made


def waiting(rights: Rights) -> Sequence[Task]:
    """Tasks on which the next step is this person's, the most pressing first."""
    mine = Q(handler=rights.person, state__in=_states_of(rights.role, ("lead", "member")))
    ours = Q(lead=rights.body, state__in=_states_of(rights.role, ("lead",)))
    anyone = Q(state__in=_states_of(rights.role, ("any", "outside")))
    found = visible(rights).filter(Q(is_open=True) & (mine | ours | anyone))
    return list(found.select_related("lead").order_by("deadline", "id")[:MOST])


def _states_of(role: str, bodies: Iterable[str]) -> list[str]:
    """The states that someone of a role can bring on, as the body says."""
    table = lifecycle()
    moves = [table.actions[name] for name in MOVES if name in table.actions]
    wanted = [each for each in moves if role in each.roles and each.bodies in bodies]
    return sorted({state for each in wanted for state in each.origins})


def tasks_of(rights: Rights, problems: Iterable[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """How many open tasks there are for each of these problems, by indicator and area."""
    indicators = {each["indicator"] for each in problems}
    found = visible(rights).filter(is_open=True, indicator__in=indicators).order_by()
    rows = found.values_list("indicator", "area").annotate(number=Count("pk"))
    return Counter({(indicator, area): number for indicator, area, number in rows})
