"""Carrying out a reading: each row in a transaction of its own, each once, however often sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction
from django.utils import timezone

from urbanwork.errors import UserError
from urbanwork.office.audit.record import record
from urbanwork.office.database import keep_statistics
from urbanwork.office.ledger.acting import Doing, Draft, act, register
from urbanwork.office.ledger.changing import change
from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.ledger_files.comparing import BY_ASSIGNMENT, Comparison, Outcome
from urbanwork.office.ledger_files.meaning import Meant
from urbanwork.office.ledger_files.models import Reading, ReadRow
from urbanwork.office.ledger_files.rows import Row
from urbanwork.office.pages.language import said
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual

MANY: Final = 1_000
"""So many new tasks may change how lists are best looked through."""
NO_WHOLE = Bilingual(
    "The task that this measure is a part of was not entered.", "该措施所属的任务未能导入。"
)


@dataclass
class CarriedOut:
    """What became of the rows; `refused` says where and why."""

    entered: int = 0
    assigned: int = 0
    changed: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def carry_out(
    rights: Rights,
    reading: Reading,
    comparison: Comparison,
    *,
    also_assign: bool = True,
    progress: Callable[[int], None] = lambda done: None,
) -> CarriedOut:
    """Enter what is new and change what is changed. What fails is told, the rest goes on."""
    done = CarriedOut()
    wanted = [*comparison.of("new"), *comparison.of("changed")]
    for at, outcome in enumerate(wanted, start=1):
        try:
            with transaction.atomic():
                _carry(rights, reading, outcome, done, also_assign=also_assign)
        except UserError as fault:
            done.refused.append((outcome.meant.row.where, str(fault)))
        progress(at)
    if done.entered >= MANY:
        keep_statistics()
    return done


def _carry(
    rights: Rights, reading: Reading, outcome: Outcome, done: CarriedOut, *, also_assign: bool
) -> None:
    if outcome.task is not None:
        _change(rights, outcome, outcome.task)
        done.changed += 1
    else:
        outcome.task = _entered(rights, reading, outcome)
        done.entered += 1
    if also_assign and _assign(rights, reading, outcome.meant, outcome.task):
        done.assigned += 1


def _change(rights: Rights, outcome: Outcome, task: Task) -> None:
    fields = {name: new for name, (_, new) in outcome.changes.items() if name not in BY_ASSIGNMENT}
    change(rights, task.pk, fields)


def _assign(rights: Rights, reading: Reading, meant: Meant, task: Task) -> bool:
    """Assign a task that is registered only, with the person whom its row names."""
    if not meant.lead or not meant.deadline or task.state != "registered":
        return False
    named, bodies = (
        meant.fields.get("handler"),
        [meant.lead.pk, *(each.pk for each in meant.helpers)],
    )
    doing = Doing(
        "assign", lead=meant.lead.pk, helpers=bodies[1:], deadline=meant.deadline, handler=named,
        key=f"{reading.pk.hex}-{meant.row.key[:16]}+",
    )  # fmt: skip
    act(rights, task.pk, doing)
    return True


def _whole(rights: Rights, reading: Reading, row: Row) -> Task:
    """The task that a measure is a part of."""
    found = visible(rights).filter(read_from__ledger=reading.ledger, read_from__key=row.whole)
    if (task := found.first()) is None:
        raise UserError(said(NO_WHOLE))
    return task


def _entered(rights: Rights, reading: Reading, outcome: Outcome) -> Task:
    meant = outcome.meant
    fields = {name: value for name, value in meant.fields.items() if name not in ("handler",)}
    origin = {"ledger": reading.ledger, "row": meant.row.where, "number": meant.row.text("number")}
    if meant.row.whole:
        whole = _whole(rights, reading, meant.row)
        fields |= {"parent": whole, "visibility": whole.visibility}
    draft = Draft(
        {**fields, "source": "ledger", "origin": origin}, milestones=meant.milestones,
        key=f"{reading.pk.hex}-{meant.row.key[:16]}",
    )  # fmt: skip
    task = register(rights, draft)
    ReadRow.objects.get_or_create(ledger=reading.ledger, key=meant.row.key, defaults={"task": task})
    return task


def keep_told(rights: Rights, reading: Reading, held: Comparison, done: CarriedOut) -> None:
    """Keep what became of a reading, for its page and in the chain."""
    rejected = [
        {"where": each.meant.row.where, "en": " ".join(one.en for one in each.reasons),
         "zh": " ".join(one.zh for one in each.reasons)}
        for each in held.of("rejected")
    ]  # fmt: skip
    told = {
        "entered": done.entered, "assigned": done.assigned, "changed": done.changed,
        "same": len(held.of("same")), "left_out": len(held.of("done")),
        "rejected": rejected
        + [{"where": where, "en": why, "zh": why} for where, why in done.refused],
    }  # fmt: skip
    by = f"person:{rights.person.pk}"
    with transaction.atomic():
        Reading.objects.filter(pk=reading.pk).update(done=timezone.now(), told=told)
        record(
            "ledger.read_in", f"reading:{reading.pk}",
            {name: told[name] for name in ("entered", "assigned", "changed")}, actor=by,
            personal={"ledger": reading.ledger, "file": reading.name}, about=by,
        )  # fmt: skip
