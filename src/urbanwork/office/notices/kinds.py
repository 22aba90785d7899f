"""Kinds of news: their topic, their words, and who receives them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from urbanwork.quantities.bilingual import Bilingual

Receiver = Literal["lead", "helpers", "leader", "assigner", "issuer", "deciders", "checkers"]
"""lead: handlers of the lead body, or the one who is named; helpers: handlers of co-operating
bodies; leader: who is in charge; assigner: who handed the task out; issuer: who issued the order;
deciders: supervisors; checkers: inspectors and supervisors who may verify."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of news; `words` take what `facts` hold, and `title`: number and name."""

    topic: str
    words: Bilingual
    to: tuple[Receiver, ...] = ()


TOPICS: Final = {
    "work": Bilingual("Tasks assigned to my body", "交办给本机构的任务"),
    "deadlines": Bilingual("Deadlines and lights", "时限与亮灯"),
    "orders": Bilingual("Supervision orders", "督办单"),
    "decisions": Bilingual("What waits for my decision", "待我决定的事项"),
    "documents": Bilingual("Documents to read", "待阅文件"),
}


def _kind(topic: str, en: str, zh: str, *to: Receiver) -> Kind:
    return Kind(topic, Bilingual(en, zh), to)


KINDS: Final = {
    "task.assign": _kind("work", "Assigned: {title}", "已交办：{title}", "lead", "helpers"),
    "task.uphold": _kind("work", "Assignment upheld: {title}", "维持交办：{title}", "lead"),
    "task.dispute": _kind("decisions", "Returned: {title}", "被退回：{title}", "assigner"),
    "task.submit": _kind("decisions", "To be verified: {title}", "待核验：{title}", "checkers"),
    "task.verify": _kind("decisions", "To be closed: {title}", "待销号：{title}", "assigner"),
    "task.rework": _kind("work", "Sent back for rework: {title}", "返工：{title}", "lead"),
    "task.reopen": _kind("work", "Opened again: {title}", "重新办理：{title}", "lead"),
    "task.close": _kind("work", "Closed: {title}", "已销号：{title}", "lead", "leader"),
    "task.void": _kind("work", "Void: {title}", "已作废：{title}", "lead"),
    "task.request_pause": _kind(
        "decisions", "A pause is asked for: {title}", "申请缓办：{title}", "deciders"
    ),
    "task.pause": _kind("work", "Pause approved: {title}", "已批准缓办：{title}", "lead"),
    "task.decline_pause": _kind("work", "Pause declined: {title}", "未批准缓办：{title}", "lead"),
    "task.extend": _kind("work", "Deadline extended: {title}", "已批准延期：{title}", "lead"),
    "light.yellow": _kind("deadlines", "Yellow light: {title}", "亮黄灯：{title}", "lead"),
    "light.blue": _kind("deadlines", "Blue light: {title}", "亮蓝灯：{title}", "lead"),
    "light.orange": _kind("deadlines", "Orange light: {title}", "亮橙灯：{title}", "lead"),
    "light.red": _kind("deadlines", "Red light: {title}", "亮红灯：{title}", "lead", "leader"),
    "report.due": _kind("deadlines", "A report is due: {title}", "应报告进展：{title}", "lead"),
    "order.issue": _kind(
        "orders", "{step_en}, {code}: {title}", "{step_zh}（{code}）：{title}", "lead", "leader"
    ),
    "order.due": _kind(
        "orders", "Answer to {code} due soon: {title}", "{code}即将到答复时限：{title}", "lead"
    ),
    "order.done": _kind("decisions", "{code} answered: {title}", "{code}已答复：{title}", "issuer"),
    "order.plea": _kind(
        "decisions", "A later time is asked for, {code}: {title}", "{code}申请宽限：{title}",
        "issuer", "deciders",
    ),
    "order.appeal": _kind(
        "decisions", "Appeal against {code}: {title}", "{code}被申诉：{title}", "deciders"
    ),
    "order.excuse": _kind(
        "orders", "Later time for {code}: {title}", "{code}已宽限：{title}", "lead"
    ),
    "order.decline": _kind(
        "orders", "No later time for {code}: {title}", "{code}未准宽限：{title}", "lead"
    ),
    "order.dismiss": _kind(
        "orders", "Appeal dismissed, {code}: {title}", "{code}申诉被驳回：{title}", "lead"
    ),
    "order.void": _kind("orders", "Void: {code}, {title}", "{code}已作废：{title}", "lead"),
    "advice.day": _kind(
        "decisions", "Recommended steps of supervision: {count} new", "新增督办建议{count}条",
        "deciders",
    ),
    "document.published": _kind(
        "documents", "To read: {name}, version {label}", "请阅：{name}（{label}）"
    ),
    "document.due": _kind(
        "documents", "Not read yet: {name}, version {label}", "尚未阅知：{name}（{label}）"
    ),
}  # fmt: skip
"""What is told. Documents go to those who must read them and have not; see `receivers`."""
