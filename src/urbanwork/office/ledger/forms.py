"""Forms of the ledger: each action asks exactly for what it needs, in words."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict

from urbanwork.errors import UserError
from urbanwork.office.evidence.models import Evidence
from urbanwork.office.ledger.acting import Doing
from urbanwork.office.ledger.deadlines import end_of
from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger.people_for import people_of
from urbanwork.office.pages.language import language, said
from urbanwork.office.people.models import Body, Person
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.lifecycle_table import Action

LONGEST_TEXT: Final = 20_000
REASONS: Final[Mapping[str, Bilingual]] = {
    "report": Bilingual("What was done", "进展情况"),
    "dispute": Bilingual("Why it is not for your body", "退回理由"),
    "request_pause": Bilingual("Why, and until when", "缓办理由及期限"),
    "rework": Bilingual("What is missing", "须补正的内容"),
}
"""What the reason of an action is called; else simply the reason."""
NOTE = Bilingual("Note (may stay empty)", "备注（可不填）")
REASON = Bilingual("Reason", "理由")
LABELS: Final[Mapping[str, Bilingual]] = {
    "lead": Bilingual("Lead body", "主办机构"),
    "helpers": Bilingual("Bodies that co-operate", "协办机构"),
    "deadline": Bilingual("Deadline", "时限"),
    "later_deadline": Bilingual("New deadline", "新时限"),
    "approval": Bilingual("Approval: number or name of the decision", "批准文件（文号或名称）"),
    "evidence": Bilingual("Evidence that proves it", "佐证"),
    "percent": Bilingual("Progress in per cent", "完成进度（%）"),
    "handler": Bilingual("Person named for it", "具体责任人"),
}
if TYPE_CHECKING:
    _OneBody = forms.ModelChoiceField[Body]
    _Bodies = forms.ModelMultipleChoiceField[Body]
    _Files = forms.ModelMultipleChoiceField[Evidence]
else:
    _OneBody = forms.ModelChoiceField
    _Bodies = _Files = forms.ModelMultipleChoiceField

key_is_plain = RegexValidator(r"^[0-9A-Za-z+-]{8,64}\Z")


class BodyChoice(_OneBody):
    """Bodies that are open, indented by their place in the tree."""

    def label_from_instance(self, obj: Any) -> str:
        return indented(obj)


class BodyChoices(_Bodies):
    """Several bodies, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.title(language()))


class FileChoices(_Files):
    """Evidence of the task, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name)


class Day(forms.DateField):
    """A day on which something is due: it becomes the end of its hours of work."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        try:
            return None if day is None else end_of(day)
        except UserError as fault:
            raise forms.ValidationError(str(fault)) from fault


def indented(body: Body) -> str:
    """The name of a body, indented by how far down it stands."""
    return "　" * max(body.path.count("/") - 2, 0) + str(body.title(language()))


def open_bodies() -> Any:
    """Bodies that tasks may be given to."""
    return Body.objects.filter(is_closed=False).order_by("path")


class ActionForm(forms.Form):
    """One action on one task."""

    def __init__(
        self,
        name: str,
        action: Action,
        task: Task,
        rights: Rights,
        data: QueryDict | None = None,
    ) -> None:
        super().__init__(data, auto_id=f"{name}-%s", label_suffix="")
        self.name, self.action, self.task, self.rights = name, action, task, rights
        self.title = action.title
        self.use_required_attribute = True
        for field, made in self._fields():
            made.label = made.label or said(LABELS[field])
            self.fields[field] = made
        self._hide(key=uuid.uuid4().hex, version=task.version, action=name)

    def _fields(self) -> Iterable[tuple[str, forms.Field]]:
        needs = self.action.needs
        if "lead" in needs:
            yield "lead", BodyChoice(open_bodies(), initial=self.task.lead_id, empty_label="–")
            yield "helpers", BodyChoices(open_bodies(), required=False)
        if "deadline" in needs or "later_deadline" in needs:
            which = "deadline" if "deadline" in needs else "later_deadline"
            yield "deadline", Day(label=said(LABELS[which]))
        if self.name == "report":
            yield "percent", forms.FloatField(
                min_value=0, max_value=100, required=False, initial=self.task.percent,
                widget=forms.NumberInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip
        if self.name == "accept":
            people = people_of([self.rights.body.pk])
            yield (
                "handler",
                forms.ModelChoiceField(
                    people, required=False, initial=self.rights.person.pk, empty_label="–"
                ),
            )
        yield from self._proof(needs)
        if "approval" in needs:
            yield "approval", forms.CharField(max_length=200)
        yield "reason", self._reason("reason" in needs)

    def _proof(self, needs: Sequence[str]) -> Iterable[tuple[str, forms.Field]]:
        if "evidence" not in needs and self.name != "report":
            return
        files = Evidence.objects.filter(task=self.task)
        yield "evidence", FileChoices(files, required=False, initial=files if needs else None)

    def _reason(self, is_needed: bool) -> forms.Field:
        label = REASONS.get(self.name, REASON) if is_needed else NOTE
        return forms.CharField(
            label=said(label), required=is_needed, max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 3}),
        )  # fmt: skip

    def _hide(self, **initial: Any) -> None:
        hidden: dict[str, Any] = {"widget": forms.HiddenInput, "required": False}
        self.fields["action"] = forms.CharField(initial=initial["action"], **hidden)
        self.fields["version"] = forms.IntegerField(
            min_value=0, max_value=2**31 - 1, initial=initial["version"], **hidden
        )
        self.fields["key"] = forms.CharField(
            initial=initial["key"], validators=[key_is_plain], **hidden
        )

    @property
    def lacks_evidence(self) -> bool:
        """Whether it needs evidence and the task has none yet."""
        return "evidence" in self.action.needs and not Evidence.objects.filter(task=self.task)

    def doing(self) -> Doing:
        """What somebody wants to do, of a form that is valid."""
        given = self.cleaned_data
        lead: Body | None = given.get("lead")
        handler: Person | None = given.get("handler")
        return Doing(
            self.name, reason=given.get("reason", ""), approval=given.get("approval", ""),
            lead=None if lead is None else lead.pk,
            helpers=[each.pk for each in given.get("helpers", [])],
            deadline=given.get("deadline"), percent=given.get("percent"), handler=handler,
            evidence=[str(each.pk) for each in given.get("evidence", [])],
            key=given.get("key") or None, version=given.get("version"),
        )  # fmt: skip
