"""Files in pieces: begun once, continued after any break, ended once."""

from __future__ import annotations

import hashlib
import io
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import UnreadablePostError
from django.urls import reverse
from django.utils import timezone

from sent_files import photo
from urbanwork.office.evidence import check as checking
from urbanwork.office.evidence import storing, uploads
from urbanwork.office.evidence.kinds import RefusedFileError
from urbanwork.office.evidence.models import Evidence, Upload
from urbanwork.office.evidence.uploads import Begun, OtherOffsetError, add, begin, offset, partial
from urbanwork.supervision.refusing import RefusedError

DATA = photo(700, 500)
HALF = len(DATA) // 2


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    monkeypatch.setenv("URBANWORK_OFFICE", str(tmp_path / "office"))


@pytest.fixture
def task(office):
    found = office.assigned()
    office.do("handler", found, "accept")
    found.refresh_from_db()
    return found


@pytest.fixture
def rights(office):
    return office.rights["handler"]


def begun(data: bytes = DATA, **given) -> Begun:
    facts = {"key": "k" * 32, "name": "a.jpg", "size": len(data), **given}
    return Begun(**facts)


def sent(rights, upload: Upload, start: int, data: bytes) -> Upload:
    return add(rights, Upload.objects.get(pk=upload.pk), start, io.BytesIO(data))


def test_a_file_that_comes_in_pieces_is_the_file_that_was_sent(rights, task):
    digest = hashlib.sha256(DATA).hexdigest()
    upload = begin(rights, task, begun(sha256=digest))
    assert offset(sent(rights, upload, 0, DATA[:HALF])) == HALF
    done = sent(rights, upload, HALF, DATA[HALF:])
    assert done.evidence.original_digest == digest
    assert not partial(upload).exists()


def test_beginning_with_the_same_key_goes_on_where_it_stopped(rights, task):
    upload = begin(rights, task, begun())
    sent(rights, upload, 0, DATA[:HALF])
    again = begin(rights, task, begun())
    assert (again.pk, offset(again)) == (upload.pk, HALF)


def test_a_piece_that_came_already_or_leaves_a_gap_is_told_where_to_go_on(rights, task):
    upload = begin(rights, task, begun())
    sent(rights, upload, 0, DATA[:HALF])
    for start in (0, HALF - 1, HALF + 1):
        with pytest.raises(OtherOffsetError) as caught:
            sent(rights, upload, start, DATA[start:])
        assert caught.value.offset == HALF
    assert sent(rights, upload, HALF, DATA[HALF:]).evidence is not None


def test_a_connection_that_breaks_within_a_piece_keeps_what_has_come(rights, task):
    class Breaking(io.BytesIO):
        def read(self, size=-1, /):
            if self.tell() > 0:
                raise UnreadablePostError("gone")
            return super().read(min(size, 1_000))

    upload = begin(rights, task, begun())
    add(rights, upload, 0, Breaking(DATA))
    assert offset(upload) == 1_000
    assert partial(upload).read_bytes() == DATA[:1_000]


def test_an_answer_that_was_lost_is_given_again(rights, task):
    upload = begin(rights, task, begun())
    first = sent(rights, upload, 0, DATA)
    assert sent(rights, upload, 0, DATA).evidence == first.evidence
    assert sent(rights, upload, len(DATA), b"").evidence == first.evidence
    assert Evidence.objects.count() == 1


def test_a_crash_after_the_last_piece_is_made_good_by_asking_again(rights, task, monkeypatch):
    upload = begin(rights, task, begun())
    with monkeypatch.context() as broken:
        broken.setattr(storing, "put", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sent(rights, upload, 0, DATA)
    assert offset(Upload.objects.get()) == len(DATA)
    assert sent(rights, upload, len(DATA), b"").evidence is not None


def test_a_crash_after_the_row_makes_no_second_one(rights, task, monkeypatch):
    upload = begin(rights, task, begun())
    with monkeypatch.context() as broken:
        broken.setattr(Upload, "save", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sent(rights, upload, 0, DATA)
    assert Evidence.objects.count() == 1
    assert sent(rights, upload, len(DATA), b"").evidence == Evidence.objects.get()


def test_more_than_was_announced_is_not_taken(rights, task):
    upload = begin(rights, task, begun())
    sent(rights, upload, 0, DATA + b"<script>" * 100)
    assert Evidence.objects.get().original_digest == hashlib.sha256(DATA).hexdigest()


def test_what_arrived_differently_than_it_was_sent_is_refused(rights, task):
    upload = begin(rights, task, begun(sha256="0" * 64))
    with pytest.raises(RefusedFileError):
        sent(rights, upload, 0, DATA)
    with pytest.raises(RefusedFileError):
        sent(rights, upload, 0, DATA)
    assert not Evidence.objects.exists()
    assert not partial(upload).exists()


@pytest.mark.parametrize("size", [0, 20 * 2**20 + 1, 10**11])
def test_a_file_of_no_or_too_large_a_size_is_refused_at_its_beginning(rights, task, size):
    with pytest.raises(RefusedFileError):
        begin(rights, task, begun(size=size))


def test_one_person_has_only_so_many_files_under_way(rights, task, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_OPEN", 1)
    begin(rights, task, begun())
    with pytest.raises(RefusedError):
        begin(rights, task, begun(key="other"))


def test_a_key_of_another_task_is_refused(office, rights, task):
    begin(rights, task, begun())
    with pytest.raises(RefusedError):
        begin(rights, office.assigned(), begun())


def test_uploads_that_were_given_up_are_swept(rights, task):
    upload = begin(rights, task, begun())
    sent(rights, upload, 0, DATA[:HALF])
    assert checking.sweep() == 0
    Upload.objects.update(made=timezone.now() - timedelta(days=8))
    assert checking.sweep() == 1
    assert not partial(upload).exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_that_send_the_same_last_piece_at_once_one_makes_the_evidence(
    transactional_db, office, rights, task
):
    upload = begin(rights, task, begun())
    sent(rights, upload, 0, DATA[:HALF])
    barrier, told = threading.Barrier(2), []

    def send() -> None:
        barrier.wait()
        try:
            told.append(sent(rights, upload, HALF, DATA[HALF:]).evidence_id)
        except OtherOffsetError as error:
            told.append(error.offset)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(told) == {Evidence.objects.get().pk}


# Addresses


def address_of(client, task, **given) -> str:
    form = {"task": task.pk, "key": "k" * 32, "name": "a.jpg", "size": len(DATA), **given}
    answer = client.post(reverse("evidence_uploads"), form)
    assert answer.status_code == 201, answer.content
    return answer.json()["url"]


def piece(client, address: str, start: int | str, data: bytes):
    return client.patch(
        address, data, content_type="application/offset+octet-stream",
        headers={"Upload-Offset": str(start)},
    )  # fmt: skip


def test_a_script_sends_a_file_and_reports_with_it(task, client_of):
    client = client_of("handler")
    address = address_of(client, task)
    assert piece(client, address, 0, DATA[:HALF]).json()["offset"] == HALF
    assert client.head(address)["Upload-Offset"] == str(HALF)
    assert piece(client, address, 0, DATA[:HALF]).status_code == 409
    told = piece(client, address, HALF, DATA[HALF:]).json()
    form = {"action": "report", "text": "x", "key": "r" * 32, "evidence": told["evidence"]}
    report = reverse("evidence_report", args=[task.number])
    for _ in range(2):
        answer = client.post(report, form, headers={"Accept": "application/json"})
        assert answer.status_code == 200
    assert task.events.filter(action="report").count() == 1
    assert client.get(address).json()["evidence"] == told["evidence"]


def test_a_wrong_file_is_told_at_its_end_in_the_language_of_the_page(task, client_of):
    client = client_of("handler")
    client.cookies["language"] = "zh-hans"
    address = address_of(client, task, size=6)
    answer = piece(client, address, 0, b"<svg/>")
    assert answer.status_code == 422
    assert answer.json()["fault"].endswith("。")
    assert client.get(address).json()["fault"].endswith("。")


def test_the_upload_of_another_does_not_exist(office, task, client_of):
    address = address_of(client_of("handler"), task)
    other = client_of("inspector")
    assert other.get(address).status_code == 404
    assert piece(other, address, 0, DATA).status_code == 404
    assert other.get(reverse("evidence_upload", args=[uuid4()])).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"task": "1;DROP"}, 404), ({"task": 10**30}, 404), ({"task": 424242}, 404),
     ({"size": "-1"}, 422), ({"size": "9" * 40}, 422), ({"key": "short"}, 422),
     ({"person": "777"}, 422)],
)  # fmt: skip
def test_a_wrong_beginning_begins_nothing(task, client_of, wrong, status):
    form = {"task": task.pk, "key": "k" * 32, "name": "a.jpg", "size": len(DATA), **wrong}
    assert client_of("handler").post(reverse("evidence_uploads"), form).status_code == status
    assert not Upload.objects.exists()


@pytest.mark.parametrize("start", ["", "-1", "1e3", "9" * 40])
def test_a_piece_without_a_true_offset_is_not_taken(task, client_of, start):
    client = client_of("handler")
    assert piece(client, address_of(client, task), start, DATA).status_code == 400


def test_a_task_that_is_no_longer_seen_takes_no_more_pieces(office, task, client_of):
    client = client_of("handler")
    address = address_of(client, task)
    task.bodies.all().delete()
    assert piece(client, address, 0, DATA).status_code == 404


# Programs


def test_a_program_gives_reads_and_reports_with_evidence(task, client_of):
    client = client_of("handler")
    file = SimpleUploadedFile("现场.jpg", DATA)
    given = client.post(f"/api/evidence/of/{task.number}", {"file": file, "key": "a" * 32})
    assert given.status_code == 201, given.content
    row = given.json()
    assert client.get(f"/api/evidence/of/{task.number}").json() == [row]
    assert client.get(f"/api/evidence/{row['id']}").json() == row
    content = client.get(f"/api/evidence/{row['id']}/file")
    assert content["Content-Disposition"].startswith("attachment")
    assert hashlib.sha256(b"".join(content.streaming_content)).hexdigest() == row["digest"]
    for _ in range(2):
        form = {"text": "选址完成", "percent": "40", "key": "b" * 32,
                "files": [SimpleUploadedFile("a.jpg", photo(50, 50))]}  # fmt: skip
        reported = client.post(f"/api/evidence/reports/{task.number}", form)
        assert reported.status_code == 201, reported.content
    assert len(reported.json()["evidence"]) == task.events.filter(action="report").count() == 1


def test_a_program_sends_a_file_in_pieces(task, client_of):
    client = client_of("handler")
    form = {"task": task.number, "key": "k" * 32, "name": "a.jpg", "size": len(DATA)}
    begun = client.post("/api/evidence/uploads", form, content_type="application/json")
    assert begun.status_code == 201, begun.content
    address = f"/api/evidence/uploads/{begun.json()['id']}"
    assert piece(client, address, 0, DATA[:HALF]).json()["offset"] == HALF
    assert piece(client, address, 0, DATA).status_code == 409
    done = piece(client, address, HALF, DATA[HALF:]).json()
    assert client.get(address).json()["evidence"] == done["evidence"] is not None


def test_programs_see_no_more_than_pages(office, client_of):
    hidden = office.assigned(visibility="restricted")
    client = client_of("oversight")
    for path in (f"of/{hidden.number}", f"{uuid4()}", f"{uuid4()}/file", f"uploads/{uuid4()}"):
        assert client.get(f"/api/evidence/{path}").status_code == 404, path
    seen = office.assigned()
    file = SimpleUploadedFile("a.jpg", DATA)
    for path in ("of", "reports"):
        assert client.post(f"/api/evidence/{path}/{seen.number}", {"file": file}).status_code == 403
    wrong = SimpleUploadedFile("a.jpg", b"<svg/>")
    handler = client_of("handler")
    refused = handler.post(f"/api/evidence/of/{seen.number}", {"file": wrong})
    assert refused.status_code == 409
    assert refused.json()["zh"].endswith("。")
