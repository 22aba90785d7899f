"""A task from its entry in the ledger to its closing, and what does not pass."""

import pytest

from urbanwork.errors import UserError
from urbanwork.office.audit.models import Entry
from urbanwork.office.ledger.acting import ChangedMeanwhileError, Doing, Draft, act, register
from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.people.models import Body, Person, Post
from urbanwork.office.people.rights import Rights
from urbanwork.supervision.refusing import RefusedError


def test_a_task_goes_from_entry_to_closing_and_each_step_is_in_the_chain(office):
    task = office.assigned()
    office.do("handler", task, "accept")
    office.do("handler", task, "report", reason="选址完成", percent=40.0)
    office.do("handler", task, "submit", evidence=[str(office.proof(task).pk)])
    office.do("inspector", task, "verify")
    office.do("dispatcher", task, "close")
    task.refresh_from_db()
    assert (task.state, task.is_open, task.percent, task.version) == ("closed", False, 40.0, 7)
    assert task.light is None
    assert [each.action for each in Entry.objects.filter(subject=f"task:{task.pk}")] == [
        "task.register", "task.assign", "task.accept", "task.report", "task.submit",
        "task.verify", "task.close",
    ]  # fmt: skip


def test_who_submitted_cannot_verify(office):
    task = office.assigned()
    office.do("handler", task, "accept")
    office.do("handler", task, "submit", evidence=[str(office.proof(task).pk)])
    office.rights["handler"].post.role = "inspector"
    with pytest.raises(RefusedError):
        office.do("handler", task, "verify")
    assert Task.objects.get(pk=task.pk).state == "submitted"


def test_a_section_of_the_lead_body_is_no_other_body(office):
    task = office.assigned()
    office.do("handler", task, "accept")
    office.do("handler", task, "submit", evidence=[str(office.proof(task).pk)])
    inspector = office.rights["inspector"]
    inspector.post.body = Body.objects.create(
        code="section", name="教育局督查科", parent=office.bodies["education"]
    )
    with pytest.raises(RefusedError):
        office.do("inspector", task, "verify")
    inspector.post.body = office.bodies["inspection"]
    office.do("inspector", task, "verify")


def test_a_lead_body_that_all_are_a_part_of_is_verified_by_one_of_them(office):
    task = office.assigned()
    government = office.bodies["government"]
    office.do("handler", task, "dispute", reason="须由市政府牵头")
    office.do("dispatcher", task, "assign", lead=government.pk, deadline=task.deadline)
    office.rights["handler"].post.body = government
    office.do("handler", task, "accept")
    office.do("handler", task, "submit", evidence=[str(office.proof(task).pk)])
    office.do("inspector", task, "verify")


def test_who_reported_on_a_task_in_another_post_cannot_verify_it(office):
    task = office.assigned()
    office.do("handler", task, "accept")
    office.do("handler", task, "report", reason="已开工", percent=40.0)
    colleague = Person.objects.create_user("colleague", password="a long pass phrase", name="甲")
    post = Post.objects.create(person=colleague, body=office.bodies["education"], role="handler")
    act(Rights(colleague, post), task.pk, Doing("submit", evidence=[str(office.proof(task).pk)]))
    who = office.rights["handler"].person
    other = Post.objects.create(person=who, body=office.bodies["inspection"], role="inspector")
    with pytest.raises(RefusedError):
        act(Rights(who, other), task.pk, Doing("verify"))


def test_sending_twice_does_once(office):
    task = office.assigned()
    first = office.do("handler", task, "accept", key="k1")
    assert office.do("handler", task, "accept", key="k1") == first
    assert TaskEvent.objects.filter(task=task).count() == 3


def test_of_two_who_act_on_the_same_page_the_second_is_told(office):
    task = office.assigned()
    office.do("handler", task, "accept", version=task.version)
    with pytest.raises(ChangedMeanwhileError):
        office.do("handler", task, "dispute", reason="非本单位职责", version=task.version)


def test_evidence_of_another_task_proves_nothing(office):
    task, other = office.assigned(), office.assigned()
    office.do("handler", task, "accept")
    with pytest.raises(UserError):
        office.do("handler", task, "submit", evidence=[str(office.proof(other).pk)])


def test_a_handler_sees_the_tasks_of_their_body_only(office):
    ours, theirs = office.assigned(), office.task()
    seen = set(visible(office.rights["handler"]))
    assert ours in seen
    assert theirs not in seen
    assert {ours, theirs} <= set(visible(office.rights["oversight"]))


def test_a_restricted_task_is_hidden_from_those_who_read_all(office):
    task = office.assigned(visibility="restricted")
    assert task not in visible(office.rights["oversight"])
    assert task in visible(office.rights["leader"])
    assert task in visible(office.rights["handler"])


def test_pages_are_closed_to_those_who_are_not_signed_in(client, office):
    assert client.get("/").status_code == 302


def test_the_first_page_opens_in_both_languages(client_of):
    client = client_of("leader")
    assert "Overview" in client.get("/").content.decode()
    client.cookies["language"] = "zh-hans"
    assert "总览" in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("limits", "draft", "word"),
    [
        ({"areas": ["a"]}, {"areas": ["b"]}, "areas of your post"),
        ({"fields": ["1.1"]}, {"point": "2.1"}, "fields of your post"),
    ],
)
def test_a_limited_post_enters_nothing_outside_of_its_limits(office, limits, draft, word):
    dispatcher = office.rights["dispatcher"]
    post = Post.objects.create(
        person=dispatcher.person, body=dispatcher.body, role="dispatcher", **limits
    )
    rights = Rights(dispatcher.person, post)
    with pytest.raises(RefusedError, match=word):
        register(rights, Draft({"title": "一", "source": "problem", **draft}))
    assert not Task.objects.exists()
    inside = {"areas": ["a", "c"], "point": "1.1"}
    entered = [
        register(rights, Draft({"title": "二", "source": "problem", **inside})),
        register(rights, Draft({"title": "三", "source": "problem"})),
    ]
    assert set(visible(rights)) == set(entered)
