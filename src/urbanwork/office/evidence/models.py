"""Rows of evidence. The file lies in the store under the digest of its content."""

from __future__ import annotations

import uuid

from django.db import models

from urbanwork.office.ledger.models import Task
from urbanwork.office.people.models import Body, Person


class Evidence(models.Model):
    """One file that somebody gave as proof. `digest` is the SHA-256 of what is stored.

    `longitude` and `latitude` were read from the file before they were taken out of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="evidence")
    digest = models.CharField(max_length=64, db_index=True)
    original_digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    taken = models.DateTimeField(null=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="evidence")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="evidence")
    at = models.DateTimeField()
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    class Meta:
        ordering = ["at"]
