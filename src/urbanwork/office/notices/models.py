"""The outbox, what reached whom, and the log of every attempt to deliver."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from urbanwork.office.ledger.models import Task
from urbanwork.office.people.models import Person


class News(models.Model):
    """Something that happened and is to be told: written in the transaction of what it tells.

    `key` is there once, so that telling twice tells once. `facts` holds numbers, ids and titles.
    `planned` is when its receivers were found; None while it waits for that.
    """

    key = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=40)
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.CASCADE, related_name="news"
    )
    by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()
    planned = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], name="news_unplanned", condition=Q(planned__isnull=True))
        ]


class Notice(models.Model):
    """A piece of news for one person, shown in the application."""

    news = models.ForeignKey(News, on_delete=models.CASCADE, related_name="notices")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    seen = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["news", "person"], name="notice_once_a_person")
        ]
        indexes = [models.Index(fields=["person", "-id"], name="notice_person")]


WAITING, SENDING, SENT, UNSURE, GIVEN_UP = "waiting", "sending", "sent", "unsure", "given_up"


class Delivery(models.Model):
    """One message over one channel, to a person, or to the group of a chat.

    `key` is the same in every attempt, and goes out with it where the channel takes one. `unsure`:
    the process or the connection ended while it was being sent, and the channel cannot be asked.
    """

    key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(max_length=40)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.CASCADE, related_name="deliveries"
    )
    news = models.ManyToManyField(News, related_name="deliveries")
    is_digest = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default=WAITING)
    due = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    claimed = models.DateTimeField(null=True, blank=True)
    sent = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["state", "due"], name="delivery_state_due")]


class Attempt(models.Model):
    """One try to deliver and what came of it. `said` never holds a secret or a text of a notice."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="tries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10)
    said = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["delivery", "number"]


class Wish(models.Model):
    """What comes to a person over a channel: at once, in a digest, or not at all."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="wishes")
    channel = models.CharField(max_length=40)
    topic = models.CharField(max_length=20)
    mode = models.CharField(max_length=10)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "channel", "topic"], name="wish_once")
        ]


class Quiet(models.Model):
    """Hours of a person in which nothing is sent, and when their digest comes."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="quiet")
    begin = models.TimeField(null=True, blank=True)
    end = models.TimeField(null=True, blank=True)
    digest = models.TimeField(null=True, blank=True)
