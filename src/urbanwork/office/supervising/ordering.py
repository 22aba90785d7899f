"""The one way by which orders come about and change: an event, checked and recorded at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from urbanwork.office.audit.record import moment, record
from urbanwork.office.ledger.models import Counter, Task
from urbanwork.office.notices.telling import news, tell
from urbanwork.office.people.rights import Rights
from urbanwork.office.rules import ladder, working_time
from urbanwork.office.supervising.advising import FOLDED, advise, event_of, matter_of
from urbanwork.office.supervising.models import Advice, Order, OrderEvent
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision import orders as pure
from urbanwork.supervision.refusing import RefusedError

DECIDE: Final = ("supervisor", "leader")
TITLES: Final = {
    "issue": Bilingual("issue an order", "签发督办单"),
    "done": Bilingual("answer: it is done", "答复已办"),
    "plea": Bilingual("ask for a later time", "申请宽限"),
    "excuse": Bilingual("accept the reason, give a later time", "同意宽限"),
    "decline": Bilingual("decline the later time", "不同意宽限"),
    "appeal": Bilingual("appeal", "申诉"),
    "dismiss": Bilingual("dismiss the appeal", "驳回申诉"),
    "void": Bilingual("void", "作废"),
}
NO_ORDER: Final = Bilingual("There is no order that counts.", "没有有效的督办单。")
OF_BODY: Final = frozenset({"done", "plea", "appeal"})
"""What the body that received an order may do; all else is for those who decide."""


@dataclass(frozen=True)
class Deciding:
    """What somebody does about a matter. `step` and `until` where the kind needs them.

    `seen` counts the events of the matter on the page on which it was decided, None not to look;
    `key` makes sending twice do once.
    """

    kind: str
    step: str = ""
    until: datetime | None = None
    reason: str = ""
    key: str | None = None
    seen: int | None = None


@transaction.atomic
def decide(rights: Rights, task_id: int, deciding: Deciding) -> OrderEvent:
    """Issue, answer, excuse, contest or void.

    The caller has made sure that the post may see the task (`visible`).

    Raises:
        RefusedError: the rules do not allow it, with the reason in both languages.
    """
    task = Task.objects.select_for_update().get(pk=task_id)
    if (done := _done_before(rights, task, deciding.key)) is not None:
        return done
    rows = list(OrderEvent.objects.filter(task=task).order_by("number"))
    at = max([timezone.now(), *(row.at for row in rows[-1:])])
    row = _row(task, deciding, rights, rows, at)
    _check(task, rows, row, rights, deciding)
    row.save(force_insert=True)
    order = _show(task, [*rows, row])
    advise([task.pk], at)
    _record(row, order)
    _tell(task, row, order)
    return row


def _done_before(rights: Rights, task: Task, key: str | None) -> OrderEvent | None:
    """The event that an earlier attempt with this key made."""
    done = OrderEvent.objects.filter(key=key).first() if key else None
    if done is not None and (done.person_id != rights.person.pk or done.task_id != task.pk):
        raise RefusedError(
            Bilingual(
                "This form was sent for something else; open the page anew.",
                "此表单已用于其他操作，请重新打开页面。",
            )
        )
    return done


def _row(
    task: Task, deciding: Deciding, rights: Rights, rows: Sequence[OrderEvent], at: datetime
) -> OrderEvent:
    advice = Advice.objects.filter(task=task, ended__isnull=True).first()
    return OrderEvent(
        task=task, number=len(rows) + 1, kind=deciding.kind, at=at, person=rights.person,
        body=rights.body, role=rights.role, step=deciding.step, until=deciding.until,
        reason=deciding.reason.strip(), key=deciding.key,
        recommended=advice.step if advice and deciding.kind == "issue" else None,
    )  # fmt: skip


def _check(
    task: Task, rows: Sequence[OrderEvent], row: OrderEvent, rights: Rights, deciding: Deciding
) -> None:
    if deciding.seen is not None and deciding.seen != len(rows):
        raise RefusedError(
            Bilingual(
                "Somebody else decided on this matter while you had it open; look at it again.",
                "您打开此页后，他人已作处理，请重新查看。",
            )
        )
    standing = Order.objects.filter(task=task, is_standing=True).first()
    if (sentence := refusal(task, standing, row.kind, rights)) is not None:
        raise RefusedError(sentence)
    if row.kind in FOLDED:
        pure.after(matter_of(rows), event_of(row), ladder(), working_time())
    elif (sentence := _plea_refused(standing, row)) is not None:
        raise RefusedError(sentence)


def refusal(task: Task, standing: Order | None, kind: str, rights: Rights) -> Bilingual | None:
    """Why this post may not do this about the matter of a task; None where it may."""
    if kind not in TITLES:
        return Bilingual(f"'{kind}' is no way to decide.", f"没有“{kind}”这一操作。")
    if kind in OF_BODY:
        return _not_of_body(standing, rights)
    return _not_for_deciders(task, standing, kind, rights)


def _not_for_deciders(
    task: Task, standing: Order | None, kind: str, rights: Rights
) -> Bilingual | None:
    if rights.role not in DECIDE:
        return Bilingual("Supervisors and leaders decide on this.", "须由督办人员或领导决定。")
    if kind != "issue" and standing is None:
        return NO_ORDER
    if kind == "issue" and (not task.is_open or task.lead_id is None):
        return Bilingual(
            "Orders are for open tasks that a body leads.", "督办单仅限已有主办单位的未结任务。"
        )
    if kind == "dismiss" and standing is not None and standing.by_id == rights.person.pk:
        return Bilingual(
            "Who issued the order does not decide on the appeal: another person must.",
            "签发人不得决定针对本单的申诉，须由他人决定。",
        )
    return None


def _not_of_body(standing: Order | None, rights: Rights) -> Bilingual | None:
    if standing is None:
        return NO_ORDER
    if rights.role == "handler" and rights.body.pk == standing.body_id:
        return None
    return Bilingual(
        "This is for handlers of the body that received the order.",
        "须由收到督办单的机构承办人员办理。",
    )


def _plea_refused(standing: Order | None, row: OrderEvent) -> Bilingual | None:
    """A plea needs a reason and a later time; it can be declined once, and stands once."""
    if not row.reason:
        return Bilingual("Give a reason.", "请填写理由。")
    asked = standing is not None and standing.plea is not None
    if row.kind == "decline":
        return None if asked else Bilingual("Nothing is asked for.", "没有待决定的宽限申请。")
    if asked or standing is None or standing.is_done or standing.is_appealed:
        return Bilingual(
            "The order is done, contested, or was asked about already.",
            "该督办单已办结、在申诉中或已申请宽限。",
        )
    is_later = row.until is not None and row.until > max(standing.until or row.at, row.at)
    return None if is_later else Bilingual("Give a later time.", "请填写更晚的时限。")


def open_kinds(task: Task, standing: Order | None, rights: Rights) -> list[str]:
    """What a post may do about a matter now, for the buttons of a page."""
    return [
        kind
        for kind in TITLES
        if refusal(task, standing, kind, rights) is None and _fits(standing, kind)
    ]


def _fits(standing: Order | None, kind: str) -> bool:
    if standing is None:
        return kind == "issue"
    runs = not standing.is_done and not standing.is_appealed
    return {
        "issue": not standing.is_appealed,
        "done": runs,
        "excuse": runs,
        "plea": runs and standing.plea is None,
        "decline": standing.plea is not None,
        "appeal": not standing.is_appealed,
        "dismiss": standing.is_appealed,
        "void": True,
    }[kind]


def _show(task: Task, rows: Sequence[OrderEvent]) -> Order | None:
    """Keep the orders of a task as its events now make them; gives the last event's order."""
    matter, issued = matter_of(rows), [row for row in rows if row.kind == "issue"]
    standing = next((each for each in reversed(matter.orders) if not each.is_void), None)
    known = {order.place: order for order in Order.objects.filter(task=task)}
    touched = known.get(_standing_place(known))
    for place, (made, row) in enumerate(zip(matter.orders, issued, strict=True)):
        order = known.get(place) or Order(
            task=task, place=place, code=_code(row), body_id=task.lead_id, step=made.step,
            issued=made.issued, by_id=row.person_id, reason=made.reason,
        )  # fmt: skip
        order.until, order.is_done, order.is_void = made.until, made.is_done, made.is_void
        order.is_appealed, order.is_standing = made.is_appealed, made is standing
        order.plea = _plea(rows) if order.is_standing else None
        touched = order if order.pk is None else touched
        order.save()
    if touched is not None:
        touched.refresh_from_db()
    return touched


def _standing_place(known: dict[int, Order]) -> int:
    return next((place for place, order in known.items() if order.is_standing), -1)


def _plea(rows: Sequence[OrderEvent]) -> datetime | None:
    """When the body asked for a later time, where nobody has answered yet."""
    last = rows[-1]
    if last.kind == "plea":
        return last.at
    kept = [row for row in rows if row.kind != "appeal"]
    return kept[-1].at if kept and kept[-1].kind == "plea" else None


def _code(row: OrderEvent) -> str:
    """The number that an order bears: 督办〔2026〕12号."""
    year = timezone.localtime(row.at).year
    return f"督办〔{year}〕{Counter.next(f'order-{year}')}号"


def facts_of(row: OrderEvent) -> dict[str, Any]:
    """What the chain keeps of an event of a matter, from its row."""
    return {
        "event": row.number, "kind": row.kind, "step": row.step, "role": row.role,
        "body": row.body_id, "recommended": row.recommended, "at": moment(row.at),
        "ends": None if row.until is None else moment(row.until),
    }  # fmt: skip


def _record(row: OrderEvent, order: Order | None) -> None:
    facts = {**facts_of(row), "order": None if order is None else order.pk}
    personal = {"reason": row.reason} if row.reason else {}
    record(
        f"order.{row.kind}", f"task:{row.task_id}", facts, actor=f"person:{row.person_id}",
        personal=personal, about=f"person:{row.person_id}",
    )  # fmt: skip


def _tell(task: Task, row: OrderEvent, order: Order | None) -> None:
    if order is None:
        return
    title = ladder().steps[order.step].title
    tell([news(
        f"order.{row.kind}", f"order-event:{row.pk}", row.at, task=task, by=row.person_id,
        code=order.code, order=order.pk, step_en=title.en.capitalize(), step_zh=title.zh,
    )])  # fmt: skip
