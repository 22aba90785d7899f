"""What the ledger says to a post: lights, open tasks by point, and what waits for this person."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Thread
from typing import Any, Final

from django.core.cache import cache
from django.db import connection
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
"""A count that took long is shown for so many times as long before it is made anew."""
QUICK_SECONDS: Final = 0.1
LONGEST_SECONDS: Final = 3_600


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
    """The open tasks by light and point.

    Where counting is quick it is done each time. Where it takes long, what was counted last is
    shown, and counted anew beside the page once it is older than `KEPT_TIMES` times what it took.
    """
    name = f"tally-{rights.post.pk}"
    last: tuple[float, float, Tally] | None = cache.get(name)
    if last is None:
        return _kept(name, rights)
    until, _, found = last
    if time.time() > until and cache.add(f"{name}-begun", 1, 600):
        Thread(target=_count_again, args=(name, rights), daemon=True).start()
    return found


def _kept(name: str, rights: Rights) -> Tally:
    began = time.perf_counter()
    found = _counted(rights)
    took = time.perf_counter() - began
    if took >= QUICK_SECONDS:
        cache.set(name, (time.time() + KEPT_TIMES * took, took, found), LONGEST_SECONDS)
    return found


def _count_again(name: str, rights: Rights) -> None:
    try:
        _kept(name, rights)
    finally:
        cache.delete(f"{name}-begun")
        connection.close()


def _counted(rights: Rights) -> Tally:
    """Three counts, each along one index, rather than one along none."""
    seen = visible(rights).filter(is_open=True).order_by()
    lit = seen.filter(light__in=LIGHTS)
    lights = Counter(dict(lit.values_list("light").annotate(number=Count("pk"))))
    points = Counter(dict(seen.values_list("point").annotate(number=Count("pk"))))
    red = lit.filter(light="red").values_list("point").annotate(number=Count("pk"))
    lights[""] = sum(points.values()) - sum(lights.values())
    return Tally(lights, points, Counter(dict(red)))


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
