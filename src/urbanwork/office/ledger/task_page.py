"""All that the page of a task shows, gathered once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from urbanwork.office.evidence.models import Evidence
from urbanwork.office.ledger.changing import changeable
from urbanwork.office.ledger.deadlines import warning
from urbanwork.office.ledger.drawing import Stage, drawn, way
from urbanwork.office.ledger.history import state_of
from urbanwork.office.ledger.lighting import light_of
from urbanwork.office.ledger.models import Milestone, Task, TaskEvent
from urbanwork.office.ledger.names import Names, names
from urbanwork.office.ledger.telling import (
    Happening,
    Step,
    asked_for_pause,
    happenings,
    next_steps,
)
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.people.models import Body
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import lifecycle
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision import tasks as pure
from urbanwork.supervision.clocks import Pause
from urbanwork.supervision.lifecycle_table import Action, Lifecycle
from urbanwork.supervision.lights import Light

MOST_PARTS = 200


@dataclass(frozen=True)
class TaskPage:
    """A task for one who looks at it."""

    task: Task
    state: pure.Task
    table: Lifecycle
    light: Light
    stages: Sequence[Stage]
    history: Sequence[Happening]
    milestones: Sequence[Milestone]
    parts: Sequence[Task]
    parent: Task | None
    helpers: Sequence[Body]
    actions: Sequence[str]
    steps: Sequence[Step]
    changeable: frozenset[str]
    names: Names
    now: datetime

    @property
    def title(self) -> Bilingual:
        """The state in words."""
        return self.table.state_title(self.task.state)

    @property
    def first_actions(self) -> list[str]:
        """Actions that lead on the way, and reporting; the others stand behind them."""
        main, is_asked = way(self.table), asked_for_pause(self.state)
        here = main.index(self.task.state) if self.task.state in main else -1
        return [
            name
            for name in self.actions
            if name in ("report", "uphold", "resume")
            or (is_asked and name in ("pause", "decline_pause"))
            or self._leads_to(name) in main[here + 1 : here + 2]
            or (here < 0 and self._leads_to(name) in main)
        ]

    def _leads_to(self, name: str) -> str | None:
        return None if name == "void" else self.table.actions[name].to

    def action(self, name: str) -> Action:
        """An action of the table."""
        return self.table.actions[name]

    @property
    def deadline_warning(self) -> Bilingual | None:
        """That the deadline lies in a year without a published calendar."""
        return warning(self.task.deadline) if self.task.is_open else None

    @property
    def extensions(self) -> list[TaskEvent]:
        """Events that gave a later deadline."""
        return [each.event for each in self.history[::-1] if each.event.action == "extend"]

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """Pauses, the last one open where it lasts."""
        return self.state.pauses

    @property
    def has_moved(self) -> bool:
        """Whether the deadline is another one than at first."""
        return self.task.first_deadline != self.task.deadline

    @property
    def owes_since(self) -> datetime | None:
        """Since when a report is owed; None where none is."""
        due = self.task.report_due
        return due if due is not None and due < self.now else None

    @property
    def areas(self) -> list[Bilingual]:
        """Names of its areas."""
        return [self.names.area(each) for each in self.task.areas or [self.task.area] if each]

    @property
    def indicator(self) -> Bilingual | None:
        """The title of the indicator that it should move."""
        return self.names.indicator(self.task.indicator) if self.task.indicator else None

    @property
    def point(self) -> Bilingual | None:
        """The point of the arrangement that it serves."""
        return self.names.point(self.task.point) if self.task.point else None

    @property
    def ask(self) -> Bilingual | None:
        """The ask of the arrangement that it carries out."""
        known = self.names.asks.get(self.task.ask)
        return known.ask.text if known else None


def task_page(rights: Rights, task: Task) -> TaskPage:
    """The page of a task that the post may see."""
    table, now = lifecycle(), timezone.now()
    rows = list(task.events.select_related("person", "body", "lead"))
    state = state_of(rows, table)
    mine = _open_to(rights, state, table)
    working = list(Body.objects.filter(pk__in=map(int, _members(state))))
    bodies = {str(each.pk): each for each in working}
    evidence = Evidence.objects.filter(task=task)
    return TaskPage(
        task, state, table, light_of(task, state, now),
        drawn(task.state, rows, table), happenings(task, rows, table, evidence),
        list(task.milestones.all()), list(_parts(rights, task)),
        visible(rights).filter(pk=task.parent_id).first() if task.parent_id else None,
        [bodies[each] for each in state.helpers if each in bodies],
        mine, next_steps(state, mine, table, bodies), changeable(rights, task), names(), now,
    )  # fmt: skip


def _open_to(rights: Rights, state: pure.Task, table: Lifecycle) -> list[str]:
    """Actions open to the post; a pause is declined only where one was asked for."""
    allowed = pure.allowed(state, rights.actor, table)
    is_asked = asked_for_pause(state)
    return [each for each in allowed if each != "decline_pause" or is_asked]


def _members(state: pure.Task) -> list[str]:
    return [each for each in (state.lead, *state.helpers) if each]


def _parts(rights: Rights, task: Task) -> QuerySet[Task]:
    return visible(rights).filter(parent=task).select_related("lead").order_by("pk")[:MOST_PARTS]
