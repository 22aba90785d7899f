"""Orders, what the ladder advises, how tasks were handled, chiefs, documents and their readers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from urbanwork.office.ledger.models import Task
from urbanwork.office.people.models import Body, Person


class OrderEvent(models.Model):
    """What happened to the matter of a task: the truth that its orders are made from.

    `kind` is one of `supervision.orders`, or `plea` (the body asks for a later time) and `decline`
    (the plea is turned down), which move no order. Never changed, never deleted.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="order_events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="order_events")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="order_events")
    role = models.CharField(max_length=20)
    step = models.CharField(max_length=40, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    recommended = models.CharField(max_length=40, null=True, blank=True)
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    class Meta:
        ordering = ["task", "number"]
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="order_event_number_once")
        ]


class Order(models.Model):
    """A step that was taken, as its events have made it, kept for lists.

    `body` led the task when it was issued. `plea` is when the body asked for a later time, while
    nobody has answered. `is_standing`: the last one of its task that is not void.
    """

    code = models.CharField(max_length=40, unique=True)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="orders")
    place = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    body = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="orders"
    )
    issued = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="orders_issued")
    until = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    is_done = models.BooleanField(default=False)
    is_void = models.BooleanField(default=False)
    is_appealed = models.BooleanField(default=False)
    is_standing = models.BooleanField(default=True)
    plea = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["issued", "id"]
        constraints = [models.UniqueConstraint(fields=["task", "place"], name="order_place_once")]
        indexes = [
            models.Index(fields=["is_standing", "is_done", "until"], name="order_standing_until"),
            models.Index(fields=["body", "issued"], name="order_body_issued"),
        ]


class Advice(models.Model):
    """A step that the ladder recommended, and until when it did. A person decides.

    `orders` counts the events of the matter when it was made. Open while `ended` is None.
    """

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="advice")
    orders = models.PositiveIntegerField()
    step = models.CharField(max_length=40)
    late_since = models.DateTimeField()
    made = models.DateTimeField()
    ended = models.DateTimeField(null=True, blank=True)
    reason = models.JSONField()

    class Meta:
        ordering = ["made", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["task"], condition=Q(ended__isnull=True), name="one_open_advice"
            )
        ]
        indexes = [models.Index(fields=["ended", "step", "late_since"], name="advice_open_step")]


class Handling(models.Model):
    """How a task was handled: what rates count, kept from the fold of its events.

    `due` is the deadline that holds, put off by pauses; `look_again` when the ladder may advise
    something else by time alone; `pause_asked` since when an asked pause waits for a decision.
    """

    task = models.OneToOneField(Task, on_delete=models.CASCADE, related_name="handling")
    body = models.ForeignKey(Body, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    assigned = models.DateTimeField()
    first_due = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    finished = models.DateTimeField(null=True)
    closed = models.DateTimeField(null=True)
    submissions = models.PositiveIntegerField(default=0)
    reworks = models.PositiveIntegerField(default=0)
    returns = models.PositiveIntegerField(default=0)
    is_void = models.BooleanField(default=False)
    has_pauses = models.BooleanField(default=False)
    paused = models.DateTimeField(null=True)
    pause_asked = models.DateTimeField(null=True)
    look_again = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["first_due", "body"], name="handling_first_due"),
            models.Index(fields=["assigned", "body"], name="handling_assigned"),
            models.Index(fields=["look_again"], name="handling_look_again"),
            models.Index(
                fields=["pause_asked"], name="handling_pause_asked",
                condition=Q(pause_asked__isnull=False),
            ),
            models.Index(
                fields=["paused"], name="handling_paused", condition=Q(paused__isnull=False)
            ),
        ]  # fmt: skip


class Tick(models.Model):
    """One run of the tick that changed something, and the rules that it went by."""

    at = models.DateTimeField()
    rules = models.CharField(max_length=64)
    is_nightly = models.BooleanField(default=False)
    relit = models.PositiveIntegerField(default=0)
    advised = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)

    class Meta:
        ordering = ["id"]


class Lease(models.Model):
    """Which process does what only one may do; it passes on when it is not renewed in time."""

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.CharField(max_length=80)
    until = models.DateTimeField()


class Chief(models.Model):
    """A post that answers for an area, of one kind (grid, river, road ...); vacant without one."""

    kind = models.CharField(max_length=40)
    area = models.CharField(max_length=80)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="chiefs")
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="chief_of"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "area", "id"]
        indexes = [models.Index(fields=["kind", "area"], name="chief_kind_area")]


DOCUMENTS = ("arrangement", "order", "bulletin", "other")


class Document(models.Model):
    """What people must have read: the arrangement, an order, a bulletin."""

    code = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class Version(models.Model):
    """One version of a document; `digest` is the SHA-256 of its text. Never changed.

    `roles` and `bodies` say who must read it; empty lists mean all.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    label = models.CharField(max_length=40)
    text = models.TextField(blank=True)
    link = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64)
    published = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="published")
    until = models.DateTimeField()
    roles = models.JSONField(default=list, blank=True)
    bodies = models.JSONField(default=list, blank=True)
    is_current = models.BooleanField(default=True)

    class Meta:
        ordering = ["-published", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["document", "label"], name="version_label_once"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(is_current=True), name="one_current_version"
            ),
        ]


class Reading(models.Model):
    """The word of a person that they have read a version."""

    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="readings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="readings")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="read_once")]
