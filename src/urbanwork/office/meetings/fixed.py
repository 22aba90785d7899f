"""The text of a meeting as it is fixed when it is closed, and who may read which part of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.meetings.models import Decision, Item, Meeting
from urbanwork.office.meetings.seeing import READ_ALL
from urbanwork.office.people.models import Body
from urbanwork.office.people.rights import Rights

WHOLE: Final = ("leader", "supervisor")
"""Roles that may see every task; all others get an extract, whatever stands in it."""


def fixed_text(meeting: Meeting) -> dict[str, Any]:
    """All of a meeting. People stand in it by their numbers, so that a name can be erased."""
    items = meeting.items.select_related("task").prefetch_related("decisions__task")
    return {
        "title": meeting.title, "at": meeting.at.isoformat(), "place": meeting.place,
        "chair": meeting.chair_id,
        "bodies": [_name(each) for each in meeting.bodies.order_by("path")],
        "items": [_item(each) for each in items.order_by("place", "pk")],
    }  # fmt: skip


def _item(item: Item) -> dict[str, Any]:
    decisions = item.decisions.select_related("task", "lead").order_by("place")
    return {
        "id": item.pk, "kind": item.kind, "title": item.title, "note": item.note,
        **_task(item.task), "decisions": [_decision(each) for each in decisions],
    }  # fmt: skip


def _decision(decision: Decision) -> dict[str, Any]:
    return {
        "id": decision.pk, "text": decision.text, "how": decision.how, **_task(decision.task),
        "lead": None if decision.lead is None else _name(decision.lead),
        "deadline": None if decision.deadline is None else decision.deadline.isoformat(),
    }  # fmt: skip


def _task(task: Task | None) -> dict[str, Any]:
    return {"task": None if task is None else task.pk, "number": task.number if task else ""}


def _name(body: Body) -> dict[str, str]:
    return {"en": body.title("en"), "zh": body.title("zh")}


def items_for(rights: Rights, meeting: Meeting) -> list[dict[str, Any]]:
    """The items of a closed meeting that a post may read, with the decisions that it may read."""
    rows = meeting.text.get("items", [])
    named = {each["task"] for row in rows for each in (row, *row["decisions"]) if each["task"]}
    seen = set(visible(rights).filter(pk__in=named).values_list("pk", flat=True))
    found = []
    for row in rows:
        if row["task"] is not None and row["task"] not in seen:
            continue
        if (kept := _readable(rights, row, seen)) is not None:
            found.append(kept)
    return found


def _readable(rights: Rights, row: dict[str, Any], seen: set[int]) -> dict[str, Any] | None:
    decisions = [each for each in row["decisions"] if each["task"] is None or each["task"] in seen]
    if rights.role in READ_ALL or row["task"] is not None:
        return {**row, "decisions": decisions}
    mine = [each for each in decisions if each["task"] is not None]
    return {**row, "decisions": mine} if mine else None


def is_extract(rights: Rights) -> bool:
    """Whether a post gets an extract: by its role and reach, not by what stands in the text."""
    return rights.role not in WHOLE or bool(rights.areas) or bool(rights.fields)


def moment_of(text: str | None) -> datetime | None:
    """A time as the text holds it."""
    return None if text is None else datetime.fromisoformat(text)
