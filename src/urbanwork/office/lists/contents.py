"""What stands in each list: for a post that may open it, what that post may see, as filtered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone

from urbanwork.office.access import EVERYONE
from urbanwork.office.audit.models import Entry
from urbanwork.office.ledger.models import Task
from urbanwork.office.lists.files import PLACE, Listed
from urbanwork.office.pages.language import language, said
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import ladder, lifecycle
from urbanwork.quantities.bilingual import Bilingual

Row = dict[str, Any]
Query = Mapping[str, str]
LEADING: Final = ("leader", "supervisor", "dispatcher")
READERS: Final = (*LEADING, "inspector", "oversight", "administrator")
MOST: Final = 100_000
"""Rows of a list of supervision; so many can nobody work through in a day."""
CHUNK: Final = 1_000
OF_TASK: Final = {
    "number": Bilingual("number", "编号"),
    "title": Bilingual("task", "任务"),
    "lead": Bilingual("lead body", "主办机构"),
    "longitude": Bilingual("longitude", "经度"),
    "latitude": Bilingual("latitude", "纬度"),
}


@dataclass(frozen=True)
class List:
    """A list: which roles may open it, its columns, and how its rows are found."""

    who: tuple[str, ...]
    columns: Mapping[str, Bilingual]
    rows: Callable[[Rights, Query], Iterable[Row]]

    @property
    def is_on_map(self) -> bool:
        """Whether it can be a map file."""
        return set(PLACE) <= set(self.columns)


def listed(name: str, rights: Rights, query: Query) -> Listed:
    """A list with its rows, as this post sees it."""
    found = LISTS[name]
    return Listed(name, found.columns, found.rows(rights, query))


def _task(task: Task | None) -> Row:
    if task is None:
        return dict.fromkeys(OF_TASK)
    return {
        "number": task.number, "title": task.title, "lead": said(task.lead) if task.lead else "",
        "longitude": task.longitude, "latitude": task.latitude,
    }  # fmt: skip


def _at(at: datetime | date | None) -> str:
    if isinstance(at, datetime):
        return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
    return "" if at is None else at.isoformat()


def _to_do(rights: Rights, query: Query) -> Iterator[Row]:
    from urbanwork.office.notices.to_do import to_do

    for kind in to_do(rights):
        for each in kind.items:
            yield {
                **_task(each.task), "title": each.title, "kind": said(kind.title),
                "deadline": _at(each.deadline), "note": said(each.note) if each.note else "",
            }  # fmt: skip


def _told(rights: Rights, query: Query) -> Iterator[Row]:
    from urbanwork.office.ledger.visibility import visible
    from urbanwork.office.notices.models import Notice
    from urbanwork.office.notices.words import sentence

    rows = Notice.objects.filter(person=rights.person).select_related("news", "news__task")
    seen = set(visible(rights).filter(news__notices__person=rights.person)
               .values_list("pk", flat=True))  # fmt: skip
    for each in rows.order_by("-pk").iterator(CHUNK):
        if each.news.task_id is None or each.news.task_id in seen:
            yield {
                "at": _at(each.news.at), "sentence": sentence(each.news, language()),
                "number": each.news.task.number if each.news.task else "", "seen": _at(each.seen),
            }  # fmt: skip


def _deliveries(rights: Rights, query: Query) -> Iterator[Row]:
    from urbanwork.office.notices.models import Delivery
    from urbanwork.office.notices.views import STATES

    rows = Delivery.objects.select_related("person").prefetch_related("tries").order_by("-pk")
    if query.get("state", "") in STATES:
        rows = rows.filter(state=query["state"])
    for each in rows.iterator(CHUNK):
        last = list(each.tries.all())[-1:]
        yield {
            "id": each.pk, "channel": each.channel, "person": str(each.person or ""),
            "state": said(STATES[each.state]), "due": _at(each.due), "sent": _at(each.sent),
            "attempts": each.attempts, "said": last[0].said if last else "",
        }  # fmt: skip


def _advice(rights: Rights, query: Query) -> Iterator[Row]:
    for each in _room(rights).advice.rows:
        yield {
            **_task(each.task), "step": _step(each.step), "late_since": _at(each.late_since),
            "reason": each.reason.get(language(), ""),
        }  # fmt: skip


def _orders(rights: Rights, query: Query) -> Iterator[Row]:
    for each in _room(rights).orders.rows:
        yield {
            **_task(each.task), "code": each.code, "step": _step(each.step),
            "body": said(each.body) if each.body else "", "issued": _at(each.issued),
            "until": _at(each.until), "appealed": _yes(each.is_appealed),
            "asks": _yes(each.plea is not None),
        }  # fmt: skip


def _overdue(rights: Rights, query: Query) -> Iterator[Row]:
    for task in _room(rights).overdue.rows:
        yield {**_task(task), "deadline": _at(task.deadline)}


def _paused(rights: Rights, query: Query) -> Iterator[Row]:
    room = _room(rights)
    for each in (*room.asked.rows, *room.paused.rows):
        yield {
            **_task(each.task), "asked": _at(each.pause_asked), "paused": _at(each.paused),
        }  # fmt: skip


def _room(rights: Rights) -> Any:
    from urbanwork.office.supervising.room import room_of

    return room_of(rights, MOST)


def _step(name: str) -> str:
    step = ladder().steps.get(name)
    return name if step is None else said(step.title)


def _yes(value: bool) -> str:
    return said(Bilingual("yes", "是")) if value else ""


def _people(rights: Rights, query: Query) -> Iterator[Row]:
    from urbanwork.office.people import seeing
    from urbanwork.office.people.models import Post

    held = Post.objects.held().filter(person__is_active=True).select_related("person", "body")
    if words := " ".join(query.get("q", "").split())[:80]:
        held = held.filter(person__in=seeing.people_called(words))
    near = set(Post.objects.held().filter(body=rights.body).values_list("person", flat=True))
    for post in held.order_by("body__path", "id").iterator(CHUNK):
        knows = rights.role in seeing.KNOWS_ALL or post.person_id in {rights.person.pk, *near}
        yield {
            "name": str(post.person), "body": said(post.body),
            "role": said(lifecycle().roles[post.role]), "post": post.title,
            "phone": post.person.phone if knows else "",
            "email": post.person.email if knows else "",
        }  # fmt: skip


def _bodies(rights: Rights, query: Query) -> Iterator[Row]:
    from urbanwork.office.people import seeing
    from urbanwork.office.people.models import Body

    words = " ".join(query.get("q", "").split())[:80]
    rows = seeing.bodies_called(words) if words else Body.objects.filter(is_closed=False)
    for each in rows.select_related("parent").order_by("path").iterator(CHUNK):
        yield {
            "code": each.code, "body": each.name, "english": each.name_en, "kind": each.kind,
            "above": said(each.parent) if each.parent else "", "closed": _yes(each.is_closed),
        }  # fmt: skip


def _meetings(rights: Rights, query: Query) -> Iterator[Row]:
    from urbanwork.office.meetings.seeing import seen_meetings

    rows = seen_meetings(rights).select_related("chair").order_by("-at", "-pk")
    for each in rows.iterator(CHUNK):
        yield {
            "at": _at(each.at), "meeting": each.title, "place": each.place,
            "chair": str(each.chair or ""), "closed": _at(each.closed),
        }  # fmt: skip


def _papers(rights: Rights, query: Query) -> Iterator[Row]:
    from urbanwork.office.papers.kinds import KINDS
    from urbanwork.office.papers.views import seen_papers

    for each in seen_papers(rights).iterator(CHUNK):
        yield {
            "code": each.code, "paper": said(KINDS[each.kind].title),
            "number": each.task.number if each.task else "",
            "about": each.task.title if each.task else each.about,
            "by": str(each.by), "made": _at(each.made),
        }  # fmt: skip


def _documents(rights: Rights, query: Query) -> Iterator[Row]:
    from urbanwork.office.supervising.models import Version
    from urbanwork.office.supervising.reading import may_see, unread_by

    unread = {each.pk for each in unread_by(rights)}
    rows = Version.objects.filter(is_current=True).select_related("document", "by")
    for each in rows:
        if may_see(rights, each):
            yield {
                "code": each.document.code, "document": said(each.document),
                "label": each.label, "published": _at(each.published), "until": _at(each.until),
                "unread": _yes(each.pk in unread),
            }  # fmt: skip


def _chiefs(rights: Rights, query: Query) -> Iterator[Row]:
    from urbanwork.office.ledger.names import names
    from urbanwork.office.supervising.chiefs_here import coverages

    for coverage in coverages():
        for each in coverage.posts:
            yield {
                "kind": each.kind, "area": said(names().area(each.area)), "body": said(each.body),
                "person": str(each.person or ""), "since": _at(each.since),
                "until": _at(each.until),
            }  # fmt: skip


def _corrections(rights: Rights, query: Query) -> Iterator[Row]:
    from urbanwork.office.maps.corrections import entry_of, text_of, unwritten

    for task in unwritten(rights):
        yield {**_task(task), "closed": _at(task.closed), "entry": text_of(entry_of(task) or {})}


def _audit(rights: Rights, query: Query) -> Iterator[Row]:
    """Entries as the chain has them: of what is personal, digests alone; nothing that was said
    about tasks which the post may not see."""
    from urbanwork.office.ledger.visibility import visible

    hidden = set(Task.objects.exclude(pk__in=visible(rights)).values_list("pk", flat=True))
    for each in Entry.objects.order_by("number").iterator(CHUNK):
        facts = "" if _is_of(each, hidden) else json.dumps(each.facts, ensure_ascii=False)
        yield {
            "entry": each.number, "at": _at(each.at), "actor": each.actor, "action": each.action,
            "subject": each.subject, "facts": facts,
            "digest": each.digest,
        }  # fmt: skip


def _is_of(entry: Entry, tasks: set[int]) -> bool:
    """Whether an entry is about one of these tasks."""
    kind, _, key = entry.subject.partition(":")
    about = key if kind == "task" else str(entry.facts.get("task", ""))
    return about.isdecimal() and int(about) in tasks


def _columns(**titles: tuple[str, str]) -> dict[str, Bilingual]:
    return {key: Bilingual(en, zh) for key, (en, zh) in titles.items()}


LISTS: Final[Mapping[str, List]] = {
    "to-do": List(EVERYONE, {
        **_columns(kind=("what waits", "事项")), **OF_TASK,
        **_columns(deadline=("deadline", "时限"), note=("note", "说明")),
    }, _to_do),
    "notices": List(EVERYONE, _columns(
        at=("at", "时间"), sentence=("notice", "通知"), number=("number of the task", "任务编号"),
        seen=("seen", "已读时间"),
    ), _told),
    "deliveries": List(("administrator",), _columns(
        id=("id", "编号"), channel=("channel", "渠道"), person=("to", "收件人"),
        state=("state", "状态"), due=("due", "计划发送"), sent=("sent", "发送时间"),
        attempts=("attempts", "尝试次数"), said=("last answer", "最近答复"),
    ), _deliveries),
    "advice": List(READERS, {**OF_TASK, **_columns(
        step=("step recommended", "建议步骤"), late_since=("late since", "逾期自"),
        reason=("why", "理由"),
    )}, _advice),
    "orders": List(READERS, {**_columns(code=("order", "督办单")), **OF_TASK, **_columns(
        step=("step", "督办方式"), body=("to", "督办对象"), issued=("issued", "签发时间"),
        until=("to be answered by", "答复时限"), appealed=("under appeal", "申诉中"),
        asks=("later time asked for", "申请宽限"),
    )}, _orders),
    "overdue": List(READERS, {**OF_TASK, **_columns(deadline=("deadline", "时限"))}, _overdue),
    "paused": List(READERS, {**OF_TASK, **_columns(
        asked=("pause asked for", "申请缓办"), paused=("paused since", "缓办自"),
    )}, _paused),
    "people": List(EVERYONE, _columns(
        name=("name", "姓名"), body=("body", "机构"), role=("role", "角色"), post=("title", "职务"),
        phone=("telephone", "电话"), email=("mail", "邮箱"),
    ), _people),
    "bodies": List(EVERYONE, _columns(
        code=("code", "机构代码"), body=("body", "机构"), english=("in English", "英文名称"),
        kind=("kind", "类别"), above=("body above it", "上级机构"), closed=("closed", "已停用"),
    ), _bodies),
    "meetings": List(EVERYONE, _columns(
        at=("at", "时间"), meeting=("meeting", "会议"), place=("held at", "地点"),
        chair=("chair", "主持人"), closed=("closed", "结束时间"),
    ), _meetings),
    "papers": List((*LEADING, "oversight", "administrator"), _columns(
        code=("number", "文号"), paper=("paper", "文书"), number=("number of the task", "任务编号"),
        about=("of", "事项"), by=("by", "签发人"), made=("on", "日期"),
    ), _papers),
    "documents": List(EVERYONE, _columns(
        code=("code", "代码"), document=("document", "文件"), label=("version", "版本"),
        published=("published", "发布时间"), until=("to be read by", "阅知期限"),
        unread=("not read yet", "未阅知"),
    ), _documents),
    "chiefs": List(EVERYONE, _columns(
        kind=("kind", "类别"), area=("area", "片区"), body=("body", "机构"),
        person=("person", "人员"), since=("since", "起始日期"), until=("until", "截止日期"),
    ), _chiefs),
    "corrections": List(LEADING, {**OF_TASK, **_columns(
        closed=("closed", "销号时间"), entry=("entry", "条目"),
    )}, _corrections),
    "audit": List(("administrator",), _columns(
        entry=("entry", "序号"), at=("at", "时间"), actor=("by", "操作人"),
        action=("action", "操作"), subject=("of", "对象"), facts=("facts", "内容"),
        digest=("digest", "摘要"),
    ), _audit),
}  # fmt: skip
"""Lists by the name in their address; the ledger and the examination have files of their own."""
