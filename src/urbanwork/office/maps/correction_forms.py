"""The form for a wrong number: what the map has wrong, where, on what evidence, until when."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms

from urbanwork.errors import UserError
from urbanwork.office.maps.asking import faults_of
from urbanwork.office.maps.corrections import check_entry, today
from urbanwork.office.pages.language import language, said
from urbanwork.planning.kinds import categories_of
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.sources.category_titles import category_titles

ACTIONS: Final = {
    "add": Bilingual("A place is missing from the data", "数据缺少某设施"),
    "close": Bilingual("A place in the data is gone or closed", "数据中的设施已撤销或关闭"),
    "move": Bilingual("A place stands elsewhere", "设施位置不对"),
    "reopen": Bilingual("A place was said to be closed, but is open", "设施误标为关闭，实际开放"),
    "other": Bilingual("Something else", "其他问题"),
}
LABELS: Final = {
    "action": Bilingual("What is wrong", "何处有误"),
    "category": Bilingual("Category", "设施类别"),
    "target": Bilingual("Which place (its number on the map)", "具体设施（地图编号）"),
    "name": Bilingual("Name", "名称"),
    "lon": Bilingual("Longitude", "经度"),
    "lat": Bilingual("Latitude", "纬度"),
    "capacity": Bilingual("Seats, beds", "学位、床位"),
    "reason": Bilingual("What you know about it", "情况说明"),
    "evidence": Bilingual("Evidence: document, visit, photo", "依据：文件、现场、照片"),
    "expires": Bilingual("Holds until", "有效期至"),
}


class CorrectionForm(forms.Form):
    """A wrong number. `entry` is what the file of corrections will hold, None for other things."""

    action = forms.ChoiceField()
    category = forms.ChoiceField(required=False)
    target = forms.CharField(max_length=80, required=False)
    name = forms.CharField(max_length=120, required=False)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90)
    capacity = forms.IntegerField(required=False, min_value=0, max_value=100_000)
    reason = forms.CharField(max_length=2_000, required=False, widget=forms.Textarea)
    evidence = forms.CharField(max_length=500)
    expires = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))
    key = forms.CharField(max_length=80, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, author: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.author = author
        self.entry: dict[str, Any] | None = None
        titles, lang = category_titles(), language()
        known = [(key, titles[key][lang == "zh"]) for key in categories_of("add_place") or ()
                 if key in titles]  # fmt: skip
        self._choices("action", [(key, said(text)) for key, text in ACTIONS.items()])
        self._choices("category", [("", "–"), *sorted(known, key=lambda pair: pair[1])])
        for name, label in LABELS.items():
            self.fields[name].label = said(label)

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def clean_expires(self) -> date | None:
        """A correction that has expired already corrects nothing."""
        expires: date | None = self.cleaned_data["expires"]
        if expires is not None and expires.isoformat() < today():
            raise forms.ValidationError(said(EXPIRED))
        return expires

    def clean(self) -> dict[str, Any]:
        """The entry is checked by the reader that the examination uses."""
        given = super().clean() or {}
        if self.errors or given["action"] == "other":
            return given
        entry = self._entry(given)
        try:
            check_entry(entry)
        except UserError as error:
            for fault in faults_of(error):
                self.add_error(None, fault)
        self.entry = entry
        return given

    def _entry(self, given: dict[str, Any]) -> dict[str, Any]:
        action = given["action"]
        kept = {"add": ("category", "name", "lon", "lat", "capacity"),
                "move": ("target", "lon", "lat")}.get(action, ("target",))  # fmt: skip
        values = {name: given[name] for name in kept if given[name] not in (None, "")}
        text = {
            "author": self.author, "date": today(), "evidence": _one_line(given["evidence"]),
            "reason": _one_line(given["reason"]),
            "expires": given["expires"].isoformat() if given["expires"] else "",
        }  # fmt: skip
        return {"action": action, **values, **{key: value for key, value in text.items() if value}}


EXPIRED = Bilingual("This day has passed.", "该日期已过。")


def _one_line(text: str) -> str:
    return " ".join(text.split())
