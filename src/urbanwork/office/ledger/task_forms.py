"""Forms for a task as such: entering one, and changing what no event changes."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict

from urbanwork.office.ledger.changing import Planned
from urbanwork.office.ledger.creating import Assignment
from urbanwork.office.ledger.forms import (
    LONGEST_TEXT,
    BodyChoice,
    BodyChoices,
    Day,
    key_is_plain,
    open_bodies,
)
from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.names import Names, names
from urbanwork.office.ledger.people_for import bodies_of, leaders, people_of
from urbanwork.office.ledger.said_words import VISIBILITIES, WEIGHTS
from urbanwork.office.pages.language import said
from urbanwork.quantities.bilingual import Bilingual

LABELS: Final[Mapping[str, Bilingual]] = {
    "title": Bilingual("Task in one line", "任务名称"),
    "text": Bilingual("What is to be done", "任务内容"),
    "weight": Bilingual("Weight", "重要程度"),
    "visibility": Bilingual("Who may see it", "公开范围"),
    "areas": Bilingual("Areas (none: the whole city)", "片区（不选即全市）"),
    "point": Bilingual("Point of the arrangement", "工作要点"),
    "indicator": Bilingual("Indicator that it should move", "预期改善的指标"),
    "expected_from": Bilingual("Value now", "现值"),
    "expected_to": Bilingual("Value expected", "预期值"),
    "people": Bilingual("People concerned", "涉及人口"),
    "longitude": Bilingual("Longitude", "经度"),
    "latitude": Bilingual("Latitude", "纬度"),
    "legal_basis": Bilingual("Legal basis", "法律依据"),
    "leader": Bilingual("Leader in charge", "分管领导"),
    "handler": Bilingual("Person named for it", "具体责任人"),
    "qualification": Bilingual("Qualification that the person must hold", "责任人须具备的资格"),
    "report_every_days": Bilingual("A report every so many days", "报告频次（天）"),
    "lead": Bilingual("Lead body", "主办机构"),
    "helpers": Bilingual("Bodies that co-operate", "协办机构"),
    "deadline": Bilingual("Deadline", "时限"),
    "again": Bilingual("Enter another task about the same", "针对同一事项另立任务"),
}
HINTS: Final[Mapping[str, Bilingual]] = {
    "visibility": Bilingual(
        "Restricted: only bodies that work on it, leaders and supervisors.",
        "限定范围：仅主办、协办机构以及领导、督办人员可见。",
    ),
    "deadline": Bilingual(
        "Ends with the hours of work of that day; a day off gives way to the next working day.",
        "至当日下班时止；遇休息日顺延至下一工作日。",
    ),
    "lead": Bilingual(
        "With a deadline, the task is assigned at once.", "填写时限后，登记的同时即交办。"
    ),
}
ROWS_OF_MILESTONES: Final = 3


class TaskForm(forms.Form):
    """A task, by the fields that a post may fill in."""

    def __init__(
        self,
        allowed: Collection[str],
        task: Task | None = None,
        data: QueryDict | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, label_suffix="", initial=dict(initial or {}))
        known = names()
        made = {**_texts(), **_places(known), **_people(task)}
        for name, field in made.items():
            if name in allowed or (name.startswith("expected") and "expected" in allowed):
                self.add(name, field)

    def add(self, name: str, field: forms.Field) -> None:
        """One more field, called as everywhere."""
        field.label = said(LABELS[name])
        field.help_text = said(HINTS[name]) if name in HINTS else ""
        self.fields[name] = field

    @property
    def values(self) -> dict[str, Any]:
        """The fields of a task, of a form that is valid."""
        given = dict(self.cleaned_data)
        parts = {name: given.pop(f"expected_{name}", None) for name in ("from", "to")}
        if "expected_to" in self.fields:
            given["expected"] = {} if parts["to"] is None else {
                **parts, "unit": _unit(given.get("indicator", "")),
            }  # fmt: skip
        return {name: value for name, value in given.items() if name in _OF_TASK}


_OF_TASK = frozenset({
    "title", "text", "weight", "visibility", "areas", "point", "indicator", "expected", "people",
    "longitude", "latitude", "legal_basis", "leader", "handler", "qualification",
    "report_every_days",
})  # fmt: skip


def _unit(indicator: str) -> str:
    known = names().indicators.get(indicator)
    return known.unit if known else ""


def _line(longest: int, **more: Any) -> forms.CharField:
    return forms.CharField(max_length=longest, **more)


def _long(rows: int) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(max_length=LONGEST_TEXT, required=False, widget=area)


def _number(**limits: Any) -> forms.FloatField:
    entry = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.FloatField(required=False, widget=entry, **limits)


def _choices(titles: Mapping[str, Any], *, empty: bool) -> list[tuple[str, str]]:
    none = [("", "–")] if empty else []
    return none + [(key, said(title)) for key, title in titles.items()]


def _texts() -> dict[str, forms.Field]:
    return {
        "title": _line(300),
        "text": _long(5),
        "weight": forms.ChoiceField(choices=_choices(WEIGHTS, empty=False)),
        "visibility": forms.ChoiceField(
            choices=_choices(VISIBILITIES, empty=False), initial="internal"
        ),
    }


def _places(known: Names) -> dict[str, forms.Field]:
    indicators = {key: each.title for key, each in known.indicators.items()}
    return {
        "areas": forms.MultipleChoiceField(
            choices=_choices(known.areas, empty=False), required=False,
            widget=forms.CheckboxSelectMultiple,
        ),
        "point": forms.ChoiceField(choices=_choices(known.points, empty=True), required=False),
        "indicator": forms.ChoiceField(choices=_choices(indicators, empty=True), required=False),
        "expected_from": _number(), "expected_to": _number(),
        "people": _number(min_value=0),
        "longitude": _number(min_value=-180, max_value=180),
        "latitude": _number(min_value=-90, max_value=90),
    }  # fmt: skip


def _people(task: Task | None) -> dict[str, forms.Field]:
    ours = people_of([] if task is None else bodies_of(task))
    return {
        "legal_basis": _long(2),
        "leader": forms.ModelChoiceField(leaders(), required=False, empty_label="–"),
        "handler": forms.ModelChoiceField(ours, required=False, empty_label="–"),
        "qualification": _line(80, required=False),
        "report_every_days": forms.IntegerField(min_value=1, max_value=366, required=False),
    }


class NewTaskForm(TaskForm):
    """A task to enter, with what it takes to assign it at once."""

    def __init__(
        self,
        allowed: Collection[str],
        data: QueryDict | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(allowed, None, data, initial)
        if "lead" in allowed:
            self.add("lead", BodyChoice(open_bodies(), required=False, empty_label="–"))
            self.add("helpers", BodyChoices(open_bodies(), required=False))
            self.add("deadline", Day(required=False))
        hidden: dict[str, Any] = {"widget": forms.HiddenInput, "required": False}
        self.fields["key"] = forms.CharField(
            initial=uuid.uuid4().hex, validators=[key_is_plain], **hidden
        )

    def offer_again(self) -> None:
        """Let them say that they want another task about the same."""
        self.add("again", forms.BooleanField(required=False))

    def clean(self) -> dict[str, Any]:
        """A lead body and a deadline go together."""
        given = super().clean() or {}
        if bool(given.get("lead")) != bool(given.get("deadline")) and not self.errors:
            late = "deadline" if given.get("lead") else "lead"
            self.add_error(late, said(TOGETHER))
        return given

    @property
    def assignment(self) -> Assignment | None:
        """To whom it goes at once; None where nobody is named."""
        given = self.cleaned_data
        if not given.get("lead"):
            return None
        return Assignment(
            given["lead"].pk, given["deadline"], [each.pk for each in given["helpers"]]
        )


TOGETHER = Bilingual(
    "To assign the task, give both a lead body and a deadline; else leave both empty.",
    "交办须同时填写主办机构和时限；暂不交办则均留空。",
)


class MilestoneForm(forms.Form):
    """One row of the plan: without a title it is none."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput, max_value=2**63 - 1)
    title = forms.CharField(max_length=300, required=False)
    due = Day(required=False)
    planned_percent = forms.FloatField(min_value=0, max_value=100, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for name, label in MILESTONE_LABELS.items():
            self.fields[name].label = said(label)

    @property
    def planned(self) -> Planned | None:
        """What is planned; None for a row that was left empty."""
        given = self.cleaned_data
        if not given.get("title") and not given.get("pk"):
            return None
        return Planned(given["title"], given["due"], given["planned_percent"], given.get("pk"))

    def clean(self) -> dict[str, Any]:
        """A milestone has its day."""
        given = super().clean() or {}
        if given.get("title") and not given.get("due") and "due" not in self.errors:
            self.add_error("due", said(Bilingual("Give the day.", "请填写日期。")))
        return given


MILESTONE_LABELS: Final = {
    "title": Bilingual("Milestone", "节点"),
    "due": Bilingual("By", "时限"),
    "planned_percent": Bilingual("Progress then, %", "计划进度（%）"),
}
Milestones = forms.formset_factory(MilestoneForm, extra=ROWS_OF_MILESTONES, max_num=200)
