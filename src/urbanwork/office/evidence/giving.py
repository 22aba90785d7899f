"""Acting on a task with new files: a report or a submission and its evidence, both or neither."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.db import IntegrityError, transaction

from urbanwork.office.evidence.models import Evidence
from urbanwork.office.evidence.storing import Ready, Sent, enter, given_before, may_give
from urbanwork.office.ledger.acting import Doing, act
from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.people.rights import Rights


def act_with(rights: Rights, task: Task, doing: Doing, files: Sequence[Sent] = ()) -> TaskEvent:
    """Do something to a task, with files that are stored for it in the same transaction.

    The caller has made sure that the post may see the task. Files whose key was stored before
    count as they are.

    Raises:
        RefusedFileError: a file is not taken; then nothing is done.
        RefusedError: the lifecycle or the rights do not allow it; then nothing is done.
    """
    if doing.key and TaskEvent.objects.filter(key=doing.key).exists():
        return act(rights, task.pk, doing)
    if files:
        may_give(rights, task)
    before = [each for sent in files if (each := given_before(rights, task, sent.key))]
    known = {each.key for each in before}
    ready = [Ready.of(sent) for sent in files if sent.key is None or sent.key not in known]
    try:
        return _carried_out(rights, task, doing, before, ready)
    except IntegrityError:
        # the same request came twice at once, and the other was first
        return _carried_out(rights, task, doing, before, ready)


@transaction.atomic
def _carried_out(
    rights: Rights,
    task: Task,
    doing: Doing,
    before: Sequence[Evidence],
    ready: Sequence[Ready],
) -> TaskEvent:
    known = {each.sent.key: given_before(rights, task, each.sent.key) for each in ready}
    new = [each for each in ready if known[each.sent.key] is None]
    stored = [*before, *(each for each in known.values() if each is not None)]
    if new:
        stored += enter(rights, task, new)
    ids = list(dict.fromkeys([*map(str, doing.evidence), *(str(each.pk) for each in stored)]))
    return act(rights, task.pk, replace(doing, evidence=ids))
