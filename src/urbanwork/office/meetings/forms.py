"""Forms of meetings."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils import timezone

from urbanwork.office.ledger.forms import (
    LONGEST_TEXT,
    BodyChoice,
    BodyChoices,
    Day,
    key_is_plain,
    open_bodies,
)
from urbanwork.office.ledger.said_words import VISIBILITIES
from urbanwork.office.meetings.deciding import NewTask
from urbanwork.office.meetings.holding import Calling
from urbanwork.office.meetings.models import Item, Meeting
from urbanwork.office.meetings.seeing import WRITE
from urbanwork.office.pages.language import said
from urbanwork.office.people.models import Person, Post
from urbanwork.quantities.bilingual import Bilingual

LABELS: Final[Mapping[str, Bilingual]] = {
    "title": Bilingual("Meeting", "会议名称"),
    "at": Bilingual("When", "时间"),
    "place": Bilingual("Where", "地点"),
    "chair": Bilingual("Chair", "主持人"),
    "bodies": Bilingual("Bodies present", "参会机构"),
    "item": Bilingual("Item", "议题"),
    "number": Bilingual("Number of a task (may stay empty)", "任务编号（可不填）"),
    "note": Bilingual("Note", "说明"),
    "text": Bilingual("What was decided", "决定事项"),
    "task_title": Bilingual("Task in one line", "任务名称"),
    "visibility": Bilingual("Who may see it", "公开范围"),
    "lead": Bilingual(
        "Lead body (with a deadline: assigned at once)", "主办机构（填写时限即交办）"
    ),
    "helpers": Bilingual("Bodies that co-operate", "协办机构"),
    "deadline": Bilingual("Deadline", "时限"),
}
LONGEST_DECISION: Final = 4_000
MINUTE: Final = "%Y-%m-%dT%H:%M"


class _Keyed(forms.Form):
    """A form that does once what is sent twice; `version` is that of the page, where one is."""

    def __init__(self, data: Any = None, *, auto_id: str, version: int | None = None) -> None:
        super().__init__(data, auto_id=auto_id, label_suffix="")
        for name, field in self.made().items():
            field.label = said(LABELS[name])
            self.fields[name] = field
        hidden: dict[str, Any] = {"widget": forms.HiddenInput, "required": False}
        self.fields["key"] = forms.CharField(
            initial=uuid.uuid4().hex, validators=[key_is_plain], **hidden
        )
        if version is not None:
            self.fields["version"] = forms.IntegerField(
                initial=version, min_value=0, max_value=2**31 - 1, **hidden
            )

    def made(self) -> dict[str, forms.Field]:
        """Its fields by name."""
        return {}

    @property
    def key(self) -> str | None:
        """The key that was sent."""
        return self.cleaned_data.get("key") or None


def _long(rows: int, *, required: bool) -> forms.CharField:
    return forms.CharField(
        max_length=LONGEST_TEXT if not required else LONGEST_DECISION, required=required,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


class MeetingForm(_Keyed):
    """What is said of a meeting before it is held."""

    def __init__(self, data: Any = None, meeting: Meeting | None = None) -> None:
        super().__init__(
            data, auto_id="meeting-%s", version=None if meeting is None else meeting.version
        )
        if meeting is None:
            return
        self.initial = {
            "title": meeting.title, "place": meeting.place, "chair": meeting.chair_id,
            "at": timezone.localtime(meeting.at).strftime(MINUTE),
            "bodies": list(meeting.bodies.values_list("pk", flat=True)),
        }  # fmt: skip

    def made(self) -> dict[str, forms.Field]:
        """Its fields by name."""
        chairs = Post.objects.held().filter(role__in=WRITE)
        people = Person.objects.filter(is_active=True, pk__in=chairs.values("person"))
        return {
            "title": forms.CharField(max_length=200),
            "at": forms.DateTimeField(
                input_formats=[MINUTE, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
                widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTE),
            ),
            "place": forms.CharField(max_length=200, required=False),
            "chair": forms.ModelChoiceField(
                people.order_by("name"), required=False, empty_label="–"
            ),
            "bodies": BodyChoices(open_bodies(), required=False),
        }

    @property
    def calling(self) -> Calling:
        """What somebody said of it, of a form that is valid."""
        given = self.cleaned_data
        return Calling(
            given["title"], given["at"], given["place"], given["chair"], list(given["bodies"])
        )


class ItemForm(_Keyed):
    """An item of one's own."""

    def __init__(self, data: Any = None, version: int | None = None) -> None:
        super().__init__(data, auto_id="own-%s", version=version)

    def made(self) -> dict[str, forms.Field]:
        """Its fields by name."""
        return {
            "item": forms.CharField(max_length=300),
            "number": forms.CharField(max_length=20, required=False),
            "note": _long(2, required=False),
        }


class NoteForm(_Keyed):
    """What was said on an item."""

    def __init__(self, data: Any = None, item: Item | None = None) -> None:
        super().__init__(data, auto_id="note-%s")
        self.initial = {"note": "" if item is None else item.note}

    def made(self) -> dict[str, forms.Field]:
        """Its fields by name."""
        return {"note": _long(4, required=False)}


class WordsForm(_Keyed):
    """A decision in words alone."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="words-%s")

    def made(self) -> dict[str, forms.Field]:
        """Its fields by name."""
        return {"text": _long(3, required=True)}


class NewTaskForm(_Keyed):
    """A decision that becomes a task."""

    def __init__(self, data: Any = None, item: Item | None = None) -> None:
        super().__init__(data, auto_id="task-%s")
        if item is not None:
            about = item.task
            self.initial = {
                "task_title": item.title if about is None else "",
                "visibility": "internal" if about is None else about.visibility,
            }

    def made(self) -> dict[str, forms.Field]:
        """Its fields by name."""
        return {
            "text": _long(3, required=True),
            "task_title": forms.CharField(max_length=300),
            "lead": BodyChoice(open_bodies(), required=False, empty_label="–"),
            "deadline": Day(required=False),
            "helpers": BodyChoices(open_bodies(), required=False),
            "visibility": forms.ChoiceField(
                choices=[(name, said(title)) for name, title in VISIBILITIES.items()]
            ),
        }

    @property
    def wanted(self) -> NewTask:
        """The task, of a form that is valid."""
        given = self.cleaned_data
        return NewTask(
            given["task_title"], given["visibility"], given["lead"],
            [each.pk for each in given["helpers"]], given["deadline"],
        )  # fmt: skip
