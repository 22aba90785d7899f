"""Evidence: stored once, entered and recorded, shown to who may see its task and to nobody else."""

from __future__ import annotations

import errno
import io
import json
import os
import time
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sent_files import exif_of, photo
from urbanwork.office.audit.models import Entry
from urbanwork.office.evidence import check as checking
from urbanwork.office.evidence import links, sizes, storing, where
from urbanwork.office.evidence import store as place
from urbanwork.office.evidence.giving import act_with
from urbanwork.office.evidence.kinds import RefusedFileError
from urbanwork.office.evidence.models import Evidence
from urbanwork.office.evidence.storing import NoRoomError, Sent, store
from urbanwork.office.ledger.acting import Doing
from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.ledger.visibility import visible
from urbanwork.supervision.refusing import RefusedError


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    """An office folder of its own for each test, so that stores do not mix."""
    monkeypatch.setenv("URBANWORK_OFFICE", str(tmp_path / "office"))


@pytest.fixture
def task(office) -> Task:
    found = office.assigned(longitude=121.6, latitude=38.9)
    office.do("handler", found, "accept")
    found.refresh_from_db()
    return found


def given(office, task, data: bytes = b"", name: str = "a.jpg", key=None, role="handler"):
    return store(office.rights[role], task, io.BytesIO(data or photo()), name, key)


def form(**fields):
    files = fields.pop("files", [])
    return {
        "action": "report", "text": "已选址", "percent": "40", "key": "k" * 32, **fields,
        "files": [SimpleUploadedFile(name, data) for name, data in files],
    }  # fmt: skip


def test_a_file_lies_under_the_digest_of_its_content_and_is_in_the_chain(office, task):
    row = given(office, task, name="现场.jpg")
    path = place.path_of(row.digest)
    assert path.parent.parent.name == row.digest[:2]
    assert path.stat().st_mode & 0o077 == 0
    entry = Entry.objects.get(action="evidence.store")
    assert (entry.subject, entry.facts["digest"]) == (f"task:{task.pk}", row.digest)
    assert "现场" not in json.dumps(entry.facts, ensure_ascii=False)
    assert entry.personal.get(name="name").value == "现场.jpg"
    assert checking.check(reads_content=True).is_whole


def test_the_same_content_twice_is_two_rows_and_one_file(office, task):
    one, other = given(office, task), given(office, task)
    assert one.pk != other.pk
    assert one.digest == other.digest
    assert checking.check().files == 1


def test_sending_with_the_same_key_stores_once(office, task):
    assert given(office, task, key="k1").pk == given(office, task, photo(99, 99), key="k1").pk
    assert Evidence.objects.count() == 1


def test_the_key_of_another_person_or_task_opens_nothing(office, task):
    given(office, task, key="k1")
    with pytest.raises(RefusedError):
        given(office, task, key="k1", role="inspector")
    with pytest.raises(RefusedError):
        given(office, office.assigned(), key="k1")


def test_oversight_and_administrators_add_nothing_and_closed_tasks_take_nothing(office, task):
    for role in ("oversight", "administrator"):
        with pytest.raises(RefusedError):
            given(office, task, role=role)
    office.do("leader", task, "void", reason="重复")
    task.refresh_from_db()
    with pytest.raises(RefusedError):
        given(office, task)
    assert not Evidence.objects.exists()


def test_a_task_that_closes_while_a_file_is_checked_does_not_get_it(office, task, monkeypatch):
    stale = Task.objects.get(pk=task.pk)
    office.do("leader", task, "void", reason="重复")
    with pytest.raises(RefusedError):
        given(office, stale)
    assert not Evidence.objects.exists()
    assert checking.check().without_row


def test_a_task_takes_only_so_many_files(office, task, monkeypatch):
    monkeypatch.setattr(storing, "MOST_FILES", 1)
    given(office, task)
    with pytest.raises(RefusedError):
        given(office, task, photo(50, 50))


def test_a_report_and_its_photos_are_stored_together_once(office, task):
    files = lambda: [Sent(io.BytesIO(photo(90, each)), "a.jpg", f"k:{each}") for each in (60, 70)]  # noqa: E731
    doing = Doing("report", reason="已选址", percent=40.0, key="k")
    first = act_with(office.rights["handler"], task, doing, files())
    assert act_with(office.rights["handler"], task, doing, files()).pk == first.pk
    assert len(first.evidence) == Evidence.objects.count() == 2
    assert TaskEvent.objects.filter(action="report").count() == 1


def test_a_report_that_is_refused_stores_no_evidence(office, task):
    with pytest.raises(RefusedError):
        act_with(
            office.rights["handler"], task, Doing("verify"), [Sent(io.BytesIO(photo()), "a.jpg")]
        )
    assert not Evidence.objects.exists()
    assert not Entry.objects.filter(action="evidence.store").exists()


def test_one_wrong_file_among_good_ones_does_nothing(office, task):
    files = [Sent(io.BytesIO(each), "a.jpg") for each in (photo(), b"<script>")]
    with pytest.raises(RefusedFileError):
        act_with(office.rights["handler"], task, Doing("report", reason="x"), files)
    assert not TaskEvent.objects.filter(action="report").exists()
    assert not Evidence.objects.exists()


def test_a_full_disk_is_said_and_leaves_nothing(office, task, monkeypatch):
    def full(_file):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NoRoomError):
        given(office, task)
    assert not Evidence.objects.exists()
    assert not list(place.incoming().iterdir())
    assert not list(place.kept())


def test_a_crash_between_file_and_row_loses_nothing_that_was_confirmed(office, task, monkeypatch):
    kept = given(office, task)
    monkeypatch.setattr(storing, "record_all", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        given(office, task, photo(50, 50))
    found = checking.check(reads_content=True)
    assert (found.files, len(found.without_row), found.is_whole) == (2, 1, True)
    assert checking.sweep() == 0, "it may still be under way"
    orphan = place.path_of(found.without_row[0])
    os.utime(orphan, (time.time() - 90_000,) * 2)
    assert checking.sweep() == 1
    assert place.path_of(kept.digest).exists()


def test_a_file_that_is_gone_or_was_changed_is_found(office, task):
    gone, changed = given(office, task), given(office, task, photo(50, 50))
    place.path_of(gone.digest).unlink()
    path = place.path_of(changed.digest)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    found = checking.check(reads_content=True)
    assert (found.missing, found.damaged) == ((gone.digest,), (changed.digest,))
    assert not found.is_whole


@pytest.mark.parametrize("digest", ["", "../../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
def test_only_a_digest_names_a_file(digest):
    with pytest.raises(ValueError, match="digest"):
        place.path_of(digest)


# Pages


def test_the_form_reports_with_photos_without_any_script(office, task, client_of):
    client = client_of("handler")
    address = reverse("evidence_report", args=[task.number])
    page = client.get(address).content.decode()
    assert 'enctype="multipart/form-data"' in page
    answer = client.post(address, form(files=[("照片.jpg", photo())]))
    assert answer.status_code == 302
    event = TaskEvent.objects.get(action="report")
    assert (event.percent, event.reason) == (40.0, "已选址")
    assert event.evidence == [str(Evidence.objects.get().pk)]


def test_a_form_that_is_sent_again_does_once(office, task, client_of):
    client, address = client_of("handler"), reverse("evidence_report", args=[task.number])
    for _ in range(2):
        assert client.post(address, form(files=[("a.jpg", photo())])).status_code == 302
    assert TaskEvent.objects.filter(action="report").count() == Evidence.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"percent": "101"}, {"percent": "nan"}, {"percent": "viel"}, {"action": "verify"},
        {"action": ""}, {"text": ""}, {"text": "x" * 10_001}, {"evidence": "1 OR 1=1"},
        {"evidence": str(uuid4())}, {"action": "add"}, {"person": "999999"},
        {"files": [("a.jpg", b"<svg/>")]}, {"files": [("a.jpg", photo())] * 21},
    ],
)  # fmt: skip
def test_a_wrong_form_is_shown_again_with_its_fault_and_its_text(office, task, client_of, wrong):
    answer = client_of("handler").post(
        reverse("evidence_report", args=[task.number]), form(**wrong)
    )
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert not TaskEvent.objects.filter(action="report").exists()
    assert not Evidence.objects.exists()


def test_text_of_an_attacker_is_shown_as_text(office, client_of):
    hostile = "<script>alert(1)</script>"
    task = office.assigned(title=hostile)
    office.do("handler", task, "accept")
    row = given(office, task, name=f"{hostile}.jpg")
    client = client_of("handler")
    for address in (
        reverse("evidence_report", args=[task.number]), reverse("evidence", args=[row.pk]),
    ):  # fmt: skip
        page = client.get(address).content.decode()
        assert hostile not in page
        assert "script" in page


def test_evidence_alone_can_be_added(office, task, client_of):
    address = reverse("evidence_report", args=[task.number])
    answer = client_of("inspector").post(
        address, form(action="add", text="", files=[("a.jpg", photo())])
    )
    assert answer.status_code == 302
    assert Evidence.objects.get().body == office.bodies["inspection"]


@pytest.fixture
def hidden(office) -> Evidence:
    """Evidence of a restricted task, which those who read all do not see."""
    task = office.assigned(visibility="restricted")
    office.do("handler", task, "accept")
    return given(office, task)


def test_evidence_of_a_task_that_is_hidden_does_not_exist(office, hidden, client_of):
    links_of = [links.link_to(hidden, variant) for variant in links.VARIANTS]
    addresses = [reverse("evidence", args=[hidden.pk]), *links_of]
    for role, status in (("handler", 200), ("leader", 200), ("oversight", 404), ("inspector", 404)):
        client = client_of(role)
        assert {client.get(each).status_code for each in addresses} == {status}, role
    report = reverse("evidence_report", args=[hidden.task.number])
    assert client_of("inspector").get(report).status_code == 404
    assert client_of("inspector").post(report, form()).status_code == 404


def test_a_link_opens_nothing_without_signing_in(client, hidden):
    assert client.get(links.link_to(hidden, "full")).status_code == 302


def test_a_link_that_is_forged_or_of_another_file_opens_nothing(office, task, client_of):
    one, other = given(office, task), given(office, task, photo(50, 50))
    client, token = client_of("handler"), links.link_to(one, "full").rsplit("/", 1)[1]
    for pk, variant, signed in (
        (other.pk, "full", token), (one.pk, "download", token), (one.pk, "full", token[:-1]),
        (one.pk, "full", "f" + token), (one.pk, "full", "zzz-" + token), (one.pk, "full", "x"),
        (uuid4(), "full", token), (one.pk, "raw", token),
    ):  # fmt: skip
        address = reverse("evidence_file", args=[pk, variant, signed])
        assert client.get(address).status_code == 404, address


def test_a_link_ends(office, task, client_of, monkeypatch):
    row = given(office, task)
    link = links.link_to(row, "full")
    now = time.time()
    monkeypatch.setattr(links.time, "time", lambda: now + 2 * links.STEP + 1)
    answer = client_of("handler").get(link)
    assert answer.status_code == 410
    assert "open the task again" in answer.content.decode()


def test_files_are_given_as_what_they_are_and_never_as_a_page(office, task, client_of):
    client = client_of("handler")
    picture = given(office, task, name="现场\u202e.jpg")
    text = given(office, task, "项目,进度".encode(), name="a.csv")
    answer = client.get(links.link_to(picture, "full"))
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("inline")
    assert b"".join(answer.streaming_content) == place.path_of(picture.digest).read_bytes()
    answer = client.get(links.link_to(text, "download"))
    assert answer["Content-Disposition"].startswith("attachment")
    assert client.get(links.link_to(text, "full")).status_code == 404
    assert client.get(links.link_to(text, "small")).status_code == 404


def test_a_small_picture_is_made_at_its_first_use_and_stays(office, task, client_of):
    row, client = given(office, task, photo(2_000, 1_500)), client_of("handler")
    first, again = (client.get(links.link_to(row, "small")) for _ in range(2))
    small = b"".join(first.streaming_content)
    assert small == b"".join(again.streaming_content)
    assert len(small) < 30_000


def test_a_request_above_the_limit_is_turned_away_unread(office, task, client_of, monkeypatch):
    monkeypatch.setattr(sizes, "MOST_BYTES", 5_000)
    answer = client_of("handler").post(
        reverse("evidence_report", args=[task.number]), form(files=[("a.jpg", b"\xff" * 10_000)])
    )
    assert answer.status_code == 413


def test_where_a_photo_was_taken_is_held_against_the_task(office, task, monkeypatch):
    import shapely

    square = shapely.box(121.5, 38.8, 121.7, 39.0)
    monkeypatch.setattr(where, "_shapes", lambda: {"east": square})
    inside = given(office, task, photo(exif=exif_of(position=(121.6, 38.901))))
    outside = given(office, task, photo(exif=exif_of(position=(121.711, 38.9))))
    task.areas = ["east"]
    found = where.place_of(inside, task)
    assert (found.is_inside, found.from_point) == (True, pytest.approx(110, abs=10))
    found = where.place_of(outside, task)
    assert (found.is_inside, found.outside) == (False, pytest.approx(950, abs=15))
    task.areas, task.longitude = ["elsewhere"], None
    found = where.place_of(outside, task)
    assert (found.is_inside, found.outside, found.from_point) == (None, None, None)
    assert where.place_of(given(office, task), task) is None


def test_the_page_of_one_file_shows_who_when_where_and_its_digest(office, task, client_of):
    row = given(office, task, photo(exif=exif_of(position=(121.6, 38.9))))
    for language, words in (
        ("en", ("Given by", "0 m from the place")),
        ("zh-hans", ("提供人", "距任务地点0米")),
    ):
        client = client_of("oversight")
        client.cookies["language"] = language
        page = client.get(reverse("evidence", args=[row.pk])).content.decode()
        for each in (*words, row.digest, row.original_digest, "38.90000, 121.60000"):
            assert each in page, each


def test_all_files_of_a_task_cost_as_few_questions_as_one(
    office, task, rf, django_assert_max_num_queries
):
    from django.template import engines

    for each in range(8):
        given(office, task, photo(60 + each, 60))
    template = engines["django"].from_string("{% load evidence_tags %}{% evidence_of task %}")
    request = rf.get("/")
    request.rights = office.rights["handler"]
    with django_assert_max_num_queries(2):
        page = template.render({"task": task, "rights": request.rights, "lang": "en"})
    assert page.count("<img") == 8
    assert reverse("evidence_report", args=[task.number]) in page


def test_the_worker_and_the_page_of_what_is_not_sent_open_for_anyone(client, db):
    worker = client.get("/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert "connect-src 'self'" in worker["Content-Security-Policy"]
    assert client.get(reverse("unsent")).status_code == 200


def test_the_shapes_of_areas_come_from_the_last_examination(tmp_path, monkeypatch):
    assert where._shapes() == {}


def test_restricted_tasks_are_not_kept_on_devices(office, hidden, task, client_of):
    client = client_of("handler")
    kept = client.get(reverse("evidence_report", args=[task.number])).content.decode()
    not_kept = client.get(reverse("evidence_report", args=[hidden.task.number])).content.decode()
    assert "data-offline" in kept
    assert "data-offline" not in not_kept
    assert visible(office.rights["handler"]).count() == 2
