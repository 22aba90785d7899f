"""What somebody hostile sends: answered in words, nothing kept, nothing led astray."""

import json

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from urbanwork.office.api.keys import make_key

PERSONAL = ("first_page", "ledger", "to_do", "people", "own_page", "api_keys", "what_if")


@pytest.mark.parametrize("name", PERSONAL)
def test_pages_of_a_person_are_kept_by_no_browser(client_of, name):
    answer = client_of("leader").get(reverse(name))
    assert "no-store" in answer["Cache-Control"]


def test_what_programs_and_exports_answer_is_kept_nowhere_either(client_of):
    for path in ("/api/tasks", "/api/tasks/file.csv", "/ledger/tasks.xlsx", "/people/people.csv"):
        assert "no-store" in client_of("administrator").get(path)["Cache-Control"]


def test_a_body_that_is_too_large_is_told_in_both_languages(office):
    key = make_key(office.rights["dispatcher"], "k")
    large = json.dumps({"title": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)})
    client = Client(headers={"Authorization": f"Bearer {key}"})
    answer = client.post("/api/tasks", large, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json()) == {"en", "zh"}


def test_a_form_of_too_many_fields_is_told_on_a_page(client_of):
    answer = client_of("leader").post(reverse("filter_keep"), {f"f{n}": "x" for n in range(2_500)})
    assert answer.status_code == 400
    assert "<main><h1>" in answer.content.decode()


def test_a_form_without_its_token_is_told_on_a_page_in_the_language(office):
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "zh-CN"})
    client.force_login(office.rights["leader"].person, settings.AUTHENTICATION_BACKENDS[1])
    answer = client.post(reverse("filter_keep"), {"name": "x"})
    assert answer.status_code == 403
    assert "请重新打开页面" in answer.content.decode()


def test_faults_of_thousands_of_members_do_not_make_a_large_answer(office):
    key = make_key(office.rights["dispatcher"], "k")
    many = json.dumps({f"{n}" + "k" * 200: 1 for n in range(3_000)})
    client = Client(headers={"Authorization": f"Bearer {key}"})
    answer = client.post("/api/tasks", many, content_type="application/json")
    assert answer.status_code == 422
    assert len(answer.content) < 10_000
