"""Papers are kept as they were made: the paper of last year opens, to who may see it."""

import hashlib
import os
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from urbanwork.errors import UserError
from urbanwork.office.audit.models import Entry
from urbanwork.office.evidence.check import check, sweep
from urbanwork.office.evidence.store import path_of
from urbanwork.office.ledger.models import Task
from urbanwork.office.meetings import deciding, holding
from urbanwork.office.meetings.minutes import minutes
from urbanwork.office.operation.backup import KEPT
from urbanwork.office.papers import making
from urbanwork.office.papers.bulletin import Month
from urbanwork.office.papers.kept import openable
from urbanwork.office.papers.models import PaperFile
from urbanwork.office.place import office_place


def last_month() -> Month:
    day = timezone.localdate().replace(day=1) - timedelta(days=1)
    return Month(day.year, day.month)


@pytest.fixture
def old(office):
    """A late task that was assigned two months ago."""
    now = timezone.now
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now() - timedelta(days=75))
        return office.assigned(title="清理河道")


def taken(client, path, **given):
    return client.post(path, {"lang": "zh", **given})


def test_a_paper_taken_again_is_the_file_that_it_was_whatever_changed_since(old, office, client_of):
    client, path = client_of("leader"), reverse("paper_assignment", args=[old.number])
    first = taken(client, path).content
    Task.objects.filter(pk=old.pk).update(title="改了名称")
    again = taken(client_of("handler"), path).content
    assert again == first
    file = PaperFile.objects.get()
    assert file.digest == hashlib.sha256(first).hexdigest()
    assert path_of(file.digest).read_bytes() == first
    entries = list(Entry.objects.filter(subject=f"paper:{file.paper_id}").order_by("number"))
    assert [each.action for each in entries] == ["paper.made", "paper.take"]
    assert entries[1].facts["digest"] == file.digest


def test_who_issues_papers_may_have_one_made_anew_and_the_old_one_stays(old, office, client_of):
    path = reverse("paper_assignment", args=[old.number])
    first = taken(client_of("leader"), path).content
    Task.objects.filter(pk=old.pk).update(title="改了名称")
    assert taken(client_of("handler"), path, anew="1").content == first
    anew = taken(client_of("leader"), path, anew="1").content
    assert anew != first
    assert taken(client_of("handler"), path).content == anew
    oldest = PaperFile.objects.earliest("pk")
    assert taken(client_of("leader"), reverse("paper_file", args=[oldest.pk])).content == first
    page = client_of("leader").get(reverse("papers")).content.decode()
    assert page.count("/papers/files/") == 2
    listed = client_of("leader").get("/api/papers").json()[0]["files"]
    assert [each["digest"] for each in listed][-1] == oldest.digest
    answer = client_of("leader").post(f"/api/papers/files/{oldest.pk}")
    assert answer.content == first


def test_the_file_of_a_task_that_one_may_not_see_any_more_is_not_found(old, office, client_of):
    making.assignment_order(office.rights["leader"], old, "zh")
    path = reverse("paper_file", args=[PaperFile.objects.get().pk])
    assert taken(client_of("oversight"), path).status_code == 200
    Task.objects.filter(pk=old.pk).update(visibility="restricted")
    assert taken(client_of("oversight"), path).status_code == 404
    assert client_of("oversight").post(path.replace("/papers", "/api/papers")).status_code == 404
    assert taken(client_of("leader"), path).status_code == 200


def test_a_bulletin_is_kept_but_not_given_out_again_with_a_task_restricted_since(old, office):
    dispatcher, leader = office.rights["dispatcher"], office.rights["leader"]
    first = making.bulletin(dispatcher, last_month(), "zh")
    assert making.bulletin(leader, last_month(), "zh").data == first.data
    file = PaperFile.objects.get()
    assert file.tasks == [old.pk]
    Task.objects.filter(pk=old.pk).update(visibility="restricted")
    anew = making.bulletin(leader, last_month(), "zh")
    assert anew.data != first.data
    assert openable(leader, [file]) == [file]
    assert openable(office.rights["oversight"], [file]) == []
    assert making.bulletin(dispatcher, last_month(), "zh").data == anew.data


def test_the_bulletin_of_a_running_month_is_made_each_time(old, office):
    day = timezone.localdate()
    month = Month(day.year, day.month)
    making.bulletin(office.rights["leader"], month, "zh")
    making.bulletin(office.rights["leader"], month, "zh")
    assert list(PaperFile.objects.values_list("is_settled", flat=True)) == [False, False]


def test_the_bulletin_of_the_whole_city_does_not_open_to_a_post_of_one_area(old, office):
    making.bulletin(office.rights["leader"], last_month(), "zh")
    file = PaperFile.objects.get()
    rights = office.rights["dispatcher"]
    rights.post.areas = ["东区"]
    assert openable(rights, [file]) == []
    making.bulletin(rights, last_month(), "zh")
    own = PaperFile.objects.latest("pk")
    assert openable(rights, [own]) == [own]
    assert openable(office.rights["leader"], [own]) == [own]


def test_minutes_and_extracts_are_kept_apart(office):
    leader = office.rights["leader"]
    meeting = holding.call(leader, holding.Calling("调度会", timezone.now(), "三楼"))
    item = holding.put_in(leader, meeting.pk, "校舍", "讨论记录")
    deciding.make_task(leader, item, "机密的修缮", deciding.NewTask("修缮", "restricted"))
    meeting = holding.close(leader, meeting.pk)
    whole = minutes(leader, meeting, "zh")
    extract = minutes(office.rights["oversight"], meeting, "zh")
    assert whole.data != extract.data
    assert minutes(office.rights["supervisor"], meeting, "zh").data == whole.data
    assert minutes(office.rights["oversight"], meeting, "zh").data == extract.data
    files = list(PaperFile.objects.order_by("pk"))
    assert openable(office.rights["oversight"], files) == files[1:]
    assert openable(office.rights["dispatcher"], files) == []
    assert openable(leader, files) == files


def test_the_store_knows_papers_the_sweep_keeps_them_and_backups_hold_them(old, office):
    making.assignment_order(office.rights["leader"], old, "zh")
    path = path_of(PaperFile.objects.get().digest)
    long_ago = timezone.now() - timedelta(days=3)
    os.utime(path, (long_ago.timestamp(), long_ago.timestamp()))
    sweep()
    assert path.exists()
    assert check(reads_content=True).is_whole
    assert path.relative_to(office_place().folder).parts[0] in KEPT
    path.unlink()
    assert check().missing == (PaperFile.objects.get().digest,)


def test_a_paper_that_finds_the_disk_full_is_neither_numbered_nor_kept(old, office, monkeypatch):
    def full(_: bytes) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("urbanwork.office.papers.kept.put", full)
    with pytest.raises((OSError, UserError)):
        making.assignment_order(office.rights["leader"], old, "zh")
    assert not PaperFile.objects.exists()
    assert not Entry.objects.filter(action="paper.made").exists()
