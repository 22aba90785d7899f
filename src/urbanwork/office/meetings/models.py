"""Meetings, the items of their agendas, and what was decided."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from urbanwork.office.ledger.models import Task
from urbanwork.office.people.models import Body, Person

KINDS = ("check", "dispute", "pause", "plea", "order", "overdue", "own")
"""Why an item stands on an agenda: an earlier decision is not done, an assignment is disputed, a
pause or a later time is asked for, an order is not answered, a task is overdue; or of its own."""
HOWS = ("note", "task", "action", "order")
"""What became of a decision: words alone, a task, an action on a task, an order."""


class Meeting(models.Model):
    """A meeting. `version` grows with every change; `text` is what is fixed when it is closed."""

    title = models.CharField(max_length=200)
    at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    chair = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings_chaired"
    )
    bodies = models.ManyToManyField(Body, related_name="meetings", blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="meetings_called")
    made = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=0)
    closed = models.DateTimeField(null=True, blank=True)
    text = models.JSONField(default=dict, blank=True)
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["closed", "at"], name="meeting_closed_at")]

    def __str__(self) -> str:
        return self.title


class Item(models.Model):
    """An item of an agenda. Who may not see its task does not see it.

    `earlier` is the decision that it checks; `reason` says in both languages why it was proposed.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, default="own")
    title = models.CharField(max_length=300)
    note = models.TextField(blank=True)
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.PROTECT, related_name="items"
    )
    earlier = models.ForeignKey(
        "Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="checks"
    )
    reason = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["meeting", "place", "id"]

    def __str__(self) -> str:
        return self.title


class Decision(models.Model):
    """What was decided on an item, and what became of it.

    `task` is the one that was made or acted on; `done` is when words alone were said to be done.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="decisions")
    place = models.PositiveIntegerField()
    text = models.TextField()
    how = models.CharField(max_length=10, default="note")
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    lead = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    deadline = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions")
    at = models.DateTimeField(default=timezone.now)
    done = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    class Meta:
        ordering = ["item", "place"]
        constraints = [
            models.UniqueConstraint(fields=["item", "place"], name="decision_place_once")
        ]
        indexes = [models.Index(fields=["how", "done"], name="decision_how_done")]

    def __str__(self) -> str:
        return self.text[:80]

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to check: words ticked off, the task closed, the act done."""
        if self.how == "task":
            return self.task is not None and not self.task.is_open
        return self.how != "note" or self.done is not None
