"""Bodies, posts, people and what they are qualified for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from urbanwork.office.access import ROLES

LINK_MINUTES = 15


class Body(models.Model):
    """An organisation. `path` holds the ids from the root to it, such as '/1/4/', for subtrees."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=400, blank=True, db_index=True)
    is_closed = models.BooleanField(default=False)

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the path true, for this body and all below it."""
        super().save(*args, **kwargs)
        path = f"{self.parent.path if self.parent else '/'}{self.pk}/"
        if path != self.path:
            self.path = path
            super().save(update_fields=["path"])
            for child in self.children.all():
                child.save()

    def title(self, lang: str) -> str:
        """The name in a language, else the official one."""
        return (self.name_en or self.name) if lang == "en" else self.name


class Person(AbstractUser):
    """A person who signs in. What they may do follows from their posts alone."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")

    def __str__(self) -> str:
        return self.name or self.username


class PostQuerySet(models.QuerySet["Post"]):
    """Posts of a day."""

    def held(self, on: date | None = None) -> PostQuerySet:
        """Those that hold on a day, else today."""
        day = on or timezone.localdate()
        return self.filter(
            Q(begin__isnull=True) | Q(begin__lte=day), Q(end__isnull=True) | Q(end__gte=day)
        )


class Post(models.Model):
    """A role of a person in a body; an empty list of areas or fields means all of them.

    `areas` are ids of areas of the examination, `fields` codes of points of the arrangement.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="posts")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=[(role, role) for role in ROLES])
    title = models.CharField(max_length=120, blank=True)
    areas = models.JSONField(default=list, blank=True)
    fields = models.JSONField(default=list, blank=True)
    begin = models.DateField(null=True, blank=True)
    end = models.DateField(null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(role__in=ROLES), name="post_role_exists")]

    def __str__(self) -> str:
        return f"{self.person}, {self.role}, {self.body}"

    def holds(self, on: date) -> bool:
        """Whether it holds on a day; the same as `PostQuerySet.held`."""
        return (self.begin is None or self.begin <= on) and (self.end is None or self.end >= on)


class Qualification(models.Model):
    """What a person is qualified for, or was trained in, and until when."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="qualifications")
    code = models.CharField(max_length=80, db_index=True)
    name = models.CharField(max_length=200)
    is_training = models.BooleanField(default=False)
    hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    obtained = models.DateField()
    expires = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["person", "code"]

    def holds(self, on: date) -> bool:
        """Whether it holds on a day."""
        return self.obtained <= on and (self.expires is None or self.expires >= on)


class LoginLink(models.Model):
    """A link that signs a person in once, within fifteen minutes; only its digest is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    made = models.DateTimeField(default=timezone.now)
    used = models.DateTimeField(null=True)

    @property
    def is_open(self) -> bool:
        """Whether it still signs in; one that was made while the clock was ahead does not."""
        age = timezone.now() - self.made
        return self.used is None and abs(age) < timedelta(minutes=LINK_MINUTES)
