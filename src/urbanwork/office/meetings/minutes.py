"""The minutes of a closed meeting as a paper (会议纪要)."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from urbanwork.office.meetings.fixed import is_extract, items_for, moment_of
from urbanwork.office.meetings.holding import minutes_of
from urbanwork.office.meetings.models import Meeting
from urbanwork.office.pages.language import Lang
from urbanwork.office.papers.kept import Telling, reach_of
from urbanwork.office.papers.kinds import MINUTES
from urbanwork.office.papers.making import Made, headed, issued, keep, taken_again
from urbanwork.office.papers.tasks_told import joined, long_moment
from urbanwork.office.people.models import Person
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

EXTRACT = Bilingual(
    "Extract: the items that are open to the post that took it.", "摘录：仅列下载者岗位可见的议题。"
)
NOT_CLOSED = Bilingual(
    "Minutes are made once the meeting is closed.", "会议结束后方可生成会议纪要。"
)


@transaction.atomic
def minutes(rights: Rights, meeting: Meeting, lang: Lang, *, anew: bool = False) -> Made:
    """The minutes, of what the post may read; `anew` not as they were made before.

    Raises:
        RefusedError: the meeting is not closed.
    """
    if meeting.closed is None:
        raise RefusedError(NOT_CLOSED)
    subject = minutes_of(meeting)
    paper = issued(rights, subject, may_issue=True)
    if not anew and (made := taken_again(rights, paper, lang)) is not None:
        return made
    values = {**headed(paper, subject, lang), **values_of(rights, meeting, lang)}
    telling = Telling(_told(rights, meeting), reach_of(rights, MINUTES.name))
    return keep(rights, MINUTES, paper, values, lang, telling)


def _told(rights: Rights, meeting: Meeting) -> list[int]:
    """The tasks that the minutes name."""
    rows = items_for(rights, meeting)
    return [each["task"] for row in rows for each in (row, *row["decisions"]) if each["task"]]


def values_of(rights: Rights, meeting: Meeting, lang: Lang) -> dict[str, Any]:
    """What the minutes say, from the text that was fixed."""
    text = meeting.text
    chair = Person.objects.filter(pk=text["chair"]).first() if text["chair"] else None
    return {
        "meeting": text["title"], "at": long_moment(moment_of(text["at"]), lang),
        "place": text["place"], "chair": "" if chair is None else str(chair),
        "issuer": str(chair or meeting.by), "issuer_body": "",
        "bodies": joined([each[lang] for each in text["bodies"]], lang),
        "extract": getattr(EXTRACT, lang) if is_extract(rights) else "",
        "items": [
            _item(place, row, lang) for place, row in enumerate(items_for(rights, meeting), start=1)
        ],
    }  # fmt: skip


def _item(place: int, row: dict[str, Any], lang: Lang) -> dict[str, Any]:
    return {
        "place": place, "title": row["title"], "number": row["number"], "note": row["note"],
        "decisions": [_decision(each, lang) for each in row["decisions"]],
    }  # fmt: skip


def _decision(row: dict[str, Any], lang: Lang) -> dict[str, Any]:
    return {
        "text": row["text"], "number": row["number"],
        "lead": "" if row["lead"] is None else row["lead"][lang],
        "deadline": long_moment(moment_of(row["deadline"]), lang),
    }  # fmt: skip
