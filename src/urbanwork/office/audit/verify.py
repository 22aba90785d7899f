"""Verifying the chain: triggers, digests, anchors outside the database, erased values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection

from urbanwork.office.audit.models import Entry, Head, PersonalValue
from urbanwork.office.audit.record import digest_of, salted
from urbanwork.office.audit.triggers import missing
from urbanwork.office.place import office_place
from urbanwork.quantities.bilingual import Bilingual

BLOCK = 2_000
MOST_SHOWN = 20
AT_ONCE = timedelta(minutes=15)
"""The first transaction may write many entries, and is anchored once."""
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
    from urbanwork.office.audit.recorded import hold_rows

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
    hold_rows(found)
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
    _whole(found, noted)
    given_up_above = len(digests) + max((each.number for each in noted), default=0)
    for anchor in reversed(noted):
        if anchor.is_restored:
            found.notes.append(_went_back(anchor))
            given_up_above = min(given_up_above, anchor.number)
        if anchor.number <= given_up_above and _is_wrong(anchor, digests):
            _wrong(found, anchor, len(digests) - 1)


def _whole(found: Verification, noted: list[Anchor]) -> None:
    """Anchors begin where the chain begins and end where it ends: else some of them are lost."""
    first, last = noted[:1], max((each.number for each in noted), default=0)
    begun = Entry.objects.filter(number=1).values_list("at", flat=True).first()
    for anchor in first:
        is_late = begun is not None and anchor.at - begun > AT_ONCE
        if anchor.number > 1 and is_late and not anchor.is_restored:
            found.fault(
                f"The anchors begin with entry {anchor.number}: those before it are lost, and what "
                "it holds could have been rewritten. Put back your copy of the file.",
                f"外部锚点自第{anchor.number}条起，此前的锚点缺失，无法证明更早的记录未被改动；请放回锚点文件的副本。",
            )
    if first and last < found.entries:
        found.notes.append(
            Bilingual(
                f"Entries {last + 1} to {found.entries} are not noted outside yet; the next write "
                "notes them.",
                f"第{last + 1}至{found.entries}条尚无外部锚点，下一次写入时补记。",
            )
        )


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
    """Personal values that are there must be those of the chain; erased ones are counted, and each
    needs an entry that tells of the erasing: else somebody took them away to change a text."""
    there: Counter[int] = Counter()
    rows = PersonalValue.objects.select_related("entry").order_by("id")
    for row in rows.iterator(BLOCK):
        there[row.entry_id] += 1
        if row.entry.facts.get("personal", {}).get(row.name) != salted(row.salt, row.value):
            found.fault(
                f"The value '{row.name}' of entry {row.entry_id} was changed.",
                f"第{row.entry_id}条记录的“{row.name}”被改动。",
            )
    erased = Erasures.of_chain()
    entries = Entry.objects.filter(facts__has_key="personal").order_by("number")
    for entry in entries.iterator(BLOCK):
        missing = len(entry.facts["personal"]) - there[entry.number]
        found.erased += missing
        if missing > 0 and not erased.tell_of(entry):
            found.fault(
                f"Values of entry {entry.number} were taken away, and no entry tells of it.",
                f"第{entry.number}条记录的个人信息被取走，链中无删除记录。",
            )


@dataclass(frozen=True)
class Erasures:
    """What the chain tells of erased values: of which entries, and of all before which moment."""

    entries: frozenset[int]
    before: datetime | None

    @classmethod
    def of_chain(cls) -> Erasures:
        """Read from the entries about erasing and about retention."""
        entries: set[int] = set()
        moments = []
        told = Entry.objects.filter(action__in=("value.erase", "person.erase", "retention"))
        for entry in told.iterator(BLOCK):
            entries.update(entry.facts.get("entries", ()))
            if entry.action == "retention":
                moments.append(_before(entry))
        return cls(frozenset(entries), max(moments, default=None))

    def tell_of(self, entry: Entry) -> bool:
        """Whether values of an entry may be gone."""
        return entry.number in self.entries or (self.before is not None and entry.at < self.before)


def _before(retention: Entry) -> datetime:
    """The moment before which values were taken; early entries tell of the years alone."""
    if (told := retention.facts.get("before")) is not None:
        return datetime.fromisoformat(told)
    return retention.at - timedelta(days=365.25 * retention.facts["years"])
