"""Meetings and papers for programs."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from urbanwork.office.ledger.models import Task
from urbanwork.office.papers import originals
from urbanwork.office.place import office_place


@pytest.fixture
def client(client_of):
    return client_of("leader")


def sent(client, method, path, given=None):
    answer = client.generic(method, f"/api{path}", json.dumps(given or {}),
                            content_type="application/json")  # fmt: skip
    is_json = answer.headers.get("Content-Type", "").startswith("application/json")
    return answer.status_code, answer.json() if is_json and answer.content else answer.content


def test_a_meeting_goes_from_call_to_minutes(office, client):
    begun = timezone.now() - timedelta(hours=1)
    disputed = office.assigned(title="异议任务")
    office.do("handler", disputed, "dispute", reason="不属本单位")
    calling = {"title": "调度会", "at": begun.isoformat(), "key": "k" * 12,
               "bodies": [office.bodies["education"].pk]}  # fmt: skip
    status, meeting = sent(client, "POST", "/meetings", calling)
    assert status == 201
    assert sent(client, "POST", "/meetings", calling)[1]["id"] == meeting["id"]
    path = f"/meetings/{meeting['id']}"
    [proposed] = sent(client, "GET", f"{path}/proposals")[1]
    given = {"choose": [proposed["key"]], "item": "自列议题"}
    status, meeting = sent(client, "POST", f"{path}/items", given)
    assert [each["kind"] for each in meeting["items"]] == ["own", "dispute"]
    own, dispute = (f"/meetings/items/{each['id']}" for each in meeting["items"])
    assert sent(client, "PATCH", own, {"note": "讨论", "move": 1})[1]["note"] == "讨论"
    uphold = {"text": "属职责范围", "action": {"action": "uphold"}}
    assert sent(client, "POST", f"{dispute}/decisions", uphold)[0] == 201
    deadline = (timezone.now() + timedelta(days=9)).isoformat()
    task = {"title": "修缮", "lead": office.bodies["education"].pk, "deadline": deadline}
    status, made = sent(client, "POST", f"{own}/decisions", {"text": "修缮校舍", "task": task})
    assert (status, made["how"], made["is_done"]) == (201, "task", False)
    assert Task.objects.get(number=made["task"]).state == "assigned"
    status, words = sent(client, "POST", f"{own}/decisions", {"text": "各单位自查"})
    assert sent(client, "DELETE", own)[0] == 409
    assert sent(client, "POST", f"{path}/minutes", {"lang": "zh"})[0] == 409
    status, closed = sent(client, "POST", f"{path}/close")
    assert status == 200
    assert [each["title"] for each in closed["items"]] == ["异议任务", "自列议题"]
    assert sent(client, "POST", f"{path}/items", {"item": "x"})[0] == 409
    done = sent(client, "PATCH", f"/meetings/decisions/{words['id']}", {"is_done": True})
    assert done[1]["is_done"] is True
    assert sent(client, "POST", f"{path}/minutes", {"lang": "en"})[1].startswith(b"PK")
    [paper] = sent(client, "GET", "/papers")[1]
    assert (paper["kind"], paper["about"]) == ("minutes", "调度会")


@pytest.mark.parametrize("given", [
    {"text": "x", "task": {"title": "x"}, "action": {"action": "uphold"}},
    {"text": "x", "action": {"action": "uphold"}},
    {"text": "x", "action": {"action": "void"}},
    {"text": "x", "order": {"kind": "issue"}},
    {"text": "x", "task": {"title": "x", "lead": 99, "deadline": "2027-01-01T00:00:00Z"}},
    {"text": "x", "task": {"title": "x", "lead": 1}},
], ids=range(6))  # fmt: skip
def test_a_decision_that_does_not_fit_is_refused_and_leaves_nothing(office, client, given):
    calling = {"title": "调度会", "at": timezone.now().isoformat()}
    meeting = sent(client, "POST", "/meetings", calling)[1]["id"]
    [item] = sent(client, "POST", f"/meetings/{meeting}/items", {"item": "议题"})[1]["items"]
    status, told = sent(client, "POST", f"/meetings/items/{item['id']}/decisions", given)
    assert status == 409
    assert told["en"]
    assert told["zh"]
    assert not Task.objects.exists()


def test_a_program_of_a_handler_may_not_write_meetings(office, client_of):
    given = {"title": "调度会", "at": timezone.now().isoformat()}
    assert sent(client_of("handler"), "POST", "/meetings", given)[0] == 403


def test_papers_are_taken_by_programs_and_templates_changed(office, client_of):
    client, task = client_of("supervisor"), office.assigned()
    status, data = sent(client, "POST", f"/papers/tasks/{task.number}", {"lang": "zh"})
    assert (status, data[:2]) == (200, b"PK")
    month = f"{timezone.localdate():%Y-%m}"
    assert sent(client, "POST", "/papers/bulletin", {"month": month})[1].startswith(b"PK")
    assert sent(client, "POST", "/papers/bulletin", {"month": "2999-01"})[0] == 409
    assert len(sent(client, "GET", "/papers/templates")[1]) == 12
    path = "/api/papers/templates/assignment/en"
    default = client.get(path).content
    answer = client.post(path, {"file": SimpleUploadedFile("x.docx", b"no")})
    assert answer.status_code == 409
    answer = client.post(path, {"file": SimpleUploadedFile("x.docx", default)})
    assert answer.status_code == 204
    assert (office_place().templates / "papers" / "assignment.en.docx").exists()
    assert client.delete(path).status_code == 204
    assert not originals.own_path(originals.KINDS["assignment"], "en").exists()
