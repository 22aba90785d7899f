"""The first page: problems, deadlines by light, what waits, points, what changed; for each post."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from examined_city import examined  # noqa: F401
from urbanwork.office.access import ROLES
from urbanwork.office.ledger.models import Task
from urbanwork.office.maps.last import last_examination
from urbanwork.office.pages import kept
from urbanwork.office.pages.changed import before, changed
from urbanwork.office.pages.overview import overview
from urbanwork.office.pages.waiting import tally, waiting


def page(client, **query):
    answer = client.get("/", query)
    assert answer.status_code == 200
    return answer


def test_problems_come_with_most_people_first_and_lead_to_a_task(examined, client_of):  # noqa: F811
    import pyarrow.parquet as pq

    answer = page(client_of("dispatcher"))
    rows = pq.read_table(last_examination() / "problems.parquet").to_pylist()
    assert rows
    assert [each["problem"] for each in answer.context["problems"]] == [
        row["problem_id"] for row in rows[: len(answer.context["problems"])]
    ]
    assert f"/ledger/new/?problem={rows[0]['problem_id']}" in answer.content.decode()


def test_only_those_who_may_enter_tasks_are_offered_it(examined, client_of):  # noqa: F811
    for role in ROLES:
        offered = "/ledger/new/?problem=" in page(client_of(role)).content.decode()
        assert offered == (role in ("leader", "supervisor", "dispatcher", "oversight"))


def test_every_point_of_the_arrangement_is_there_in_both_languages(examined, client_of):  # noqa: F811
    client = client_of("leader")
    points = overview(last_examination())["points"]
    text = page(client).content.decode()
    assert all(point["title"]["en"].split("'")[0] in text for point in points)
    client.cookies["language"] = "zh-hans"
    text = page(client).content.decode()
    assert all(point["title"]["zh"] in text for point in points)


def test_lights_and_points_count_what_the_post_may_see(examined, office, client_of):  # noqa: F811
    point = overview(last_examination())["points"][0]["point"]
    office.assigned(point=point)
    office.assigned(point=point, visibility="restricted")
    office.task(point="")
    for role, lights, of_point in (("leader", 3, 2), ("oversight", 2, 1), ("handler", 2, 2)):
        found = tally(office.rights[role])
        assert (found.total, found.points[point]) == (lights, of_point)
    assert dict(page(client_of("leader")).context["lights"])["green"] == 2


def test_a_count_that_was_quick_is_made_anew(examined, office):  # noqa: F811
    assert tally(office.rights["leader"]).total == 0
    office.task()
    assert tally(office.rights["leader"]).total == 1


def test_a_count_that_takes_long_is_shown_as_it_was(examined, office, monkeypatch):  # noqa: F811
    from urbanwork.office.pages import waiting as room

    monkeypatch.setattr(room, "QUICK_SECONDS", 0.0)
    monkeypatch.setattr(room, "KEPT_TIMES", 1e6)
    first = tally(office.rights["leader"]).total
    office.task()
    assert tally(office.rights["leader"]).total == first
    room.cache.clear()
    assert tally(office.rights["leader"]).total == first + 1
    room.cache.clear()


def test_what_waits_is_what_the_post_can_bring_on(examined, office):  # noqa: F811
    new, assigned = office.task(title="new"), office.assigned(title="assigned")
    waits = {role: set(waiting(office.rights[role])) for role in ROLES}
    assert waits["dispatcher"] == {new}
    assert waits["handler"] == {assigned}
    assert waits["inspector"] == waits["oversight"] == waits["administrator"] == set()


def test_a_task_of_another_body_does_not_wait_for_a_handler(examined, office):  # noqa: F811
    task = office.task()
    in_a_month = timezone.now() + timedelta(days=30)
    office.do(
        "dispatcher", task, "assign", lead=office.bodies["inspection"].pk, deadline=in_a_month
    )
    assert waiting(office.rights["handler"]) == []


def test_problems_show_the_tasks_that_one_may_see(examined, office, client_of):  # noqa: F811
    first = overview(last_examination())["problems"][0]
    areas = [first["area"]] if first["area"] else []
    office.task(indicator=first["indicator"], areas=areas)
    office.task(indicator=first["indicator"], areas=areas, visibility="restricted")
    for role, count in (("leader", 2), ("oversight", 1), ("handler", 0)):
        assert page(client_of(role)).context["problems"][0]["tasks"] == count


def test_a_title_is_never_markup(examined, office, client_of):  # noqa: F811
    office.task(title="<script>alert(1)</script>")
    assert "<script>alert" not in page(client_of("dispatcher")).content.decode()


def test_without_an_examination_the_page_opens(client_of):
    assert "not been examined" in page(client_of("leader")).content.decode()


def test_the_first_examination_has_nothing_before_it(examined, client_of):  # noqa: F811
    exam = last_examination()
    assert before(exam) is None
    assert changed(exam)["before"] == ""
    assert "first examination" in page(client_of("leader")).content.decode()


def test_what_is_being_compared_does_not_hold_the_page_up(
    examined, client_of, monkeypatch  # noqa: F811
):  # fmt: skip
    from urbanwork.office.pages import views

    monkeypatch.setattr(views, "changed", lambda exam: None)
    assert "being compared" in page(client_of("leader")).content.decode()


def test_what_fails_is_kept_and_told_once(examined):  # noqa: F811
    def fails():
        raise ValueError("broken")

    path = kept._path("x")
    kept._make(path, fails)
    assert kept.kept_or_begun("x", fails) == {"fault": "ValueError: broken"}


def test_the_page_takes_few_queries(
    examined, office, client_of, django_assert_max_num_queries  # noqa: F811
):  # fmt: skip
    for _ in range(6):
        office.assigned()
    client = client_of("handler")
    page(client)
    with django_assert_max_num_queries(14):
        page(client)
    assert Task.objects.count() == 6


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_the_page_is_only_read(client_of, method):
    assert getattr(client_of("leader"), method)("/").status_code == 405
