"""Papers that were made, each with the number that it keeps."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from urbanwork.office.ledger.models import Task
from urbanwork.office.people.models import Body, Person


class Paper(models.Model):
    """One paper: the number under which it was issued, by whom and when.

    `subject` says what it is of, such as `event:17` (an assignment), `order:4`, `month:2026-05`,
    `meeting:3`; made again, it is the same paper; `about` says it to people. `task` is that whose
    visibility it shares. `body` is that for which it was issued.
    """

    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=80)
    about = models.CharField(max_length=300, blank=True)
    code = models.CharField(max_length=40, unique=True)
    task = models.ForeignKey(
        Task, null=True, blank=True, on_delete=models.PROTECT, related_name="papers"
    )
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="papers_issued")
    body = models.ForeignKey(
        Body, null=True, blank=True, on_delete=models.PROTECT, related_name="papers_issued"
    )
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-made", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="paper_of_subject_once")
        ]

    def __str__(self) -> str:
        return self.code


class PaperFile(models.Model):
    """One file of a paper, kept as it was made: its bytes lie in the store under `digest`.

    `tasks` are those that it names: who may not see all of them may not open it. `reach` says for
    whom it was made, where what it says depends on that. `is_settled`: taken again, it is this
    file. `removed`: when its bytes were taken away, since a person in it was to be erased.
    """

    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="files")
    lang = models.CharField(max_length=2)
    reach = models.CharField(max_length=80, blank=True)
    digest = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    template = models.CharField(max_length=64)
    tasks = models.JSONField(default=list)
    is_settled = models.BooleanField(default=True)
    made = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    removed = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made", "-id"]

    def __str__(self) -> str:
        return f"{self.paper} {self.digest[:12]}"
