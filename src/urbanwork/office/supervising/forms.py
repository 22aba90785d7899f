"""Forms of supervision: orders, chiefs, documents."""

from __future__ import annotations

import uuid
from typing import Any, Final

from django import forms
from django.core.validators import RegexValidator

from urbanwork.office.access import ROLES
from urbanwork.office.ledger.forms import BodyChoices, Day, indented, open_bodies
from urbanwork.office.ledger.names import names
from urbanwork.office.pages.language import said
from urbanwork.office.people.models import Person
from urbanwork.office.rules import ladder, lifecycle
from urbanwork.office.supervising.models import DOCUMENTS
from urbanwork.office.supervising.ordering import TITLES, Deciding
from urbanwork.office.supervising.reading import Paper
from urbanwork.quantities.bilingual import Bilingual

LONGEST: Final = 4_000
KINDS_OF_DOCUMENT: Final = {
    "arrangement": Bilingual("arrangement", "工作部署"),
    "order": Bilingual("order", "通知"),
    "bulletin": Bilingual("bulletin", "通报"),
    "other": Bilingual("other document", "其他文件"),
}
WANTS_UNTIL: Final = {
    "issue": Bilingual(
        "To be answered by (else as the ladder says)", "答复时限（不填则按督办阶梯）"
    ),
    "plea": Bilingual("Later time asked for", "申请宽限至"),
    "excuse": Bilingual("New time", "宽限至"),
}
REASONS: Final = {
    "issue": Bilingual(
        "Reason (needed for another step than the recommended one)", "理由（与建议不同时必填）"
    ),
    "done": Bilingual("What was done", "办理情况"),
}
WHY: Final = Bilingual("Reason", "理由")


class DecideForm(forms.Form):
    """One way to decide about the order of a task."""

    def __init__(self, kind: str, data: Any = None, *, step: str = "", seen: int = 0) -> None:
        super().__init__(data, auto_id=f"order-{kind}-%s", label_suffix="")
        self.kind, self.title = kind, TITLES[kind]
        if kind == "issue":
            steps = [(name, said(each.title)) for name, each in ladder().steps.items()]
            self.fields["step"] = forms.ChoiceField(
                label=said(Bilingual("Step", "督办方式")), choices=steps, initial=step
            )
        if kind in WANTS_UNTIL:
            self.fields["until"] = Day(label=said(WANTS_UNTIL[kind]), required=kind != "issue")
        needs = kind not in ("issue", "done")
        self.fields["reason"] = forms.CharField(
            label=said(REASONS.get(kind, WHY)), required=needs, max_length=LONGEST,
            widget=forms.Textarea(attrs={"rows": 2}),
        )  # fmt: skip
        self._hide(seen)

    def _hide(self, seen: int) -> None:
        hidden: Any = {"widget": forms.HiddenInput, "required": False}
        self.fields["kind"] = forms.CharField(initial=self.kind, **hidden)
        self.fields["seen"] = forms.IntegerField(min_value=0, initial=seen, **hidden)
        plain = RegexValidator(r"^[0-9A-Za-z+-]{8,64}\Z")
        self.fields["key"] = forms.CharField(initial=uuid.uuid4().hex, validators=[plain], **hidden)

    def deciding(self) -> Deciding:
        """What somebody decided, of a form that is valid."""
        given = self.cleaned_data
        return Deciding(
            self.kind, step=given.get("step", ""), until=given.get("until"),
            reason=given.get("reason", ""), key=given.get("key") or None, seen=given.get("seen"),
        )  # fmt: skip


class ChiefForm(forms.Form):
    """A post that answers for an area."""

    kind = forms.RegexField(r"^\w[\w -]{0,39}\Z", max_length=40)
    area = forms.ChoiceField()
    body: Any = forms.ModelChoiceField(None, empty_label="–")
    person: Any = forms.ModelChoiceField(None, required=False, empty_label="–")
    since = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="chief-%s", label_suffix="")
        labels = {
            "kind": Bilingual("Kind, such as grid, river, road", "类别（网格、河道、道路等）"),
            "area": Bilingual("Area", "片区"),
            "body": Bilingual("Body", "机构"),
            "person": Bilingual("Person (empty: the post is vacant)", "人员（不填即空缺）"),
            "since": Bilingual("Since", "起始日期"),
        }
        for name, label in labels.items():
            self.fields[name].label = said(label)
        known = names().areas.items()
        self.fields["area"].choices = [(key, said(name)) for key, name in known]  # type: ignore[attr-defined]
        body: Any = self.fields["body"]
        body.queryset, body.label_from_instance = open_bodies(), indented
        person: Any = self.fields["person"]
        person.queryset = Person.objects.filter(is_active=True).order_by("name")


class DocumentForm(forms.Form):
    """A version of a document that people must read."""

    kind = forms.ChoiceField()
    code = forms.RegexField(r"^[\w-][\w .-]{0,79}\Z", max_length=80)
    label = forms.CharField(max_length=40)
    title = forms.CharField(max_length=300)
    title_en = forms.CharField(max_length=300, required=False)
    text = forms.CharField(
        required=False, max_length=200_000, widget=forms.Textarea(attrs={"rows": 8})
    )
    link = forms.CharField(max_length=300, required=False)
    until = Day()
    roles = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    bodies = BodyChoices(None, required=False)

    def __init__(self, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial, auto_id="document-%s", label_suffix="")
        labels = {
            "kind": Bilingual("Kind", "类别"),
            "code": Bilingual("Number", "文号"),
            "label": Bilingual("Version", "版本号"),
            "title": Bilingual("Title", "标题"),
            "title_en": Bilingual("Title in English", "英文标题"),
            "text": Bilingual("Text", "正文"),
            "link": Bilingual("Or a link to it (https://)", "或链接（https://）"),
            "until": Bilingual("To be read by", "阅知时限"),
            "roles": Bilingual("For these roles (none: all)", "阅知范围：角色（不选即全部）"),
            "bodies": Bilingual("For these bodies (none: all)", "阅知范围：机构（不选即全部）"),
        }
        for name, label in labels.items():
            self.fields[name].label = said(label)
        roles = lifecycle().roles
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (each, said(KINDS_OF_DOCUMENT[each])) for each in DOCUMENTS
        ]
        self.fields["roles"].choices = [  # type: ignore[attr-defined]
            (each, said(roles[each]) if each in roles else each) for each in ROLES
        ]
        self.fields["bodies"].queryset = open_bodies()  # type: ignore[attr-defined]

    def paper(self) -> Paper:
        """What is to be published, of a form that is valid."""
        given = self.cleaned_data
        return Paper(
            code=given["code"], kind=given["kind"], title=given["title"], label=given["label"],
            text=given["text"], until=given["until"], link=given["link"],
            title_en=given["title_en"], roles=given["roles"],
            bodies=[each.pk for each in given["bodies"]],
        )  # fmt: skip
