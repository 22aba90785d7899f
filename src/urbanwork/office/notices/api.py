"""Notices for programs: what waits for a post, and what a person was told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja import Path, Query, Router, Schema, Status
from pydantic import ConfigDict, Field

from urbanwork.office.api.given import Given
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.notices.models import Notice
from urbanwork.office.notices.resending import send_again
from urbanwork.office.notices.seeing import mark_seen
from urbanwork.office.notices.to_do import to_do
from urbanwork.office.notices.views import KEEPERS
from urbanwork.office.notices.words import sentence
from urbanwork.office.people.rights import Rights

router = Router()
Id = Annotated[int, Field(ge=0, le=2**63 - 1)]
MOST = 100


class WaitingItemOut(Schema):
    """One thing that waits."""

    title: str
    path: str = Field(description="page of the office")
    deadline: datetime | None
    task: str | None = Field(description="number of the task")


class WaitingOut(Schema):
    """Things of one kind that wait, the nearest deadline first."""

    code: str = Field(examples=["accept"])
    en: str
    zh: str
    items: list[WaitingItemOut]
    is_more: bool


class NoticeOut(Schema):
    """One notice."""

    id: int
    kind: str
    at: datetime
    en: str
    zh: str
    task: str | None
    seen: datetime | None


class SeenIn(Given):
    """Up to which notice all were seen."""

    model_config = ConfigDict(extra="forbid")

    newest: Id


class SeenOut(Schema):
    """How many notices are new to be marked."""

    marked: int


def _rights(request: HttpRequest) -> Rights:
    rights: Rights = request.rights  # type: ignore[attr-defined]
    return rights


@router.get("/to-do", response=list[WaitingOut], operation_id="what_waits")
def what_waits(request: HttpRequest) -> list[WaitingOut]:
    """What waits for the post that asks."""
    return [
        WaitingOut(
            code=kind.code, en=kind.title.en, zh=kind.title.zh, is_more=kind.is_more,
            items=[
                WaitingItemOut(title=each.title, path=each.path, deadline=each.deadline,
                        task=each.task.number if each.task else None)
                for each in kind.items
            ],
        )
        for kind in to_do(_rights(request))
    ]  # fmt: skip


@router.get("", response=list[NoticeOut], operation_id="what_was_told")
def what_was_told(
    request: HttpRequest, before: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0
) -> list[NoticeOut]:
    """Notices of the person who asks, the newest first; `before` an id for earlier ones."""
    rights = _rights(request)
    rows = Notice.objects.filter(person=rights.person).select_related("news", "news__task")
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[:MOST])
    tasks = [each.news.task_id for each in found if each.news.task_id is not None]
    seen = set(visible(rights).filter(pk__in=tasks).values_list("pk", flat=True))
    return [_notice(each) for each in found if each.news.task_id in (None, *seen)]


def _notice(row: Notice) -> NoticeOut:
    return NoticeOut(
        id=row.pk, kind=row.news.kind, at=row.news.at, en=sentence(row.news, "en"),
        zh=sentence(row.news, "zh"), task=row.news.task.number if row.news.task else None,
        seen=row.seen,
    )  # fmt: skip


@router.post("/seen", response=SeenOut, operation_id="mark_seen")
def notices_seen(request: HttpRequest, given: SeenIn) -> SeenOut:
    """Mark notices as seen, up to one."""
    return SeenOut(marked=mark_seen(_rights(request), given.newest))


@router.post("/deliveries/{pk}/again", response={204: None}, operation_id="send_again")
def deliver_again(request: HttpRequest, pk: Annotated[Id, Path()]) -> Status[None]:
    """Send a message again that failed or is unsure; 409 where it waits or was sent."""
    rights = _rights(request)
    if rights.role not in KEEPERS:
        raise PermissionDenied
    send_again(rights, pk)
    return Status(204, None)
