"""The state of a task as a fold of its events: the same events always give the same state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType

from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.clocks import Pause
from urbanwork.supervision.lifecycle_table import NEW, Action, Lifecycle
from urbanwork.supervision.refusing import RefusedError


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which body, in which role.

    `above` are the bodies that this one is a part of, such as the bureau of a section. A whole that
    every body is a part of, such as the city government, is none of them.
    """

    person: str
    body: str
    role: str
    above: tuple[str, ...] = ()

    @property
    def bodies(self) -> frozenset[str]:
        """The body, and those that it is a part of."""
        return frozenset((self.body, *self.above))


@dataclass(frozen=True, slots=True)
class Event:
    """What was done to a task. Fields that an action does not need stay empty.

    `reached` is the state that it led to, where that was recorded when it was done.
    """

    action: str
    at: datetime
    by: Actor
    lead: str | None = None
    helpers: tuple[str, ...] = ()
    deadline: datetime | None = None
    reason: str = ""
    evidence: tuple[str, ...] = ()
    approval: str = ""
    reached: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """A task as its events have made it; `done_by` has everyone who did an action, in order."""

    state: str = NEW
    lead: str | None = None
    helpers: tuple[str, ...] = ()
    deadline: datetime | None = None
    first_deadline: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    evidence: tuple[str, ...] = ()
    done_by: Mapping[str, tuple[Actor, ...]] = field(default_factory=lambda: MappingProxyType({}))
    events: tuple[Event, ...] = ()

    def times(self, action: str) -> int:
        """How often an action was done."""
        return len(self.done_by.get(action, ()))


def task_of(events: Iterable[Event], table: Lifecycle) -> Task:
    """The task that a history makes.

    What was recorded with the state that it led to stands, whatever the table says by now; an
    event without it is asked of the table.

    Raises:
        RefusedError: an event without that the table does not allow, with the reason.
    """
    task = Task()
    for event in events:
        known = event.reached
        task = _with(task, event, known) if known else after(task, event, table)
    return task


def after(task: Task, event: Event, table: Lifecycle) -> Task:
    """The task after one more event.

    Raises:
        RefusedError: the table does not allow it, with the reason.
    """
    if (sentence := refusal(task, event, table)) is not None:
        raise RefusedError(sentence)
    return _with(task, event, table.actions[event.action].target(task.state))


def _with(task: Task, event: Event, reached: str) -> Task:
    """The task with one more event, which led to a state."""
    return replace(
        task,
        state=reached,
        lead=event.lead or task.lead,
        helpers=event.helpers if event.lead else task.helpers,
        deadline=event.deadline or task.deadline,
        first_deadline=task.first_deadline or event.deadline,
        pauses=_pauses(task, event, reached),
        evidence=(*task.evidence, *event.evidence),
        done_by=MappingProxyType(
            {**task.done_by, event.action: (*task.done_by.get(event.action, ()), event.by)}
        ),
        events=(*task.events, event),
    )


def allowed(task: Task, actor: Actor, table: Lifecycle) -> tuple[str, ...]:
    """The actions that are open to somebody now, whatever they must carry."""
    return tuple(
        name
        for name, action in table.actions.items()
        if _wrong_state(task, action, table) is None
        and _wrong_actor(task, name, action, actor, table) is None
    )


def refusal(task: Task, event: Event, table: Lifecycle) -> Bilingual | None:
    """Why an event is not allowed; None where it is."""
    action = table.actions.get(event.action)
    if action is None:
        return Bilingual(f"'{event.action}' is no action.", f"没有“{event.action}”这一操作。")
    return (
        _wrong_time(task, event)
        or _nameless(event)
        or _wrong_state(task, action, table)
        or _wrong_actor(task, event.action, action, event.by, table)
        or _missing(task, event, action)
    )


def _wrong_time(task: Task, event: Event) -> Bilingual | None:
    if event.at.tzinfo is None:
        return Bilingual("The time of the event has no zone.", "操作时间缺少时区。")
    if task.events and event.at < task.events[-1].at:
        return Bilingual(
            "The event lies before the last one of this task; check the clock.",
            "操作时间早于该任务的上一次操作，请核对时钟。",
        )
    return None


def _nameless(event: Event) -> Bilingual | None:
    if not (event.by.person.strip() and event.by.body.strip()):
        return Bilingual("An event needs a person and a body.", "操作须注明人员和机构。")
    if event.lead is not None and event.lead in event.helpers:
        return Bilingual("One body cannot both lead and co-operate.", "同一机构不能既主办又协办。")
    return None


def _wrong_state(task: Task, action: Action, table: Lifecycle) -> Bilingual | None:
    if task.state in action.origins:
        return None
    new = Bilingual("not registered", "尚未登记")
    now = new if task.state == NEW else table.state_title(task.state)
    return Bilingual(
        f"A task that is {now.en} cannot take the action '{action.title.en}'.",
        f"任务{now.zh}，不能{action.title.zh}。",
    )


def _wrong_actor(
    task: Task, name: str, action: Action, actor: Actor, table: Lifecycle
) -> Bilingual | None:
    if actor.role not in action.roles:
        roles = [table.roles[role] for role in action.roles]
        return Bilingual(
            f"'{action.title.en}' is for: {', '.join(each.en for each in roles)}.",
            f"“{action.title.zh}”仅限：{'、'.join(each.zh for each in roles)}。",
        )
    return _wrong_body(task, action, actor) or _not_apart(task, action, actor, table)


def _wrong_body(task: Task, action: Action, actor: Actor) -> Bilingual | None:
    if action.bodies == "lead" and actor.body != task.lead:
        return Bilingual(
            f"'{action.title.en}' is for the lead body of the task.",
            f"“{action.title.zh}”仅限主办单位。",
        )
    if action.bodies == "member" and actor.body not in (task.lead, *task.helpers):
        return Bilingual(
            f"'{action.title.en}' is for the lead body and those that co-operate.",
            f"“{action.title.zh}”仅限主办单位和协办单位。",
        )
    if action.bodies == "outside" and actor.bodies & {task.lead, *task.helpers}:
        return Bilingual(
            f"'{action.title.en}' is for a body that neither leads nor co-operates.",
            f"“{action.title.zh}”须由主办、协办以外的机构进行。",
        )
    return None


def _not_apart(task: Task, action: Action, actor: Actor, table: Lifecycle) -> Bilingual | None:
    for name, shared in action.apart.items():
        others = task.done_by.get(name, ())
        did = table.actions[name].title
        if "person" in shared and actor.person in {other.person for other in others}:
            return Bilingual(
                f"Who did '{did.en}' cannot do '{action.title.en}': another person must.",
                f"“{did.zh}”与“{action.title.zh}”不得为同一人。",
            )
        if "body" in shared and actor.bodies & {other.body for other in others}:
            return Bilingual(
                f"The body that did '{did.en}' cannot do '{action.title.en}': another body must.",
                f"“{did.zh}”与“{action.title.zh}”不得为同一机构。",
            )
    return None


_NEEDED = {
    "lead": Bilingual("Name the lead body.", "请填写主办单位。"),
    "deadline": Bilingual(
        "Give a deadline that lies ahead, with its zone.", "请填写尚未到的时限及时区。"
    ),
    "later_deadline": Bilingual(
        "Give a deadline later than the one that holds.", "新时限须晚于现时限。"
    ),
    "reason": Bilingual("Give a reason.", "请填写理由。"),
    "evidence": Bilingual("Add evidence.", "请附佐证。"),
    "approval": Bilingual("Name the approval.", "请填写批准文件。"),
}


def _missing(task: Task, event: Event, action: Action) -> Bilingual | None:
    given = event.deadline
    is_ahead = given is not None and given.tzinfo is not None and given > event.at
    has = {
        "lead": bool((event.lead or "").strip()),
        "deadline": is_ahead,
        "later_deadline": is_ahead
        and given is not None
        and (task.deadline is None or given > task.deadline),
        "reason": bool(event.reason.strip()),
        "evidence": any(each.strip() for each in event.evidence),
        "approval": bool(event.approval.strip()),
    }
    return next((_NEEDED[need] for need in action.needs if not has[need]), None)


def _pauses(task: Task, event: Event, now: str) -> tuple[Pause, ...]:
    """A pause begins with the state of that name, and ends when the task leaves it."""
    before = task.state
    if now == "paused" and before != "paused":
        return (*task.pauses, Pause(event.at, None, event.approval))
    if before == "paused" and now != "paused":
        return (*task.pauses[:-1], replace(task.pauses[-1], end=event.at))
    return task.pauses
