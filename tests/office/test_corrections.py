"""A wrong number becomes a task; closed, it is an entry of the city's corrections, once, whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from examined_city import PHARMACY, own_city  # noqa: F401
from urbanwork.errors import UserError
from urbanwork.office.audit.models import Entry
from urbanwork.office.ledger.models import Task
from urbanwork.office.maps import corrections
from urbanwork.sources.corrections import read_corrections

REPORT = {
    "action": "add", "category": "pharmacy", "name": "阳光药房", "lon": "24.944", "lat": "60.165",
    "reason": "开业一年", "evidence": "许可证 123", "key": "k1",
}  # fmt: skip
OLD = """# seen by hand
- action: close
  target: node/1   # gone
  author: Li
  date: 2026-01-01
  evidence: visited
"""


def reported(client, **changed):
    return client.post("/map/correction", {**REPORT, **changed})


def close(office, task):
    """Take a task through its lifecycle to the end."""
    lead = office.bodies["education"].pk
    in_a_month = timezone.now() + timedelta(days=30)
    office.do("dispatcher", task, "assign", lead=lead, deadline=in_a_month)
    office.do("handler", task, "accept")
    proof = office.proof(task)
    office.do("handler", task, "submit", evidence=[str(proof.pk)])
    office.do("inspector", task, "verify")
    office.do("dispatcher", task, "close")
    return Task.objects.get(pk=task.pk)


def the_file(city):
    return city / "corrections.yaml"


def test_the_form_begins_with_what_the_number_rests_on(own_city, client_of):  # noqa: F811
    text = client_of("leader").get("/map/correction", {"indicator": PHARMACY}).content.decode()
    assert "Pharmacy within a 500 m walk" in text
    assert '<option value="pharmacy" selected>' in text


def test_a_report_becomes_a_task_that_carries_the_entry_once(own_city, office, client_of):  # noqa: F811
    client = client_of("leader")
    for _ in range(2):
        assert reported(client).status_code == 302
    task = Task.objects.get()
    assert (task.source, task.longitude) == ("correction", 24.944)
    assert task.origin["correction"]["category"] == "pharmacy"
    assert task.origin["correction"]["author"] == "leader"
    assert not the_file(own_city).exists()


@pytest.mark.django_db(transaction=True)
def test_closing_writes_the_entry_with_author_evidence_and_expiry(
    own_city, office, client_of  # noqa: F811
):  # fmt: skip
    reported(client_of("leader"), expires="2099-12-31")
    task = close(office, Task.objects.get())
    entry = read_corrections(the_file(own_city))[0]
    assert (entry.author, entry.expires, entry.name) == ("leader", "2099-12-31", "阳光药房")
    assert entry.evidence == f"许可证 123 (task {task.number})"
    assert Entry.objects.filter(action="correction.write").count() == 1
    assert corrections.unwritten(office.rights["leader"]) == []


@pytest.mark.django_db(transaction=True)
def test_what_stood_in_the_file_stands_there_still(own_city, office, client_of):  # noqa: F811
    the_file(own_city).write_text(OLD, encoding="utf-8")
    reported(client_of("leader"))
    close(office, Task.objects.get())
    text = the_file(own_city).read_text(encoding="utf-8")
    assert text.startswith(OLD)
    assert len(read_corrections(the_file(own_city))) == 2


INDENTED = "".join(f"  {line}\n" for line in OLD.splitlines())


@pytest.mark.parametrize("before", [
    "", "[]\n", OLD.rstrip(), f"corrections:\n{OLD}", f"corrections:\n{INDENTED}",
])  # fmt: skip
def test_every_form_of_the_file_grows_by_one_entry_once(own_city, office, before):  # noqa: F811
    the_file(own_city).write_text(before, encoding="utf-8")
    old = read_corrections(the_file(own_city))
    task = office.task(source="correction", origin={"correction": {
        "action": "close", "target": "way/7", "author": "Li", "date": "2026-02-02",
        "evidence": "seen"}})  # fmt: skip
    Task.objects.filter(pk=task.pk).update(state="closed", is_open=False)
    task.refresh_from_db()
    assert corrections.write(task, "person:1") is True
    assert corrections.write(task, "person:1") is False
    new = read_corrections(the_file(own_city))
    assert [each.id for each in new[:-1]] == [each.id for each in old]
    assert new[-1].target.id == "way/7"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken", ["- action: [", "- action: fly\n", "\x00"])
def test_a_broken_file_stays_as_it_is_and_the_entry_waits(
    own_city, office, client_of, broken  # noqa: F811
):  # fmt: skip
    the_file(own_city).write_text(broken, encoding="utf-8")
    reported(client_of("leader"))
    task = close(office, Task.objects.get())
    assert task.state == "closed"
    assert the_file(own_city).read_text(encoding="utf-8") == broken
    client = client_of("supervisor")
    assert task.number in client.get("/map/corrections").content.decode()
    the_file(own_city).write_text("", encoding="utf-8")
    assert client.post("/map/corrections", {"task": task.number}).status_code == 302
    assert len(read_corrections(the_file(own_city))) == 1
    assert client.post("/map/corrections", {"task": task.number}).status_code == 302
    assert len(read_corrections(the_file(own_city))) == 1


@pytest.mark.django_db(transaction=True)
def test_a_disk_that_fails_loses_neither_task_nor_file(
    own_city, office, client_of, monkeypatch  # noqa: F811
):  # fmt: skip
    def full(path, data):
        raise UserError("the disk is full")

    the_file(own_city).write_text(OLD, encoding="utf-8")
    monkeypatch.setattr(corrections, "write_file", full)
    reported(client_of("leader"))
    task = close(office, Task.objects.get())
    assert the_file(own_city).read_text(encoding="utf-8") == OLD
    assert not Entry.objects.filter(action="correction.write").exists()
    monkeypatch.undo()
    monkeypatch.setenv("URBANWORK_CITY", str(own_city))
    assert task.state == "closed"


def test_an_open_task_writes_nothing(own_city, office, client_of):  # noqa: F811
    reported(client_of("leader"))
    assert corrections.write(Task.objects.get(), "person:1") is False
    answer = client_of("leader").post("/map/corrections", {"task": Task.objects.get().number})
    assert answer.status_code == 302
    assert not the_file(own_city).exists()


@pytest.mark.parametrize("changed", [
    {"lon": "200"}, {"lat": ""}, {"category": "no"}, {"category": ""}, {"evidence": ""},
    {"expires": "2001-01-01"}, {"expires": "soon"}, {"action": "close"}, {"action": "fly"},
    {"capacity": "-1"}, {"name": "n" * 121}, {"action": "move", "target": "node/1", "lon": ""},
])  # fmt: skip
def test_a_report_that_the_examination_could_not_read_is_refused(
    own_city, client_of, changed  # noqa: F811
):  # fmt: skip
    answer = reported(client_of("leader"), **changed)
    assert answer.status_code == 422
    assert not Task.objects.exists()


@pytest.mark.parametrize("name", [
    "'; DROP TABLE task", "- action: close", "a: b # c", "{x", "[y", "=1+1", "<script>x</script>",
    "\u202e", "line\nbreak", "a" * 120, "'\"`", "!!python/object:os.system",
])  # fmt: skip
def test_no_name_breaks_the_file(own_city, office, client_of, name):  # noqa: F811
    reported(client_of("leader"), name=name, evidence=f"seen {name}")
    task = Task.objects.get()
    Task.objects.filter(pk=task.pk).update(state="closed", is_open=False)
    task.refresh_from_db()
    corrections.write(task, "person:1")
    found = read_corrections(the_file(own_city))
    assert [each.action for each in found] == ["add"]


def test_something_else_is_a_task_without_an_entry(own_city, client_of):  # noqa: F811
    reported(client_of("leader"), action="other", category="", lon="", lat="")
    assert corrections.entry_of(Task.objects.get()) is None


@pytest.mark.parametrize("role", ["handler", "inspector", "administrator"])
def test_who_may_not_enter_tasks_may_not_report(own_city, client_of, role):  # noqa: F811
    assert reported(client_of(role)).status_code == 403
    assert client_of(role).get("/map/corrections").status_code == 403


def test_a_task_that_one_may_not_see_is_not_written_for_one(own_city, office, client_of):  # noqa: F811
    task = office.task(source="correction", visibility="restricted", origin={"correction": {}})
    answer = client_of("dispatcher").post("/map/corrections", {"task": task.number})
    assert answer.status_code == 404
