"""Ledgers that were read in: the file that waits, how its columns are read, which row is which."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from urbanwork.office.ledger.models import Task
from urbanwork.office.people.models import Body, Person


class Reading(models.Model):
    """A file that somebody gave; it waits in the cache of the office until it is carried out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    ending = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    ledger = models.CharField(max_length=120)
    sheet = models.CharField(max_length=120, blank=True)
    mapping = models.JSONField(default=dict)
    made = models.DateTimeField(default=timezone.now)
    done = models.DateTimeField(null=True)
    told = models.JSONField(default=dict)

    class Meta:
        ordering = ["-made"]


class ColumnMapping(models.Model):
    """How the columns of a ledger are read; kept by their titles, for the next file like it."""

    signature = models.CharField(max_length=64, unique=True)
    mapping = models.JSONField()
    at = models.DateTimeField(default=timezone.now)


class BodyName(models.Model):
    """What a ledger calls a body that is called otherwise here; kept for all ledgers to come."""

    name = models.CharField(max_length=200, unique=True)
    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="+")


class ReadRow(models.Model):
    """Which task a row of a ledger became, by what identifies the row in its ledger."""

    ledger = models.CharField(max_length=120)
    key = models.CharField(max_length=64)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="read_from")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ledger", "key"], name="row_once_a_ledger")]
