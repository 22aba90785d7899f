"""A task in words: what happened to it, who must do what next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.people.models import Body
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision import tasks as pure
from urbanwork.supervision.lifecycle_table import Action, Lifecycle

DONE: Final[Mapping[str, Bilingual]] = {
    "register": Bilingual("Entered in the ledger", "登记"),
    "assign": Bilingual("Assigned", "交办"),
    "accept": Bilingual("Accepted", "签收"),
    "dispute": Bilingual("Returned", "退回"),
    "uphold": Bilingual("Assignment upheld", "维持交办"),
    "report": Bilingual("Progress reported", "报告进展"),
    "request_pause": Bilingual("Pause asked for", "申请缓办"),
    "pause": Bilingual("Paused", "批准缓办"),
    "decline_pause": Bilingual("Pause declined", "不批准缓办"),
    "resume": Bilingual("Resumed", "恢复办理"),
    "extend": Bilingual("Deadline extended", "批准延期"),
    "submit": Bilingual("Submitted with evidence", "报送佐证"),
    "rework": Bilingual("Sent back for rework", "返工"),
    "verify": Bilingual("Verified", "核验通过"),
    "close": Bilingual("Closed", "销号"),
    "archive": Bilingual("Archived", "归档"),
    "reopen": Bilingual("Reopened", "重新办理"),
    "void": Bilingual("Voided", "作废"),
}
"""What each action of the table was, once it is done; one of a city's own shows its title."""


@dataclass(frozen=True)
class Happening:
    """One event with all that a reader asks: what, who, when, with which words and proof."""

    event: TaskEvent
    title: Bilingual
    role: Bilingual
    lead: Body | None
    helpers: Sequence[Body]
    proof: Sequence[Any]


@dataclass(frozen=True)
class Step:
    """What others may do next: `who` says which people of which body."""

    name: str
    title: Bilingual
    who: Bilingual
    bodies: Sequence[Body]


def happenings(
    task: Task, events: Sequence[TaskEvent], table: Lifecycle, evidence: Iterable[Any]
) -> list[Happening]:
    """The history of a task, newest first."""
    ids = {int(each) for event in events for each in event.helpers}
    bodies = {each.pk: each for each in Body.objects.filter(pk__in=ids)} if ids else {}
    files = {str(each.pk): each for each in evidence}
    return [
        Happening(
            event, DONE.get(event.action, table.action_title(event.action)),
            table.role_title(event.role), event.lead,
            [bodies[int(each)] for each in event.helpers if int(each) in bodies],
            [files[each] for each in event.evidence if each in files],
        )
        for event in reversed(events)
    ]  # fmt: skip


def next_steps(
    state: pure.Task, mine: Sequence[str], table: Lifecycle, bodies: Mapping[str, Body]
) -> list[Step]:
    """What others must do so that the task goes on: actions that lead to another open state or
    close it, and are not open to the one who looks.
    """
    return [
        Step(
            name, action.title, _who(action, table),
            [bodies[each] for each in _bodies(action, state) if each in bodies],
        )
        for name, action in table.actions.items()
        if name not in mine and _leads_on(name, action, state, table)
    ]  # fmt: skip


def _leads_on(name: str, action: Action, state: pure.Task, table: Lifecycle) -> bool:
    if state.state not in action.origins or action.to in (None, "void", state.state):
        return False
    if name == "reopen":
        return False
    return name != "pause" or asked_for_pause(state)


def asked_for_pause(state: pure.Task) -> bool:
    """Whether the lead body waits for the answer to its request of a pause."""
    asked = next((each.action for each in reversed(state.events) if each.action != "report"), "")
    return asked == "request_pause"


def _bodies(action: Action, state: pure.Task) -> Sequence[str]:
    if action.bodies == "lead":
        return [state.lead] if state.lead else []
    if action.bodies == "member":
        return [each for each in (state.lead, *state.helpers) if each]
    return []


def _who(action: Action, table: Lifecycle) -> Bilingual:
    roles = [table.roles[each] for each in action.roles]
    who = Bilingual(" or ".join(each.en for each in roles), "或".join(each.zh for each in roles))
    if action.bodies == "outside" or any("body" in each for each in action.apart.values()):
        return Bilingual(f"{who.en} of another body", f"其他机构的{who.zh}")
    return who
