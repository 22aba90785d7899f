"""Holding rows of the ledger against the chain: events of tasks, orders, evidence, one for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from urbanwork.office.audit.models import REDACTED, Entry, PersonalValue
from urbanwork.office.audit.verify import BLOCK, Verification
from urbanwork.quantities.bilingual import Bilingual

Words = dict[str, str | None]
"""Texts of a row by field; None where the chain no longer keeps what was said."""


@dataclass(frozen=True)
class Kind:
    """Rows of one model and the entries that tell of them.

    Args:
        model: label of the model, such as `ledger.TaskEvent`.
        actions: how the actions of its entries begin.
        identity: the fact that, with the subject of the entry, names the row.
        place: the same of a row: its subject, and the value of that fact.
        facts: what the entry must say, from the row: action, actor and facts.
        texts: fields whose words the chain keeps as personal values, until they are erased.
        name: the row in words.
    """

    model: str
    actions: str
    identity: str
    place: Callable[[Any], tuple[str, Any]]
    facts: Callable[[Any], tuple[str, dict[str, Any]]]
    texts: tuple[str, ...]
    name: Callable[[str, Any], Bilingual]


def hold_rows(found: Verification) -> None:
    """Hold every row against its entry, and every entry against its row."""
    for kind in KINDS:
        _hold(found, kind)


def _hold(found: Verification, kind: Kind) -> None:
    from django.apps import apps

    entries = Entry.objects.filter(
        action__startswith=kind.actions, facts__has_key=kind.identity
    ).order_by("number")
    recorded = {
        (entry.subject, entry.facts[kind.identity]): entry for entry in entries.iterator(BLOCK)
    }
    said, redacted = _said(kind), _redacted(kind)
    for row in apps.get_model(kind.model)._default_manager.order_by("pk").iterator(BLOCK):
        found.events += kind is EVENTS
        entry = recorded.pop(kind.place(row), None)
        words: Words = {**said.get(entry.number, {})} if entry else {}
        again = redacted.get(str(row.pk), {})
        _marks(found, kind, row, {**words, **again})
        if entry is None or not _is_as_recorded(kind, row, entry, words | again):
            _fault(found, kind.name(*kind.place(row)), "is not what the chain recorded",
                   "与链中记录不符")  # fmt: skip
    for place in recorded:
        _fault(found, kind.name(*place), "is in the chain but not in the ledger",
               "在链中有记录，台账中没有")  # fmt: skip


def _fault(found: Verification, name: Bilingual, en: str, zh: str) -> None:
    found.fault(f"{name.en} {en}.", f"{name.zh}{zh}。")


def _said(kind: Kind) -> dict[int, dict[str, str]]:
    """What the chain still keeps of the words of rows, by the number of the entry."""
    texts: dict[int, dict[str, str]] = {}
    values = PersonalValue.objects.filter(
        name__in=kind.texts, entry__action__startswith=kind.actions
    ).values_list("entry", "name", "value")
    for number, name, value in values.iterator(BLOCK):
        texts.setdefault(number, {})[name] = value
    return texts


def _redacted(kind: Kind) -> dict[str, Words]:
    """The words of rows out of which names were taken, as the chain recorded them last."""
    found: dict[str, Words] = {}
    entries = Entry.objects.filter(action="text.redact", facts__table=kind.model)
    values = dict(
        PersonalValue.objects.filter(entry__in=entries, name="text").values_list("entry", "value")
    )
    for entry in entries.order_by("number"):
        found.setdefault(entry.facts["row"], {})[entry.facts["field"]] = values.get(entry.number)
    return found


def _marks(found: Verification, kind: Kind, row: Any, words: Mapping[str, str | None]) -> None:
    """A text with the mark of redaction needs an entry that made it, or to have been written so."""
    for name in kind.texts:
        if REDACTED in getattr(row, name) and name not in words:
            _fault(found, kind.name(*kind.place(row)), "was redacted without an entry",
                   "文字被隐去，但链中无记录")  # fmt: skip


def _is_as_recorded(kind: Kind, row: Any, entry: Entry, words: Words) -> bool:
    """Whether a row is what its entry tells; facts that were not told when it was written aside."""
    action, facts = kind.facts(row)
    return (
        entry.action == action
        and entry.actor == f"person:{row.person_id}"
        and all(entry.facts[name] == value for name, value in facts.items() if name in entry.facts)
        and all(text is None or getattr(row, name) == text for name, text in words.items())
    )


def _of_event(row: Any) -> tuple[str, dict[str, Any]]:
    from urbanwork.office.ledger.acting import facts_of

    return f"task.{row.action}", facts_of(row)


def _of_order(row: Any) -> tuple[str, dict[str, Any]]:
    from urbanwork.office.supervising.ordering import facts_of

    return f"order.{row.kind}", facts_of(row)


def _of_evidence(row: Any) -> tuple[str, dict[str, Any]]:
    from urbanwork.office.evidence.storing import facts_of

    return "evidence.store", facts_of(row)


def _numbered(row: Any) -> tuple[str, Any]:
    return f"task:{row.task_id}", row.number


EVENTS = Kind(
    "ledger.TaskEvent", "task.", "event", _numbered, _of_event, ("reason", "approval"),
    lambda subject, number: Bilingual(
        f"Event {number} of {subject.replace(':', ' ')}",
        f"任务{subject.partition(':')[2]}的第{number}次操作",
    ),
)  # fmt: skip
KINDS = (
    EVENTS,
    Kind(
        "supervising.OrderEvent", "order.", "event", _numbered, _of_order, ("reason",),
        lambda subject, number: Bilingual(
            f"Event {number} of the order on {subject.replace(':', ' ')}",
            f"任务{subject.partition(':')[2]}督办的第{number}次操作",
        ),
    ),
    Kind(
        "evidence.Evidence", "evidence.store", "evidence",
        lambda row: (f"task:{row.task_id}", str(row.pk)), _of_evidence, (),
        lambda subject, key: Bilingual(
            f"Evidence {key} of {subject.replace(':', ' ')}",
            f"任务{subject.partition(':')[2]}的佐证{key}",
        ),
    ),
)  # fmt: skip
