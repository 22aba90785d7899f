"""Forms of bodies, people, posts and qualifications."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.db.models import QuerySet

from urbanwork.office.access import ROLES
from urbanwork.office.pages.language import language, said
from urbanwork.office.people.keeping import mark
from urbanwork.office.people.models import Body, Person, Post, Qualification
from urbanwork.office.people.tree import IN_ITSELF
from urbanwork.office.rules import lifecycle
from urbanwork.quantities.bilingual import Bilingual

LABELS: Final[Mapping[str, Bilingual]] = {
    "code": Bilingual("Code", "代码"),
    "name": Bilingual("Name", "名称"),
    "name_en": Bilingual("Name in English (may stay empty)", "英文名称（可不填）"),
    "kind": Bilingual("Kind, such as bureau, district, street", "类别，如局、区、街道"),
    "parent": Bilingual("Body above it", "上级机构"),
    "username": Bilingual("User name", "用户名"),
    "phone": Bilingual("Telephone", "电话"),
    "email": Bilingual("Mail", "邮箱"),
    "language": Bilingual("Language", "语言"),
    "person": Bilingual("Person", "人员"),
    "body": Bilingual("Body", "机构"),
    "role": Bilingual("Role", "角色"),
    "title": Bilingual("Title, as on the door", "职务"),
    "areas": Bilingual("Only these areas", "仅限片区"),
    "fields": Bilingual("Only these points of the arrangement", "仅限以下工作要点"),
    "begin": Bilingual("First day (may stay empty)", "起始日期（可不填）"),
    "end": Bilingual("Last day (may stay empty)", "截止日期（可不填）"),
    "is_training": Bilingual("It is a training", "属于培训"),
    "hours": Bilingual("Hours of training (may stay empty)", "培训学时（可不填）"),
    "obtained": Bilingual("Obtained on", "取得日期"),
    "expires": Bilingual("Holds until (empty: for good)", "有效期至（不填为长期）"),
}
HINTS: Final[Mapping[str, Bilingual]] = {
    "username": Bilingual(
        "By it the person signs in: letters, digits and @ . + - _",
        "登录时使用：字母、数字及 @ . + - _",
    ),
    "areas": Bilingual("None chosen: all of them.", "不选即为全部。"),
    "fields": Bilingual("None chosen: all of them.", "不选即为全部。"),
}
PERSON_NAME = Bilingual("Name", "姓名")
QUALIFICATION_NAME = Bilingual("What it is called", "资格或培训名称")
ENDS_FIRST = Bilingual("The last day lies before the first.", "截止日期早于起始日期。")


class Shown(forms.ModelForm):  # type: ignore[type-arg]
    """A form with labels and hints in the language of the page, and a mark of what was seen."""

    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    labels: Mapping[str, Bilingual] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.fields["seen"].initial = mark(self.instance)
        for name, field in self.fields.items():
            words = self.labels.get(name) or LABELS.get(name)
            field.label = said(words) if words else field.label
            field.help_text = said(HINTS[name]) if name in HINTS else ""
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def is_in_order(self, first: str, last: str) -> None:
        """Say so where the last day lies before the first."""
        begin, end = self.cleaned_data.get(first), self.cleaned_data.get(last)
        if begin and end and end < begin:
            self.add_error(last, said(ENDS_FIRST))


class BodyField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Open bodies by name."""

    def label_from_instance(self, obj: Any) -> str:
        depth = obj.path.count("/") - 2
        return f"{'　' * depth}{obj.title(language())}"


def open_bodies() -> QuerySet[Body]:
    """Bodies that can be chosen."""
    return Body.objects.filter(is_closed=False).order_by("path")


class BodyForm(Shown):
    """A body."""

    parent = BodyField(Body.objects.none(), required=False, empty_label="–")

    class Meta:
        model = Body
        fields = ("name", "name_en", "code", "kind", "parent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = open_bodies()  # type: ignore[attr-defined]

    def clean_parent(self) -> Body | None:
        parent: Body | None = self.cleaned_data.get("parent")
        path = self.instance.path if self.instance.pk else None
        if parent is not None and path and parent.path.startswith(path):
            raise forms.ValidationError(said(IN_ITSELF))
        return parent


class PersonForm(Shown):
    """A person."""

    labels = {"name": PERSON_NAME}
    language = forms.ChoiceField(choices=[("zh-hans", "中文"), ("en", "English")])

    class Meta:
        model = Person
        fields = ("name", "username", "phone", "email", "language")


class PostForm(Shown):
    """A post of a person in a body."""

    body = BodyField(Body.objects.none(), empty_label="–")

    class Meta:
        model = Post
        fields = ("body", "role", "title", "begin", "end", "areas", "fields")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = open_bodies()  # type: ignore[attr-defined]
        roles = [(role, said(lifecycle().roles[role])) for role in ROLES]
        self.fields["role"] = forms.ChoiceField(choices=roles, label=said(LABELS["role"]))
        for name, known in (("areas", _areas()), ("fields", _points())):
            self.fields[name] = _boxes(known, getattr(self.instance, name), name)

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.is_in_order("begin", "end")
        return cleaned


class QualificationForm(Shown):
    """A qualification or training of a person."""

    labels = {"name": QUALIFICATION_NAME}
    hours = forms.DecimalField(required=False, min_value=0, max_digits=6, decimal_places=1)

    class Meta:
        model = Qualification
        fields = ("name", "code", "is_training", "hours", "obtained", "expires")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.is_in_order("obtained", "expires")
        return cleaned


def _areas() -> Mapping[str, Bilingual]:
    from urbanwork.office.ledger.names import names

    return names().areas


def _points() -> Mapping[str, Bilingual]:
    from urbanwork.office.ledger.names import names

    return names().points


def _boxes(known: Mapping[str, Bilingual], held: list[str], name: str) -> forms.Field:
    """Boxes for what is known, and for what the post has though it is known no more."""
    choices = [(key, said(title)) for key, title in known.items()]
    choices += [(key, key) for key in held if key not in known]
    return forms.MultipleChoiceField(
        choices=choices, required=False, widget=forms.CheckboxSelectMultiple,
        label=said(LABELS[name]), help_text=said(HINTS[name]),
    )  # fmt: skip
