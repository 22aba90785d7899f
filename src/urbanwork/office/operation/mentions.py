"""Where a name still stands in texts that people wrote, and taking it out of them.

A person is erased from the tables of people; what others wrote stays, since only a person can tell
a name from its namesake. So the places are told, and those that somebody chooses are redacted: each
with an entry in the chain, whose new text lies in an erasable row like every personal value.
"""

from __future__ import annotations

import html
import io
import json
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils import timezone

from urbanwork.errors import UserError
from urbanwork.office.audit.models import REDACTED, PersonalValue
from urbanwork.office.audit.record import record
from urbanwork.office.evidence.models import Evidence
from urbanwork.office.evidence.store import path_of
from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.ledger.searching import search_words
from urbanwork.office.papers.kept import bytes_of
from urbanwork.office.papers.models import PaperFile
from urbanwork.office.supervising.models import OrderEvent

TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "ledger.Task": ("title", "text", "legal_basis", "origin"),
    "ledger.TaskEvent": ("reason", "approval"),
    "ledger.Milestone": ("title",),
    "ledger.SavedFilter": ("name", "query"),
    "evidence.Evidence": ("name",),
    "evidence.Upload": ("name",),
    "supervising.OrderEvent": ("reason",),
    "supervising.Order": ("reason",),
    "supervising.Document": ("title", "title_en"),
    "supervising.Version": ("label", "text", "link"),
    "notices.News": ("facts",),
    "ledger_files.Reading": ("name", "ledger", "sheet", "told"),
    "ledger_files.ReadRow": ("ledger", "key"),
    "ledger_files.BodyName": ("name",),
    "meetings.Meeting": ("title", "place", "text"),
    "meetings.Item": ("title", "note", "reason"),
    "meetings.Decision": ("text",),
    "papers.Paper": ("about",),
    "people.Post": ("title",),
    "api.ApiKey": ("name",),
    "audit.PersonalValue": ("value",),
}
"""Fields into which people write, by model; a test holds them to the models that there are."""
SHORTEST: Final = 2
_TAGS: Final = re.compile(r"<[^>]+>")
_PARTS: Final = re.compile(r"word/[a-z]+\d*\.xml")


@dataclass(frozen=True)
class Place:
    """One text in which a name stands: the model, the row, its field, and the task where it is of
    one. A file of a paper has the field `file`."""

    model: str
    row: Any
    field: str
    task: str = ""

    @property
    def key(self) -> str:
        """By which it can be chosen, such as `ledger.TaskEvent:17:reason`."""
        return f"{self.model}:{self.row}:{self.field}"

    def __str__(self) -> str:
        return f"{self.key}  {self.task}".rstrip()


def places_of(name: str) -> list[Place]:
    """All places where a name stands, capitals or not; the contents of evidence are not read.

    Raises:
        UserError: the name is too short to be told from other words.
    """
    if len(name.strip()) < SHORTEST:
        raise UserError(f"'{name}': a name of one character stands in too many words; give more")
    found = [place for model in TEXTS for place in _in_texts(model, name.strip())]
    return [*found, *_in_papers(name.strip())]


def _in_texts(label: str, name: str) -> Iterator[Place]:
    model = apps.get_model(label)
    for field in TEXTS[label]:
        shown, rows = f"{field}_as_text", model._default_manager.order_by("pk")
        escaped = json.dumps(name)[1:-1]  # how SQLite keeps it within JSON
        rows = rows.annotate(**{shown: Cast(field, models.TextField())})
        holds = Q(**{f"{shown}__icontains": name}) | Q(**{f"{shown}__contains": escaped})
        for row in rows.filter(holds):
            yield Place(label, row.pk, field, _task_of(row))


def _task_of(row: Any) -> str:
    task = row if isinstance(row, Task) else getattr(row, "task", None)
    return task.number if isinstance(task, Task) else ""


def _in_papers(name: str) -> Iterator[Place]:
    files = PaperFile.objects.filter(removed__isnull=True).select_related("paper__task")
    for file in files.order_by("pk").iterator(100):
        if name.lower() in _words(bytes_of(file)).lower():
            yield Place("papers.PaperFile", file.pk, "file", f"{file.paper} {_task_of(file.paper)}")


def _words(data: bytes) -> str:
    """The words of a DOCX, as they are read: what tags divide belongs together."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts = [file.read(each) for each in file.namelist() if _PARTS.fullmatch(each)]
    return "\n".join(html.unescape(_TAGS.sub("", part.decode())) for part in parts)


def redact(name: str, chosen: Collection[str], *, actor: str = "system") -> list[Place]:
    """Take a name out of the chosen places, by their keys; those that were redacted.

    In texts it gives way to a mark; values of the chain and files of papers that hold it go.

    Raises:
        UserError: a place where the name does not stand.
    """
    places = {each.key: each for each in places_of(name)}
    if unknown := [key for key in chosen if key not in places]:
        raise UserError(f"{unknown[0]}: '{name}' does not stand there; list the places anew")
    done = [places[key] for key in dict.fromkeys(chosen)]
    for place in done:
        with transaction.atomic():
            _redact(place, name.strip(), actor)
    return done


def _redact(place: Place, name: str, actor: str) -> None:
    if place.field == "file":
        return _remove_file(place, actor)
    if place.model == PersonalValue._meta.label:
        return _drop_values(PersonalValue.objects.filter(pk=place.row), actor)
    model = apps.get_model(place.model)
    row = model._default_manager.select_for_update().get(pk=place.row)
    new = without(name, getattr(row, place.field))
    model._default_manager.filter(pk=row.pk).update(**{place.field: new})
    if isinstance(row, Task):
        setattr(row, place.field, new)
        Task.objects.filter(pk=row.pk).update(edition=row.edition + 1, sought=search_words(row))
    if isinstance(row, TaskEvent | OrderEvent):
        _drop_values(_values_of(row, place.field), actor)
    facts = {"table": place.model, "row": str(place.row), "field": place.field}
    text = new if isinstance(new, str) else json.dumps(new, ensure_ascii=False)
    record("text.redact", place.key[:120], facts, actor=actor, personal={"text": text or "-"})


def without(name: str, value: Any) -> Any:
    """A text, or all texts within lists and tables, with a mark where the name stood.

    >>> without("王某", {"note": "请王某到场", "n": [1, "王某"]})
    {'note': '请〔已隐去〕到场', 'n': [1, '〔已隐去〕']}
    """
    if isinstance(value, str):
        return re.sub(re.escape(name), REDACTED, value, flags=re.IGNORECASE)
    if isinstance(value, list):
        return [without(name, each) for each in value]
    if isinstance(value, dict):
        return {key: without(name, each) for key, each in value.items()}
    return value


def _values_of(row: TaskEvent | OrderEvent, field: str) -> models.QuerySet[PersonalValue]:
    """What the chain keeps of the words of an event, which no longer are those of the event."""
    action = f"task.{row.action}" if isinstance(row, TaskEvent) else f"order.{row.kind}"
    values = PersonalValue.objects.filter(name=field, entry__subject=f"task:{row.task_id}")
    return values.filter(entry__action=action, entry__facts__event=row.number)


def _drop_values(values: models.QuerySet[PersonalValue], actor: str) -> None:
    entries = sorted(set(values.values_list("entry_id", flat=True)))
    if entries:
        values.delete()
        record("value.erase", f"entry:{entries[0]}", {"entries": entries}, actor=actor)


def _remove_file(place: Place, actor: str) -> None:
    file = PaperFile.objects.select_for_update().get(pk=place.row)
    PaperFile.objects.filter(pk=file.pk).update(removed=timezone.now())
    facts = {"table": place.model, "row": str(file.pk), "digest": file.digest}
    record("paper.remove", f"paper:{file.paper_id}", facts, actor=actor)
    transaction.on_commit(lambda: _unlink(file.digest))


def _unlink(digest: str) -> None:
    """Remove the bytes, where no other row names them."""
    papers = PaperFile.objects.filter(removed__isnull=True, digest=digest)
    if not papers.exists() and not Evidence.objects.filter(digest=digest).exists():
        path_of(digest).unlink(missing_ok=True)
