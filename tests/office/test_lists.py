"""Every list as a file: what the page shows to that post, nothing that runs in a spreadsheet."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from urbanwork.office.access import ROLES
from urbanwork.office.api.keys import make_key
from urbanwork.office.lists.contents import LISTS
from urbanwork.office.meetings.holding import Calling, call
from urbanwork.office.notices.models import Delivery
from urbanwork.office.people.models import Body

FORMULA = '=HYPERLINK("http://evil")'
CSV = [(name, role) for name in LISTS for role in ROLES]


def path(name, kind="csv", **query):
    return reverse("list_file", args=[name, kind], query=query or None)


def rows(answer):
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


@pytest.mark.parametrize(("name", "role"), CSV)
def test_a_list_opens_to_the_roles_of_its_page_and_to_nobody_else(office, client_of, name, role):
    found = client_of(role).get(path(name))
    assert found.status_code == (200 if role in LISTS[name].who else 403)


@pytest.mark.parametrize("name", LISTS)
def test_each_list_comes_as_csv_and_xlsx_and_on_a_map_where_it_is_of_tasks(office, client_of, name):
    client = client_of(LISTS[name].who[-1])
    assert len(rows(client.get(path(name)))[0]) == len(LISTS[name].columns)
    assert b"".join(client.get(path(name, "xlsx")).streaming_content).startswith(b"PK")
    on_map = client.get(path(name, "geojson"))
    assert on_map.status_code == (200 if LISTS[name].is_on_map else 404)


def test_what_waits_comes_as_a_file_with_its_place_and_runs_nothing(office, client_of):
    office.assigned(title=FORMULA, longitude=121.6, latitude=38.9)
    client = client_of("handler")
    table = rows(client.get(path("to-do")))
    assert any(f"'{FORMULA}" in row for row in table)
    assert not any(cell.startswith("=") for row in table for cell in row)
    features = json.loads(b"".join(client.get(path("to-do", "geojson")).streaming_content))
    assert features["features"][0]["geometry"]["coordinates"] == [121.6, 38.9]


@pytest.fixture
def far(office):
    """An administrator of a body that has nothing to do with tasks of the others."""
    post = office.rights["administrator"].post
    post.body = office.bodies["congress"]
    post.save()
    return office


def test_restricted_tasks_stand_in_no_list_of_who_may_not_see_them(far, client_of):
    with pytest.MonkeyPatch.context() as patch:
        then = timezone.now() - timedelta(days=60)
        patch.setattr(timezone, "now", lambda: then)
        task = far.assigned(title="secret matter", visibility="restricted")
    for name, listed in LISTS.items():
        role = "oversight" if "oversight" in listed.who else "administrator"
        if role not in listed.who:
            continue
        text = str(rows(client_of(role).get(path(name))))
        assert "secret matter" not in text
        assert task.number not in text


def test_the_chain_tells_an_administrator_nothing_of_tasks_that_are_hidden(far, client_of):
    task = far.assigned(visibility="restricted")
    table = rows(client_of("administrator").get(path("audit")))
    of_task = [row for row in table if row[4] == f"task:{task.pk}"]
    assert of_task
    assert all(row[5] == "" for row in of_task)


def test_lists_of_people_and_bodies_are_those_that_were_searched_for(office, client_of):
    Body.objects.create(code="water", name="水务局")
    assert len(rows(client_of("handler").get(path("bodies", q="水务")))) == 2
    assert len(rows(client_of("handler").get(path("people", q="supervisor")))) == 2


def test_telephones_stand_in_the_list_of_who_may_know_them(office, client_of):
    person = office.rights["inspector"].person
    person.phone = "13800000000"
    person.save()
    assert "13800000000" in str(rows(client_of("leader").get(path("people"))))
    assert "13800000000" not in str(rows(client_of("handler").get(path("people"))))


def test_the_log_of_deliveries_is_filtered_as_its_page(office, client_of):
    for state in ("sent", "given_up"):
        Delivery.objects.create(key=state, channel="mail", state=state, due=timezone.now())
    client = client_of("administrator")
    assert len(rows(client.get(path("deliveries")))) == 3
    assert len(rows(client.get(path("deliveries", state="sent")))) == 2
    assert "state=sent" in client.get(reverse("deliveries"), {"state": "sent"}).content.decode()


def test_meetings_of_other_bodies_are_in_no_list(office, client_of):
    bodies = [office.bodies["inspection"]]
    call(office.rights["leader"], Calling("调度会", timezone.now(), bodies=bodies))
    assert len(rows(client_of("leader").get(path("meetings")))) == 2
    assert len(rows(client_of("handler").get(path("meetings")))) == 1


def test_programs_take_the_same_lists(office):
    key = make_key(office.rights["handler"], "k")
    client = Client(headers={"Authorization": f"Bearer {key}"})
    found = client.get("/api/lists/to-do.csv")
    assert found.status_code == 200, found.content
    assert client.get("/api/lists/audit.csv").status_code == 403
    assert client.get("/api/lists/none.csv").status_code == 404
