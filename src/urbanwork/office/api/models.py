"""Keys by which programs act in a post."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone

from urbanwork.office.people.models import Post

KEY_DAYS = 365


def _in_a_year() -> object:
    return timezone.now() + timedelta(days=KEY_DAYS)


class ApiKey(models.Model):
    """A key that lets a program act in a post; only its digest is kept."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="keys")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    made = models.DateTimeField(default=timezone.now)
    ends = models.DateTimeField(default=_in_a_year)
    used = models.DateField(null=True)

    class Meta:
        ordering = ["made"]
