"""Making papers: numbered once, filled, recorded in the chain with the digest of the file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from urbanwork.office.audit.record import record
from urbanwork.office.ledger.models import Counter, Task, TaskEvent
from urbanwork.office.pages.context import city_name
from urbanwork.office.pages.language import Lang
from urbanwork.office.papers.bulletin import Month, of_month, scope_key
from urbanwork.office.papers.filling import fill
from urbanwork.office.papers.kept import (
    Telling,
    bytes_of,
    keep_file,
    made_before,
    reach_of,
    record_taking,
)
from urbanwork.office.papers.kinds import ASSIGNMENT, BULLETIN, ORDER, STEP_KINDS, Kind
from urbanwork.office.papers.models import Paper, PaperFile
from urbanwork.office.papers.originals import template_of
from urbanwork.office.papers.tasks_told import long_day, of_assignment, of_order, signed, step_title
from urbanwork.office.people.rights import Rights
from urbanwork.office.supervising.models import Order
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

ISSUE: Final = ("leader", "supervisor", "dispatcher")
"""Roles that give a paper its number; whoever sees the task may take what was issued."""
DEMONSTRATION: Final = Bilingual(" (demonstration)", "（演示）")
NOT_ISSUED: Final = Bilingual(
    "This paper was not issued yet: leaders, supervisors and dispatchers issue it.",
    "此文书尚未签发，须由领导、督办人员或交办人员签发。",
)
NOT_ASSIGNED: Final = Bilingual("The task is not assigned yet.", "任务尚未交办，没有交办单。")


@dataclass(frozen=True)
class Made:
    """A paper as a file."""

    paper: Paper
    data: bytes
    lang: Lang

    @property
    def name(self) -> str:
        """A name for the file that every system takes."""
        return f"{self.paper.kind}-{self.paper.pk}-{self.lang}.docx"

    @property
    def digest(self) -> str:
        """The SHA-256 of the file."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Subject:
    """What a paper is of: `key` tells papers of a kind apart; `dated` is the day it bears."""

    kind: Kind
    key: str
    dated: datetime
    title: Bilingual
    task: Task | None = None
    code: str = ""
    about: str = ""


def last_assignment(task: Task) -> TaskEvent | None:
    """The event by which a task was assigned last."""
    events = task.events.filter(action="assign").select_related("person", "body", "lead", "task")
    return events.select_related("task__leader", "task__handler", "task__lead").last()


def assignment_order(rights: Rights, task: Task, lang: Lang, *, anew: bool = False) -> Made:
    """The assignment order of a task that the post may see; `anew` not as it was made before.

    Raises:
        RefusedError: it is not assigned, or nobody issued the paper and the post may not.
    """
    event = last_assignment(task)
    if event is None:
        raise RefusedError(NOT_ASSIGNED)
    subject = Subject(ASSIGNMENT, f"event:{event.pk}", event.at, ASSIGNMENT.title, task)
    telling = Telling([task.pk])
    return _made(rights, subject, lambda: of_assignment(event, lang), lang, telling, anew=anew)


def supervision_order(rights: Rights, order: Order, lang: Lang, *, anew: bool = False) -> Made:
    """The paper of a step of supervision; it bears the number of the order."""
    kind = STEP_KINDS.get(order.step, ORDER)
    title = Bilingual(step_title(order.step, "en"), step_title(order.step, "zh"))
    title = kind.title if kind is not ORDER else title
    subject = Subject(kind, f"order:{order.pk}", order.issued, title, order.task, order.code)
    telling = Telling([order.task_id])
    return _made(
        rights, subject, lambda: of_order(order, lang), lang, telling, may_issue=True, anew=anew
    )


def bulletin(rights: Rights, month: Month, lang: Lang, *, anew: bool = False) -> Made:
    """The bulletin of a month.

    Raises:
        RefusedError: the post may not.
    """
    if rights.role not in ISSUE:
        raise RefusedError(NOT_ISSUED)
    key = f"month:{month}{scope_key(rights)}"
    if len(key) > 80:
        key = f"month:{month}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"
    subject = Subject(BULLETIN, key, timezone.now(), BULLETIN.title, about=str(month))
    told: list[int] = []
    telling = Telling(told, reach_of(rights, BULLETIN.name), month.is_over)
    return _made(
        rights, subject, lambda: of_month(rights, month, lang, told), lang, telling, anew=anew
    )


def _made(
    rights: Rights,
    subject: Subject,
    values: Callable[[], Mapping[str, Any]],
    lang: Lang,
    telling: Telling,
    *,
    may_issue: bool | None = None,
    anew: bool = False,
) -> Made:
    may = rights.role in ISSUE if may_issue is None else may_issue
    with transaction.atomic():
        paper = issued(rights, subject, may_issue=may)
        if not anew and (made := taken_again(rights, paper, lang)) is not None:
            return made
        signer = signed(paper.by, paper.body, lang)
        whole = {**signer, **values(), **headed(paper, subject, lang)}
        return keep(rights, subject.kind, paper, whole, lang, telling)


def taken_again(rights: Rights, paper: Paper, lang: Lang) -> Made | None:
    """A paper as it was made before; None where it is to be made. Call it in a transaction."""
    file = made_before(rights, paper, lang)
    if file is None:
        return None
    record_taking(rights, file)
    return Made(paper, bytes_of(file), lang)


@transaction.atomic
def opened(rights: Rights, file: PaperFile) -> Made:
    """A file of a paper as it was made then; the caller has made sure that the post may."""
    record_taking(rights, file)
    return Made(file.paper, bytes_of(file), "zh" if file.lang == "zh" else "en")


def headed(paper: Paper, subject: Subject, lang: Lang) -> dict[str, str]:
    """What stands above and below every paper."""
    dated = paper.made if subject.kind is BULLETIN else subject.dated
    return {
        "city": _city(lang), "code": paper.code, "date": long_day(dated, lang),
        "title": _capital(getattr(subject.title, lang)),
    }  # fmt: skip


def keep(
    rights: Rights,
    kind: Kind,
    paper: Paper,
    values: Mapping[str, Any],
    lang: Lang,
    telling: Telling,
) -> Made:
    """Fill the template, keep the file and record that it was made; inside a transaction."""
    template = template_of(kind, lang)
    made = Made(paper, fill(template, values, kind.sample), lang)
    facts = {
        "kind": kind.name, "code": paper.code, "of": paper.subject, "language": lang,
        "digest": made.digest, "template": hashlib.sha256(template).hexdigest(),
    }  # fmt: skip
    keep_file(rights, paper, lang, made.data, facts["template"], telling)
    record("paper.made", f"paper:{paper.pk}", facts, actor=f"person:{rights.person.pk}")
    return made


def issued(rights: Rights, subject: Subject, *, may_issue: bool) -> Paper:
    """The paper of a subject: the one that was issued, else a new one with the next number.

    Raises:
        RefusedError: there is none, and the post may not issue it.
    """
    if (found := _found(subject)) is not None:
        return found
    if not may_issue:
        raise RefusedError(NOT_ISSUED)
    code = subject.code or _next(subject)
    if (found := _found(subject)) is not None:  # while the counter was waited for
        return found
    made, _ = Paper.objects.select_related("by", "body").get_or_create(
        kind=subject.kind.name,
        subject=subject.key,
        defaults={
            "code": code, "task": subject.task, "by": rights.person, "about": subject.about,
            "body": rights.body,
        },
    )  # fmt: skip
    return made


def _found(subject: Subject) -> Paper | None:
    """By its subject alone: a step whose kind of paper a city changes keeps its number."""
    papers = Paper.objects.filter(subject=subject.key)
    return papers.select_related("by", "body").first()


def _next(subject: Subject) -> str:
    year = timezone.localtime(subject.dated).year
    number = Counter.next(f"{subject.kind.name}-{year}")
    return f"{subject.kind.mark}〔{year}〕{number}号"


def _city(lang: Lang) -> str:
    return city_name(lang) + (getattr(DEMONSTRATION, lang) if settings.IS_DEMO else "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
