"""Milestones, corrections, chiefs, documents and deliveries: programs do what the pages do."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from examined_city import own_city  # noqa: F401
from urbanwork.office.audit.models import Entry
from urbanwork.office.ledger.models import Milestone, Task
from urbanwork.office.maps import corrections
from urbanwork.office.notices.models import GIVEN_UP, WAITING, Delivery
from urbanwork.office.supervising.models import Chief, Version
from urbanwork.sources.corrections import read_corrections

REPORT = {"action": "add", "category": "pharmacy", "name": "阳光药房", "lon": 24.944, "lat": 60.165,
          "evidence": "许可证 123", "key": "abcdefgh"}  # fmt: skip


def asked(client, method, path, given=None):
    body = {} if given is None else {"data": json.dumps(given), "content_type": "application/json"}
    answer = getattr(client, method)(f"/api{path}", **body)
    return answer.status_code, json.loads(answer.content or "null")


def said_once(action):
    return Entry.objects.filter(action=action).count() == 1


# Milestones


@pytest.fixture
def planned(office):
    task = office.assigned()
    office.do("handler", task, "accept")
    due = timezone.now() + timedelta(days=5)
    return task, Milestone.objects.create(task=task, title="选址", due=due)


def test_a_milestone_is_ticked_off_once_and_taken_back_by_who_plans(planned, client_of):
    task, row = planned
    path = f"/tasks/{task.number}/milestones/{row.pk}"
    for _ in range(2):
        status, whole = asked(client_of("handler"), "patch", path, {"is_done": True})
        assert (status, whole["milestones"][0]["done"] is not None) == (200, True)
    assert said_once("task.milestone")
    assert asked(client_of("handler"), "patch", path, {"is_done": False})[0] == 409
    status, whole = asked(client_of("dispatcher"), "patch", path, {"is_done": False})
    assert (status, whole["milestones"][0]["done"]) == (200, None)


@pytest.mark.parametrize("given", [{"is_done": 1}, {"is_done": "true"}, {}, {"is_done": None}])
def test_no_number_and_no_text_is_a_yes(planned, client_of, given):
    task, row = planned
    path = f"/tasks/{task.number}/milestones/{row.pk}"
    assert asked(client_of("handler"), "patch", path, given)[0] == 422
    row.refresh_from_db()
    assert row.done is None


def test_the_milestone_of_another_task_and_a_hidden_task_are_not_there(office, planned, client_of):
    _, row = planned
    other = office.assigned(title="另一任务")
    done = {"is_done": True}
    path = f"/tasks/{other.number}/milestones/{row.pk}"
    assert asked(client_of("leader"), "patch", path, done)[0] == 409
    hidden = office.task(visibility="restricted")
    path = f"/tasks/{hidden.number}/milestones/1"
    assert asked(client_of("oversight"), "patch", path, done)[0] == 404
    row.refresh_from_db()
    assert row.done is None


# Corrections


def test_a_wrong_number_becomes_one_task_with_its_entry(own_city, client_of):  # noqa: F811
    for _ in range(2):
        status, task = asked(client_of("oversight"), "post", "/map/corrections", REPORT)
        assert status == 201
    row = Task.objects.get(number=task["number"])
    assert (row.source, row.origin["correction"]["category"]) == ("correction", "pharmacy")
    assert row.origin["correction"]["author"] == "oversight"
    assert Task.objects.count() == 1


@pytest.mark.parametrize("role", ["handler", "inspector", "administrator"])
def test_who_may_not_report_a_number_may_not_by_a_program(own_city, client_of, role):  # noqa: F811
    client = client_of(role)
    assert asked(client, "post", "/map/corrections", REPORT)[0] == 403
    assert asked(client, "get", "/map/corrections")[0] == 403
    assert not Task.objects.exists()


@pytest.mark.parametrize("changed", [
    {"lon": 200}, {"lat": None}, {"category": "no"}, {"evidence": ""}, {"evidence": "\x00"},
    {"expires": "2001-01-01"}, {"expires": "soon"}, {"action": "close"}, {"capacity": "5"},
    {"capacity": True}, {"capacity": 10**30}, {"more": 1}, {"evidence": " "},
])  # fmt: skip
def test_a_report_that_cannot_be_is_refused_in_both_languages(own_city, client_of, changed):  # noqa: F811
    given = {**REPORT, **changed}
    status, fault = asked(client_of("leader"), "post", "/map/corrections", given)
    assert (status, set(fault)) == (422, {"en", "zh"})
    assert not Task.objects.exists()


def test_faults_of_a_form_are_said_in_each_language(own_city, client_of):  # noqa: F811
    given = {**REPORT, "expires": "2001-01-01"}
    _, fault = asked(client_of("leader"), "post", "/map/corrections", given)
    assert ("has passed" in fault["en"], "已过" in fault["zh"]) == (True, True)


def test_a_confirmed_entry_is_written_once_and_an_open_one_is_not(own_city, client_of):  # noqa: F811
    number = asked(client_of("leader"), "post", "/map/corrections", REPORT)[1]["number"]
    client, path = client_of("supervisor"), f"/map/corrections/{number}"
    assert asked(client, "post", path) == (200, {"is_written": False})
    Task.objects.update(state="closed", is_open=False)
    status, waiting = asked(client, "get", "/map/corrections")
    assert (status, [each["task"] for each in waiting]) == (200, [number])
    assert asked(client, "post", path) == (200, {"is_written": True})
    assert asked(client, "post", path) == (200, {"is_written": False})
    assert len(read_corrections(own_city / "corrections.yaml")) == 1
    assert said_once("correction.write")
    assert asked(client, "get", "/map/corrections") == (200, [])


def test_a_file_that_cannot_be_read_is_told_without_its_folder(own_city, client_of):  # noqa: F811
    number = asked(client_of("leader"), "post", "/map/corrections", REPORT)[1]["number"]
    Task.objects.update(state="closed", is_open=False)
    corrections.file_of_corrections().write_text("- action: [", encoding="utf-8")
    status, fault = asked(client_of("leader"), "post", f"/map/corrections/{number}")
    assert status == 422
    assert str(own_city) not in json.dumps(fault)


def test_a_correction_that_one_may_not_see_is_not_written_for_one(own_city, office, client_of):  # noqa: F811
    task = office.task(source="correction", visibility="restricted", origin={"correction": {}})
    path = f"/map/corrections/{task.number}"
    assert asked(client_of("dispatcher"), "post", path)[0] == 404


# Chiefs


@pytest.fixture
def area(own_city):  # noqa: F811
    from urbanwork.office.ledger.names import names

    return next(iter(names().areas))


def test_a_chief_is_named_seen_and_ended_once(office, area, client_of):
    client = client_of("supervisor")
    body, person = office.bodies["education"].pk, office.rights["handler"].person.pk
    given = {"kind": "grid", "area": area, "body": body, "person": person, "since": "2026-01-01"}
    status, made = asked(client, "post", "/supervision/chiefs", given)
    assert (status, made["person"], made["until"]) == (201, person, None)
    seen = asked(client_of("handler"), "get", "/supervision/chiefs")[1][0]["posts"]
    assert [each["id"] for each in seen] == [made["id"]]
    for _ in range(2):
        status, ended = asked(client, "post", f"/supervision/chiefs/{made['id']}/end")
        assert (status, ended["until"]) == (200, timezone.localdate().isoformat())
    assert said_once("chief.end")


@pytest.mark.parametrize("changed", [
    {"area": "none"}, {"body": 999_999}, {"person": 999_999}, {"since": "x"}, {"kind": ""},
    {"kind": "<b>"}, {"body": True}, {"since": 5}, {"since": 86_400},
])  # fmt: skip
def test_a_chief_that_cannot_be_is_refused(office, area, client_of, changed):
    body = office.bodies["education"].pk
    given = {"kind": "grid", "area": area, "body": body, "since": "2026-01-01", **changed}
    status, fault = asked(client_of("supervisor"), "post", "/supervision/chiefs", given)
    assert (status in (409, 422), set(fault)) == (True, {"en", "zh"})
    assert not Chief.objects.exists()


@pytest.mark.parametrize("role", ["leader", "handler", "oversight"])
def test_who_does_not_appoint_neither_names_nor_ends(office, client_of, role):
    body = office.bodies["education"]
    row = Chief.objects.create(kind="grid", area="1", body=body, since="2026-01-01")
    given = {"kind": "grid", "area": "1", "body": body.pk, "since": "2026-01-01"}
    assert asked(client_of(role), "post", "/supervision/chiefs", given)[0] == 403
    assert asked(client_of(role), "post", f"/supervision/chiefs/{row.pk}/end")[0] == 403
    row.refresh_from_db()
    assert row.until is None
    assert asked(client_of("supervisor"), "post", "/supervision/chiefs/999999/end")[0] == 404


# Documents


def paper(**changed):
    until = (timezone.now() + timedelta(days=5)).isoformat()
    return {"kind": "order", "code": "通知-1", "title": "关于检查的通知", "label": "1",
            "text": "正文", "until": until, **changed}  # fmt: skip


def test_a_document_is_published_once_and_waits_for_whom_it_is(office, client_of):
    client = client_of("administrator")
    for _ in range(2):
        given = paper(roles=["handler"])
        status, made = asked(client, "post", "/supervision/documents", given)
        assert (status, made["code"]) == (201, "通知-1")
    assert Version.objects.count() == 1
    assert said_once("document.publish")
    waits = asked(client_of("handler"), "get", "/supervision/documents")[1]
    assert [each["id"] for each in waits] == [made["id"]]
    assert asked(client_of("inspector"), "get", "/supervision/documents")[1] == []


@pytest.mark.parametrize("changed", [
    {"until": "2020-01-01T00:00:00Z"}, {"until": "9999-12-31T23:59:59-12:00"}, {"text": ""},
    {"link": "javascript:x"}, {"roles": ["king"]}, {"bodies": [999_999]}, {"title": " "},
    {"code": "a/b"}, {"kind": "law"}, {"text": "\x00"}, {"until": "2026-12-01"}, {"bodies": [True]},
])  # fmt: skip
def test_a_document_that_cannot_be_is_refused(office, client_of, changed):
    given = paper(**changed)
    status, fault = asked(client_of("leader"), "post", "/supervision/documents", given)
    assert (status in (409, 422), set(fault)) == (True, {"en", "zh"})
    assert not Version.objects.exists()


@pytest.mark.parametrize("role", ["handler", "inspector", "oversight"])
def test_who_does_not_publish_is_refused(office, client_of, role):
    assert asked(client_of(role), "post", "/supervision/documents", paper())[0] == 403
    assert not Version.objects.exists()


# Deliveries


def delivery(state):
    return Delivery.objects.create(channel="mail", state=state, key="k", due=timezone.now())


def test_a_message_that_failed_is_sent_again_once(office, client_of):
    row = delivery(GIVEN_UP)
    client = client_of("administrator")
    listed = client.get("/api/lists/deliveries.csv")
    assert str(row.pk) in b"".join(listed.streaming_content).decode().splitlines()[1].split(",")
    path = f"/notices/deliveries/{row.pk}/again"
    assert asked(client, "post", path) == (204, None)
    row.refresh_from_db()
    assert row.state == WAITING
    status, fault = asked(client, "post", path)
    assert (status, "等待" in fault["zh"]) == (409, True)
    assert said_once("notice.again")


@pytest.mark.parametrize("role", ["leader", "supervisor", "handler"])
def test_who_keeps_no_channels_sends_nothing_again(office, client_of, role):
    row = delivery(GIVEN_UP)
    assert asked(client_of(role), "post", f"/notices/deliveries/{row.pk}/again")[0] == 403
    row.refresh_from_db()
    assert row.state == GIVEN_UP
