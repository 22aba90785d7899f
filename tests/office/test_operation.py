"""Health, logs and what they keep to themselves."""

import json
import logging

import pytest
from django.conf import settings
from django.db import DatabaseError
from django.urls import reverse

from urbanwork.office.operation import health
from urbanwork.office.operation.logs import JsonLines


def test_a_machine_is_told_in_one_word_without_signing_in(client, db):
    answer = client.get(reverse("health"))
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_machine_is_told_when_the_database_is_gone(client, db, monkeypatch):
    def gone():
        raise DatabaseError("could not connect to 10.0.0.9 as urbanwork")

    with monkeypatch.context() as patched:
        patched.setattr(health.connection, "cursor", gone)
        answer = client.get(reverse("health"))
    assert answer.status_code == 503
    assert "10.0.0.9" not in answer.content.decode()


def test_details_are_for_the_administrator(client_of):
    assert client_of("administrator").get(reverse("health_details")).status_code == 200
    assert client_of("leader").get(reverse("health_details")).status_code == 403


def test_a_missing_trigger_shows_among_the_signs(db):
    sign = next(each for each in health.signs() if each.title.en == "Chain of the audit")
    assert not sign.is_well  # tests run without the triggers, see conftest


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO, "urbanwork.requests")
    logging.getLogger("urbanwork").propagate = True
    yield lambda: [json.loads(JsonLines().format(record)) for record in caplog.records]
    logging.getLogger("urbanwork").propagate = False


def test_a_request_is_one_line_with_route_and_post_but_without_what_people_typed(client_of, lines):
    answer = client_of("leader").get("/?q=王小明+13800000000")
    line = next(each for each in lines() if each["logger"] == "urbanwork.requests")
    assert line["status"] == 200
    assert line["request"] == answer["X-Request-Id"]
    assert "13800000000" not in json.dumps(line, ensure_ascii=False)
    assert "王小明" not in json.dumps(line, ensure_ascii=False)


def test_an_error_is_in_the_line_with_where_it_came_from():
    try:
        raise ValueError("x")
    except ValueError:
        import sys

        record = logging.LogRecord("a", 40, "p", 1, "broke", (), sys.exc_info())
    assert "ValueError: x" in json.loads(JsonLines().format(record))["error"]


def test_a_probe_with_a_foreign_host_is_one_line_without_a_traceback(client, db, lines):
    told = settings.LOGGING["loggers"]["django.security.DisallowedHost"]
    assert (told["handlers"], told["propagate"]) == ([], False)
    assert client.get("/", headers={"host": "foreign.example"}).status_code == 400
    requests = [each for each in lines() if each["logger"] == "urbanwork.requests"]
    assert [each["status"] for each in requests] == [400]


def test_a_program_without_the_token_of_the_session_is_told_so_in_each_language(client_of):
    client = client_of("leader")
    client.handler.enforce_csrf_checks = True
    answer = client.post("/api/map/what-if", "{}", content_type="application/json")
    assert answer.status_code == 403
    assert "X-CSRFToken" in answer.json()["en"]
    assert answer.json()["zh"].startswith("缺少表单令牌")
