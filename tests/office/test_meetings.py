"""Meetings: what is proposed, what a decision becomes, what is fixed, and who reads what."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from urbanwork.office.audit.models import Entry
from urbanwork.office.ledger.acting import ChangedMeanwhileError, Doing
from urbanwork.office.ledger.models import Task
from urbanwork.office.meetings import deciding, holding
from urbanwork.office.meetings.fixed import items_for
from urbanwork.office.meetings.models import Decision, Item, Meeting
from urbanwork.office.meetings.proposing import proposals
from urbanwork.office.meetings.seeing import seen_items, seen_meetings
from urbanwork.office.papers.models import Paper
from urbanwork.office.supervising.ordering import Deciding, decide
from urbanwork.supervision.refusing import RefusedError

KEY = "k" * 20


@pytest.fixture
def meeting(office):
    """A meeting that has begun, with the education bureau present."""
    calling = holding.Calling(
        "调度会", timezone.now() - timedelta(hours=1), "三楼", bodies=[office.bodies["education"]]
    )
    return holding.call(office.rights["leader"], calling)


def late_task(office, **fields):
    """A task that is in progress and late."""
    now = timezone.now
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now() - timedelta(days=50))
        task = office.assigned(**fields)
        office.do("handler", task, "accept")
    return Task.objects.get(pk=task.pk)


def remind(until):
    return Deciding("issue", "remind", until=until, reason="逾期")


def own(office, meeting, title="一般议题", task=None):
    return holding.put_in(office.rights["leader"], meeting.pk, title, task=task)


def kinds(office, meeting, role="leader"):
    return {each.kind for each in proposals(office.rights[role], meeting)}


def test_the_agenda_is_proposed_from_all_that_hangs(office, meeting):
    late_task(office, title="逾期任务")
    disputed = office.assigned(title="异议任务")
    office.do("handler", disputed, "dispute", reason="不属本单位")
    pausing = office.assigned(title="申请缓办任务")
    office.do("handler", pausing, "accept")
    office.do("handler", pausing, "request_pause", reason="等待批复")
    ordered = late_task(office, title="已督办任务")
    soon = timezone.now() + timedelta(days=2)
    decide(
        office.rights["supervisor"],
        ordered.pk,
        remind(soon),
    )
    later = timezone.now() + timedelta(days=9)
    decide(office.rights["handler"], ordered.pk, Deciding("plea", until=later, reason="材料未到"))
    found = proposals(office.rights["leader"], meeting)
    assert [each.kind for each in found] == ["dispute", "pause", "plea", "overdue"]
    assert len({each.key for each in found}) == len(found)
    assert "不属本单位" in found[0].reason.zh
    assert "等待批复" in found[1].reason.zh


def test_an_order_that_was_not_answered_in_time_is_proposed(office, meeting):
    task, now = late_task(office), timezone.now
    soon = now() + timedelta(days=1)
    decide(office.rights["supervisor"], task.pk, remind(soon))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now() + timedelta(days=3))
        assert kinds(office, meeting) == {"order"}


def test_what_is_chosen_stands_once_in_its_order_and_can_be_moved(office, meeting):
    rights = office.rights["leader"]
    for title in ("甲", "乙"):
        late_task(office, title=title)
    keys = [each.key for each in proposals(rights, meeting)]
    holding.choose(rights, meeting.pk, keys)
    holding.choose(rights, meeting.pk, keys)
    first, second = seen_items(rights, meeting)
    holding.move(rights, second, -1)
    assert [each.pk for each in seen_items(rights, meeting)] == [second.pk, first.pk]
    assert proposals(rights, meeting) == []
    holding.drop(rights, first)
    assert [each.pk for each in seen_items(rights, meeting)] == [second.pk]


def test_a_decision_becomes_a_task_that_is_assigned_at_once_and_knows_its_meeting(office, meeting):
    item, rights = own(office, meeting), office.rights["leader"]
    deadline = timezone.now() + timedelta(days=20)
    wanted = deciding.NewTask("修缮校舍", lead=office.bodies["education"], deadline=deadline)
    decision = deciding.make_task(rights, item, "由教育局修缮校舍。", wanted, KEY)
    again = deciding.make_task(rights, item, "由教育局修缮校舍。", wanted, KEY)
    task = decision.task
    assert again == decision
    assert Task.objects.count() == 1
    assert (task.source, task.state, task.lead) == (
        "meeting", "assigned", office.bodies["education"],
    )  # fmt: skip
    assert (task.origin["meeting"], task.origin["item"]) == (meeting.pk, item.pk)


def test_a_task_without_body_waits_for_assignment_and_a_body_alone_is_refused(office, meeting):
    item, rights = own(office, meeting), office.rights["leader"]
    made = deciding.make_task(rights, item, "立项", deciding.NewTask("立项"))
    assert made.task.state == "registered"
    half = deciding.NewTask("半项", lead=office.bodies["education"])
    with pytest.raises(RefusedError):
        deciding.make_task(rights, item, "半项", half)
    assert Task.objects.count() == 1


def test_a_new_task_is_never_open_to_more_people_than_that_of_its_item(office, meeting):
    closed = office.assigned(title="限定", visibility="restricted")
    item = own(office, meeting, task=closed)
    with pytest.raises(RefusedError):
        deciding.make_task(office.rights["leader"], item, "公开", deciding.NewTask("公开"))


def test_a_decision_acts_on_the_task_and_what_the_lifecycle_refuses_leaves_nothing(office, meeting):
    task = office.assigned()
    office.do("handler", task, "dispute", reason="不属本单位")
    item, rights = own(office, meeting, task=task), office.rights["leader"]
    with pytest.raises(RefusedError):
        deciding.act_on(rights, item, Doing("close"))
    assert not Decision.objects.exists()
    deciding.act_on(rights, item, Doing("uphold", reason="属职责范围", key=KEY), KEY)
    task.refresh_from_db()
    assert task.state == "assigned"
    assert "属职责范围" in Decision.objects.get().text


def test_a_decision_issues_an_order(office, meeting):
    task = late_task(office)
    item = own(office, meeting, task=task)
    until = timezone.now() + timedelta(days=2)
    deciding.order(
        office.rights["leader"], item, Deciding("issue", "red", until=until, reason="会议决定")
    )
    assert task.orders.get().step == "red"
    assert Decision.objects.get().how == "order"


def test_closing_fixes_the_text_whatever_is_changed_later(office, meeting):
    rights = office.rights["leader"]
    item = own(office, meeting, "原议题", office.assigned(title="原名"))
    deciding.write_down(rights, item, "原决定")
    closed = holding.close(rights, meeting.pk)
    text = closed.text
    assert [each["title"] for each in items_for(rights, closed)] == ["原议题"]
    for change in (
        lambda: holding.put_in(rights, meeting.pk, "新议题"),
        lambda: holding.write_note(rights, item, "x"),
        lambda: deciding.write_down(rights, item, "新决定"),
        lambda: deciding.make_task(rights, item, "新", deciding.NewTask("新")),
        lambda: holding.drop(rights, item),
        lambda: holding.move(rights, item, 1),
        lambda: holding.close(rights, meeting.pk),
        lambda: holding.change(rights, meeting.pk, holding.Calling("别名", timezone.now())),
    ):
        with pytest.raises(RefusedError):
            change()
    assert Meeting.objects.get().text == text
    entry = Entry.objects.get(action="meeting.close")
    assert entry.facts["text"] == holding.digest(closed)
    assert Paper.objects.get(kind="minutes").code == entry.facts["code"]


def test_a_meeting_that_has_not_begun_is_not_closed(office):
    rights = office.rights["leader"]
    tomorrow = timezone.now() + timedelta(days=1)
    coming = holding.call(rights, holding.Calling("明日会议", tomorrow))
    with pytest.raises(RefusedError):
        holding.close(rights, coming.pk)


def test_the_next_meeting_checks_what_was_decided_and_not_done(office, meeting):
    rights = office.rights["leader"]
    item = own(office, meeting)
    words = deciding.write_down(rights, item, "各单位自查")
    made = deciding.make_task(rights, item, "修缮", deciding.NewTask("修缮"))
    done = deciding.write_down(rights, item, "已落实的决定")
    holding.close(rights, meeting.pk)
    holding.tick_off(rights, done, is_done=True)
    following = holding.call(rights, holding.Calling("下次会议", timezone.now()))
    found = proposals(rights, following)
    assert [each.earlier for each in found] == [words, made]
    holding.choose(rights, following.pk, [each.key for each in found])
    assert {each.earlier for each in seen_items(rights, following)} == {words, made}
    office.do("leader", made.task, "void", reason="不再需要")
    assert [each.earlier for each in proposals(rights, holding.call(
        rights, holding.Calling("再下次", timezone.now())
    ))] == [words]  # fmt: skip


def test_others_read_only_what_concerns_tasks_that_they_may_see(office, meeting):
    theirs = office.assigned(title="教育局任务")
    foreign = office.task(title="他人任务")
    own(office, meeting, "一般", None)
    own(office, meeting, "教育", theirs)
    own(office, meeting, "他人", foreign)
    hers = office.rights["handler"]
    assert [each.title for each in seen_items(hers, meeting)] == ["教育"]
    holding.close(office.rights["leader"], meeting.pk)
    meeting.refresh_from_db()
    assert [each["title"] for each in items_for(hers, meeting)] == ["教育"]
    assert len(items_for(office.rights["oversight"], meeting)) == 3
    assert not seen_meetings(office.rights["inspector"]).exists()


def test_what_is_restricted_stays_hidden_from_dispatchers_and_oversight(office, meeting):
    rights = office.rights["leader"]
    secret = office.task(title="机密任务", visibility="restricted")
    deciding.write_down(rights, own(office, meeting, "机密议题", secret), "机密决定")
    open_item = own(office, meeting, "公开议题")
    hidden = deciding.NewTask("机密新任务", "restricted")
    deciding.make_task(rights, open_item, "机密的新决定", hidden)
    for role in ("dispatcher", "oversight"):
        shown = list(seen_items(office.rights[role], meeting))
        assert [each.title for each in shown] == ["公开议题"], role
        assert not shown[0].decisions.all()
    holding.close(rights, meeting.pk)
    meeting.refresh_from_db()
    for role in ("dispatcher", "oversight"):
        assert "机密" not in str(items_for(office.rights[role], meeting)), role
    assert "机密决定" in str(items_for(rights, meeting))


@pytest.mark.parametrize("role", ["handler", "inspector", "oversight", "administrator"])
def test_only_those_who_write_may_write(office, meeting, role):
    item, rights = own(office, meeting), office.rights[role]
    for change in (
        lambda: holding.call(rights, holding.Calling("x", timezone.now())),
        lambda: holding.put_in(rights, meeting.pk, "x"),
        lambda: deciding.write_down(rights, item, "x"),
        lambda: holding.close(rights, meeting.pk),
    ):
        with pytest.raises(RefusedError):
            change()


def test_of_two_who_change_a_meeting_at_once_the_second_is_told(office, meeting):
    version = Meeting.objects.get().version
    own(office, meeting)
    with pytest.raises(ChangedMeanwhileError):
        holding.close(office.rights["leader"], meeting.pk, version)


def test_the_whole_course_goes_by_plain_forms_in_both_languages(office, client_of):
    client, late = client_of("leader"), late_task(office, title="<b>逾期</b>")
    begun = timezone.localtime() - timedelta(hours=1)
    given = {"title": "<i>周调度</i>", "at": f"{begun:%Y-%m-%dT%H:%M}", "place": "三楼",
             "bodies": [office.bodies["education"].pk], "key": KEY}  # fmt: skip
    for _ in range(2):
        answer = client.post(reverse("meeting_new"), given)
    meeting = Meeting.objects.get()
    assert answer.url == reverse("meeting_agenda", args=[meeting.pk])
    client.post(answer.url, {"choose": [f"task:{late.pk}"]})
    client.post(answer.url, {"item": "自列", "number": late.number})
    client.post(answer.url, {"item": "自列", "number": ""})
    first, second = Item.objects.order_by("place")
    page = reverse("meeting_item", args=[first.pk])
    deadline = timezone.localdate() + timedelta(days=30)
    sent = {"how": "task", "text": "整改", "task_title": "整改任务", "visibility": "internal",
            "lead": office.bodies["education"].pk, "deadline": deadline.isoformat()}  # fmt: skip
    assert client.post(page, sent).status_code == 302
    assert client.post(page, {"how": "words", "text": ""}).status_code == 422
    assert client.post(page, {"how": "action", "action": "extend"}).status_code == 422
    assert client.post(page, {"how": "nothing"}).status_code == 404
    for lang in ("en", "zh-hans"):
        client.cookies["language"] = lang
        for name, pk in (("meeting", meeting.pk), ("meeting_agenda", meeting.pk),
                         ("meeting_edit", meeting.pk), ("meeting_item", second.pk)):  # fmt: skip
            shown = client.get(reverse(name, args=[pk]))
            assert shown.status_code == 200
            assert "<i>周" not in shown.content.decode()
            assert "<b>逾期" not in shown.content.decode()
    version = Meeting.objects.get().version
    client.post(reverse("meeting_close", args=[meeting.pk]), {"version": version})
    shown = client.get(reverse("meeting", args=[meeting.pk])).content.decode()
    assert "整改" in shown
    assert "&lt;b&gt;逾期" in shown
    answer = client.post(reverse("meeting_minutes", args=[meeting.pk]), {"lang": "zh"})
    assert answer.content.startswith(b"PK")


@pytest.mark.parametrize("at", ["0001-01-01T00:00", "9999-12-31T23:59", "1900-01-01T00:00", "x"])
def test_a_meeting_at_no_time_that_can_be_is_refused_in_words(client_of, at):
    answer = client_of("leader").post(reverse("meeting_new"), {"title": "会", "at": at})
    assert answer.status_code == 422
    assert not Meeting.objects.exists()


def test_what_is_not_visible_is_not_found(office, client_of, meeting):
    secret = office.task(title="机密", visibility="restricted")
    item = own(office, meeting, "机密", secret)
    dispatcher = client_of("dispatcher")
    assert dispatcher.get(reverse("meeting_item", args=[item.pk])).status_code == 404
    assert client_of("inspector").get(reverse("meeting", args=[meeting.pk])).status_code == 404


def test_a_page_of_a_meeting_takes_as_many_queries_for_many_items_as_for_few(
    office, client_of, meeting, django_assert_max_num_queries
):
    for number in range(12):
        own(office, meeting, f"议题{number}", office.assigned(title=f"任务{number}"))
    client = client_of("leader")
    client.get(reverse("meeting", args=[meeting.pk]))
    with django_assert_max_num_queries(16):
        client.get(reverse("meeting", args=[meeting.pk]))
