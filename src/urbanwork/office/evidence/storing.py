"""The one way by which evidence comes about: checked, stored, entered and recorded."""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Count
from django.utils import timezone

from urbanwork.office.audit.record import Told, record_all
from urbanwork.office.evidence.models import Evidence
from urbanwork.office.evidence.pictures import Position
from urbanwork.office.evidence.preparing import Prepared, prepared
from urbanwork.office.evidence.store import put
from urbanwork.office.ledger.models import Task
from urbanwork.office.people.rights import Rights
from urbanwork.office.statements import Question, insert
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

GIVERS: Final = ("leader", "supervisor", "dispatcher", "handler", "inspector")
"""Roles that may add evidence, to open tasks that they see."""
MOST_FILES: Final = 200
"""Of one task."""
DISK_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class NoRoomError(RefusedError):
    """The disk is full: nothing was kept, and the sender must know."""

    def __init__(self) -> None:
        super().__init__(
            Bilingual(
                "The office has no room for the file now. It was not stored; keep it and tell the "
                "administrator.",
                "系统存储空间不足，文件未保存。请保留文件并告知管理员。",
            )
        )


@dataclass(frozen=True)
class Sent:
    """A file as it was sent. `key` makes sending twice store once; `position` is the device's."""

    file: IO[bytes]
    name: str
    key: str | None = None
    position: Position | None = None


def store(
    rights: Rights,
    task: Task,
    file: IO[bytes],
    name: str,
    key: str | None = None,
    position: Position | None = None,
) -> Evidence:
    """Take a file as evidence of a task.

    The caller has made sure that the post may see the task (`visible`). `position` is what the
    device stated; one in the file itself goes before.

    Raises:
        RefusedFileError: the file is not taken, with the reason.
        RefusedError: the post may not add evidence, or the task is closed or has too much.
    """
    may_give(rights, task)
    if (done := given_before(rights, task, key)) is not None:
        return done
    ready = Ready.of(Sent(file, name, key, position))
    try:
        with transaction.atomic():
            return enter(rights, task, [ready])[0]
    except IntegrityError:
        if (done := given_before(rights, task, key)) is None:
            raise
        return done


@dataclass(frozen=True)
class Ready:
    """A file that lies in the store and has no row yet."""

    sent: Sent
    made: Prepared
    digest: str

    @classmethod
    def of(cls, sent: Sent) -> Ready:
        """Check a file and put it into the store, outside of any transaction: this takes long."""
        made = prepared(sent.file, sent.name)
        try:
            return cls(sent, made, put(made.data))
        except OSError as error:
            if error.errno in DISK_FULL:
                raise NoRoomError from error
            raise


def may_give(rights: Rights, task: Task) -> None:
    """Raise RefusedError where the post may not add evidence to the task now."""
    if rights.role not in GIVERS:
        raise RefusedError(Bilingual("Your post may not add evidence.", "您的岗位不能添加佐证。"))
    if not task.is_open:
        raise RefusedError(
            Bilingual(
                "The task is no longer open; nothing can be added to it.",
                "任务已不在办理中，不能再添加佐证。",
            )
        )


def given_before(rights: Rights, task: Task, key: str | None) -> Evidence | None:
    """What an earlier attempt with this key stored.

    Raises:
        RefusedError: the key was used for another task, or by another person.
    """
    if key is None:
        return None
    found = Evidence.objects.filter(key=key).first()
    if found is not None and (found.task_id, found.person_id) != (task.pk, rights.person.pk):
        raise RefusedError(
            Bilingual(
                "This key was used for something else; send it again with a new one.",
                "此标识已用于其他内容，请重新发送。",
            )
        )
    return found


def enter(rights: Rights, task: Task, files: Sequence[Ready]) -> list[Evidence]:
    """Rows of stored files and their entries in the chain; call it inside a transaction."""
    locked = Task.objects.select_for_update().get(pk=task.pk)
    may_give(rights, locked)
    check_room(locked, len(files))
    rows = add_rows(rights, locked, files)
    record_all([told_of(row) for row in rows])
    return rows


def check_room(task: Task, more: int) -> None:
    """Raise RefusedError where a task has too many files already."""
    there = _how_many(task.pk)
    if there and there[0][0] + more > MOST_FILES:
        raise RefusedError(
            Bilingual(
                f"A task takes at most {MOST_FILES} files.", f"一项任务最多{MOST_FILES}个文件。"
            )
        )


_how_many = Question(
    lambda task: (
        Evidence.objects.filter(task=task)
        .order_by()
        .values("task")
        .annotate(files=Count("pk"))
        .values_list("files")
    )
)


def add_rows(rights: Rights, task: Task, files: Sequence[Ready]) -> list[Evidence]:
    """Rows of stored files; what `told_of` each must enter the chain in the same transaction."""
    rows = [_row(rights, task, each) for each in files]
    insert(rows)
    return rows


def _row(rights: Rights, task: Task, ready: Ready) -> Evidence:
    made = ready.made
    where = made.position or ready.sent.position
    source = "file" if made.position else "device" if where else ""
    return Evidence(
        task=task, digest=ready.digest, original_digest=made.original_digest, name=made.name,
        kind=made.kind.mime, size=len(made.data), width=made.width, height=made.height,
        taken=made.taken, longitude=where and where.longitude, latitude=where and where.latitude,
        position_from=source, person=rights.person, body=rights.body, at=timezone.now(),
        key=ready.sent.key,
    )  # fmt: skip


def facts_of(row: Evidence) -> dict[str, Any]:
    """What the chain keeps of evidence, from its row."""
    return {
        "evidence": str(row.pk), "digest": row.digest, "original_digest": row.original_digest,
        "kind": row.kind, "size": row.size, "body": row.body_id,
    }  # fmt: skip


def told_of(row: Evidence) -> Told:
    """What the chain is told of evidence."""
    by = f"person:{row.person_id}"
    return Told("evidence.store", f"task:{row.task_id}", facts_of(row), by, _personal(row), by)


def _personal(row: Evidence) -> Mapping[str, str]:
    said = {
        "name": row.name,
        "position": f"{row.longitude},{row.latitude}" if row.has_position else "",
        "taken": row.taken.isoformat() if row.taken else "",
    }
    return {name: value for name, value in said.items() if value}
