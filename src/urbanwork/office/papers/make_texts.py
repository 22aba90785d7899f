"""What the templates of the product say, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from urbanwork.quantities.bilingual import Bilingual


@dataclass(frozen=True)
class Line:
    """A paragraph; `only_if` a value is there, `each` entry of a list."""

    text: Bilingual
    only_if: str = ""
    each: str = ""
    is_head: bool = False
    is_indented: bool = True


@dataclass(frozen=True)
class Mark:
    """A paragraph that only opens or ends a loop or a condition."""

    text: str


@dataclass(frozen=True)
class Fact:
    """A row of a table of facts."""

    label: Bilingual
    value: str
    only_if: str = ""


@dataclass(frozen=True)
class Facts:
    """A table of facts."""

    rows: tuple[Fact, ...]


@dataclass(frozen=True)
class Column:
    """A column of a list, so many millimetres wide."""

    label: Bilingual
    value: str
    width: float


@dataclass(frozen=True)
class Spread:
    """Columns of which there are as many as a list has entries."""

    head: str
    title: str
    body: str
    value: str
    width: float


@dataclass(frozen=True)
class Rows:
    """A list as a table."""

    each: str
    columns: tuple[Column, ...]
    only_if: str = ""
    spread: tuple[Spread, ...] = ()


@dataclass(frozen=True)
class Sign:
    """Who signed."""

    text: Bilingual


Part = Line | Mark | Facts | Rows | Sign


def _fact(value: str, en: str, zh: str, *, always: bool = False) -> Fact:
    return Fact(Bilingual(en, zh), f"{{{{ {value} }}}}", "" if always else value)


def _line(en: str, zh: str, only_if: str = "") -> Line:
    return Line(Bilingual(en, zh), only_if)


def _head(en: str, zh: str) -> Line:
    return Line(Bilingual(en, zh), is_head=True, is_indented=False)


def _to(value: str) -> Line:
    return Line(Bilingual(f"To: {{{{ {value} }}}}", f"{{{{ {value} }}}}："), value,
                is_indented=False)  # fmt: skip


def _column(value: str, en: str, zh: str, width: float) -> Column:
    return Column(Bilingual(en, zh), f"{{{{ each.{value} }}}}", width)


def _none(of: str) -> Line:
    return _line("None.", "无。", f"not {of}")


def _more(of: str) -> Line:
    return _line(f"… and {{{{ {of}_more }}}} more.", f"……另有{{{{ {of}_more }}}}项。", f"{of}_more")


SIGN: Final = Sign(
    Bilingual(
        "Signed: {{ issuer }}{% if issuer_body %}, {{ issuer_body }}{% endif %}",
        "签发人：{{ issuer }}{% if issuer_body %}（{{ issuer_body }}）{% endif %}",
    )
)
_TASK: Final = (
    _fact("number", "Task", "任务编号", always=True),
    _fact("task", "Title", "任务名称", always=True),
    _fact("text", "What is to be done", "任务内容"),
)
_LAW: Final = (
    _fact("areas", "Areas", "片区"),
    _fact("weight", "Weight", "重要程度"),
    _fact("visibility", "Visibility", "公开范围"),
    _fact("legal_basis", "Legal basis", "法律依据"),
)
_STEP: Final = (
    Facts((
        *_TASK,
        _fact("deadline", "Deadline", "任务时限"),
        Fact(Bilingual("Days late", "逾期天数"), "{{ days_late }}", "days_late"),
        _fact("step", "Step", "督办方式", always=True),
        _fact("until", "To be answered by", "答复时限"),
        _fact("reason", "Reason", "督办事由"),
        _fact("clause", "Basis", "督办依据"),
        *_LAW,
    )),
    Line(Bilingual("Issued before:", "此前督办："), "earlier", is_indented=False),
    Line(Bilingual("{{ each.date }}, {{ each.step }}, {{ each.code }}",
                   "{{ each.date }}，{{ each.step }}，{{ each.code }}"),
         each="each in earlier", is_indented=True),
)  # fmt: skip
_RATES: Final = Spread("rate in rates", "{{ rate.name }}", "cell in each.cells", "{{ cell.text }}",
                       30)  # fmt: skip
_LIGHTS: Final = Spread("light in lights", "{{ light.name }}", "one in each.counts",
                        "{{ one.count }}", 16)  # fmt: skip
_DUE: Final = (
    _column("number", "Task", "任务编号", 28), _column("task", "Title", "任务名称", 52),
    _column("lead", "Lead body", "主办机构", 32),
)  # fmt: skip

PAPERS: Final[Mapping[str, tuple[Part, ...]]] = {
    "assignment": (
        _to("lead"),
        _line("The following task is assigned to your body as lead. Carry it out by the deadline "
              "and report as required.",
              "现将下列任务交由你单位主办，请在时限内办结，并按要求报告进展。"),
        Facts((
            *_TASK,
            _fact("lead", "Lead body", "主办机构", always=True),
            _fact("helpers", "Co-operating", "协办机构"),
            _fact("deadline", "Deadline", "时限", always=True),
            _fact("leader", "Leader in charge", "分管领导"),
            _fact("handler", "Person named", "具体责任人"),
            _fact("source", "Source", "任务来源"),
            _fact("point", "Point", "工作要点"),
            _fact("effect", "Expected effect", "预期成效"),
            _fact("reports", "Reports", "报告要求"),
            *_LAW,
            _fact("reason", "Note", "交办说明"),
        )),
        Rows("each in milestones", (
            _column("title", "Milestone", "节点", 84), _column("due", "By", "时限", 42),
            _column("percent", "Planned, %", "计划进度（%）", 30),
        ), "milestones"),
        _line("Accept the task on receipt; if it is not for your body, return it with the reason.",
              "请收到后及时签收；认为不属本单位职责的，请说明理由后退回。"),
        SIGN,
    ),
    "order": (
        _to("lead"),
        _line("The following task is supervised by this order.{% if until %} Carry it out and "
              "answer by {{ until }}.{% endif %}",
              "现就下列任务予以督办{% if until %}，请于{{ until }}前办理并答复{% endif %}。"),
        *_STEP,
        _line("The order may be contested by an appeal in the office.",
              "对本单有异议的，可在系统内提出申诉。"),
        SIGN,
    ),
    "reminder": (
        _to("lead"),
        _line("You are reminded of the following task.{% if until %} Please answer by "
              "{{ until }}.{% endif %}",
              "现就下列任务提醒你单位抓紧办理{% if until %}，请于{{ until }}前答复{% endif %}。"),
        *_STEP, SIGN,
    ),
    "interview": (
        _to("lead"),
        _line("The head of your body is called to an interview on the following "
              "task{% if until %}, by {{ until }}{% endif %}.",
              "请你单位主要负责人{% if until %}于{{ until }}前{% endif %}接受约谈，"
              "就下列任务的办理情况作出说明。"),
        *_STEP,
        _line("Bring a written account: what was done, why it is late, what will be done by when.",
              "请携书面说明，内容包括办理情况、逾期原因、后续措施及完成时间。"),
        SIGN,
    ),
    "bulletin": (
        _line("{{ month }}, {{ scope }}. Open tasks: {{ open }}, of them overdue {{ late }}. In "
              "the month {{ closed_count }} were closed and {{ order_count }} orders issued. As "
              "of {{ as_of }}.",
              "现将{{ month }}任务办理情况通报如下。统计范围：{{ scope }}。未结任务{{ open }}项，"
              "其中逾期{{ late }}项；本月销号{{ closed_count }}项，签发督办单"
              "{{ order_count }}份。统计截至{{ as_of }}。"),
        _head("1. Lights by body", "一、各机构亮灯情况"),
        Rows("each in bodies", (
            _column("name", "Lead body", "主办机构", 44), _column("open", "Open", "未结", 16),
            _column("late", "Overdue", "逾期", 16),
        ), "bodies", (_LIGHTS,)),
        _none("bodies"),
        _head("2. Rates of the month", "二、本月办理指标"),
        Rows("each in rated", (_column("name", "Body", "机构", 36),), "rated", (_RATES,)),
        _line("Share (numerator / denominator). A rate of fewer than {{ smallest }} is not shown.",
              "括号内为分子/分母；不足{{ smallest }}件的比率不予显示。", "rated"),
        _none("rated"),
        _head("3. Overdue tasks", "三、逾期任务"),
        Rows("each in overdue", (
            *_DUE, _column("deadline", "Deadline", "时限", 24),
            _column("days", "Days late", "逾期天数", 20),
        ), "overdue"),
        _more("overdue"), _none("overdue"),
        _head("4. Supervision", "四、督办情况"),
        Rows("each in orders", (
            _column("code", "Number", "文号", 40), _column("step", "Step", "督办方式", 24),
            _column("body", "Body", "机构", 28), _column("task", "Task", "任务", 44),
            _column("state", "State", "状态", 20),
        ), "orders"),
        _more("orders"), _none("orders"),
        _head("5. Closed", "五、本月销号"),
        Rows("each in closed", (*_DUE, _column("day", "Closed on", "销号日期", 44)), "closed"),
        _more("closed"), _none("closed"),
        SIGN,
    ),
    "minutes": (
        Facts((
            _fact("meeting", "Meeting", "会议名称", always=True),
            _fact("at", "When", "时间", always=True), _fact("place", "Where", "地点"),
            _fact("chair", "Chair", "主持人"), _fact("bodies", "Present", "参会机构"),
        )),
        _line("{{ extract }}", "{{ extract }}", "extract"),
        Mark("for item in items"),
        _head("{{ item.place }}. {{ item.title }}{% if item.number %} ({{ item.number }})"
              "{% endif %}",
              "{{ item.place }}．{{ item.title }}{% if item.number %}（{{ item.number }}）"
              "{% endif %}"),
        _line("{{ item.note }}", "{{ item.note }}", "item.note"),
        Mark("for decision in item.decisions"),
        _line("Decided: {{ decision.text }}{% if decision.lead %} Lead: {{ decision.lead }}."
              "{% endif %}{% if decision.deadline %} By {{ decision.deadline }}.{% endif %}"
              "{% if decision.number %} Task {{ decision.number }}.{% endif %}",
              "决定：{{ decision.text }}{% if decision.lead %}主办：{{ decision.lead }}。"
              "{% endif %}"
              "{% if decision.deadline %}时限：{{ decision.deadline }}。{% endif %}"
              "{% if decision.number %}任务编号：{{ decision.number }}。{% endif %}"),
        Mark("endfor"),
        Mark("endfor"),
        _none("items"),
        SIGN,
    ),
}  # fmt: skip
