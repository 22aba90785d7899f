"""The chain: entries that nobody may change, and personal values that may be erased."""

from __future__ import annotations

from typing import Final

from django.db import models

REDACTED: Final = "〔已隐去〕"
"""What stands in a text where a name was taken out."""


class Entry(models.Model):
    """One write. `digest` = SHA-256 of the digest before and the canonical text of this entry.

    `facts` holds what is not personal as it was, and of personal values the salted digests only.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=40)
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=120, db_index=True)
    facts = models.JSONField()
    before = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["number"]


class PersonalValue(models.Model):
    """A personal value of an entry with the salt of its digest; erasing the row keeps the chain."""

    entry = models.ForeignKey(Entry, on_delete=models.DO_NOTHING, related_name="personal")
    name = models.CharField(max_length=80)
    salt = models.CharField(max_length=32)
    value = models.TextField()
    subject = models.CharField(max_length=120, db_index=True)


class Head(models.Model):
    """The last entry; its one row is locked while an entry is added."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)
