"""Verifying the chain: triggers, digests, anchors outside the database, events of tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection

from urbanwork.office.audit.models import REDACTED, Entry, Head, PersonalValue
from urbanwork.office.audit.record import digest_of, salted
from urbanwork.office.audit.triggers import missing
from urbanwork.office.place import office_place
from urbanwork.quantities.bilingual import Bilingual

if TYPE_CHECKING:
    from urbanwork.office.ledger.models import TaskEvent

BLOCK = 2_000
MOST_SHOWN = 20
RESTORED = "restored"
CUT_OFF = re.compile(r"\d+( [0-9a-f]{0,63}|( [0-9a-f]{64}( [0-9T:.+-]{0,31})?))?")
"""The beginning of a line of anchors."""


@dataclass
class Verification:
    """What was looked at and every fault found; the chain holds where there is none."""

    entries: int = 0
    head: str = ""
    anchors: int = 0
    erased: int = 0
    events: int = 0
    notes: list[Bilingual] = field(default_factory=list)
    faults: list[Bilingual] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults

    def fault(self, en: str, zh: str) -> None:
        """Note a fault."""
        self.faults.append(Bilingual(en, zh))


@dataclass(frozen=True, slots=True)
class Anchor:
    """One line outside the database; `is_restored` where the office went back to this entry."""

    number: int
    digest: str
    is_restored: bool
    at: datetime


def verify() -> Verification:
    """Look at everything; see `Verification`."""
    found = Verification()
    for name in missing(connection):
        found.fault(
            f"The trigger {name} is missing or changed: entries could be altered.",
            f"触发器 {name} 缺失或被改动，记录可能被篡改。",
        )
    digests = _chain(found)
    _head(found, digests)
    _anchors(found, digests, office_place().anchors)
    _personal(found)
    _events(found)
    return found


def _chain(found: Verification) -> list[str]:
    """Check each entry against the one before; the digests by number, the first at 0."""
    digests, before = [""], "0" * 64
    for entry in Entry.objects.order_by("number").iterator(BLOCK):
        number = len(digests)
        if entry.number != number:
            found.fault(
                f"Entry {number} is missing; the next one there is {entry.number}.",
                f"缺少第{number}条记录，其后一条为第{entry.number}条。",
            )
            digests.extend([""] * (entry.number - number))
        elif entry.before != before:
            found.fault(
                f"Entry {number} does not follow on the one before it.",
                f"第{number}条记录与前一条不衔接。",
            )
        if digest_of(entry) != entry.digest:
            found.fault(
                f"Entry {entry.number} was changed: its digest is not that of its content.",
                f"第{entry.number}条记录被改动，摘要与内容不符。",
            )
        before = entry.digest
        digests.append(entry.digest)
        found.entries += 1
    found.head = before
    return digests


def _head(found: Verification, digests: list[str]) -> None:
    head = Head.objects.filter(id=1).first()
    number = head.number if head else 0
    if number != len(digests) - 1 or (head and number and head.digest != digests[-1]):
        found.fault(
            f"The head says {number} entries, the chain has {len(digests) - 1}.",
            f"链头记为{number}条，实有{len(digests) - 1}条。",
        )


def _anchors(found: Verification, digests: list[str], path: Path) -> None:
    """Hold the chain against what was noted outside: a recomputed chain or a cut tail shows."""
    noted = list(_noted(found, path))
    found.anchors = len(noted)
    if not noted and found.entries:
        found.fault(
            f"There is no anchor in {path.name}, though the chain has {found.entries} entries.",
            f"链中有{found.entries}条记录，但{path.name}中没有锚点。",
        )
    given_up_above = len(digests) + max((each.number for each in noted), default=0)
    for anchor in reversed(noted):
        if anchor.is_restored:
            found.notes.append(_went_back(anchor))
            given_up_above = min(given_up_above, anchor.number)
        if anchor.number <= given_up_above and _is_wrong(anchor, digests):
            _wrong(found, anchor, len(digests) - 1)


def _is_wrong(anchor: Anchor, digests: list[str]) -> bool:
    return anchor.number >= len(digests) or digests[anchor.number] != anchor.digest


def _wrong(found: Verification, anchor: Anchor, last: int) -> None:
    if len(found.faults) > MOST_SHOWN:
        return
    if anchor.number > last:
        found.fault(
            f"The tail is cut: entry {anchor.number} was noted outside on {anchor.at:%Y-%m-%d}, "
            f"the chain ends with {last}.",
            f"链尾被截断：外部锚点记有第{anchor.number}条，现仅到第{last}条。",
        )
    else:
        found.fault(
            f"Entry {anchor.number} is not what was noted outside: the chain was rewritten.",
            f"第{anchor.number}条与外部锚点不符：链被重算。",
        )


def _went_back(anchor: Anchor) -> Bilingual:
    return Bilingual(
        f"On {anchor.at:%Y-%m-%d} a backup was restored: the chain went back to {anchor.number}.",
        f"{anchor.at:%Y-%m-%d}恢复过备份，链回到第{anchor.number}条。",
    )


def _noted(found: Verification, path: Path) -> Iterator[Anchor]:
    lines = (
        path.read_text(encoding="utf-8", errors="replace").splitlines() if path.is_file() else []
    )
    for place, line in enumerate(lines, start=1):
        parts = line.split()
        try:
            number, digest, at = int(parts[0]), parts[1], datetime.fromisoformat(parts[2])
        except (ValueError, IndexError):
            if CUT_OFF.fullmatch(line):
                found.notes.append(_was_cut_off(path, place))
                continue
            found.fault(f"{path.name}:{place}: no anchor.", f"{path.name}:{place}：不是锚点。")
            continue
        yield Anchor(number, digest, RESTORED in parts[3:], at)


def _was_cut_off(path: Path, place: int) -> Bilingual:
    return Bilingual(
        f"{path.name}:{place}: an anchor that a full disk or a crash cut off; later ones cover it.",
        f"{path.name}:{place}：锚点因磁盘已满或断电未写完，由其后的锚点覆盖。",
    )


def _personal(found: Verification) -> None:
    """Personal values that are there must be those of the chain; erased ones are counted."""
    there = 0
    rows = PersonalValue.objects.select_related("entry").order_by("id")
    for row in rows.iterator(BLOCK):
        there += 1
        if row.entry.facts.get("personal", {}).get(row.name) != salted(row.salt, row.value):
            found.fault(
                f"The value '{row.name}' of entry {row.entry_id} was changed.",
                f"第{row.entry_id}条记录的“{row.name}”被改动。",
            )
    wanted = sum(
        len(facts.get("personal", {}))
        for facts in Entry.objects.values_list("facts", flat=True).iterator(BLOCK)
    )
    found.erased = wanted - there


def _events(found: Verification) -> None:
    """Events of tasks must be those that the chain recorded, one for one."""
    from urbanwork.office.ledger.models import TaskEvent

    recorded = {
        (entry.subject, entry.facts.get("event")): entry
        for entry in Entry.objects.filter(
            action__startswith="task.", facts__has_key="event"
        ).iterator(BLOCK)
    }
    texts: dict[int, dict[str, str]] = {}
    for number, name, value in (
        PersonalValue.objects.filter(name__in=("reason", "approval"))
        .values_list("entry", "name", "value")
        .iterator(BLOCK)
    ):
        texts.setdefault(number, {})[name] = value
    redacted = _redacted()
    for row in TaskEvent.objects.order_by("id").iterator(BLOCK):
        found.events += 1
        entry = recorded.pop((f"task:{row.task_id}", row.number), None)
        words: dict[str, str | None] = {**texts.get(entry.number, {})} if entry else {}
        _marks(found, row, words, redacted.get(row.pk, {}))
        words |= redacted.get(row.pk, {})
        if entry is None or not _is_as_recorded(row, entry) or not _says(row, words):
            found.fault(
                f"Event {row.number} of task {row.task_id} is not what the chain recorded.",
                f"任务{row.task_id}的第{row.number}次操作与链中记录不符。",
            )
    for subject, number in recorded:
        found.fault(
            f"Event {number} of {subject} is in the chain but not in the ledger.",
            f"{subject}的第{number}次操作在链中有记录，台账中没有。",
        )


def _redacted() -> dict[int, dict[str, str | None]]:
    """The words of events out of which names were taken, as the chain recorded them last; None
    where its own value was erased since."""
    found: dict[int, dict[str, str | None]] = {}
    entries = Entry.objects.filter(action="text.redact", facts__table="ledger.TaskEvent")
    values = dict(
        PersonalValue.objects.filter(entry__in=entries, name="text").values_list("entry", "value")
    )
    for entry in entries.order_by("number"):
        row, field = int(entry.facts["row"]), entry.facts["field"]
        found.setdefault(row, {})[field] = values.get(entry.number)
    return found


def _marks(
    found: Verification,
    row: TaskEvent,
    words: Mapping[str, str | None],
    redacted: Mapping[str, str | None],
) -> None:
    """A text with the mark of redaction needs an entry that made it, or to have been written so."""
    for name in ("reason", "approval"):
        if REDACTED in getattr(row, name) and name not in words and name not in redacted:
            found.fault(
                f"Event {row.number} of task {row.task_id} was redacted without an entry.",
                f"任务{row.task_id}的第{row.number}次操作文字被隐去，但链中无记录。",
            )


def _says(row: TaskEvent, texts: Mapping[str, str | None]) -> bool:
    """Whether the words of an event are those that were recorded, as far as they were kept."""
    return all(text is None or getattr(row, name) == text for name, text in texts.items())


def _is_as_recorded(row: TaskEvent, entry: Entry) -> bool:
    from urbanwork.office.ledger.acting import facts_of

    kept = facts_of(row)
    return entry.action == f"task.{row.action}" and all(
        entry.facts.get(name) == value for name, value in kept.items()
    )
