"""The pages of supervision and notices: what each role may open, do, and what stays hidden."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from urbanwork.office.ledger.models import Task, TaskBody
from urbanwork.office.ledger.names import Names
from urbanwork.office.people.models import Person
from urbanwork.office.supervising.models import (
    Chief,
    Document,
    Handling,
    Order,
    Reading,
    Version,
)
from urbanwork.office.supervising.reading import Paper, publish
from urbanwork.office.supervising.ticking import tick
from urbanwork.quantities.bilingual import Bilingual

READERS = ("leader", "supervisor", "dispatcher", "inspector", "oversight", "administrator")
EVERYONES = ("rates", "chiefs", "documents", "to_do", "to_do_count", "told", "wishes")


@pytest.fixture
def late(office):
    """A task that is late."""
    now = timezone.now
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now() - timedelta(days=50))
        task = office.assigned(title="清理河道<script>alert(1)</script>")
        office.do("handler", task, "accept")
    tick()
    return Task.objects.get(pk=task.pk)


def words(client, path, lang="en"):
    client.cookies["language"] = "zh-hans" if lang == "zh" else "en"
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


@pytest.mark.parametrize("role", READERS)
def test_the_room_opens_in_both_languages_and_escapes_what_people_wrote(late, client_of, role):
    for lang, word in (("en", "Recommended today"), ("zh", "今日督办建议")):
        text = words(client_of(role), reverse("supervision"), lang)
        assert word in text
        assert "<script>alert" not in text


def test_the_room_is_closed_to_handlers(office, client_of):
    assert client_of("handler").get(reverse("supervision")).status_code == 403


@pytest.mark.parametrize("name", EVERYONES)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_pages_for_everyone_open(late, client_of, name, lang):
    for role in ("handler", "leader", "administrator"):
        words(client_of(role), reverse(name), lang)


def test_a_supervisor_issues_what_is_recommended_from_the_page_of_the_task(late, client_of):
    client = client_of("supervisor")
    page = words(client, reverse("task", args=[late.number]))
    assert "Recommended:" in page
    client.post(
        reverse("order", args=[late.number]), {"kind": "issue", "step": "remind", "reason": ""}
    )
    assert Order.objects.get().step == "remind"
    assert "督办〔" in words(client, reverse("task", args=[late.number]), "zh")


def test_the_body_answers_from_its_to_do_list(late, client_of):
    client_of("supervisor").post(
        reverse("order", args=[late.number]), {"kind": "issue", "step": "remind"}
    )
    handler = client_of("handler")
    assert "Supervision orders to answer" in words(handler, reverse("to_do"))
    handler.post(reverse("order", args=[late.number]), {"kind": "done", "reason": "已清理"})
    assert Order.objects.get().is_done
    assert "Supervision orders to answer" not in words(handler, reverse("to_do"))


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "issue", "step": "no such step"},
        {"kind": "issue", "step": "red"},
        {"kind": "void", "reason": "x"},
        {"kind": "issue", "step": "remind", "until": "31.31.31"},
        {"kind": "issue", "step": "remind", "key": "'; drop table"},
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(late, client_of, given):
    answer = client_of("supervisor").post(reverse("order", args=[late.number]), given, follow=True)
    assert answer.status_code == 200
    assert 'class="error"' in answer.content.decode()
    assert not Order.objects.exists()


def test_a_task_that_is_not_visible_is_not_there(office, client_of):
    task = office.task(visibility="restricted")
    for role in ("handler", "oversight"):
        answer = client_of(role).post(
            reverse("order", args=[task.number]), {"kind": "issue", "step": "remind"}
        )
        assert answer.status_code == 404


def test_a_restricted_task_shows_in_no_list_of_those_who_may_not_see_it(office, late, client_of):
    Task.objects.update(visibility="restricted", title="机密事项")
    for role in ("oversight", "inspector"):
        for name in ("supervision", "to_do", "told"):
            assert "机密事项" not in words(client_of(role), reverse(name))
    assert "机密事项" in words(client_of("leader"), reverse("supervision"))


def test_a_page_shows_more_tasks_with_no_more_queries(
    office, late, client_of, django_assert_max_num_queries
):
    client = client_of("leader")
    words(client, reverse("supervision"))
    with django_assert_max_num_queries(30):
        words(client, reverse("supervision"))
    with django_assert_max_num_queries(20):
        words(client, reverse("to_do"))


def test_each_role_finds_what_waits_for_it(office, client_of):
    office.task()
    assert "To assign" in words(client_of("dispatcher"), reverse("to_do"))
    task = office.assigned()
    assert "To accept" in words(client_of("handler"), reverse("to_do"))
    office.do("handler", task, "accept")
    office.do("handler", task, "request_pause", reason="雨季")
    assert "Pauses asked for" in words(client_of("leader"), reverse("to_do"))
    office.do("leader", task, "decline_pause", reason="已晴")
    assert "Pauses asked for" not in words(client_of("leader"), reverse("to_do"))
    assert client_of("handler").get(reverse("to_do_count")).content == b"1"


# Rates


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_rates_leave_as_files_in_which_nothing_runs(late, office, client_of, kind):
    office.bodies["education"].name_en = "=cmd|' /C calc'!A0"
    office.bodies["education"].save()
    answer = client_of("leader").get(reverse("rates"), {"as": kind})
    assert answer.status_code == 200
    if kind == "csv":
        assert "'=cmd" in answer.getvalue().decode()


def test_few_tasks_give_no_rate_but_their_number_and_the_reason(late, client_of):
    text = words(client_of("leader"), reverse("rates"))
    assert "fewer than 20" in text


@pytest.mark.parametrize(
    "query",
    [
        "first=x",
        "first=2026-05-02&last=2026-05-01",
        "first=1900-01-01",
        "last=9999-12-31",
        "first=9999-12-31&last=9999-12-31",
        "first=0001-01-01&last=0001-01-01",
    ],
)
def test_a_period_that_cannot_be_is_told(office, client_of, query):
    assert client_of("leader").get(f"{reverse('rates')}?{query}").status_code == 422


def handled_by(office, role, number):
    """Tasks of the body of a role, closed in time, a person named for each."""
    rights, now = office.rights[role], timezone.now()
    for _ in range(number):
        task = office.task(title="东区幼儿园")
        Task.objects.filter(pk=task.pk).update(lead=rights.body)
        TaskBody.objects.create(task=task, body=rights.body, part="lead")
        Handling.objects.create(
            task=task, body=rights.body, person=rights.person, assigned=now - timedelta(days=2),
            first_due=now - timedelta(hours=2), due=now - timedelta(hours=2),
            finished=now - timedelta(days=1), closed=now - timedelta(hours=3),
        )  # fmt: skip


@pytest.fixture
def judged(office):
    """Two bodies with tasks enough to be rated."""
    Person.objects.filter(username="handler").update(name="欧阳某某")
    Person.objects.filter(username="inspector").update(name="司马某某")
    handled_by(office, "handler", 25)
    handled_by(office, "inspector", 25)


def since_last_week():
    return f"{reverse('rates')}?first={timezone.localdate() - timedelta(days=7)}"


def test_a_body_sees_its_own_numbers_with_their_interval_and_no_one_elses(judged, client_of):
    text = words(client_of("handler"), since_last_week())
    assert "教育局" in text
    assert "督查室" not in text
    assert "25 / 25" in text
    assert "50 / 50" not in text
    assert "86.7 % – 100.0 %" in text  # Wilson's interval of 25 of 25
    assert "Rank" not in text.replace("Ranks", "").replace("ranks", "")
    assert "督查室" in words(client_of("leader"), since_last_week())


def test_a_person_sees_the_own_rates_by_name_and_leaders_those_of_all(judged, client_of):
    path = f"{since_last_week()}&by=person"
    own, all_of_them = words(client_of("handler"), path), words(client_of("supervisor"), path)
    assert "欧阳某某" in own
    assert "司马某某" not in own
    assert "欧阳某某" in all_of_them
    assert "司马某某" in all_of_them
    nobody = words(client_of("dispatcher"), path)
    assert "欧阳某某" not in nobody


def test_a_handler_finds_the_own_rates_from_the_list_of_what_waits(office, client_of):
    assert f'href="{reverse("rates")}"' in words(client_of("handler"), reverse("to_do"))


# Chiefs


@pytest.fixture
def two_areas(monkeypatch):
    known = Names(areas={"e": Bilingual("East", "东区"), "w": Bilingual("West", "西区")})
    for where in ("chiefs_here", "forms", "views"):
        monkeypatch.setattr(f"urbanwork.office.supervising.{where}.names", lambda: known)


def test_areas_without_a_chief_and_with_two_are_named(office, two_areas, client_of):
    body, client = office.bodies["education"].pk, client_of("supervisor")
    given = {"kind": "河道", "area": "e", "body": body, "since": "2026-01-01",
             "person": office.rights["handler"].person.pk}  # fmt: skip
    client.post(reverse("chiefs"), given)
    text = words(client, reverse("chiefs"))
    assert "Without a chief" in text
    assert "<strong>1 / 2</strong>" in text
    client.post(reverse("chiefs"), given)
    assert "With two or more" in words(client, reverse("chiefs"))
    client.post(reverse("chief_end", args=[Chief.objects.first().pk]))
    assert Chief.objects.first().until is not None


def test_others_name_no_chief(office, two_areas, client_of):
    given = {"kind": "x", "area": "e", "body": office.bodies["education"].pk,
             "since": "2026-01-01"}  # fmt: skip
    assert client_of("handler").post(reverse("chiefs"), given).status_code == 422
    assert not Chief.objects.exists()


# Documents


def paper(**fields):
    given = {"code": "大政办〔2026〕1号", "kind": "arrangement", "title": "工作部署", "label": "1",
             "text": "正文", "until": timezone.now() + timedelta(days=5), **fields}  # fmt: skip
    return Paper(**given)


def test_who_has_read_a_version_and_who_has_not(office, client_of):
    version = publish(office.rights["leader"], paper(roles=["handler", "inspector"]))
    handler = client_of("handler")
    assert "To read" in words(handler, reverse("to_do"))
    handler.post(reverse("document_read", args=[version.pk]))
    handler.post(reverse("document_read", args=[version.pk]))
    assert Reading.objects.count() == 1
    assert "To read" not in words(handler, reverse("to_do"))
    page = words(client_of("leader"), reverse("document", args=[version.pk]))
    assert "Read by 1 of 2" in page
    assert "inspector" in page


def test_the_page_of_a_document_names_who_has_read_it_apart_from_who_has_not(office, client_of):
    until = timezone.now() + timedelta(days=2)
    version = publish(office.rights["leader"], Paper("部署", "other", "文件", "1", "正文", until))
    Person.objects.filter(username="handler").update(name="欧阳某某")
    client_of("handler").post(reverse("document_read", args=[version.pk]))
    text = words(client_of("leader"), reverse("document", args=[version.pk]))
    not_yet, have = text.split("Have read it")
    assert "Not yet" in not_yet
    assert "欧阳某某" in have
    assert "欧阳某某" not in not_yet


def test_a_new_version_must_be_read_anew(office, client_of):
    first = publish(office.rights["leader"], paper())
    client_of("handler").post(reverse("document_read", args=[first.pk]))
    publish(office.rights["leader"], paper(label="2", text="新正文"))
    assert "To read" in words(client_of("handler"), reverse("to_do"))
    assert Version.objects.filter(is_current=True).count() == 1
    assert Document.objects.count() == 1


def test_a_document_for_others_is_not_there(office, client_of):
    version = publish(office.rights["leader"], paper(roles=["inspector"]))
    assert client_of("handler").get(reverse("document", args=[version.pk])).status_code == 404
    assert client_of("handler").post(
        reverse("document_read", args=[version.pk])
    ).status_code == 404  # fmt: skip


def test_a_document_is_published_from_the_form_or_not_at_all(office, client_of):
    day = (timezone.localdate() + timedelta(days=9)).isoformat()
    given = {"code": "A1", "kind": "bulletin", "title": "通报", "label": "1", "until": day}
    client = client_of("leader")
    assert client.post(reverse("document_new"), given).status_code == 422
    bad = {**given, "link": "javascript:alert(1)"}
    assert client.post(reverse("document_new"), bad).status_code == 422
    assert client.post(reverse("document_new"), {**given, "text": "正文"}).status_code == 302
    assert client_of("handler").get(reverse("document_new")).status_code == 403


def test_the_arrangement_of_the_city_fills_the_form(office, client_of):
    page = words(client_of("leader"), f"{reverse('document_new')}?of=arrangement")
    assert "arrangement" in page


def test_the_basis_of_lights_and_steps_is_told_in_the_language_of_the_page(late, client_of):
    text = words(client_of("leader"), reverse("task", args=[late.number]), "zh")
    assert "进度严重滞后" in text
    assert "督办阶梯第一步" in text
    assert "seriously behind" not in text
    assert "confidence" not in text
