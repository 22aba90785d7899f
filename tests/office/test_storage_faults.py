"""A full disk and a database that is away: one sentence, nothing half-written, and on it goes."""

from __future__ import annotations

import errno
import os

import pytest
from django.db.utils import OperationalError
from django.urls import reverse

from urbanwork.office.ledger import acting
from urbanwork.office.ledger.models import Task, TaskEvent

FULL_DISK = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
FULL_DATABASE = OperationalError("database or disk is full")
AWAY = OperationalError("connection failed: Connection refused")


@pytest.fixture
def client(client_of):
    found = client_of("handler")
    found.raise_request_exception = False
    return found


def raising(fault):
    def raises(*_: object, **__: object) -> None:
        raise fault

    return raises


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [(FULL_DISK, 507, "disk"), (FULL_DATABASE, 507, "disk"), (AWAY, 503, "database"),
     (RuntimeError("secret"), 500, "fault of ours")],
)  # fmt: skip
@pytest.mark.parametrize("way", ["page", "program"])
def test_it_is_told_in_one_sentence_and_nothing_is_half_written(
    office, client, monkeypatch, fault, status, words, way
):
    task = office.assigned()
    before = TaskEvent.objects.count(), Task.objects.get(pk=task.pk).version
    with monkeypatch.context() as broken:
        broken.setattr(acting, "record_all", raising(fault))  # the last that is written
        answer = accepted(client, task, way)
    assert answer.status_code == status
    said = answer.content.decode()
    assert words in said
    assert "secret" not in said
    assert (TaskEvent.objects.count(), Task.objects.get(pk=task.pk).version) == before
    assert accepted(client, task, way).status_code in (201, 302)


def accepted(client, task, way):
    """Accept the task, as a page or as a program does."""
    if way == "page":
        return client.post(reverse("task", args=[task.number]), {"action": "accept"})
    path = f"/api/tasks/{task.number}/events"
    return client.post(path, {"action": "accept"}, content_type="application/json")


def test_a_page_says_it_in_the_language_of_the_reader(office, client, monkeypatch):
    client.cookies["language"] = "zh-hans"
    monkeypatch.setattr("urbanwork.office.ledger.views.found", raising(AWAY))
    answer = client.get(reverse("ledger"))
    assert answer.status_code == 503
    assert "数据库暂时无法连接" in answer.content.decode()
