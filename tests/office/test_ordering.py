"""Orders: recommended by the ladder, issued by a person, answered, contested, void."""

from datetime import timedelta

import pytest
from django.utils import timezone

from urbanwork.office.audit.models import Entry
from urbanwork.office.ledger.models import Task
from urbanwork.office.notices.models import News
from urbanwork.office.supervising.models import Advice, Order, OrderEvent
from urbanwork.office.supervising.ordering import Deciding, decide, open_kinds
from urbanwork.office.supervising.ticking import tick
from urbanwork.supervision.refusing import RefusedError


def ahead(days):
    return timezone.now() + timedelta(days=days)


@pytest.fixture
def late(office, monkeypatch):
    """A task that has been late for a day."""
    task = office.assigned()
    office.do("handler", task, "accept")
    monkeypatch.setattr(timezone, "now", lambda real=timezone.now: real() + timedelta(days=31))
    tick()
    return Task.objects.get(pk=task.pk)


def does(office, role, task, kind, **more):
    return decide(office.rights[role], task.pk, Deciding(kind, **more))


def issued(office, late):
    does(office, "supervisor", late, "issue", step="remind")
    return Order.objects.get()


def test_what_is_recommended_is_issued_without_a_reason_and_the_advice_ends(office, late):
    order = issued(office, late)
    assert order.code == f"督办〔{timezone.localtime().year}〕1号"
    assert order.body == office.bodies["education"]
    assert order.until > timezone.now()
    assert OrderEvent.objects.get().recommended == "remind"
    assert not Advice.objects.filter(ended__isnull=True).exists()


def test_another_step_needs_a_reason_which_is_kept(office, late):
    with pytest.raises(RefusedError, match="give a reason"):
        does(office, "leader", late, "issue", step="red")
    assert not Order.objects.exists()
    does(office, "leader", late, "issue", step="red", reason="汛期将至")
    assert (Order.objects.get().step, Order.objects.get().reason) == ("red", "汛期将至")


def test_one_matter_has_one_order_until_it_fails_and_then_the_next_is_advised(
    office, late, monkeypatch
):
    issued(office, late)
    with pytest.raises(RefusedError, match="One matter, one order"):
        does(office, "leader", late, "issue", step="blue", reason="x")
    monkeypatch.setattr(timezone, "now", lambda real=timezone.now: real() + timedelta(days=10))
    tick()
    assert Advice.objects.get(ended__isnull=True).step == "blue"
    does(office, "supervisor", late, "issue", step="blue")
    assert list(Order.objects.values_list("step", "is_standing")) == [
        ("remind", False), ("blue", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "role", ["dispatcher", "handler", "inspector", "oversight", "administrator"]
)
def test_only_supervisors_and_leaders_issue(office, late, role):
    with pytest.raises(RefusedError):
        does(office, role, late, "issue", step="remind")


@pytest.mark.parametrize("role", ["leader", "inspector"])
def test_only_the_body_answers(office, late, role):
    issued(office, late)
    with pytest.raises(RefusedError, match="body that received"):
        does(office, role, late, "done", reason="x")
    does(office, "handler", late, "done", reason="已开工")
    assert Order.objects.get().is_done


def test_a_later_time_is_asked_for_and_given_or_declined(office, late):
    order = issued(office, late)
    with pytest.raises(RefusedError, match="later time"):
        does(office, "handler", late, "plea", reason="雨", until=timezone.now())
    does(office, "handler", late, "plea", reason="雨", until=ahead(20))
    order.refresh_from_db()
    assert order.plea is not None
    does(office, "supervisor", late, "decline", reason="已晴")
    order.refresh_from_db()
    assert order.plea is None
    does(office, "handler", late, "plea", reason="又雨", until=ahead(20))
    wanted = ahead(15)
    does(office, "supervisor", late, "excuse", reason="又雨", until=wanted)
    order.refresh_from_db()
    assert (order.until, order.plea) == (wanted, None)


def test_who_issued_does_not_decide_on_the_appeal(office, late):
    issued(office, late)
    does(office, "handler", late, "appeal", reason="不属本单位")
    assert "dismiss" not in open_kinds(late, Order.objects.get(), office.rights["supervisor"])
    with pytest.raises(RefusedError, match="another person"):
        does(office, "supervisor", late, "dismiss", reason="x")
    does(office, "leader", late, "dismiss", reason="属本单位")
    assert not Order.objects.get().is_appealed


def test_a_void_order_counts_as_never_issued(office, late):
    issued(office, late)
    does(office, "leader", late, "void", reason="有误")
    assert (Order.objects.get().is_void, Order.objects.get().is_standing) == (True, False)
    assert Advice.objects.get(ended__isnull=True).step == "remind"


def test_sending_twice_does_once_and_a_page_that_is_old_is_told(office, late):
    does(office, "supervisor", late, "issue", step="remind", key="k")
    does(office, "supervisor", late, "issue", step="remind", key="k")
    assert OrderEvent.objects.count() == 1
    with pytest.raises(RefusedError, match="look at it again"):
        does(office, "leader", late, "void", reason="x", seen=0)


def test_a_key_of_somebody_else_does_nothing(office, late):
    does(office, "supervisor", late, "issue", step="remind", key="k")
    with pytest.raises(RefusedError, match="something else"):
        does(office, "leader", late, "void", reason="x", key="k")


def test_every_decision_is_in_the_chain_without_its_words_and_is_told(office, late):
    issued(office, late)
    does(office, "handler", late, "done", reason="已开工")
    entries = Entry.objects.filter(action__startswith="order.")
    assert [each.action for each in entries] == ["order.issue", "order.done"]
    assert "已开工" not in str(entries[1].facts)
    assert News.objects.filter(kind="order.issue").count() == 1


def test_a_closed_task_gets_no_order(office, late):
    office.do("leader", late, "void", reason="重复")
    with pytest.raises(RefusedError, match="open tasks"):
        does(office, "leader", late, "issue", step="red", reason="x")
