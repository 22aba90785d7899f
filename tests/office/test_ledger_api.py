"""The ledger for programs: the same answers, actions and refusals as the pages."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from urbanwork.office.ledger.models import Task

ROOT = "/api/tasks"


@pytest.fixture
def ask(office):
    """Ask the interface as a role; gives status and what came."""
    from django.test import Client

    def asked(role, method, path="", data=None):
        client = Client(enforce_csrf_checks=False)
        client.force_login(
            office.rights[role].person, backend="urbanwork.office.people.backend.PersonBackend"
        )
        body = (
            {} if data is None else {"data": json.dumps(data), "content_type": "application/json"}
        )
        answer = getattr(client, method)(ROOT + path, **body)
        return answer.status_code, json.loads(answer.content or "null")

    return asked


def test_a_program_enters_assigns_acts_and_reads(office, ask):
    deadline = (timezone.now() + timedelta(days=9)).isoformat()
    lead = office.bodies["education"].pk
    status, task = ask("dispatcher", "post", "", {
        "title": "补建幼儿园", "lead": lead, "deadline": deadline, "key": "k-12345678",
        "milestones": [{"title": "选址", "due": deadline}], "people": 12,
    })  # fmt: skip
    assert (status, task["state"], task["lead"], task["people"]) == (201, "assigned", lead, 12)
    path = f"/{task['number']}"
    status, event = ask("handler", "post", f"{path}/events", {"action": "accept", "version": 2})
    assert (status, event["action"], event["number"]) == (201, "accept", 3)
    status, whole = ask("handler", "get", path)
    assert (whole["version"], [each["title"] for each in whole["milestones"]]) == (3, ["选址"])
    assert "submit" in whole["allowed"]
    _, events = ask("leader", "get", f"{path}/events")
    assert [each["action"] for each in events] == ["register", "assign", "accept"]
    status, changed = ask("leader", "patch", path, {"title": "新建幼儿园", "edition": 0})
    assert (status, changed["title"], changed["edition"]) == (200, "新建幼儿园", 1)


def test_a_list_is_filtered_and_paged_as_the_page_is(office, ask):
    tasks = [office.assigned(title=f"修复道路{n}") for n in range(3)]
    office.task()
    status, found = ask("handler", "get", "?q=道路&sort=newest")
    assert (status, found["count"], found["is_more"], found["after"]) == (200, 3, False, "")
    assert [each["number"] for each in found["tasks"]] == [t.number for t in reversed(tasks)]


def test_a_refusal_is_one_sentence_in_both_languages(office, ask):
    task = office.assigned()
    status, said = ask("inspector", "post", f"/{task.number}/events", {"action": "verify"})
    assert status == 409
    assert "verify" in said["en"]
    assert "核验" in said["zh"]
    status, said = ask(
        "handler", "post", f"/{task.number}/events", {"action": "accept", "version": 1}
    )
    assert (status, set(said)) == (409, {"en", "zh"})


def test_a_hidden_task_is_not_there(office, ask):
    task = office.task(visibility="restricted")
    for method, path in (
        ("get", ""), ("get", "/events"), ("post", "/events"), ("patch", ""),
    ):  # fmt: skip
        data = {"action": "void", "reason": "x"} if path and method == "post" else {"title": "x"}
        status, _ = ask(
            "oversight", method, f"/{task.number}{path}", None if method == "get" else data
        )
        assert status == 404, (method, path)
    assert ask("oversight", "get", "?state=all")[1]["tasks"] == []


@pytest.mark.parametrize("data", [
    {}, {"action": "accept", "extra": 1}, {"action": "x" * 300},
    {"action": "report", "percent": 101},
    {"action": "report", "percent": "NaN"}, {"action": "accept", "version": -1},
    {"action": "accept", "key": "'"}, {"action": "submit", "evidence": ["1"]},
    {"action": "assign", "lead": 10**30}, {"action": "accept", "reason": "\0"},
    {"action": "assign", "deadline": "2026-01-01T00:00:00"}, [], "x", None,
])  # fmt: skip
def test_what_is_no_action_is_refused(office, ask, data):
    task = office.assigned()
    status, said = ask("handler", "post", f"/{task.number}/events", data)
    assert status in (400, 409, 422), said
    assert Task.objects.get(pk=task.pk).version == 2


@pytest.mark.parametrize("data", [
    {"title": ""}, {"title": "x", "areas": [""]}, {"title": "x", "visibility": "secret"},
    {"title": "x", "lead": 1}, {"title": "x", "leader": 999_999}, {"title": "x", "people": -1},
    {"title": "x", "lead": 999_999, "deadline": "2099-01-01T00:00:00Z"},
    {"title": "x", "parent": "2026-999999"}, {"title": "x", "source": "ledger"},
    {"title": "x\0"}, {"title": "x", "indicator": "y" * 121},
])  # fmt: skip
def test_what_is_no_task_is_not_entered(ask, data):
    status, _ = ask("dispatcher", "post", "", data)
    assert status in (404, 409, 422)
    assert Task.objects.count() == 0


@pytest.mark.parametrize("query", ["light=mauve", "begin=x", "state=x", "after=x", "lead=-1"])
def test_a_filter_that_cannot_be_read_is_refused(ask, query):
    status, said = ask("leader", "get", f"?{query}")
    assert status in (409, 422)
    assert said["en"]


def test_who_may_not_enter_is_refused(ask):
    status, said = ask("handler", "post", "", {"title": "x"})
    assert (status, "leader" in said["en"]) == (409, True)


def test_a_motion_is_a_motion_whatever_a_program_says(ask):
    status, task = ask("oversight", "post", "", {"title": "建议", "source": "problem"})
    assert (status, task["source"]) == (201, "motion")
