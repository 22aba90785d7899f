"""Statements whose SQL is kept: they answer as the queries of Django that they were made of."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils import timezone

from urbanwork.office.ledger.models import Task, TaskEvent
from urbanwork.office.ledger.visibility import seen, visible
from urbanwork.office.people.models import Person, Post
from urbanwork.office.people.rights import Rights, held_posts
from urbanwork.office.statements import TEXT, Question, insert, update

EVENTS = Question(lambda task: TaskEvent.objects.filter(task=task).order_by("number"))


def values(row):
    return {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}


def test_a_question_answers_as_the_query_it_was_made_of(office):
    tasks = [office.assigned(title="一"), office.assigned(title="二")]
    for task in tasks:
        asked, kept = TaskEvent.objects.filter(task=task).order_by("number"), EVENTS(task.pk)
        assert [values(each) for each in kept] == [values(each) for each in asked]
    assert EVENTS(0) == []


def test_a_question_of_columns_gives_tuples(office):
    task = office.assigned()
    asked = Question(lambda it: TaskEvent.objects.filter(task=it).values_list("action", "helpers"))
    assert asked(task.pk) == [("register", []), ("assign", [])]


def test_a_question_may_be_about_a_text(office):
    asked = Question(lambda name: Person.objects.filter(username=name), TEXT)
    assert [each.username for each in asked("handler")] == ["handler"]
    assert asked("' OR 1=1 --") == []


def test_a_question_that_holds_its_value_twice_is_refused(db):
    twice = Question(lambda it: Task.objects.filter(pk=it, lead=it))
    with pytest.raises(ValueError, match="once, not 2 times"):
        twice(1)


def test_rows_that_are_inserted_and_updated_are_those_that_django_reads(office):
    task = office.assigned()
    last = task.events.last()
    row = TaskEvent(
        task=task, number=last.number + 1, action="x", at=timezone.now(), person=last.person,
        body=last.body, role="handler", reason="原因", percent=12.5, helpers=[3], evidence=["e"],
        deadline=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    insert([row])
    assert values(TaskEvent.objects.get(pk=row.pk)) == values(row)
    task.light_reason, task.last_report = {"en": "x", "zh": "甲"}, row.at
    update(task, ("light_reason", "last_report"))
    fresh = Task.objects.get(pk=task.pk)
    assert (fresh.light_reason, fresh.last_report) == ({"en": "x", "zh": "甲"}, row.at)


def test_what_the_database_refuses_is_not_inserted(office):
    task = office.assigned()
    again = task.events.last()
    again.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([again])


@pytest.mark.parametrize(
    ("begin", "end", "holds"),
    [(None, None, 1), (0, 0, 1), (1, None, 0), (None, -1, 0), (-2, 3, 1)],
)
def test_posts_are_held_on_the_same_days_as_the_database_says(office, begin, end, holds):
    today = timezone.localdate()
    days = [None if each is None else today + timedelta(days=each) for each in (begin, end)]
    person = Person.objects.create(username="new", name="new")
    Post.objects.create(
        person=person, body=office.bodies["education"], role="handler", begin=days[0], end=days[1]
    )
    found = held_posts(person)
    assert len(found) == holds == Post.objects.held().filter(person=person).count()
    assert all(each.body.name == "教育局" for each in found)


def test_no_post_is_held_in_a_closed_body(office):
    person, body = office.rights["handler"].person, office.bodies["education"]
    assert len(held_posts(person)) == 1
    body.is_closed = True
    body.save()
    assert held_posts(person) == []


def test_one_task_is_seen_by_the_posts_that_see_it_in_lists(office):
    here = office.assigned(title="一", areas=["a"])
    closed = office.task(title="二", visibility="restricted")
    elsewhere = office.task(title="三", areas=["b"], visibility="internal")
    inspector = office.rights["inspector"]
    narrow = Post.objects.create(
        person=inspector.person, body=inspector.body, role="inspector", areas=["a"]
    )
    for rights in (*office.rights.values(), Rights(inspector.person, narrow)):
        in_lists = set(visible(rights).values_list("number", flat=True))
        for task in (here, closed, elsewhere):
            assert (seen(rights, task.number) == task) == (task.number in in_lists)
    assert seen(office.rights["leader"], "' OR 1=1 --") is None


def test_a_session_that_has_ended_signs_nobody_in(client_of):
    client = client_of("handler")
    assert client.get("/ledger/").status_code == 200
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get("/ledger/").status_code == 302


def test_a_person_who_was_blocked_is_signed_out_at_once(client_of, office):
    client = client_of("handler")
    assert client.get("/ledger/").status_code == 200
    person = office.rights["handler"].person
    person.is_active = False
    person.save()
    assert client.get("/ledger/").status_code == 302


def test_posts_come_with_their_bodies_in_one_statement(office, django_assert_num_queries):
    with django_assert_num_queries(1):
        names = [each.body.name for each in held_posts(office.rights["handler"].person)]
    assert names == ["教育局"]


def test_a_question_that_is_asked_often_answers_each_value_by_itself(office):
    """PostgreSQL keeps the plan of what it was asked some times before."""
    tasks = [office.task(title=f"第{number}项") for number in range(9)]
    asked = Question(lambda it: Task.objects.filter(pk=it).values_list("title"))
    titles = [asked(task.pk) for task in (*tasks, *reversed(tasks))]
    assert titles == [[(task.title,)] for task in (*tasks, *reversed(tasks))]
    assert asked(2**31 - 1) == []
