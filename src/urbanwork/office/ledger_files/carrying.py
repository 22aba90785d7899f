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
from urbanwork.office.ledger_files.comparing import Comparison, Outcome
from urbanwork.office.ledger_files.models import Reading, ReadRow
from urbanwork.office.people.rights import Rights

MANY: Final = 1_000
"""So many new tasks may change how lists are best looked through."""


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
        change(rights, outcome.task.pk, {name: new for name, (_, new) in outcome.changes.items()})
        done.changed += 1
        return
    task = _entered(rights, reading, outcome)
    done.entered += 1
    meant = outcome.meant
    if also_assign and meant.lead and meant.deadline and task.state == "registered":
        doing = Doing(
            "assign", lead=meant.lead.pk, helpers=[each.pk for each in meant.helpers],
            deadline=meant.deadline, key=f"{reading.pk.hex}-{meant.row.key[:16]}+",
        )  # fmt: skip
        act(rights, task.pk, doing)
        done.assigned += 1


def _entered(rights: Rights, reading: Reading, outcome: Outcome) -> Task:
    meant = outcome.meant
    fields = {name: value for name, value in meant.fields.items() if name not in ("handler",)}
    origin = {"ledger": reading.ledger, "row": meant.row.where, "number": meant.row.text("number")}
    draft = Draft(
        {**fields, "source": "ledger", "origin": origin},
        key=f"{reading.pk.hex}-{meant.row.key[:16]}",
    )
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
