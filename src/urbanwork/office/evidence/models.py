"""Rows of evidence, and of files that are still being sent.

The file of evidence lies in the store under the digest of its content.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone

from urbanwork.office.ledger.models import Task
from urbanwork.office.people.models import Body, Person


class Evidence(models.Model):
    """One file that somebody gave as proof. `digest` is the SHA-256 of what is stored.

    `longitude` and `latitude` were read from the file before they were taken out of it, or the
    device stated them when it was sent: `position_from` says which, "file" or "device".
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
    position_from = models.CharField(max_length=10, blank=True, default="")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="evidence")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="evidence")
    at = models.DateTimeField()
    key = models.CharField(max_length=80, null=True, blank=True, unique=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return self.name

    @property
    def has_position(self) -> bool:
        """Whether it is known where it was taken."""
        return self.longitude is not None and self.latitude is not None


class Upload(models.Model):
    """A file that comes in pieces. What has come so far is the length of its file on disk.

    `key` is what the sender gave to it, so that beginning twice begins once. `evidence` is what
    came of it; `refusal` says in both languages why nothing did.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=80)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    made = models.DateTimeField(default=timezone.now, db_index=True)
    evidence = models.ForeignKey(Evidence, null=True, on_delete=models.SET_NULL, related_name="+")
    refusal = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="upload_key_once")]

    def __str__(self) -> str:
        return self.name
