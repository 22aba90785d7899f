"""Bodies, people, posts, qualifications and their tables: programs do what the pages do."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import get_args

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from urbanwork.office.access import ROLES
from urbanwork.office.api.keys import make_key
from urbanwork.office.audit.models import Entry
from urbanwork.office.people import importing_files, seeing
from urbanwork.office.people.importing import read_in
from urbanwork.office.people.keeping import keep
from urbanwork.office.people.models import Body, Person, Post, Qualification
from urbanwork.office.people.people_api import Role
from urbanwork.office.people.tree import MOST_LEVELS
from urbanwork.office.place import office_place
from urbanwork.supervision.refusing import RefusedError

HUGE = "长" * 100_000


def asked(client, method, path, given=None):
    body = {} if given is None else {"data": json.dumps(given), "content_type": "application/json"}
    answer = getattr(client, method)(f"/api/people{path}", **body)
    return answer.status_code, json.loads(answer.content or "null")


def entries(*actions):
    return Entry.objects.filter(action__in=actions).count()


@pytest.fixture
def admin(client_of):
    return client_of("administrator")


# Who may


def operations(office):
    """Everything that changes something, in order."""
    body, person = office.bodies["education"].pk, office.rights["handler"].person.pk
    post = office.rights["handler"].post.pk
    held = {"code": "a", "name": "a", "obtained": "2026-01-01"}
    row = Qualification.objects.create(person_id=person, **held)
    return [
        ("post", "/bodies", {"code": "new", "name": "new"}),
        ("patch", f"/bodies/{body}", {"name": "other"}),
        ("put", f"/bodies/{body}/state", {"is_closed": True}),
        ("post", "/persons", {"name": "new", "username": "new"}),
        ("patch", f"/persons/{person}", {"name": "other"}),
        ("put", f"/persons/{person}/state", {"is_active": False}),
        ("post", f"/persons/{person}/posts", {"body": body, "role": "administrator"}),
        ("patch", f"/posts/{post}", {"role": "administrator"}),
        ("post", f"/posts/{post}/end", None),
        ("post", f"/persons/{person}/qualifications", held),
        ("patch", f"/qualifications/{row.pk}", {"expires": None, "name": "other"}),
        ("get", "/imports/x", None),
        ("post", "/imports/x", None),
    ]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
def test_nobody_but_an_administrator_changes_anything(office, client_of, role):
    client, before = client_of(role), Entry.objects.count()
    sent = [asked(client, *each)[0] for each in operations(office)]
    assert set(sent) == {403}
    file = SimpleUploadedFile("a.csv", HEAD.encode())
    assert client.post("/api/people/imports", {"file": file}).status_code == 403
    assert Entry.objects.count() == before


def test_nobody_gives_themselves_rights_by_a_key(office):
    rights = office.rights["handler"]
    client = Client(headers={"Authorization": f"Bearer {make_key(rights, 'a program')}"})
    given = {"body": rights.body.pk, "role": "administrator"}
    assert asked(client, "post", f"/persons/{rights.person.pk}/posts", given)[0] == 403
    assert asked(client, "patch", f"/posts/{rights.post.pk}", {"role": "leader"})[0] == 403
    more = {"name": "x", "is_superuser": True, "is_staff": True, "password": "x"}
    assert asked(client, "patch", f"/persons/{rights.person.pk}", more)[0] == 422


def test_an_administrator_whose_post_ended_changes_nothing(office, admin):
    person, body = office.rights["leader"].person, office.bodies["congress"]
    Post.objects.create(person=person, body=body, role="administrator")
    path = f"/posts/{office.rights['administrator'].post.pk}"
    assert asked(admin, "post", f"{path}/end")[0] == 200
    assert asked(admin, "patch", path, {"end": None})[0] == 401
    assert not Post.objects.held().filter(role="administrator").exclude(person=person).exists()


def test_an_administrator_of_any_body_may_what_the_pages_let_them(office, client):
    second = Person.objects.create_user("second", password="a long pass phrase")
    Post.objects.create(person=second, body=office.bodies["congress"], role="administrator")
    client.force_login(second, "urbanwork.office.people.backend.PersonBackend")
    pk = office.bodies["education"].pk
    assert client.get(f"/bodies/{pk}/edit/").status_code == 200
    assert asked(client, "patch", f"/bodies/{pk}", {"kind": "局"})[0] == 200


@pytest.mark.parametrize("given", [
    {"id": 5}, {"pk": 5}, {"person": 5}, {"path": "/"}, {"is_closed": True}, {"is_active": False},
    {"is_superuser": True}, {"password": "x"}, {"last_login": None}, {"person_id": 1},
])  # fmt: skip
def test_what_the_form_does_not_have_is_no_way_in(office, admin, given):
    before = Entry.objects.count()
    for path in (f"/bodies/{office.bodies['education'].pk}",
                 f"/persons/{office.rights['handler'].person.pk}",
                 f"/posts/{office.rights['handler'].post.pk}"):  # fmt: skip
        assert asked(admin, "patch", path, given)[0] == 422
    assert Entry.objects.count() == before


def test_roles_of_programs_are_those_of_the_office():
    assert get_args(Role) == ROLES


# Bodies


def test_a_body_is_entered_found_changed_closed_and_opened(office, admin):
    given = {"code": "fire", "name": "消防支队", "parent": office.bodies["government"].pk}
    status, made = asked(admin, "post", "/bodies", given)
    assert (status, made["parent"], made["is_closed"]) == (201, given["parent"], False)
    path = f"/bodies/{made['id']}"
    assert [each["id"] for each in asked(admin, "get", "/bodies?q=fire")[1]] == [made["id"]]
    status, changed = asked(admin, "patch", path, {"name_en": "Fire brigade", "parent": None})
    assert (status, changed["name"], changed["parent"]) == (200, "消防支队", None)
    assert Body.objects.get(pk=made["id"]).path == f"/{made['id']}/"
    for is_closed in (True, True, False, False):
        status, told = asked(admin, "put", f"{path}/state", {"is_closed": is_closed})
        assert (status, told["is_closed"]) == (200, is_closed)
    assert entries("body.add", "body.change") == 4


def test_a_body_that_has_something_left_is_not_closed(office, admin):
    path = f"/bodies/{office.bodies['government'].pk}/state"
    status, fault = asked(admin, "put", path, {"is_closed": True})
    assert (status, "2 bodies below" in fault["en"], "2个下级机构" in fault["zh"]) == (
        409,
        True,
        True,
    )


def test_no_body_comes_to_lie_below_itself(office, admin):
    top = office.bodies["government"].pk
    below = asked(admin, "post", "/bodies", {"code": "a", "name": "a", "parent":
                                             office.bodies["education"].pk})[1]["id"]  # fmt: skip
    for parent in (top, below):
        status, fault = asked(admin, "patch", f"/bodies/{top}", {"parent": parent})
        assert (status, "不能隶属于自身" in fault["zh"]) == (422, True)
    assert Body.objects.get(pk=top).parent is None


def test_of_two_who_put_each_below_the_other_the_second_is_refused(office):
    """Both were looked at before either was kept."""
    one = Body.objects.get(code="education")
    two = Body.objects.get(code="inspection")
    one.parent, two.parent = Body.objects.get(pk=two.pk), Body.objects.get(pk=one.pk)
    keep("system", one)
    with pytest.raises(RefusedError, match="below itself"):
        keep("system", two)
    assert Body.objects.get(pk=two.pk).parent.code == "government"


def test_who_renames_a_body_below_one_that_moved_leaves_it_where_it_is(office):
    below = Body.objects.create(code="school", name="学校", parent=office.bodies["education"])
    read = Body.objects.select_related("parent").get(pk=below.pk)
    moved = Body.objects.get(code="education")
    moved.parent = office.bodies["congress"]
    keep("system", moved)
    read.name = "小学"
    keep("system", read)
    assert Body.objects.get(pk=below.pk).path == f"{Body.objects.get(pk=moved.pk).path}{below.pk}/"


def test_a_tree_is_no_deeper_than_its_column(office, admin):
    parent, ids = None, []
    for level in range(MOST_LEVELS):
        status, made = asked(admin, "post", "/bodies",
                             {"code": f"b{level}", "name": "b", "parent": parent})  # fmt: skip
        assert status == 201
        ids.append(parent := made["id"])
    deeper = {"code": "more", "name": "b", "parent": parent}
    assert asked(admin, "post", "/bodies", deeper)[0] == 409
    top = office.bodies["government"].pk
    assert asked(admin, "patch", f"/bodies/{ids[0]}", {"parent": top})[0] == 409
    assert asked(admin, "patch", f"/bodies/{top}", {"parent": ids[-2]})[0] == 409


def test_nothing_open_comes_below_what_is_closed(office, admin, tmp_path):
    closed = asked(admin, "post", "/bodies", {"code": "old", "name": "旧"})[1]["id"]
    asked(admin, "put", f"/bodies/{closed}/state", {"is_closed": True})
    pk = office.bodies["education"].pk
    below = {"code": "x", "name": "x", "parent": closed}
    assert asked(admin, "post", "/bodies", below)[0] == 422
    assert asked(admin, "patch", f"/bodies/{pk}", {"parent": closed})[0] == 422
    person = office.rights["handler"].person.pk
    post = {"body": closed, "role": "handler"}
    assert asked(admin, "post", f"/persons/{person}/posts", post)[0] == 422
    table = tmp_path / "a.csv"
    table.write_text("机构代码,上级机构代码\neducation,old\n", encoding="utf-8")
    (refused,) = read_in(table, "system").refused
    assert "closed" in refused.why.en
    assert Body.objects.get(pk=pk).parent_id == office.bodies["government"].pk


def test_two_who_enter_one_code_at_once_make_one_body_and_no_fault(office):
    with pytest.raises(RefusedError, match="entered the same"):
        keep("system", Body(code="education", name="另一"))
    assert Body.objects.filter(code="education").count() == 1


def test_of_two_programs_that_change_one_thing_the_second_is_told(office, admin):
    path = f"/bodies/{office.bodies['education'].pk}"
    seen = asked(admin, "get", path)[1]["seen"]
    assert asked(admin, "patch", path, {"name": "一", "seen": seen})[0] == 200
    status, fault = asked(admin, "patch", path, {"name": "二", "seen": seen})
    assert (status, set(fault)) == (409, {"en", "zh"})


@pytest.mark.parametrize("changed", [
    {"code": ""}, {"code": " "}, {"code": "education"}, {"code": "x" * 41}, {"code": 5},
    {"name": ""}, {"name": "\x00"}, {"name": HUGE}, {"name": None}, {"name": ["a"]},
    {"name": "\ud800"}, {"parent": 999_999}, {"parent": 0}, {"parent": -1}, {"parent": 2**70},
    {"parent": True}, {"parent": "1"}, {"parent": 1.5}, {"kind": "k" * 41}, {"more": 1},
])  # fmt: skip
def test_a_body_that_cannot_be_is_refused_in_both_languages(office, admin, changed):
    before = Body.objects.count()
    given = {"code": "fire", "name": "消防支队", **changed}
    status, fault = asked(admin, "post", "/bodies", given)
    assert (status, set(fault)) == (422, {"en", "zh"})
    assert len(fault["en"]) < 2_000
    assert Body.objects.count() == before


def test_faults_of_a_form_are_said_in_each_language(office, admin):
    _, fault = asked(admin, "post", "/bodies", {"code": "education", "name": " "})
    assert ("required" in fault["en"], "必填" in fault["zh"]) == (True, True)


# People and posts


def test_a_person_is_entered_given_a_post_and_let_go(office, admin):
    status, made = asked(admin, "post", "/persons", {"name": "李明", "username": "liming"})
    assert (status, made["posts"], made["language"]) == (201, [], "zh-hans")
    path = f"/persons/{made['id']}"
    person = Person.objects.get(pk=made["id"])
    assert [person.has_usable_password(), person.is_staff, person.is_superuser] == [False] * 3
    given = {"body": office.bodies["education"].pk, "role": "handler", "title": "科长",
             "begin": "2026-01-01"}  # fmt: skip
    first, second = (asked(admin, "post", f"{path}/posts", given) for _ in range(2))
    assert (first[0], second) == (201, first)
    assert asked(admin, "patch", path, {"phone": "139"})[1]["phone"] == "139"
    for is_active in (False, False, True):
        told = asked(admin, "put", f"{path}/state", {"is_active": is_active})[1]
        assert (told["is_active"], told["posts"], len(told["ended"])) == (is_active, [], 1)
    assert entries("person.add", "post.add") == 2


def test_a_post_is_changed_and_ended_and_what_ended_before_keeps_its_day(office, admin):
    path = f"/posts/{office.rights['handler'].post.pk}"
    assert asked(admin, "patch", path, {"title": "处长"})[1]["title"] == "处长"
    assert asked(admin, "patch", path, {"end": "2030-01-01"})[1]["end"] == "2030-01-01"
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    for _ in range(2):
        status, ended = asked(admin, "post", f"{path}/end")
        assert (status, ended["end"], ended["title"]) == (200, yesterday, "处长")
    asked(admin, "patch", path, {"end": "2020-01-01"})
    assert asked(admin, "post", f"{path}/end")[1]["end"] == "2020-01-01"
    assert asked(admin, "patch", path, {"end": None})[1]["end"] is None


def test_the_last_administrator_stays(office, admin):
    rights = office.rights["administrator"]
    post, person = f"/posts/{rights.post.pk}", f"/persons/{rights.person.pk}"
    for asks in (("post", f"{post}/end", None), ("patch", post, {"role": "handler"}),
                 ("patch", post, {"end": "2020-01-01"}), ("patch", post, {"begin": "2090-01-01"}),
                 ("put", f"{person}/state", {"is_active": False})):  # fmt: skip
        status, fault = asked(admin, *asks)
        assert (status, set(fault)) == (409, {"en", "zh"})
    assert Post.objects.held().filter(pk=rights.post.pk, role="administrator").exists()


@pytest.mark.parametrize("changed", [
    {"role": "king"}, {"role": None}, {"body": 999_999}, {"body": True}, {"areas": ["none"]},
    {"fields": ["none"]}, {"areas": "all"}, {"areas": ["\x00"]}, {"areas": ["x"] * 501},
    {"begin": 0}, {"begin": 86_400}, {"begin": "86400"}, {"begin": "2026-02-30"},
    {"begin": "0000-01-01"}, {"begin": "2026-01-02", "end": "2026-01-01"}, {"title": HUGE},
])  # fmt: skip
def test_a_post_that_cannot_be_is_refused_in_both_languages(office, admin, changed):
    person, before = office.rights["handler"].person.pk, Post.objects.count()
    given = {"body": office.bodies["education"].pk, "role": "handler", **changed}
    status, fault = asked(admin, "post", f"/persons/{person}/posts", given)
    assert (status, set(fault)) == (422, {"en", "zh"})
    assert Post.objects.count() == before


@pytest.mark.parametrize("changed", [
    {"username": "handler"}, {"username": "a b"}, {"username": "<b>"}, {"username": "u" * 151},
    {"email": "none"}, {"email": "a@b\r\nBcc: c@d.ee"}, {"language": "fr"}, {"name": "\x00"},
    {"phone": "1" * 41}, {"is_active": 1},
])  # fmt: skip
def test_a_person_who_cannot_be_is_refused_in_both_languages(office, admin, changed):
    before = Person.objects.count()
    given = {"name": "李明", "username": "liming", **changed}
    status, fault = asked(admin, "post", "/persons", given)
    assert (status, set(fault)) == (422, {"en", "zh"})
    assert Person.objects.count() == before


@pytest.mark.parametrize("path", ["/bodies/{}/state", "/persons/{}/state"])
@pytest.mark.parametrize("given", [{}, {"is_closed": 1, "is_active": 1}, {"is_closed": "true"},
                                   {"is_active": None}])  # fmt: skip
def test_no_number_and_no_text_is_a_yes(office, admin, path, given):
    assert asked(admin, "put", path.format(office.bodies["education"].pk), given)[0] == 422


@pytest.mark.parametrize("pk", [999_999, 2**63 - 1])
def test_what_has_no_such_id_is_not_there(office, admin, pk):
    post = {"body": office.bodies["education"].pk, "role": "handler"}
    held = {"code": "a", "name": "a", "obtained": "2026-01-01"}
    for asks in (("get", f"/bodies/{pk}"), ("patch", f"/bodies/{pk}", {}),
                 ("put", f"/bodies/{pk}/state", {"is_closed": True}), ("get", f"/persons/{pk}"),
                 ("patch", f"/persons/{pk}", {}),
                 ("put", f"/persons/{pk}/state", {"is_active": True}),
                 ("post", f"/persons/{pk}/posts", post), ("patch", f"/posts/{pk}", {}),
                 ("post", f"/posts/{pk}/end"), ("patch", f"/qualifications/{pk}", {}),
                 ("post", f"/persons/{pk}/qualifications", held)):  # fmt: skip
        status, fault = asked(admin, *asks)
        assert (asks, status, set(fault)) == (asks, 404, {"en", "zh"})


@pytest.mark.parametrize("pk", ["0", "-1", str(2**63), "1e3", "x", "%00", "1 OR 1=1"])
def test_an_id_that_cannot_be_is_refused(office, admin, pk):
    assert asked(admin, "get", f"/persons/{pk}")[0] == 422


@pytest.mark.parametrize("role", ["handler", "inspector", "oversight"])
def test_telephones_and_marks_of_them_are_for_who_may_know_them(office, client_of, role):
    person = office.rights["dispatcher"].person
    Person.objects.filter(pk=person.pk).update(phone="13811112222")
    path = f"/persons/{person.pk}"
    assert asked(client_of("leader"), "get", path)[1]["phone"] == "13811112222"
    told = asked(client_of(role), "get", path)[1]
    knows = office.rights[role].body == office.rights["dispatcher"].body
    assert told["phone"] == ("13811112222" if knows else None)
    assert (told["qualifications"] is None) is not knows
    assert [told["seen"], *(each["seen"] for each in told["posts"])] == [None, None]
    (found,) = asked(client_of(role), "get", "/persons?q=dispatcher")[1]
    assert set(found) == {"id", "name", "is_active"}


@pytest.mark.django_db
def test_a_nul_in_a_search_finds_nothing_and_is_not_asked_of_the_database(
    django_assert_num_queries,
):
    """PostgreSQL takes no text with a NUL, and the page was a fault of ours."""
    with django_assert_num_queries(0):
        assert seeing.found_people("\x00") == seeing.found_bodies("\x00") == []


# Qualifications


def test_a_qualification_is_entered_once_and_changed(office, admin):
    person = office.rights["handler"].person.pk
    given = {"code": "fire-op", "name": "消防设施操作员", "obtained": "2026-01-01", "hours": 8.5}
    path = f"/persons/{person}/qualifications"
    first, second = (asked(admin, "post", path, given) for _ in range(2))
    assert (first[0], first[1]["hours"], second) == (201, 8.5, first)
    path = f"/qualifications/{first[1]['id']}"
    status, changed = asked(admin, "patch", path, {"expires": "2027-01-01", "hours": None})
    assert (status, changed["expires"], changed["hours"]) == (200, "2027-01-01", None)
    assert entries("qualification.add") == entries("qualification.change") == 1


@pytest.mark.parametrize("changed", [
    {"obtained": None}, {"obtained": "soon"}, {"expires": "2025-01-01"}, {"is_training": 1},
    {"is_training": "true"}, {"hours": -1}, {"hours": 1e9}, {"hours": 0.123}, {"hours": True},
    {"code": "c" * 81}, {"name": ""},
])  # fmt: skip
def test_a_qualification_that_cannot_be_is_refused(office, admin, changed):
    given = {"code": "a", "name": "a", "obtained": "2026-01-01", **changed}
    path = f"/persons/{office.rights['handler'].person.pk}/qualifications"
    status, fault = asked(admin, "post", path, given)
    assert (status, set(fault)) == (422, {"en", "zh"})
    assert not Qualification.objects.exists()


def test_hours_below_nothing_are_refused_on_the_page_too(office, admin):
    sent = {"code": "a", "name": "a", "obtained": "2026-01-01", "hours": "-1"}
    path = f"/people/{office.rights['handler'].person.pk}/qualifications/"
    assert admin.post(path, sent).status_code == 422


# Tables

HEAD = "机构代码,机构名称,上级机构代码,姓名,用户名,角色\n"
GOOD = "health,卫健委,government,,,\nhealth,,,张三,zhangsan,承办人员\n"
BAD = "education,,,钱七,qianqi,国王\n"


def given_table(client, text, name="人员.csv"):
    file = SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())
    answer = client.post("/api/people/imports", {"file": file})
    return answer.status_code, answer.json()


def test_a_table_is_given_looked_at_and_carried_out_once(office, admin):
    status, given = given_table(admin, HEAD + GOOD + BAD)
    path = f"/imports/{given['key']}"
    assert (status, Body.objects.filter(code="health").exists()) == (201, False)
    status, look = asked(admin, "get", path)
    assert (status, look["doing"], look["refused"], look["same"]) == (200, 2, 1, 0)
    why = look["rows"][2]["why"]
    assert ("国王" in why["en"], "角色" in why["zh"]) == (True, True)
    assert not Person.objects.filter(username="zhangsan").exists()
    assert asked(admin, "post", path) == (200, look)
    assert Post.objects.held().filter(person__username="zhangsan", role="handler").exists()
    assert not Person.objects.filter(username="qianqi").exists()
    assert asked(admin, "post", path)[0] == 404
    key = given_table(admin, HEAD + GOOD)[1]["key"]
    again = asked(admin, "post", f"/imports/{key}")[1]
    assert (again["doing"], again["same"]) == (0, 2)
    assert entries("body.add", "person.add", "post.add") == 3


def test_the_table_of_another_and_a_forged_key_are_not_there(office, admin, client):
    key = given_table(admin, HEAD + GOOD)[1]["key"]
    second = Person.objects.create_user("second", password="a long pass phrase")
    Post.objects.create(person=second, body=office.bodies["government"], role="administrator")
    client.force_login(second, "urbanwork.office.people.backend.PersonBackend")
    for forged in (key, key[:-1], f"{key}x", "forged", "a:b:c", "-", ":"):
        for method in ("get", "post"):
            assert asked(client, method, f"/imports/{forged}")[0] == 404
    assert asked(client, "get", f"/imports/{'x' * 401}")[0] == 422
    assert asked(admin, "get", f"/imports/{key}")[0] == 200


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [("people.exe", b"MZ", "仅支持"), ("people.csv", "列一,列二\n1,2\n".encode(), "首行须有"),
     ("people.xlsx", b"PK\x03\x04 no workbook", ""), ("people.csv", b"", ""),
     ("people.csv", b"\x00\xff\xfe\x00" * 50, ""), ("a\x00.xlsx", b"<html>", ""),
     ("../../x.csv", b"MZ", ""),
     ("people.csv", (HEAD + "a,b,,,,\n" * 2_001).encode(), "每次最多")],
)  # fmt: skip
def test_a_wrong_file_is_refused_in_a_sentence_and_not_kept(office, admin, name, data, words):
    status, fault = given_table(admin, data, name)
    assert (status, set(fault), words in fault["zh"]) == (422, {"en", "zh"}, True)
    assert "cache" not in fault["en"]
    folder = office_place().cache / "people"
    assert not [each for each in folder.glob("*") if each.read_bytes() == data]


def test_no_file_is_refused(office, admin):
    assert admin.post("/api/people/imports").status_code == 422
    answer = admin.post("/api/people/imports", {"file": "a text"})
    assert (answer.status_code, set(answer.json())) == (422, {"en", "zh"})


def test_tables_that_nobody_carried_out_go_after_a_day(office, admin, monkeypatch):
    key = given_table(admin, HEAD + GOOD)[1]["key"]
    monkeypatch.setattr(importing_files, "HOURS", -1)
    given_table(admin, HEAD + BAD)
    monkeypatch.undo()
    assert asked(admin, "get", f"/imports/{key}")[0] == 404
