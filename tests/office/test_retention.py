"""Personal data goes when it must; what was done stays, and the chain holds."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from urbanwork.errors import UserError
from urbanwork.office.api.keys import make_key
from urbanwork.office.audit.models import Entry, PersonalValue
from urbanwork.office.audit.verify import verify
from urbanwork.office.ledger.models import TaskEvent
from urbanwork.office.operation.retention import erase, retain
from urbanwork.office.people.models import Person, Qualification
from urbanwork.office.place import office_place

NAME, PHONE = "欧阳某某", "13812345678"


@pytest.fixture
def left(office, guarded, django_capture_on_commit_callbacks):
    """A handler who did something and has left."""
    office_place().anchors.unlink(missing_ok=True)
    person = office.rights["handler"].person
    Person.objects.filter(pk=person.pk).update(name=NAME, phone=PHONE, email="o@example.org")
    person.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        task = office.assigned()
        office.do("handler", task, "accept", reason=f"{NAME}已签收，电话{PHONE}")
        make_key(office.rights["handler"], "a program")
    today = timezone.localdate()
    Qualification.objects.create(person=person, code="q", name="注册规划师", obtained=today)
    person.posts.update(end=today - timedelta(days=1))
    yield person
    office_place().anchors.unlink(missing_ok=True)


def test_nothing_of_an_erased_person_is_left_but_what_they_wrote_on_tasks(left):
    erase("handler")
    found = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.fields
        if isinstance(field, (models.CharField, models.TextField))
        for value in model._base_manager.values_list(field.name, flat=True)
        if value and (NAME in str(value) or PHONE in str(value) or value == "handler")
    ]
    assert set(found) <= {"TaskEvent.reason", "TaskEvent.role", "Post.role"}


def test_what_an_erased_person_did_stays_and_the_chain_holds(left):
    erase("handler")
    assert TaskEvent.objects.filter(person=left, action="accept").exists()
    found = verify()
    assert found.faults == []
    assert found.erased > 0


def test_an_erased_person_cannot_sign_in(left, client):
    erase("handler")
    assert not client.login(username="handler", password="a long pass phrase")
    assert not Person.objects.get(pk=left.pk).is_active


def test_who_holds_a_post_is_not_erased(office):
    with pytest.raises(UserError, match="still holds a post"):
        erase("leader")


def test_erasing_nobody_is_refused_in_one_sentence(db):
    with pytest.raises(UserError, match="nobody signs in by this name"):
        erase("nobody")


def test_personal_values_go_after_their_years_and_only_then(left):
    before = PersonalValue.objects.count()
    assert retain(timezone.now(), years=10).values == 0
    assert PersonalValue.objects.count() == before
    assert retain(timezone.now() + timedelta(days=3_700), years=10).values == before
    assert verify().faults == []
    assert Entry.objects.filter(action="retention").count() == 1
