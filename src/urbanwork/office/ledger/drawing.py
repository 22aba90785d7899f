"""The lifecycle as stages: the way to the end, what branched off it, and where a task is.

All of it comes from the table that is enforced, so that a table of a city's own is drawn too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from urbanwork.office.ledger.models import TaskEvent
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.lifecycle_table import NEW, Lifecycle


@dataclass(frozen=True)
class Stage:
    """A state on the way, with when it was reached first; `branches` lie beside the way."""

    name: str
    title: Bilingual
    mark: str  # "now", "done" or "ahead"
    reached: datetime | None = None
    branches: tuple[Stage, ...] = ()


def way(table: Lifecycle) -> list[str]:
    """The states of the shortest way from entry to the archive.

    >>> from urbanwork.supervision.lifecycle_table import read_lifecycle
    >>> way(read_lifecycle())[1:4]
    ['assigned', 'in_progress', 'submitted']
    """
    came: dict[str, str] = {NEW: ""}
    waiting = deque([NEW])
    while waiting:
        state = waiting.popleft()
        for action in table.actions.values():
            target = action.target(state)
            if state in action.origins and target not in came:
                came[target] = state
                waiting.append(target)
    states = ["archived" if "archived" in came else "closed"]
    while came[states[-1]] != NEW:
        states.append(came[states[-1]])
    return states[::-1]


def drawn(state: str, events: Sequence[TaskEvent], table: Lifecycle) -> list[Stage]:
    """The stages of a task: the whole way, and beside it only where the task is or has been."""
    main = way(table)
    reached, beside, last = _walked(events, table, main)
    at = main.index(last)

    def mark(name: str, is_past: bool) -> str:
        return "now" if name == state else "done" if is_past else "ahead"

    return [
        Stage(
            name, table.states[name].title, mark(name, place <= at),
            reached.get(name) if place <= at else None,
            tuple(
                Stage(each, table.state_title(each), mark(each, True), reached[each])
                for each in beside.get(name, ())
            ),
        )
        for place, name in enumerate(main)
    ]  # fmt: skip


def _walked(
    events: Sequence[TaskEvent], table: Lifecycle, main: Sequence[str]
) -> tuple[dict[str, datetime], dict[str, list[str]], str]:
    """When each state was entered first, what branched off where, the last state on the way."""
    reached: dict[str, datetime] = {}
    beside: dict[str, list[str]] = {}
    state = last = main[0]
    for event in events:
        state = event.reached or table.actions[event.action].target(state)
        if state in main:
            last = state
        elif state not in reached:
            beside.setdefault(last, []).append(state)
        reached.setdefault(state, event.at)
    return reached, beside, last
