"""The page of a task: what it shows, what it lets one do, and what it refuses in words."""

import html
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from urbanwork.office.audit.models import Entry
from urbanwork.office.ledger.models import Milestone, Task, TaskEvent
from urbanwork.office.ledger.names import Names
from urbanwork.office.rules import lifecycle


def path_of(task):
    return f"/ledger/{task.number}/"


def page_of(client, task, status=200):
    answer = client.get(path_of(task))
    assert answer.status_code == status
    return html.unescape(answer.content.decode())


def send(client, task, action, status=302, **fields):
    """Send the form of an action as the page gives it, with fields filled in."""
    given = {"action": action, "version": task.version, "key": uuid.uuid4().hex, **fields}
    answer = client.post(path_of(task), given)
    assert answer.status_code == status, answer.content.decode()[:2_000]
    task.refresh_from_db()
    return html.unescape(answer.content.decode())


def test_a_task_goes_from_entry_to_closing_through_its_page(office, client_of):
    task = office.task()
    day = (timezone.localdate() + timedelta(days=30)).isoformat()
    helper = office.bodies["inspection"].pk
    send(client_of("dispatcher"), task, "assign", lead=office.bodies["education"].pk, deadline=day)
    handler = client_of("handler")
    send(handler, task, "accept", handler=office.rights["handler"].person.pk)
    send(handler, task, "report", reason="选址完成", percent="40")
    send(handler, task, "submit", evidence=str(office.proof(task).pk))
    send(client_of("inspector"), task, "verify")
    send(client_of("dispatcher"), task, "close", reason="同意销号")
    assert (task.state, task.percent, task.version) == ("closed", 40.0, 7)
    assert task.handler == office.rights["handler"].person
    text = page_of(client_of("leader"), task)
    for said in ("Entered in the ledger", "Assigned", "Accepted", "选址完成", "照片.jpg", "Closed"):
        assert said in text
    assert str(helper) != task.lead_id


def test_a_deadline_given_as_a_day_ends_with_its_hours_of_work(office, client_of):
    task = office.task()
    saturday = timezone.localdate() + timedelta(days=60)
    saturday += timedelta(days=(5 - saturday.weekday()) % 7)
    send(client_of("dispatcher"), task, "assign", lead=office.bodies["education"].pk,
         deadline=saturday.isoformat())  # fmt: skip
    at = timezone.localtime(task.deadline)
    assert (at.weekday(), at.date() - saturday, at.hour) == (0, timedelta(days=2), 17)


@pytest.mark.parametrize(("role", "open_to"), [
    ("handler", {"accept", "dispute"}),
    ("leader", {"extend", "void"}),
    ("inspector", set()),
])  # fmt: skip
def test_a_page_offers_what_is_open_to_the_post_and_says_what_others_do(
    office, client_of, role, open_to
):
    text = page_of(client_of(role), office.assigned())
    offered = {name for name in lifecycle().actions if f'id="do-{name}"' in text}
    assert offered == open_to
    assert ("Others must act" in text) == (role != "handler")


def test_forms_ask_for_what_the_table_needs_and_no_more(office, client_of):
    task = office.task()
    text = page_of(client_of("dispatcher"), task)
    assert 'id="assign-lead"' in text
    assert 'id="assign-deadline"' in text
    assert 'id="assign-approval"' not in text
    assert 'id="assign-percent"' not in text


def test_a_refusal_stands_beside_the_form_and_keeps_what_was_typed(office, client_of):
    task = office.assigned()
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    text = send(client_of("leader"), task, "extend", 422, deadline=yesterday,
                reason="汛期停工三周", approval="会议纪要12号")  # fmt: skip
    assert "Give a deadline later than the one that holds." in text
    assert "汛期停工三周" in text
    assert "会议纪要12号" in text
    assert yesterday in text
    assert task.version == 2


def test_what_is_missing_is_said_and_nothing_is_done(office, client_of):
    task = office.assigned()
    before = Entry.objects.count()
    text = send(client_of("handler"), task, "dispute", 422, reason="")
    assert "This field is required." in text
    assert (task.state, Entry.objects.count()) == ("assigned", before)


def test_an_action_that_is_not_open_is_refused_with_its_sentence_and_the_words_kept(
    office, client_of
):
    task = office.assigned()
    text = send(client_of("inspector"), task, "verify", 422, reason="现场已看过")
    assert "cannot take the action 'verify'" in text
    assert "现场已看过" in text


def test_of_two_who_act_at_once_the_second_is_told_and_keeps_the_text(office, client_of):
    task = office.assigned()
    opened = task.version
    handler = client_of("handler")
    send(handler, task, "accept")
    text = send(handler, task, "report", 409, version=opened, reason="已开工")
    assert "Somebody else changed this task" in text
    assert "已开工" in text
    assert f'name="version" value="{task.version}"' in text
    assert TaskEvent.objects.filter(task=task).count() == 3


def test_a_form_sent_twice_does_once(office, client_of):
    task = office.assigned()
    key = uuid.uuid4().hex
    send(client_of("handler"), task, "accept", key=key)
    send(client_of("handler"), task, "accept", key=key)
    assert task.version == 3


def test_the_key_of_another_does_nothing(office, client_of):
    task, other = office.assigned(), office.assigned()
    key = uuid.uuid4().hex
    send(client_of("handler"), task, "accept", key=key)
    send(client_of("handler"), other, "accept", 422, key=key)
    send(client_of("leader"), task, "void", 422, key=key, reason="重复")
    assert (task.state, other.state) == ("in_progress", "assigned")


@pytest.mark.parametrize("fields", [
    {"action": "nothing"}, {"action": "register"}, {"action": ""}, {"action": "' OR 1=1"},
])  # fmt: skip
def test_an_action_that_does_not_exist_is_said(office, client_of, fields):
    task = office.assigned()
    answer = client_of("leader").post(path_of(task), fields, follow=True)
    assert "There is no such action." in answer.content.decode()


@pytest.mark.parametrize("fields", [
    {"lead": "999999"}, {"lead": "x"}, {"helpers": ["-1"]}, {"deadline": "2026-02-30"},
    {"deadline": "9999-12-31"}, {"deadline": "0001-01-01"}, {"deadline": "1"},
    {"version": "-3"}, {"version": "9" * 30}, {"key": "<script>"}, {"key": "k" * 500},
    {"reason": "x" * 20_001}, {"reason": "\0"}, {"lead": "1", "helpers": ["1"]},
])  # fmt: skip
def test_forged_fields_change_nothing(office, client_of, fields):
    task = office.task()
    government = office.bodies["government"].pk
    good = {"lead": str(office.bodies["education"].pk), "deadline": "2099-01-05"}
    given = {**good, **fields}
    if fields.get("lead") == "1":
        given |= {"lead": government, "helpers": [government]}
    send(client_of("dispatcher"), task, "assign", 422, **given)
    assert (task.state, task.version) == ("registered", 1)


def test_evidence_of_another_task_or_none_at_all_is_refused(office, client_of):
    task, other = office.assigned(), office.assigned()
    handler = client_of("handler")
    send(handler, task, "accept")
    assert "Add evidence first" in page_of(handler, task)
    for evidence in (str(office.proof(other).pk), "x", str(uuid.uuid4()), ""):
        send(handler, task, "submit", 422, evidence=evidence)
    assert task.state == "in_progress"


SCRIPT = "<script>alert('x')</script>{{ 1|add:1 }}'; DROP TABLE ledger_task; --"


def test_hostile_words_are_shown_as_words(office, client_of):
    task = office.task(title=SCRIPT, text=SCRIPT, legal_basis=SCRIPT, qualification=SCRIPT[:80])
    Milestone.objects.create(task=task, title=SCRIPT, due=timezone.now())
    send(client_of("leader"), task, "void", reason=SCRIPT)
    raw = client_of("leader").get(path_of(task)).content.decode()
    assert "<script>alert" not in raw
    assert raw.count("DROP TABLE") >= 5


def test_the_page_of_a_hidden_task_is_not_found_whatever_is_sent(office, client_of):
    task = office.task(visibility="restricted")
    for role in ("oversight", "handler", "dispatcher"):
        client = client_of(role)
        assert client.get(path_of(task)).status_code == 404
        assert client.post(path_of(task), {"action": "void", "reason": "x"}).status_code == 404
        assert client.post(f"{path_of(task)}milestones/1/", {"done": "1"}).status_code == 404
    assert Task.objects.get(pk=task.pk).version == 1


def test_hidden_parts_and_wholes_are_not_named(office, client_of):
    whole = office.assigned(title="整体任务")
    part = office.task(title="秘密子任务", parent=whole, visibility="restricted")
    other = office.task(title="秘密整体", visibility="restricted")
    under = office.assigned(title="可见子任务", parent=other)
    assert part.title not in page_of(client_of("oversight"), whole)
    assert other.title not in page_of(client_of("oversight"), under)
    assert part.title in page_of(client_of("leader"), whole)


def test_the_lifecycle_marks_where_the_task_is_once(office, client_of):
    task = office.assigned()
    assert page_of(client_of("leader"), task).count('aria-current="step"') == 1
    send(client_of("handler"), task, "dispute", reason="非本单位职责")
    text = page_of(client_of("leader"), task)
    assert text.count('aria-current="step"') == 1
    assert "returned" in text or "disputed" in text


def test_a_page_costs_the_same_however_much_happened(
    office, client_of, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("urbanwork.office.ledger.task_page.names", Names)
    task, client = office.assigned(), client_of("handler")
    send(client, task, "accept")
    send(client, task, "report", reason="一")
    client.get(path_of(task))
    with django_assert_max_num_queries(60) as few:
        client.get(path_of(task))
    asked = len(few)
    for _ in range(6):
        send(client, task, "report", reason="二")
        Milestone.objects.create(task=task, title="节点", due=timezone.now())
        office.proof(task)
    with django_assert_max_num_queries(asked):
        client.get(path_of(task))


def test_a_milestone_is_ticked_off_by_the_lead_body_and_unticked_from_above(office, client_of):
    task = office.assigned()
    row = Milestone.objects.create(task=task, title="方案", due=timezone.now() - timedelta(days=1))
    office.do("handler", task, "accept")
    task.refresh_from_db()
    assert task.light == "yellow"
    path, before = f"{path_of(task)}milestones/{row.pk}/", Entry.objects.count()
    client_of("inspector").post(path, {"done": "1"})
    client_of("handler").post(path, {"done": "1"})
    row.refresh_from_db()
    task.refresh_from_db()
    assert row.done is not None
    assert (task.light, Entry.objects.count()) == ("green", before + 1)
    client_of("handler").post(path, {"done": "0"})
    row.refresh_from_db()
    assert row.done is not None
    client_of("supervisor").post(path, {"done": "0"})
    row.refresh_from_db()
    assert row.done is None


def test_who_owes_a_report_is_shown_and_a_report_settles_it(office, client_of, monkeypatch):
    now = timezone.now()
    with monkeypatch.context() as past:
        past.setattr(timezone, "now", lambda: now - timedelta(days=20))
        task = office.assigned(report_every_days=7)
        office.do("handler", task, "accept")
    assert "owes a report since" in page_of(client_of("leader"), task)
    assert task.number in client_of("leader").get("/ledger/?owes=1").content.decode()
    task.refresh_from_db()
    send(client_of("handler"), task, "report", reason="已开工")
    assert "owes a report since" not in page_of(client_of("leader"), task)
    assert task.report_due > now


def test_a_pause_moves_the_deadline_and_is_told(office, client_of, monkeypatch):
    now = timezone.now()
    with monkeypatch.context() as past:
        past.setattr(timezone, "now", lambda: now - timedelta(days=20))
        task = office.assigned()
        office.do("handler", task, "accept")
        office.do("supervisor", task, "pause", reason="汛期", approval="纪要3号")
    first = Task.objects.get(pk=task.pk).deadline
    send(client_of("handler"), Task.objects.get(pk=task.pk), "resume")
    task.refresh_from_db()
    assert task.deadline - first > timedelta(days=15)
    text = page_of(client_of("leader"), task)
    assert "First deadline" in text
    assert "纪要3号" in text


@pytest.mark.parametrize("action", ["report", "submit"])
def test_what_next_leads_to_the_form_with_photos_with_the_action_chosen(office, client_of, action):
    task = office.assigned()
    office.do("handler", task, "accept")
    path = f"{path_of(task)}report/?action={action}"
    assert f'href="{path}"' in page_of(client_of("handler"), task)
    form = client_of("handler").get(path).content.decode()
    assert f'value="{action}" checked' in form
    assert f'href="{path}"' not in page_of(client_of("leader"), task)
