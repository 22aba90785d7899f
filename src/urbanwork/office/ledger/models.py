"""Tasks, the bodies that work on them, their milestones and their events."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from urbanwork.office.people.models import Body, Person

SOURCES = (
    "problem", "ask", "instruction", "motion", "meeting", "correction", "ledger", "case", "patrol",
)  # fmt: skip
"""Where a task comes from: a problem of an examination, an ask of the arrangement, a leader's
instruction, a motion of oversight, a decision of a meeting, a wrong number, a ledger that was read
in, a resident's report, a patrol."""
WEIGHTS = ("normal", "important", "urgent")
VISIBILITIES = ("public", "internal", "restricted")
LEAD, HELPER = "lead", "helper"


class Task(models.Model):
    """A task. Its state, bodies and deadline are what its events make of it, kept for lists.

    `version` grows by one with each event, `edition` with each edit of what no event changes.
    `light` is the colour of its deadline now, None where none runs; `light_next` is when it changes
    by time alone. `report_due` is when the next report is due. `sought` holds words to search for.
    """

    number = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=20)
    origin = models.JSONField(default=dict, blank=True)
    weight = models.CharField(max_length=20, default="normal")
    visibility = models.CharField(max_length=20, default="internal")
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts"
    )

    state = models.CharField(max_length=20, default="registered")
    is_open = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=0)
    edition = models.PositiveIntegerField(default=0)
    lead = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks_led"
    )
    helpers = models.ManyToManyField(
        Body, through="TaskBody", related_name="tasks", through_fields=("task", "body")
    )
    leader = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks_in_charge"
    )
    handler = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="tasks_handled"
    )
    deadline = models.DateTimeField(null=True, blank=True)
    first_deadline = models.DateTimeField(null=True, blank=True)
    percent = models.FloatField(null=True, blank=True)
    report_every_days = models.PositiveSmallIntegerField(null=True, blank=True)
    last_report = models.DateTimeField(null=True, blank=True)
    report_due = models.DateTimeField(null=True, blank=True)
    legal_basis = models.TextField(blank=True)
    qualification = models.CharField(max_length=80, blank=True)

    point = models.CharField(max_length=20, blank=True)
    ask = models.CharField(max_length=40, blank=True)
    indicator = models.CharField(max_length=120, blank=True)
    expected = models.JSONField(default=dict, blank=True)
    areas = models.JSONField(default=list, blank=True)
    area = models.CharField(max_length=80, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    people = models.FloatField(null=True, blank=True)

    light = models.CharField(max_length=10, null=True, blank=True)
    light_since = models.DateTimeField(null=True, blank=True)
    light_next = models.DateTimeField(null=True, blank=True)
    light_reason = models.JSONField(default=dict, blank=True)

    registered = models.DateTimeField(default=timezone.now)
    closed = models.DateTimeField(null=True, blank=True)
    sought = models.TextField(blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["is_open", "deadline", "id"], name="task_open_deadline"),
            models.Index(fields=["deadline", "id"], name="task_deadline"),
            models.Index(fields=["state", "deadline", "id"], name="task_state_deadline"),
            models.Index(fields=["is_open", "light", "deadline", "id"], name="task_open_light"),
            models.Index(fields=["light_next"], name="task_light_next"),
            models.Index(fields=["area", "is_open"], name="task_area_open"),
            models.Index(fields=["point", "is_open"], name="task_point_open"),
            models.Index(fields=["indicator", "area"], name="task_indicator_area"),
            models.Index(fields=["ask"], name="task_ask"),
            models.Index(fields=["report_due"], name="task_report_due"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class TaskBody(models.Model):
    """A body that works on a task; what lists of a body filter and sort by is kept here too."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="bodies")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="task_bodies")
    part = models.CharField(max_length=10)
    is_open = models.BooleanField(default=True)
    state = models.CharField(max_length=20, default="registered")
    light = models.CharField(max_length=10, null=True, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "body"], name="body_once_a_task")]
        indexes = [
            models.Index(fields=["body", "is_open", "deadline", "task"], name="body_open_deadline"),
            models.Index(fields=["body", "deadline", "task"], name="body_deadline"),
            models.Index(fields=["body", "state", "deadline", "task"], name="body_state_deadline"),
        ]


class TaskArea(models.Model):
    """An area that a task is about; a task without any is about the whole city."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="in_areas")
    area = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "task"], name="area_once_a_task")]


class Milestone(models.Model):
    """A measure or a stage into which a task is decomposed, with its date."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(max_length=300)
    due = models.DateTimeField()
    planned_percent = models.FloatField(null=True, blank=True)
    done = models.DateTimeField(null=True, blank=True)
    body = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT)

    class Meta:
        ordering = ["due", "id"]


class TaskEvent(models.Model):
    """What was done to a task: the truth that its row is made from. Never changed, never deleted.

    `reached` is the state that it led to by the lifecycle of that day; the table may change since.
    `key` is what the sender gave to an attempt, so that sending twice does once. `evidence` holds
    the ids of evidence, `helpers` those of bodies.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=20)
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="task_events")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="task_events")
    role = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    approval = models.CharField(max_length=200, blank=True)
    percent = models.FloatField(null=True, blank=True)
    lead = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    helpers = models.JSONField(default=list, blank=True)
    deadline = models.DateTimeField(null=True, blank=True)
    evidence = models.JSONField(default=list, blank=True)
    reached = models.CharField(max_length=20, null=True, blank=True)
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    class Meta:
        ordering = ["task", "number"]
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="event_number_once"),
            models.CheckConstraint(
                condition=Q(percent__isnull=True) | Q(percent__gte=0, percent__lte=100),
                name="percent_is_one",
            ),
        ]


class Counter(models.Model):
    """The last number given out, a row a year; counted in the transaction that uses it."""

    name = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    @classmethod
    def next(cls, name: str) -> int:
        """The next number; call it inside a transaction."""
        cls.objects.select_for_update().get_or_create(name=name)
        cls.objects.filter(name=name).update(last=F("last") + 1)
        return cls.objects.get(name=name).last


class SavedFilter(models.Model):
    """A filter of the ledger that a person keeps, as the query of its address."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="filters")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=2_000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="filter_name_once")]
