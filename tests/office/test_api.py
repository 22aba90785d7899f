"""The interface for programs: who gets in, and in which form faults come."""

import json
from typing import get_args

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pydantic import BaseModel

from urbanwork.office.api.build import api
from urbanwork.office.api.describing import description
from urbanwork.office.api.keys import make_key
from urbanwork.office.api.models import ApiKey


@pytest.fixture
def path():
    """The address of the first operation without parameters that reads."""
    told = description()["paths"].items()
    return next(where for where, operations in told if "get" in operations and "{" not in where)


def with_key(key):
    return Client(headers={"Authorization": f"Bearer {key}"})


def test_without_session_or_key_the_answer_is_401_in_both_languages(path, db):
    answer = Client().get(path)
    assert answer.status_code == 401
    assert set(answer.json()) == {"en", "zh"}


def test_a_key_acts_in_its_post(path, office):
    key = make_key(office.rights["supervisor"], "a program")
    assert with_key(key).get(path).status_code == 200


@pytest.mark.parametrize("key", ["", "uw_", "uw_' OR 1=1", "x" * 5_000, "钥匙"])
def test_a_key_that_was_never_made_opens_nothing(path, db, key):
    assert with_key(key.encode().decode("latin-1")).get(path).status_code == 401


def test_a_withdrawn_key_opens_nothing(path, office, client_of):
    key = make_key(office.rights["supervisor"], "a program")
    client_of("supervisor").post(reverse("api_keys"), {"withdraw": ApiKey.objects.get().pk})
    assert with_key(key).get(path).status_code == 401


def test_nobody_withdraws_the_key_of_another(office, client_of):
    make_key(office.rights["supervisor"], "a program")
    client_of("administrator").post(reverse("api_keys"), {"withdraw": ApiKey.objects.get().pk})
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize("end", ["person", "post", "body", "key"])
def test_a_key_ends_with_its_person_its_post_its_body_and_its_day(path, office, end):
    key = make_key(office.rights["handler"], "a program")
    rights = office.rights["handler"]
    if end == "person":
        rights.person.is_active = False
        rights.person.save()
    if end == "post":
        rights.post.end = "2020-01-01"
        rights.post.save()
    if end == "body":
        rights.body.is_closed = True
        rights.body.save()
    if end == "key":
        ApiKey.objects.update(ends="2020-01-01T00:00:00Z")
    assert with_key(key).get(path).status_code == 401


def test_only_the_digest_of_a_key_is_kept_and_the_key_shows_once(office, client_of):
    client = client_of("leader")
    page = client.post(reverse("api_keys"), {"name": "dashboard"}).content.decode()
    assert "uw_" in page
    assert "uw_" not in client.get(reverse("api_keys")).content.decode()
    assert "uw_" not in json.dumps(list(ApiKey.objects.values("name", "digest")))


def test_the_description_names_every_operation_once_and_its_faults(db):
    told = description()
    assert told["openapi"].startswith("3.1")
    names = [
        operation["operationId"]
        for operations in told["paths"].values()
        for operation in operations.values()
    ]
    assert len(names) == len(set(names))
    assert all(
        {"401", "403", "422"} <= set(operation["responses"])
        for operations in told["paths"].values()
        for operation in operations.values()
    )


def test_the_description_is_for_those_who_are_signed_in(client, client_of, db):
    assert client.get(reverse("openapi")).status_code in (302, 401)
    assert client_of("handler").get(reverse("openapi")).status_code == 200


def test_a_key_opens_the_description_too(office):
    key = make_key(office.rights["handler"], "a program")
    assert with_key(key).get(reverse("openapi")).json()["openapi"] == "3.1.0"
    assert with_key("uw_none").get(reverse("openapi")).status_code == 401


def test_no_page_of_the_builder_of_the_interface_is_open(client_of):
    client = client_of("leader")
    assert client.get("/api/").status_code in (403, 404)
    with pytest.raises(NoReverseMatch):
        reverse("api:openapi-view")
    assert api.docs_url is None


def test_bodies_of_one_name_are_one_body(db):
    """The library keeps the last of two classes of one name, and describes both by it."""
    found = {}
    for router in vars(api)["_routers"]:
        for operations in router[1].path_operations.values():
            for operation in operations.operations:
                for name, model in models_of(operation):
                    found.setdefault(name, set()).add(json.dumps(model.model_json_schema()))
    assert {"TaskWhole", "MilestoneOut", "EventOut"} <= set(found)
    assert [name for name, told in found.items() if len(told) > 1] == []


def models_of(operation):
    """Classes that stand in the answers of an operation, by name."""
    waiting = [each for each in operation.response_models.values() if each]
    seen = {}
    while waiting:
        model = waiting.pop()
        for inner in [model, *get_args(model)]:
            if isinstance(inner, type) and issubclass(inner, BaseModel) and inner not in seen:
                seen[inner] = inner.__name__
                waiting += [each.annotation for each in inner.model_fields.values()]
            elif inner is not model:
                waiting.append(inner)
    return [(name, model) for model, name in seen.items() if name != "NinjaResponseSchema"]


def test_an_address_of_programs_that_does_not_exist_answers_as_programs_read(client, db):
    answer = client.get("/api/evidence/none")
    assert answer.status_code == 404
    assert set(answer.json()) == {"en", "zh"}


@pytest.mark.parametrize("body", ['{"newest": true}', '{"newest": "5"}', "{", '{"newer": 5}'])
def test_what_is_not_of_its_type_is_refused_and_not_guessed(office, client_of, body):
    answer = client_of("handler").post("/api/notices/seen", body, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"en", "zh"}
