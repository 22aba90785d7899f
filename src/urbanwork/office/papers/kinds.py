"""Kinds of papers, and the values that a template of each may name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from urbanwork.quantities.bilingual import Bilingual


@dataclass(frozen=True)
class Value:
    """A value of a paper: its name in templates, what it is, and an example to try it with.

    A list has `parts`, the values of each of its entries.
    """

    name: str
    title: Bilingual
    example: str | int = ""
    parts: tuple[Value, ...] = ()

    @property
    def sample(self) -> Any:
        """The example; of a list, one entry."""
        return [sample_of(self.parts)] if self.parts else self.example


@dataclass(frozen=True)
class Kind:
    """A kind of paper: its title, the mark in its numbers, its values."""

    name: str
    title: Bilingual
    mark: str
    values: tuple[Value, ...]

    @property
    def sample(self) -> dict[str, Any]:
        """Examples of all values, every list with an entry."""
        return sample_of(self.values)

    @property
    def spare(self) -> dict[str, Any]:
        """The same with nothing in it: what may be empty, is."""
        return {
            name: [] if isinstance(each, list) else 0 if isinstance(each, int) else ""
            for name, each in self.sample.items()
        }

    def named(self) -> Iterator[tuple[str, Bilingual]]:
        """Each value as a template writes it, with what it is."""
        for value in self.values:
            yield value.name, value.title
            for part in value.parts:
                yield f"{value.name} › {part.name}", part.title


def sample_of(values: tuple[Value, ...]) -> dict[str, Any]:
    """The examples of values by name."""
    return {value.name: value.sample for value in values}


def _value(name: str, en: str, zh: str, example: str | int = "例 example") -> Value:
    return Value(name, Bilingual(en, zh), example)


def _list(name: str, en: str, zh: str, *parts: Value) -> Value:
    return Value(name, Bilingual(en, zh), parts=parts)


_TITLE: Final = _value("title", "title of the paper", "文书名称", "交办单")
COMMON: Final = (
    _value("city", "the city", "城市"),
    _TITLE,
    _value("code", "its number", "文号", "交办〔2026〕1号"),
    _value("date", "its date", "日期", "2026年11月22日"),
    _value("issuer", "who signed it", "签发人"),
    _value("issuer_body", "the body of who signed it", "签发机构"),
)
_TASK: Final = (
    _value("number", "number of the task", "任务编号", "2026-000017"),
    _value("task", "the task in one line", "任务名称"),
    _value("text", "what is to be done", "任务内容"),
    _value("lead", "lead body", "主办机构"),
    _value("deadline", "deadline of the task", "任务时限"),
    _value("areas", "areas", "片区"),
    _value("weight", "weight", "重要程度"),
    _value("visibility", "who may see it, where not all", "公开范围（非公开时）"),
    _value("legal_basis", "legal basis", "法律依据"),
)
_STEP: Final = (
    *COMMON, *_TASK,
    _value("step", "step of supervision", "督办方式"),
    _value("reason", "reason given", "督办事由"),
    _value("until", "to be answered by", "答复时限"),
    _value("days_late", "days late when it was issued", "签发时逾期天数", 3),
    _value("clause", "clause of the ladder", "督办依据"),
    _list("earlier", "orders before it", "此前督办",
          _value("code", "number", "文号"), _value("step", "step", "督办方式"),
          _value("date", "date", "日期")),
)  # fmt: skip
ASSIGNMENT: Final = Kind("assignment", Bilingual("assignment order", "交办单"), "交办", (
    *COMMON, *_TASK,
    _value("helpers", "bodies that co-operate", "协办机构"),
    _value("leader", "leader in charge", "分管领导"),
    _value("handler", "person named for it", "具体责任人"),
    _value("source", "where it comes from", "任务来源"),
    _value("point", "point of the arrangement", "工作要点"),
    _value("effect", "expected effect", "预期成效"),
    _value("reports", "rhythm of reports", "报告要求"),
    _value("reason", "note of who assigned it", "交办说明"),
    _list("milestones", "milestones", "节点",
          _value("title", "milestone", "节点"), _value("due", "by", "时限"),
          _value("percent", "planned progress, %", "计划进度（%）")),
))  # fmt: skip
ORDER: Final = Kind("order", Bilingual("supervision order", "督办单"), "督办", _STEP)
REMINDER: Final = Kind("reminder", Bilingual("reminder", "提醒"), "督办", _STEP)
INTERVIEW: Final = Kind("interview", Bilingual("notice of interview", "约谈通知"), "督办", _STEP)
_TASK_ROW: Final = (
    _value("number", "number of the task", "任务编号"), _value("task", "task", "任务名称"),
    _value("lead", "lead body", "主办机构"), _value("deadline", "deadline", "时限"),
)  # fmt: skip
BULLETIN: Final = Kind("bulletin", Bilingual("bulletin", "通报"), "通报", (
    *COMMON,
    _value("month", "month", "月份", "2026年11月"),
    _value("as_of", "as of", "统计截至"),
    _value("scope", "areas and points that it covers", "统计范围"),
    _value("open", "open tasks", "未结任务数", 10),
    _value("late", "overdue tasks", "逾期任务数", 2),
    _value("closed_count", "closed in the month", "本月销号数", 3),
    _value("order_count", "orders issued in the month", "本月督办单数", 1),
    _list("lights", "lights, the most severe first", "灯色（由重到轻）",
          _value("name", "light", "灯色")),
    _list("bodies", "bodies with open tasks", "各机构未结任务",
          _value("name", "body", "机构"), _value("open", "open", "未结", 1),
          _value("late", "overdue", "逾期", 1),
          _list("counts", "one for each light", "各灯色数量", _value("count", "tasks", "数量", 1))),
    _list("rates", "rates", "指标", _value("name", "rate", "指标")),
    _list("rated", "rates by body", "各机构指标", _value("name", "body", "机构"),
          _list("cells", "one for each rate", "各项指标",
                _value("text", "share with numerator and denominator", "比率及分子分母"))),
    _value("smallest", "a rate of fewer is not shown", "不足此数不予显示", 20),
    _list("overdue", "overdue tasks, the longest first", "逾期任务", *_TASK_ROW,
          _value("days", "days late", "逾期天数", 1)),
    _value("overdue_more", "so many more", "其余数量", 1),
    _list("orders", "orders of the month", "本月督办",
          _value("code", "number", "文号"), _value("step", "step", "督办方式"),
          _value("body", "body", "机构"), _value("task", "task", "任务"),
          _value("state", "how it stands", "状态")),
    _value("orders_more", "so many more", "其余数量", 1),
    _list("closed", "tasks closed in the month", "本月销号任务", *_TASK_ROW,
          _value("day", "closed on", "销号日期")),
    _value("closed_more", "so many more", "其余数量", 1),
))  # fmt: skip
MINUTES: Final = Kind("minutes", Bilingual("minutes", "会议纪要"), "纪要", (
    *COMMON,
    _value("meeting", "title of the meeting", "会议名称"),
    _value("at", "when", "时间"), _value("place", "where", "地点"),
    _value("chair", "who chaired it", "主持人"),
    _value("bodies", "bodies present", "参会机构"),
    _value("extract", "that this is an extract, where it is", "摘录说明（如为摘录）"),
    _list("items", "items of the agenda", "议题",
          _value("place", "number of the item", "序号", 1), _value("title", "item", "议题"),
          _value("number", "number of its task", "任务编号"), _value("note", "note", "说明"),
          _list("decisions", "decisions", "决定事项",
                _value("text", "decision", "决定事项"), _value("number", "its task", "任务编号"),
                _value("lead", "lead body", "主办机构"), _value("deadline", "deadline", "时限"))),
))  # fmt: skip
KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind for kind in (ASSIGNMENT, ORDER, REMINDER, INTERVIEW, BULLETIN, MINUTES)
}
STEP_KINDS: Final[Mapping[str, Kind]] = {"remind": REMINDER, "interview": INTERVIEW}
"""Steps of the ladder with papers of their own; every other step is an order."""
