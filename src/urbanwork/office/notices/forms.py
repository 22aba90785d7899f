"""The form of what one wants to be told: a choice for each channel and topic, and quiet hours."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.db import transaction

from urbanwork.office.audit.record import record
from urbanwork.office.notices.kinds import TOPICS
from urbanwork.office.notices.models import Quiet, Wish
from urbanwork.office.notices.wishes import AT_ONCE, DIGEST, NEVER, personal_channels, wishes_of
from urbanwork.office.pages.language import said
from urbanwork.office.people.models import Person
from urbanwork.office.people.rights import Rights
from urbanwork.quantities.bilingual import Bilingual

MODES: Final = {
    AT_ONCE: Bilingual("at once", "即时"),
    DIGEST: Bilingual("in the digest", "汇总"),
    NEVER: Bilingual("never", "不发送"),
}
_CLOCKS: Final = {
    "begin": Bilingual("Quiet from", "免打扰开始"),
    "end": Bilingual("Quiet until", "免打扰结束"),
    "digest": Bilingual("Digest at", "汇总时间"),
}


class WishForm(forms.Form):
    """Wishes of one person; a field for each channel and topic."""

    def __init__(self, person: Person, data: Any = None) -> None:
        super().__init__(data, auto_id="wish-%s", label_suffix="")
        self.person, wishes = person, wishes_of([person.pk])[person.pk]
        choices = [(mode, said(word)) for mode, word in MODES.items()]
        for channel in personal_channels():
            for topic, words in TOPICS.items():
                self.fields[f"{channel}.{topic}"] = forms.ChoiceField(
                    choices=choices, initial=wishes.mode(channel, topic),
                    label=f"{said(words)}, {channel}",
                )  # fmt: skip
        own = wishes.quiet
        for name, label in _CLOCKS.items():
            self.fields[name] = forms.TimeField(
                label=said(label), required=False, initial=getattr(own, name, None),
                widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Quiet hours have two ends."""
        given = super().clean() or {}
        if (given.get("begin") is None) != (given.get("end") is None):
            sentence = Bilingual("Give both ends of the quiet hours.", "请同时填写免打扰起止时间。")
            self.add_error("end", said(sentence))
        return given

    def rows(self) -> list[tuple[Bilingual, list[forms.BoundField]]]:
        """The choices, a row a topic and a column a channel."""
        return [
            (words, [self[f"{channel}.{topic}"] for channel in personal_channels()])
            for topic, words in TOPICS.items()
        ]

    @transaction.atomic
    def save(self, rights: Rights) -> None:
        """Keep the wishes, of a form that is valid."""
        given = self.cleaned_data
        for channel in personal_channels():
            for topic in TOPICS:
                Wish.objects.update_or_create(
                    person=self.person, channel=channel, topic=topic,
                    defaults={"mode": given[f"{channel}.{topic}"]},
                )  # fmt: skip
        clocks = {name: given.get(name) for name in _CLOCKS}
        Quiet.objects.update_or_create(person=self.person, defaults=clocks)
        by = f"person:{rights.person.pk}"
        record("notice.wishes", by, {}, actor=by)
