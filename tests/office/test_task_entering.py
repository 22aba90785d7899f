"""Entering tasks from problems, asks, motions and wholes; changing what no event changes."""

import html
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from urbanwork.office.audit.models import Entry
from urbanwork.office.ledger import names as naming
from urbanwork.office.ledger.acting import ChangedMeanwhileError
from urbanwork.office.ledger.changing import change
from urbanwork.office.ledger.models import Task, TaskArea
from urbanwork.office.ledger.names import Names, Problem
from urbanwork.office.ledger.rhythm import next_report
from urbanwork.office.people.models import Qualification
from urbanwork.office.rules import working_time
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

PROBLEM = Problem(
    "p-1", "life.kindergarten_300m", "a1", 1234.0, 40.0, 80.0, "%", "advisory",
    Bilingual("Build one.", "补建幼儿园。"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def examined(monkeypatch):
    """The names of an examination with one problem in one of two areas."""
    naming.names()  # so that what is read once is read before
    plain = naming.names()
    known = Names(
        "2026-06-30-0", {"a1": Bilingual("East", "东区"), "a2": Bilingual("West", "西区")},
        plain.indicators, plain.points, plain.asks, {"p-1": PROBLEM}, {"a1": (121.6, 39.0)},
        plain.asked_by,
    )  # fmt: skip
    for module in ("task_page", "task_forms", "new_views", "views", "exporting", "api"):
        monkeypatch.setattr(f"urbanwork.office.ledger.{module}.names", lambda: known)
    return known


def form_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.context["form"].initial, html.unescape(answer.content.decode())


PLAN = {"m-TOTAL_FORMS": "2", "m-INITIAL_FORMS": "0"}


def test_a_problem_belongs_to_a_point_also_by_a_pattern_or_by_whom_it_serves():
    known = naming.names()
    named = {
        indicator: known.asked_by[indicator].ask.indicators
        for indicator in ("life.kindergarten_300m", "life.pharmacy_500m", "form.street_density")
    }
    assert "life.kindergarten_300m" in named["life.kindergarten_300m"]  # its id before `life.*`
    assert "life.*" in named["life.pharmacy_500m"]
    assert "serves:INF" in named["form.street_density"]


def enter(client, query="", status=302, **fields):
    given = {"title": "任务", "weight": "normal", "visibility": "internal",
             "key": uuid.uuid4().hex, **PLAN, **fields}  # fmt: skip
    answer = client.post(f"/ledger/new/{query}", given)
    assert answer.status_code == status, answer.content.decode()[:3_000]
    return Task.objects.order_by("-pk").first() if status == 302 else answer.content.decode()


def test_a_problem_becomes_a_task_with_what_is_known_of_it(client_of):
    client = client_of("dispatcher")
    assert "problem=p-1" in client.get("/ledger/new/from/problem/").content.decode()
    initial, _ = form_of(client, "/ledger/new/?problem=p-1")
    assert "东区" in initial["title"] or "East" in initial["title"]
    task = enter(
        client, "?problem=p-1", title=initial["title"], areas=["a1"], people="1234",
        indicator="life.kindergarten_300m", expected_from="40", expected_to="80",
    )  # fmt: skip
    assert (task.source, task.area, task.people) == ("problem", "a1", 1234.0)
    assert task.origin == {"problem": "p-1", "examination": "2026-06-30-0"}
    assert (task.expected["from"], task.expected["to"]) == (40.0, 80.0)
    assert TaskArea.objects.filter(task=task, area="a1").exists()
    assert task.number in client.get("/ledger/new/from/problem/").content.decode()


def test_a_problem_is_not_entered_twice_unless_one_says_so(client_of):
    client = client_of("dispatcher")
    same = {"areas": ["a1"], "indicator": "life.kindergarten_300m"}
    first = enter(client, "?problem=p-1", **same)
    text = enter(client, "?problem=p-1", 422, **same)
    assert first.number in text
    assert Task.objects.count() == 1
    enter(client, "?problem=p-1", again="on", **same)
    assert Task.objects.count() == 2


def test_a_hidden_task_of_the_same_problem_is_not_given_away(office, client_of):
    hidden = office.task(visibility="restricted", areas=["a1"], indicator="life.kindergarten_300m")
    text = client_of("dispatcher").get("/ledger/new/from/problem/").content.decode()
    assert hidden.number not in text
    assert hidden.number not in form_of(client_of("dispatcher"), "/ledger/new/?problem=p-1")[1]


def test_an_ask_brings_its_point_and_bodies(office, client_of, examined):
    key, asked = next(
        (k, a) for k, a in examined.asks.items() if a.lead and a.lead.id == "government"
    )
    initial, _ = form_of(client_of("dispatcher"), f"/ledger/new/?ask={key}")
    assert initial["lead"] == office.bodies["government"].pk
    task = enter(client_of("dispatcher"), f"?ask={key}", title="落实要求", point=asked.point.id)
    assert (task.source, task.ask, task.point) == ("ask", key, asked.point.id)


def test_a_motion_of_oversight_is_a_motion_whatever_is_sent(client_of):
    task = enter(
        client_of("oversight"), "?problem=p-1", title="关于停车难的建议", weight="urgent",
        visibility="restricted", lead="1", deadline="2099-01-05",
    )  # fmt: skip
    assert (task.source, task.weight, task.visibility, task.state) == (
        "motion", "normal", "internal", "registered",
    )  # fmt: skip


def test_a_task_is_entered_planned_and_assigned_at_once(office, client_of):
    leader = office.rights["leader"].person
    task = enter(
        client_of("leader"), lead=office.bodies["education"].pk, deadline="2026-12-31",
        helpers=[office.bodies["inspection"].pk], leader=leader.pk, report_every_days="14",
        **{"m-0-title": "选址", "m-0-due": "2026-12-05", "m-0-planned_percent": "30"},
    )  # fmt: skip
    assert (task.state, task.source, task.leader) == ("assigned", "instruction", leader)
    assert [each.title for each in task.milestones.all()] == ["选址"]
    assert sorted(task.bodies.values_list("part", flat=True)) == ["helper", "lead"]


def test_a_form_sent_twice_enters_once(office, client_of):
    key, client = uuid.uuid4().hex, client_of("leader")
    for _ in range(2):
        enter(client, key=key, lead=office.bodies["education"].pk, deadline="2026-12-31")
    assert Task.objects.count() == 1
    assert Task.objects.get().version == 2


@pytest.mark.parametrize("fields", [
    {"title": ""}, {"title": "x" * 301}, {"areas": ["nowhere"]}, {"point": "x"},
    {"indicator": "x"}, {"longitude": "181"}, {"latitude": "nan"}, {"people": "-1"},
    {"lead": "1"}, {"deadline": "2026-12-31"}, {"report_every_days": "0"}, {"leader": "999"},
    {"visibility": "secret"}, {"m-0-title": "无日期"}, {"m-TOTAL_FORMS": "x"},
    {"m-0-title": "x", "m-0-due": "2026-99-99"}, {"key": "short"}, {"title": "\0"},
])  # fmt: skip
def test_what_does_not_fit_enters_nothing(office, client_of, fields):
    enter(client_of("leader"), status=422, **fields)
    assert Task.objects.count() == 0


def test_a_part_stands_where_the_whole_does_and_is_no_wider(office, client_of):
    whole = office.task(areas=["a1"], visibility="restricted", point="", legal_basis="某条")
    initial, _ = form_of(client_of("leader"), f"/ledger/new/?parent={whole.number}")
    assert (initial["areas"], initial["legal_basis"]) == (["a1"], "某条")
    enter(client_of("leader"), f"?parent={whole.number}", 422, visibility="internal")
    part = enter(client_of("leader"), f"?parent={whole.number}", visibility="restricted")
    assert part.parent == whole
    assert part.number in client_of("leader").get(f"/ledger/{whole.number}/").content.decode()
    assert client_of("dispatcher").get(f"/ledger/new/?parent={whole.number}").status_code == 404


def edited(client, task, status=302, **fields):
    form = client.get(f"/ledger/{task.number}/edit/").context["form"]
    given = {
        name: form.initial.get(name) for name in form.fields if form.initial.get(name) is not None
    }
    for name in ("leader", "handler"):
        if name in given:
            given[name] = given[name].pk
    given |= {"edition": task.edition, **PLAN, **fields}
    answer = client.post(f"/ledger/{task.number}/edit/", given)
    assert answer.status_code == status, answer.content.decode()[:3_000]
    task.refresh_from_db()
    return html.unescape(answer.content.decode())


def test_a_change_is_searched_for_recorded_and_counted(office, client_of):
    task = office.assigned()
    edited(client_of("supervisor"), task, title="修复道路", areas=["a2"], report_every_days="7")
    assert (task.title, task.area, task.edition, task.version) == ("修复道路", "a2", 1, 2)
    entry = Entry.objects.last()
    assert (entry.action, entry.facts["areas"]) == ("task.edit", ["a2"])
    assert "修复道路" not in str(entry.facts)
    assert entry.personal.get(name="title").value == "修复道路"
    assert task.number in client_of("leader").get("/ledger/?q=道路&area=a2").content.decode()


def test_saving_without_a_change_records_nothing(office, client_of):
    task = office.assigned(areas=["a1"])
    before = Entry.objects.count()
    edited(client_of("supervisor"), task)
    assert (Entry.objects.count(), task.edition) == (before, 0)


def test_of_two_who_change_at_once_the_second_is_told_and_keeps_the_text(office, client_of):
    task = office.assigned()
    edited(client_of("supervisor"), task, title="第一")
    text = edited(client_of("dispatcher"), task, 422, title="第二", edition=0)
    assert "Somebody else changed this task" in text
    assert "第二" in text
    assert task.title == "第一"
    with pytest.raises(ChangedMeanwhileError):
        change(office.rights["leader"], task.pk, {"title": "x"}, edition=0)


def test_a_handler_names_a_person_and_plans_but_moves_no_milestone(office, client_of):
    task = office.assigned()
    client, person = client_of("handler"), office.rights["handler"].person
    edited(client, task, handler=person.pk, **{"m-0-title": "方案", "m-0-due": "2026-12-05"})
    row = task.milestones.get()
    assert task.handler == person
    plan = {"m-TOTAL_FORMS": "1", "m-INITIAL_FORMS": "1", "m-0-pk": row.pk,
            "m-0-title": "方案", "m-0-due": "2027-12-05"}  # fmt: skip
    edited(client, task, 422, **plan)
    with pytest.raises(RefusedError):
        change(office.rights["handler"], task.pk, {"title": "x"})
    edited(client_of("supervisor"), task, **plan)
    assert timezone.localtime(task.milestones.get().due).year == 2027
    edited(client_of("supervisor"), task, **{**plan, "m-0-title": ""})
    assert not task.milestones.exists()


def test_a_milestone_of_another_task_is_out_of_reach(office, client_of):
    task, other = office.assigned(), office.assigned()
    row = other.milestones.create(title="别人的", due=timezone.now())
    plan = {"m-TOTAL_FORMS": "1", "m-INITIAL_FORMS": "1", "m-0-pk": row.pk, "m-0-title": "",
            "m-0-due": ""}  # fmt: skip
    edited(client_of("supervisor"), task, 422, **plan)
    assert other.milestones.count() == 1


def test_who_lacks_the_qualification_is_not_named(office, client_of):
    task, person = office.assigned(qualification="fire"), office.rights["handler"].person
    text = edited(client_of("handler"), task, 422, handler=person.pk)
    assert "qualification" in text
    Qualification.objects.create(person=person, code="fire", name="消防", obtained=date(2020, 1, 1))
    edited(client_of("handler"), task, handler=person.pk)
    assert task.handler == person


def test_nobody_of_another_body_is_named(office):
    task = office.assigned()
    with pytest.raises(RefusedError):
        change(office.rights["leader"], task.pk, {"handler": office.rights["inspector"].person})


@pytest.mark.parametrize("role", ["inspector", "oversight", "administrator"])
def test_who_may_not_change_finds_no_form(office, client_of, role):
    task = office.assigned()
    assert client_of(role).get(f"/ledger/{task.number}/edit/").status_code == 404


def test_what_is_closed_is_not_changed(office, client_of):
    task = office.assigned()
    office.do("leader", task, "void", reason="重复")
    assert client_of("leader").get(f"/ledger/{task.number}/edit/").status_code == 404
    with pytest.raises(RefusedError):
        change(office.rights["leader"], task.pk, {"title": "x"})


def test_parts_follow_where_the_whole_is_restricted(office, client_of):
    whole = office.assigned()
    part = office.task(parent=whole)
    edited(client_of("supervisor"), whole, visibility="restricted")
    part.refresh_from_db()
    assert part.visibility == "restricted"


def test_a_report_is_due_after_so_many_days_of_the_calendar_off_days_give_way():
    zone = working_time().days.zone
    friday = datetime(2026, 6, 5, 9, tzinfo=zone)
    due = next_report(friday, 8, (), working_time())
    assert due.astimezone(zone) == datetime(2026, 6, 16, tzinfo=zone)  # the 13th is a Saturday
    assert next_report(None, 8, (), working_time()) is None
    assert next_report(friday, None, (), working_time()) is None
    assert next_report(
        datetime(2026, 6, 5, tzinfo=UTC), 3, (), working_time()
    ) > friday + timedelta(2)
