"""Acting on a task with new files: a report or a submission and its evidence, both or neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import IntegrityError, transaction

from urbanwork.office.evidence.models import Evidence
from urbanwork.office.evidence.storing import (
    Ready,
    Sent,
    add_rows,
    check_room,
    given_before,
    may_give,
    told_of,
)
from urbanwork.office.ledger.acting import Doing, act, act_on, locked
from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.people.rights import Rights
from urbanwork.supervision.refusing import RefusedError


def act_with(rights: Rights, task: Task, doing: Doing, files: Sequence[Sent] = ()) -> TaskEvent:
    """Do something to a task, with files that are stored for it in the same transaction.

    The caller has made sure that the post may see the task. Files whose key was stored before
    count as they are.

    Raises:
        RefusedFileError: a file is not taken; then nothing is done.
        RefusedError: the lifecycle or the rights do not allow it; then nothing is done.
    """
    if not files:
        return act(rights, task.pk, doing)
    try:
        return _done(rights, task, doing, files)
    except (RefusedError, IntegrityError):
        if doing.key and TaskEvent.objects.filter(key=doing.key).exists():
            return act(rights, task.pk, doing)  # it came twice, and was done the first time
        raise


def _done(rights: Rights, task: Task, doing: Doing, files: Sequence[Sent]) -> TaskEvent:
    may_give(rights, task)
    check_room(task, len(files))
    ready = [Ready.of(sent) for sent in files]
    try:
        return _carried_out(rights, task, doing, ready, ())
    except IntegrityError:  # some of the files were stored before
        keys = [each.sent.key for each in ready]
        before = [each for key in keys if (each := given_before(rights, task, key))]
        known = {each.key for each in before}
        new = [each for each in ready if each.sent.key not in known]
        return _carried_out(rights, task, doing, new, before)


@transaction.atomic
def _carried_out(
    rights: Rights,
    task: Task,
    doing: Doing,
    new: Sequence[Ready],
    before: Sequence[Evidence],
) -> TaskEvent:
    """The task first, then rows of files, then the event that names them, then the chain.

    The head of the chain is what all writers wait for: it is taken late, and always after the task,
    or two writers would wait for each other for good.
    """
    row = locked(task.pk)
    files = {str(each.pk): each for each in add_rows(rights, row, new)}
    ids = [*map(str, doing.evidence), *(str(each.pk) for each in before), *files]
    doing = replace(doing, evidence=list(dict.fromkeys(ids)))
    return act_on(rights, row, doing, {name: told_of(each) for name, each in files.items()})
