"""The one way by which meetings change: called, put together, written, closed; all recorded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from urbanwork.office.audit.record import record
from urbanwork.office.ledger.acting import ChangedMeanwhileError
from urbanwork.office.ledger.models import Task
from urbanwork.office.meetings.fixed import fixed_text
from urbanwork.office.meetings.models import Decision, Item, Meeting
from urbanwork.office.meetings.proposing import proposals
from urbanwork.office.meetings.seeing import WRITE, seen_items
from urbanwork.office.papers.kinds import MINUTES
from urbanwork.office.papers.making import Subject, issued
from urbanwork.office.people.models import Body, Person
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

MOST_ITEMS: Final = 200
NOT_YOURS: Final = Bilingual(
    "Leaders, supervisors and dispatchers make and write meetings.",
    "须由领导、督办人员或交办人员组织和记录会议。",
)
IS_CLOSED: Final = Bilingual(
    "The meeting is closed and its text fixed; the next meeting can decide otherwise.",
    "会议已结束，纪要文本已固定，可在下次会议另作决定。",
)
CHANGED: Final = Bilingual(
    "Somebody else changed this meeting while you had it open; look at it again.",
    "您打开此会议后，他人已作更改，请重新查看。",
)
YEARS: Final = range(2000, 2100)
NO_TIME: Final = Bilingual(
    "A meeting is held between 2000 and 2099; mend the year.",
    "会议年份须在2000至2099年间，请更正。",
)
TOO_MANY: Final = Bilingual(
    f"An agenda has {MOST_ITEMS} items at most.", f"一次会议最多{MOST_ITEMS}项议题。"
)
ALREADY: Final = Bilingual(
    "This form was sent for something else; open the page anew.",
    "此表单已用于其他操作，请重新打开页面。",
)


@dataclass(frozen=True)
class Calling:
    """What is said of a meeting before it is held."""

    title: str
    at: datetime
    place: str = ""
    chair: Person | None = None
    bodies: Collection[Body] = ()


@transaction.atomic
def call(rights: Rights, calling: Calling, key: str | None = None) -> Meeting:
    """Call a meeting.

    Raises:
        RefusedError: the post may not.
    """
    _may(rights)
    found = Meeting.objects.filter(key=key).first() if key else None
    if found is not None:
        if found.by_id != rights.person.pk:
            raise RefusedError(ALREADY)
        return found
    meeting = Meeting(by=rights.person, key=key)
    return _say(rights, meeting, calling, "meeting.call")


@transaction.atomic
def change(rights: Rights, pk: int, calling: Calling, version: int | None = None) -> Meeting:
    """Change what is said of a meeting.

    Raises:
        RefusedError: the post may not, or the meeting is closed.
        ChangedMeanwhileError: somebody else changed it since `version`.
    """
    return _say(rights, opened(rights, pk, version), calling, "meeting.change")


def _say(rights: Rights, meeting: Meeting, calling: Calling, action: str) -> Meeting:
    if calling.at.year not in YEARS:
        raise RefusedError(NO_TIME)
    meeting.title, meeting.at = calling.title, calling.at
    meeting.place, meeting.chair = calling.place, calling.chair
    meeting.save()
    meeting.bodies.set(calling.bodies)
    facts = {
        "at": calling.at.isoformat(), "bodies": sorted(each.pk for each in calling.bodies),
        "chair": None if calling.chair is None else calling.chair.pk,
    }  # fmt: skip
    keep(rights, meeting, action, facts, {"title": meeting.title, "place": meeting.place})
    return meeting


def opened(rights: Rights, pk: int, version: int | None = None) -> Meeting:
    """A meeting to be written, locked; call it inside a transaction.

    Raises:
        RefusedError: the post may not, or the meeting is closed.
        ChangedMeanwhileError: somebody else changed it since `version`.
    """
    _may(rights)
    meeting = Meeting.objects.select_for_update().get(pk=pk)
    if meeting.closed is not None:
        raise RefusedError(IS_CLOSED)
    if version is not None and version != meeting.version:
        raise ChangedMeanwhileError(CHANGED)
    return meeting


def keep(
    rights: Rights,
    meeting: Meeting,
    action: str,
    facts: dict[str, Any],
    texts: dict[str, str] | None = None,
) -> None:
    """Count the change and record it."""
    meeting.version += 1
    meeting.save(update_fields=["version"])
    by = f"person:{rights.person.pk}"
    told = {name: text for name, text in (texts or {}).items() if text}
    record(action, f"meeting:{meeting.pk}", {**facts, "version": meeting.version}, actor=by,
           personal=told, about=by)  # fmt: skip


def _may(rights: Rights) -> None:
    if rights.role not in WRITE:
        raise RefusedError(NOT_YOURS)


@transaction.atomic
def choose(rights: Rights, pk: int, keys: Sequence[str], version: int | None = None) -> list[Item]:
    """Put proposals on the agenda, by their keys; what is there already is left out."""
    meeting = opened(rights, pk, version)
    wanted = [each for each in proposals(rights, meeting) if each.key in set(keys)]
    added = [
        _add(meeting, Item(kind=each.kind, title=each.title, task=each.task, earlier=each.earlier,
                           reason={"en": each.reason.en, "zh": each.reason.zh}))
        for each in wanted
    ]  # fmt: skip
    if added:
        facts = {"items": [[each.pk, each.kind, each.task_id] for each in added]}
        keep(rights, meeting, "meeting.agenda", facts)
    return added


@transaction.atomic
def put_in(
    rights: Rights,
    pk: int,
    title: str,
    note: str = "",
    task: Task | None = None,
    version: int | None = None,
) -> Item:
    """Put an item of one's own on the agenda; the caller has made sure that its task is seen."""
    meeting = opened(rights, pk, version)
    if task is not None and meeting.items.filter(task=task).exists():
        raise RefusedError(Bilingual("This task is on the agenda already.", "该任务已在议程中。"))
    item = _add(meeting, Item(title=title, note=note, task=task))
    keep(rights, meeting, "meeting.agenda", {"items": [[item.pk, item.kind, item.task_id]]},
         {"title": title, "note": note})  # fmt: skip
    return item


def _add(meeting: Meeting, item: Item) -> Item:
    last = meeting.items.order_by("place").last()
    if meeting.items.count() >= MOST_ITEMS:
        raise RefusedError(TOO_MANY)
    item.meeting, item.place = meeting, 1 if last is None else last.place + 1
    item.save(force_insert=True)
    return item


@transaction.atomic
def move(rights: Rights, item: Item, by: int) -> None:
    """Move an item past the one before (-1) or after (1) it that the post sees."""
    meeting = opened(rights, item.meeting_id)
    row = list(seen_items(rights, meeting).order_by("place", "pk"))
    at = next((place for place, each in enumerate(row) if each.pk == item.pk), -1)
    if at < 0 or not 0 <= at + by < len(row):
        return
    mine, other = row[at], row[at + by]
    mine.place, other.place = other.place, mine.place
    Item.objects.bulk_update([mine, other], ["place"])
    keep(rights, meeting, "meeting.agenda", {"moved": mine.pk, "place": mine.place})


@transaction.atomic
def drop(rights: Rights, item: Item) -> None:
    """Take an item off the agenda.

    Raises:
        RefusedError: something was decided on it.
    """
    meeting = opened(rights, item.meeting_id)
    if Decision.objects.filter(item=item).exists():
        raise RefusedError(
            Bilingual("Something was decided on this item; it stays.", "该议题已有决定，不能移除。")
        )
    pk = item.pk
    Item.objects.filter(pk=pk).delete()
    keep(rights, meeting, "meeting.agenda", {"dropped": pk})


@transaction.atomic
def write_note(rights: Rights, item: Item, note: str) -> None:
    """Write what was said on an item."""
    meeting = opened(rights, item.meeting_id)
    Item.objects.filter(pk=item.pk).update(note=note)
    keep(rights, meeting, "meeting.note", {"item": item.pk}, {"note": note})


@transaction.atomic
def tick_off(rights: Rights, decision: Decision, *, is_done: bool) -> None:
    """Say that a decision of words alone is done, or not after all; in closed meetings too."""
    _may(rights)
    row = Decision.objects.select_for_update().get(pk=decision.pk)
    if row.how != "note" or (row.done is not None) == is_done:
        return
    row.done = timezone.now() if is_done else None
    row.save(update_fields=["done"])
    record("decision.done", f"decision:{row.pk}", {"done": is_done},
           actor=f"person:{rights.person.pk}")  # fmt: skip


@transaction.atomic
def close(rights: Rights, pk: int, version: int | None = None) -> Meeting:
    """Close a meeting: its text is fixed, and the minutes get their number.

    Raises:
        RefusedError: the post may not, it is closed, or has not begun.
        ChangedMeanwhileError: somebody else changed it since `version`.
    """
    meeting = opened(rights, pk, version)
    if meeting.at > timezone.now():
        raise RefusedError(
            Bilingual(
                "The meeting has not begun; change its time if it was held earlier.",
                "会议尚未开始；如已提前召开，请先修改时间。",
            )
        )
    meeting.closed, meeting.text = timezone.now(), fixed_text(meeting)
    meeting.save(update_fields=["closed", "text"])
    paper = issued(rights, minutes_of(meeting), may_issue=True)
    keep(rights, meeting, "meeting.close", {"text": digest(meeting), "code": paper.code})
    return meeting


def minutes_of(meeting: Meeting) -> Subject:
    """What the minutes of a meeting are of."""
    dated = meeting.closed or meeting.at
    return Subject(
        MINUTES, f"meeting:{meeting.pk}", dated, MINUTES.title, about=meeting.title[:300]
    )


def digest(meeting: Meeting) -> str:
    """The SHA-256 of the text as it was fixed."""
    text = json.dumps(meeting.text, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
