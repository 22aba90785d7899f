"""Supervision and notices for programs: what the pages do, and refuse."""

from datetime import timedelta

import pytest
from django.utils import timezone

from urbanwork.office.ledger.models import Task
from urbanwork.office.notices.planning import plan
from urbanwork.office.supervising.models import Order
from urbanwork.office.supervising.ticking import tick


@pytest.fixture
def late(office):
    now = timezone.now
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now() - timedelta(days=50))
        task = office.assigned()
        office.do("handler", task, "accept")
    tick()
    return Task.objects.get(pk=task.pk)


def post(client, path, given):
    return client.post(f"/api{path}", given, content_type="application/json")


def test_advice_becomes_an_order_once(late, client_of):
    client = client_of("supervisor")
    advice = client.get("/api/supervision/advice").json()
    assert [(each["task"], each["step"]) for each in advice] == [(late.number, "remind")]
    given = {"kind": "issue", "step": "remind", "key": "abcdefgh"}
    for _ in range(2):
        assert post(client, f"/supervision/tasks/{late.number}", given).status_code == 200
    assert Order.objects.count() == 1
    orders = client_of("handler").get("/api/supervision/orders").json()
    assert orders[0]["step"] == "remind"


def test_what_the_rules_do_not_allow_is_refused_with_the_reason(late, client_of):
    answer = post(
        client_of("leader"), f"/supervision/tasks/{late.number}", {"kind": "issue", "step": "red"}
    )
    assert answer.status_code == 409
    assert "理由" in answer.json()["zh"]


def test_advice_is_closed_to_handlers_and_hidden_tasks_are_not_there(office, late, client_of):
    assert client_of("handler").get("/api/supervision/advice").status_code == 403
    hidden = office.task(visibility="restricted")
    answer = post(client_of("oversight"), f"/supervision/tasks/{hidden.number}", {"kind": "void"})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "query", ["first=0001-01-01", "last=9999-12-31", "first=2026-02-01&last=2026-01-01", "first=x"]
)
def test_a_period_that_cannot_be_is_refused(office, client_of, query):
    answer = client_of("leader").get(f"/api/supervision/rates?{query}")
    assert answer.status_code in (409, 422)


def test_rates_have_numerator_and_denominator(late, client_of):
    found = client_of("leader").get("/api/supervision/rates").json()
    assert found[0]["name"] == {"en": "All", "zh": "合计"}
    assert found[0]["rates"][0]["denominator"] == 1
    assert found[0]["rates"][0]["share"] is None


def test_what_waits_and_what_was_told(office, client_of):
    task = office.assigned()
    plan()
    client = client_of("handler")
    waits = client.get("/api/notices/to-do").json()
    assert [(each["code"], each["items"][0]["task"]) for each in waits] == [("accept", task.number)]
    told = client.get("/api/notices").json()
    assert told[0]["zh"].startswith("已交办")
    assert post(client, "/notices/seen", {"newest": told[0]["id"]}).json() == {"marked": 1}
