"""Orders of one matter as a fold of its events, and the step that the ladder recommends next.

One matter, one order: a second order waits until the first is answered, failed or void. The system
recommends, with the reason and the clause; a person issues, and may depart from it with a reason.
An appeal holds everything; what is void counts as never issued.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from urbanwork.quantities.bilingual import Bilingual
from urbanwork.quantities.working_time import WorkingTime
from urbanwork.supervision.ladder_table import Ladder, Step, Weight
from urbanwork.supervision.refusing import RefusedError

Kind = Literal["issue", "done", "excuse", "appeal", "dismiss", "void"]
"""issue a step; done: what it asks is done; excuse: a reason for the delay is accepted, with a new
time; appeal against it; dismiss the appeal; void the step (an appeal that is right does that)."""


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """What happened to a matter. `step` is issued, `until` is the time that is given for it.

    `recommended` keeps what the system recommended then; another step needs a reason.
    """

    kind: Kind
    at: datetime
    by: str
    step: str = ""
    until: datetime | None = None
    reason: str = ""
    recommended: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A step that was taken: until when, and what became of it."""

    step: str
    issued: datetime
    by: str
    until: datetime | None
    reason: str
    is_done: bool = False
    is_void: bool = False
    is_appealed: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """All orders of one matter in the order they were issued."""

    orders: tuple[Order, ...] = ()
    last: datetime | None = None

    @property
    def valid(self) -> tuple[Order, ...]:
        """Orders that count: those that were not made void."""
        return tuple(order for order in self.orders if not order.is_void)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The next step, or none, with the reason; `then` is when it may change by time alone."""

    step: str | None
    reason: Bilingual
    clause: Bilingual | None = None
    source: Bilingual | None = None
    then: datetime | None = None


def matter_of(events: Iterable[OrderEvent], ladder: Ladder, time: WorkingTime) -> Matter:
    """The matter that a history makes: what happened stands, whatever the ladder says by now."""
    matter = Matter()
    for event in events:
        matter = _with(matter, event, ladder, time)
    return matter


def after(matter: Matter, event: OrderEvent, ladder: Ladder, time: WorkingTime) -> Matter:
    """The matter after one more event.

    Raises:
        RefusedError: the rules do not allow it, with the reason.
    """
    if (sentence := refusal(matter, event, ladder)) is not None:
        raise RefusedError(sentence)
    return _with(matter, event, ladder, time)


def _with(matter: Matter, event: OrderEvent, ladder: Ladder, time: WorkingTime) -> Matter:
    """The matter with one more event."""
    if event.kind == "issue":
        order = _issued(event, ladder.steps.get(event.step), time)
        return Matter((*matter.orders, order), event.at)
    change = {
        "done": {"is_done": True},
        "excuse": {"until": event.until},
        "appeal": {"is_appealed": True},
        "dismiss": {"is_appealed": False},
        "void": {"is_void": True, "is_appealed": False},
    }[event.kind]
    standing = _standing(matter)
    orders = tuple(
        replace(each, **change) if each is standing else each  # type: ignore[arg-type]
        for each in matter.orders
    )
    return Matter(orders, event.at)


def _issued(event: OrderEvent, step: Step | None, time: WorkingTime) -> Order:
    """The order; of a step that the ladder has no more, the time to answer is not known."""
    until = event.until
    if until is None and step is not None and step.answer_within is not None:
        until = time.add(event.at, step.answer_within.limit)
    return Order(event.step, event.at, event.by, until, event.reason)


def _standing(matter: Matter) -> Order | None:
    """The last order that is not void."""
    return matter.valid[-1] if matter.valid else None


def refusal(matter: Matter, event: OrderEvent, ladder: Ladder) -> Bilingual | None:
    """Why an event is not allowed; None where it is."""
    if event.at.tzinfo is None or (matter.last is not None and event.at < matter.last):
        return Bilingual(
            "The event has no zone or lies before the last one.",
            "时间缺少时区，或早于上一次操作。",
        )
    if not event.by.strip():
        return Bilingual("A person decides: name who.", "须由人员决定，请注明决定人。")
    if event.kind == "issue":
        return _cannot_issue(matter, event, ladder)
    return _cannot_change(_standing(matter), event)


def _cannot_issue(matter: Matter, event: OrderEvent, ladder: Ladder) -> Bilingual | None:
    if event.step not in ladder.steps:
        known = ", ".join(ladder.steps)
        return Bilingual(
            f"'{event.step}' is no step; choose from {known}.",
            f"没有“{event.step}”这一步骤，可选：{known}。",
        )
    if event.until is not None and (event.until.tzinfo is None or event.until <= event.at):
        return Bilingual("Give a time to answer that lies ahead.", "答复时限须晚于签发时间。")
    if event.step != event.recommended and not event.reason.strip():
        return Bilingual(
            "The step departs from the recommendation: give a reason.",
            "与建议步骤不同，请填写理由。",
        )
    standing = _standing(matter)
    if standing is None or not _is_running(standing, event.at):
        return None
    if standing.is_appealed or not _is_last_repeat(matter, ladder, event.step):
        return Bilingual(
            "One matter, one order: the last one still runs or is under appeal.",
            "一事一单：上一督办单尚在办理或申诉中。",
        )
    return None


def _is_last_repeat(matter: Matter, ladder: Ladder, following: str) -> bool:
    """Whether orders of one kind in a row have called for a step that is no order, such as talk."""
    name = matter.valid[-1].step
    step = ladder.steps[name]
    is_talk = following == step.next and not ladder.steps[following].is_order
    return is_talk and step.repeats > 1 and in_a_row(matter.valid, name) >= step.repeats


def _is_running(order: Order, now: datetime) -> bool:
    if order.is_appealed:
        return True
    return not order.is_done and (order.until is None or now <= order.until)


def _cannot_change(standing: Order | None, event: OrderEvent) -> Bilingual | None:
    if standing is None:
        return Bilingual("There is no order that counts.", "没有有效的督办单。")
    if event.kind != "done" and not event.reason.strip():
        return Bilingual("Give a reason.", "请填写理由。")
    if event.kind == "excuse" and (event.until is None or event.until <= event.at):
        return Bilingual("Give a new time that lies ahead.", "请填写晚于当前的新时限。")
    return _unfitting(standing, event.kind)


def _unfitting(standing: Order, kind: Kind) -> Bilingual | None:
    """What the order that stands has no room for."""
    if kind == "dismiss" and not standing.is_appealed:
        return Bilingual("There is no appeal to decide.", "没有待决定的申诉。")
    if kind == "appeal" and standing.is_appealed:
        return Bilingual("The order is under appeal already.", "该督办单已在申诉中。")
    if kind in ("done", "excuse") and (standing.is_done or standing.is_appealed):
        return Bilingual("The order is done or under appeal.", "该督办单已办结或正在申诉。")
    return None


def recommend(
    matter: Matter, ladder: Ladder, now: datetime, *, weight: Weight, late_since: datetime | None
) -> Recommendation:
    """The step that the ladder recommends at `now`. `late_since`: from when the task is late.

    While the task is not late, no step follows; while an order runs or an appeal is undecided, the
    matter waits. An order that was not done in time leads to the next step, or to itself again
    until it was taken as often in a row as the table says; one that was done leads to no harder.
    """
    standing = _standing(matter)
    if standing is not None and standing.is_appealed:
        return Recommendation(None, Bilingual(
            "An appeal is undecided; nothing follows until it is.", "申诉尚未决定，暂不提级。",
        ))  # fmt: skip
    if late_since is None or now <= late_since:
        return Recommendation(
            None, Bilingual("The task is not late.", "任务未逾期。"), then=late_since
        )
    if standing is None or (standing.is_done and standing.issued < late_since):
        return _first(ladder, weight)
    return _after_last(matter, standing, ladder, now)


def _after_last(matter: Matter, standing: Order, ladder: Ladder, now: datetime) -> Recommendation:
    """What follows on the order that stands, in a matter that is late."""
    following = ladder.steps[standing.step].next
    if following is not None and _is_last_repeat(matter, ladder, following):
        return _next(matter, ladder)
    if standing.is_done:
        return _after_done(standing, ladder, now)
    if _is_running(standing, now):
        return _waiting(standing, ladder)
    return _next(matter, ladder)


def _after_done(order: Order, ladder: Ladder, now: datetime) -> Recommendation:
    """What was asked is done, yet the task is late: once its time is over, the same step again."""
    if order.until is None or now <= order.until:
        done = Bilingual("What the last step asked for is done.", "上一步骤的要求已办结。")
        return Recommendation(None, done, then=order.until)
    reason = Bilingual(
        "What the last step asked for is done, but the task is still late.",
        "上一步骤的要求已办结，但任务仍逾期。",
    )
    return _of(ladder, order.step, reason)


def recommend_for_body(orders: Iterable[Order], ladder: Ladder) -> Recommendation:
    """What all orders that one body received, of all matters, call for by their number in a row."""
    received = sorted((each for each in orders if not each.is_void), key=lambda one: one.issued)
    for name, step in ladder.steps.items():
        taken = in_a_row(received, name)
        if step.repeats > 1 and taken >= step.repeats and step.next is not None:
            return _of(ladder, step.next, _in_a_row_reason(step, taken))
    return Recommendation(None, Bilingual("No orders in a row.", "无连续督办单。"))


def _first(ladder: Ladder, weight: Weight) -> Recommendation:
    words = {"normal": "一般", "important": "重要", "urgent": "紧急"}
    name = ladder.starts[weight]
    reason = Bilingual(
        f"The task is late; a matter that is {weight} starts here.",
        f"任务逾期，{words[weight]}事项由此起步。",
    )
    return _of(ladder, name, reason)


def _waiting(order: Order, ladder: Ladder) -> Recommendation:
    title = ladder.steps[order.step].title
    if order.until is None:
        return Recommendation(None, Bilingual(
            f"The last step was taken: {title.en}.", f"已至最后一步：{title.zh}。",
        ))  # fmt: skip
    reason = Bilingual(
        f"The {title.en} still runs until {order.until:%Y-%m-%d %H:%M}.",
        f"{title.zh}答复时限为{order.until:%Y-%m-%d %H:%M}，尚未到期。",
    )
    return Recommendation(None, reason, then=order.until)


def _next(matter: Matter, ladder: Ladder) -> Recommendation:
    name = matter.valid[-1].step
    step, taken = ladder.steps[name], in_a_row(matter.valid, name)
    following = step.next if taken >= step.repeats else name
    if following is None:
        return Recommendation(None, Bilingual("There is no harder step.", "已无更高一级步骤。"))
    if step.repeats > 1 and taken >= step.repeats:
        return _of(ladder, following, _in_a_row_reason(step, taken))
    reason = Bilingual(
        f"The {step.title.en} was not done in time, without a reason that was accepted.",
        f"{step.title.zh}未按时办结，且无获准的理由。",
    )
    return _of(ladder, following, reason)


def _in_a_row_reason(step: Step, taken: int) -> Bilingual:
    return Bilingual(f"{step.title.en}: {taken} in a row.", f"{step.title.zh}连续{taken}次。")


def _of(ladder: Ladder, name: str, reason: Bilingual) -> Recommendation:
    return Recommendation(name, reason, ladder.steps[name].clause, ladder.steps[name].source)


def in_a_row(orders: Sequence[Order], step: str) -> int:
    """How many of the last orders that count are of one step, without another in between."""
    taken = 0
    for order in reversed([each for each in orders if not each.is_void]):
        if order.step != step:
            break
        taken += 1
    return taken
