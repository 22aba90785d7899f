"""Names in texts: every place is told, what is chosen is redacted, the chain holds."""

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone
from typer.testing import CliRunner

import office_settings
from urbanwork.cli.main import app
from urbanwork.errors import UserError
from urbanwork.office.audit.models import REDACTED, Entry, PersonalValue
from urbanwork.office.audit.verify import verify
from urbanwork.office.evidence.store import path_of
from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.meetings import deciding, holding
from urbanwork.office.meetings.models import Meeting
from urbanwork.office.operation.mentions import TEXTS, places_of, redact
from urbanwork.office.operation.retention import erase
from urbanwork.office.papers import making
from urbanwork.office.papers.models import PaperFile
from urbanwork.office.people.models import Person
from urbanwork.office.place import office_place

NAME = "欧阳某某"
NO_TEXTS = {
    "audit.Entry", "audit.Head", "people.Person", "people.Body", "people.Qualification",
    "people.LoginLink", "ledger.TaskBody", "ledger.TaskArea", "ledger.Counter",
    "supervising.Advice", "supervising.Tick", "supervising.Lease", "supervising.Chief",
    "notices.Delivery", "notices.Attempt", "notices.Wish", "ledger_files.ColumnMapping",
}  # fmt: skip
"""Tables of codes, digests and rules, and those of people, which erasing empties by itself."""
NOT_WRITTEN = {
    "ledger.Task": {"number", "source", "weight", "visibility", "state", "qualification", "point",
                    "ask", "indicator", "expected", "areas", "area", "light", "light_reason",
                    "sought"},
    "ledger.TaskEvent": {"action", "role", "helpers", "evidence", "reached", "key"},
    "evidence.Evidence": {"digest", "original_digest", "kind", "position_from", "key"},
    "evidence.Upload": {"key", "sha256", "refusal"},
    "supervising.OrderEvent": {"kind", "role", "step", "recommended", "key"},
    "supervising.Order": {"code", "step"},
    "supervising.Document": {"code", "kind"},
    "supervising.Version": {"digest", "roles", "bodies"},
    "notices.News": {"key", "kind"},
    "ledger_files.Reading": {"ending", "digest", "mapping"},
    "api.ApiKey": {"digest"},
    "papers.Paper": {"kind", "subject", "code"},
    "papers.PaperFile": {"lang", "reach", "digest", "template", "tasks"},
    "meetings.Meeting": {"key"},
    "meetings.Item": {"kind"},
    "meetings.Decision": {"how", "key"},
    "people.Post": {"role", "areas", "fields"},
    "audit.PersonalValue": {"name", "salt", "subject"},
}  # fmt: skip


def test_every_field_is_looked_through_or_named_as_one_without_texts():
    kinds = (models.CharField, models.TextField, models.JSONField)
    for model in apps.get_models():
        label = model._meta.label
        if not model.__module__.startswith("urbanwork.office") or label in NO_TEXTS:
            continue
        fields = {each.name for each in model._meta.concrete_fields if isinstance(each, kinds)}
        known = {*TEXTS.get(label, ()), *NOT_WRITTEN.get(label, ())}
        assert fields == known, f"{label}: {sorted(fields ^ known)}"


@pytest.fixture
def named(office, guarded, django_capture_on_commit_callbacks):
    """A name in a title, a reason, a milestone, an order of a paper, and minutes."""
    office_place().anchors.unlink(missing_ok=True)
    leader = office.rights["leader"]
    with django_capture_on_commit_callbacks(execute=True):
        task = office.assigned(title=f"答复{NAME}来信", origin={"letter": [NAME]})
        office.do("handler", task, "accept")
        office.do("handler", task, "report", reason=f"已与{NAME}（{NAME}）联系", percent=10.0)
        making.assignment_order(leader, task, "zh")
        meeting = holding.call(leader, holding.Calling("调度会", timezone.now(), "三楼"))
        item = holding.put_in(leader, meeting.pk, "来信", f"{NAME}到会")
        deciding.write_down(leader, item, "再次走访")
        holding.close(leader, meeting.pk)
    yield task
    office_place().anchors.unlink(missing_ok=True)


def keys() -> set[str]:
    return {f"{each.model}.{each.field}" for each in places_of(NAME)}


def test_every_place_is_told_also_within_minutes_and_papers(named):
    assert keys() == {
        "ledger.Task.title", "ledger.Task.origin", "ledger.TaskEvent.reason", "meetings.Item.note",
        "meetings.Meeting.text", "audit.PersonalValue.value", "papers.PaperFile.file",
    }  # fmt: skip
    assert any(named.number in str(each) for each in places_of(NAME))


def test_what_is_redacted_everywhere_is_nowhere_and_the_chain_holds(
    named, django_capture_on_commit_callbacks
):
    digest = PaperFile.objects.get().digest
    with django_capture_on_commit_callbacks(execute=True):
        redact(NAME, [each.key for each in places_of(NAME)])
    assert places_of(NAME) == []
    task = Task.objects.get(pk=named.pk)
    assert task.title == f"答复{REDACTED}来信"
    assert "欧阳" not in task.sought
    assert task.origin == {"letter": [REDACTED]}
    assert TaskEvent.objects.get(action="report").reason == f"已与{REDACTED}（{REDACTED}）联系"
    assert NAME not in str(Meeting.objects.get().text)
    assert not path_of(digest).exists()
    assert PaperFile.objects.get().removed is not None
    found = verify()
    assert found.faults == []
    assert found.erased > 0
    assert Entry.objects.filter(action="text.redact").count() == 5


def test_a_paper_that_was_taken_away_is_made_anew_without_the_name(named, office):
    redact(NAME, [each.key for each in places_of(NAME)])
    making.assignment_order(office.rights["leader"], named, "zh")
    assert PaperFile.objects.filter(removed__isnull=True).count() == 1
    making.assignment_order(office.rights["leader"], Task.objects.get(pk=named.pk), "zh")
    assert places_of(NAME) == []


def test_only_what_is_chosen_is_redacted(named):
    (place,) = [each for each in places_of(NAME) if each.field == "title"]
    assert redact(NAME, [place.key]) == [place]
    assert NAME not in Task.objects.get(pk=named.pk).title
    assert NAME in TaskEvent.objects.get(action="report").reason
    with pytest.raises(UserError, match="does not stand there"):
        redact(NAME, [place.key])


def test_a_mark_without_an_entry_and_a_text_changed_after_it_show(
    named, django_capture_on_commit_callbacks
):
    (place,) = [each for each in places_of(NAME) if each.field == "reason"]
    with django_capture_on_commit_callbacks(execute=True):
        redact(NAME, [place.key])
    assert verify().faults == []
    TaskEvent.objects.filter(pk=place.row).update(reason=f"未与{REDACTED}联系")
    assert "is not what the chain recorded" in " ".join(each.en for each in verify().faults)
    TaskEvent.objects.filter(pk=place.row).update(reason=f"已与{REDACTED}（{REDACTED}）联系")
    other = TaskEvent.objects.get(action="accept")
    TaskEvent.objects.filter(pk=other.pk).update(reason=REDACTED)
    assert "redacted without an entry" in " ".join(each.en for each in verify().faults)


def test_erasing_tells_where_the_name_still_stands(named, office):
    Person.objects.filter(username="handler").update(name=NAME)
    office.rights["handler"].person.posts.update(end="2020-01-01")
    places = erase("handler").places
    assert {f"{each.model}.{each.field}" for each in places} >= {
        "ledger.Task.title", "ledger.TaskEvent.reason", "meetings.Meeting.text",
    }  # fmt: skip
    assert not PersonalValue.objects.filter(value=NAME).exists()


def test_a_name_of_one_character_is_refused():
    with pytest.raises(UserError, match="one character"):
        places_of("王")


def test_the_command_lists_and_takes_out(named, monkeypatch):
    monkeypatch.setattr("urbanwork.office.opening.open_office", lambda *_, **__: None)
    run = CliRunner().invoke
    city = str(office_settings.CITY)
    listed = run(app, ["office", "redact", city, NAME])
    assert listed.exit_code == 0, listed.output
    assert "ledger.Task:" in listed.output
    assert places_of(NAME)
    key = next(each.key for each in places_of(NAME) if each.field == "title")
    done = run(app, ["office", "redact", city, NAME, "--place", key])
    assert "Redacted: 1" in done.output
