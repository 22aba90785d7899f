"""The room of bodies and people: who sees what, who changes what, and what stays for ever."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from urbanwork.office.audit.models import Entry, PersonalValue
from urbanwork.office.people import closing
from urbanwork.office.people.importing import read_in, try_out
from urbanwork.office.people.keeping import keep, mark
from urbanwork.office.people.models import Body, Person, Post, Qualification
from urbanwork.office.people.qualifying import qualified, running_out
from urbanwork.supervision.refusing import RefusedError

TODAY = date(2026, 11, 22)


def give(person, code="lift", obtained="2020-01-01", expires=None, **more) -> Qualification:
    return Qualification.objects.create(
        person=person, code=code, name=code, obtained=date.fromisoformat(obtained),
        expires=expires and date.fromisoformat(expires), **more,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("obtained", "expires", "holds"),
    [("2020-01-01", None, True), ("2020-01-01", "2026-11-22", True),
     ("2020-01-01", "2026-11-21", False), ("2026-11-23", None, False)],
)  # fmt: skip
def test_a_qualification_holds_from_its_first_day_to_its_last(office, obtained, expires, holds):
    person = office.rights["handler"].person
    give(person, obtained=obtained, expires=expires)
    assert qualified(person, "lift", TODAY) is holds
    assert not qualified(person, "fire", TODAY)
    assert not qualified(office.rights["leader"].person, "lift", TODAY)


def test_what_runs_out_is_shown_unless_it_was_renewed_or_its_person_left(office):
    one, two, three = (office.rights[role].person for role in ("handler", "leader", "inspector"))
    soon = give(one, expires="2026-12-20")
    give(two, expires="2026-12-20")
    give(two, expires="2030-12-20")
    give(three, expires="2026-01-01")
    give(one, code="far", expires="2027-12-20")
    Person.objects.filter(pk=three.pk).update(is_active=False)
    assert list(running_out(TODAY)) == [soon]


def test_a_handler_who_lacks_what_the_task_demands_is_not_named(office):
    task = office.task(qualification="lift")
    person = office.rights["handler"].person
    asked = {"lead": office.bodies["education"].pk, "handler": person,
             "deadline": timezone.now() + timedelta(days=30)}  # fmt: skip
    with pytest.raises(RefusedError, match="lift"):
        office.do("dispatcher", task, "assign", **asked)
    task.refresh_from_db()
    assert (task.state, task.handler) == ("registered", None)
    give(person)
    office.do("dispatcher", task, "assign", **asked)
    task.refresh_from_db()
    assert task.handler == person


def test_names_and_telephones_enter_the_chain_as_digests_that_can_be_erased(office):
    by = f"person:{office.rights['administrator'].person.pk}"
    person = Person(username="wang", name="王小明", phone="13800000000")
    keep(by, person)
    person.phone = ""
    keep(by, person)
    first, second = Entry.objects.filter(subject=f"person:{person.pk}")
    assert (first.action, second.action) == ("person.add", "person.change")
    assert "王小明" not in str(first.facts) + str(second.facts)
    assert second.facts["emptied"] == ["phone"]
    about = PersonalValue.objects.filter(subject=f"person:{person.pk}")
    assert {each.value for each in about} == {"wang", "王小明", "13800000000"}


def test_keeping_what_is_the_same_leaves_no_trace(office):
    before = Entry.objects.count()
    keep("system", Body.objects.get(code="education"))
    assert Entry.objects.count() == before


def test_of_two_who_change_the_same_body_the_second_is_told(office):
    body = Body.objects.get(code="education")
    seen = mark(body)
    body.name = "市教育局"
    keep("system", body, seen=seen)
    body.name = "教委"
    with pytest.raises(RefusedError):
        keep("system", body, seen=seen)


def test_the_last_administrator_stays(office):
    post = office.rights["administrator"].post
    for attempt in (
        lambda: closing.end_post("system", post),
        lambda: closing.close_person("system", post.person),
    ):
        with pytest.raises(RefusedError):
            attempt()
    assert Post.objects.held().filter(role="administrator", person__is_active=True).exists()
    Post.objects.create(person=office.rights["leader"].person, body=post.body, role="administrator")
    closing.end_post("system", Post.objects.get(pk=post.pk))
    assert not Post.objects.held().filter(pk=post.pk).exists()


def test_a_body_with_open_tasks_posts_or_bodies_below_is_not_closed(office):
    office.assigned()
    for code in ("education", "government"):
        with pytest.raises(RefusedError):
            closing.close_body("system", Body.objects.get(code=code))
    empty = Body.objects.create(code="empty", name="空")
    assert closing.close_body("system", empty).is_closed
    assert Body.objects.filter(code="empty").exists()


def test_who_is_let_go_keeps_their_name_in_the_ledger(office, client_of):
    task = office.assigned()
    office.do("handler", task, "accept")
    person = office.rights["handler"].person
    closing.close_person("system", person)
    assert not Post.objects.held().filter(person=person).exists()
    assert task.events.filter(person=person).exists()
    assert client_of("handler").get("/").status_code == 302


def test_an_administrator_enters_a_body_a_person_and_a_post(office, client_of):
    client = client_of("administrator")
    government = office.bodies["government"].pk
    sent = {"name": "消防支队", "code": "fire", "parent": government}
    body = Body.objects.get(pk=int(client.post("/bodies/new/", sent).url.split("/")[2]))
    assert body.path.startswith(office.bodies["government"].path)
    sent = {"name": "李明", "username": "liming", "language": "zh-hans"}
    person = Person.objects.get(pk=int(client.post("/people/new/", sent).url.split("/")[2]))
    assert not person.has_usable_password()
    sent = {"body": body.pk, "role": "handler", "title": "科长"}
    client.post(f"/people/{person.pk}/posts/", sent)
    assert Post.objects.held().get(person=person).title == "科长"
    assert Entry.objects.filter(action__in=("body.add", "person.add", "post.add")).count() == 3


def test_a_login_link_is_shown_once_and_works(office, client_of, client):
    person = office.rights["handler"].person
    page = client_of("administrator").post(f"/people/{person.pk}/link/").content.decode()
    link = page.split("http://testserver")[1].split("<")[0]
    assert client.post(link).url == "/"
    assert client.get("/").wsgi_request.user == person


def test_a_body_cannot_be_put_below_itself(office, client_of):
    pk = office.bodies["government"].pk
    sent = {"name": "市政府", "code": "government", "parent": office.bodies["education"].pk}
    answer = client_of("administrator").post(f"/bodies/{pk}/edit/", sent)
    assert answer.status_code == 422
    assert Body.objects.get(pk=pk).parent is None


def test_moving_a_body_moves_those_below(office):
    below = Body.objects.create(code="school", name="学校", parent=office.bodies["education"])
    body = Body.objects.get(code="education")
    body.parent = office.bodies["congress"]
    keep("system", body)
    below.refresh_from_db()
    assert below.path.startswith(office.bodies["congress"].path)


@pytest.mark.parametrize("role", ["handler", "inspector", "oversight"])
def test_telephones_are_for_colleagues_and_those_who_lead(office, client_of, role):
    person = office.rights["dispatcher"].person
    Person.objects.filter(pk=person.pk).update(phone="13811112222")
    address = f"/people/{person.pk}/"
    assert "13811112222" in client_of("leader").get(address).content.decode()
    seen = "13811112222" in client_of(role).get(address).content.decode()
    assert seen is (office.rights[role].body == office.rights["dispatcher"].body)


def test_hostile_names_are_shown_as_they_are(office, client_of):
    name = "<script>alert(1)</script>' OR 1=1 --"
    client = client_of("administrator")
    client.post("/people/new/", {"name": name, "username": "evil", "language": "en"})
    page = client.get("/people/?q=%3Cscript%3E").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert client.get("/people/?q=' OR 1=1 --").status_code == 200


def test_very_long_texts_are_refused_in_the_form(office, client_of):
    sent = {"name": "长" * 500, "username": "u" * 500, "language": "en"}
    assert client_of("administrator").post("/people/new/", sent).status_code == 422


def test_the_tree_costs_the_same_however_many_bodies_there_are(
    office, client_of, django_assert_max_num_queries
):
    government = office.bodies["government"]
    for at in range(300):
        Body.objects.create(code=f"b{at}", name=f"机构{at}", parent=government)
    client = client_of("leader")
    with django_assert_max_num_queries(12):
        page = client.get("/people/").content.decode()
    assert page.count("机构2") > 50


HEAD = "机构代码,机构名称,上级机构代码,姓名,用户名,角色,职务,电话\n"
GOOD = (
    "health,卫健委,government,,,,,\n"
    "health,卫健委,,张三,zhangsan,承办人员,科员,139\n"
    "education,,,李四,lisi,handler,,\n"
    "education,教育局,,,,,,\n"
)
BAD = (
    ",,,王五,wangwu,handler,,\n"
    "nowhere,,,赵六,zhaoliu,handler,,\n"
    "education,,,钱七,qianqi,国王,,\n"
    "education,,,孙八,,handler,,\n"
    "health2,卫生,missing,,,,,\n"
    f"education,,,周九,{'x' * 200},handler,,\n"
)


def file_of(tmp_path, text: str):
    path = tmp_path / "people.csv"
    path.write_text(HEAD + text, encoding="utf-8")
    return path


def test_a_trial_keeps_nothing_and_doing_it_keeps_what_the_trial_said(office, tmp_path):
    path = file_of(tmp_path, GOOD + BAD)
    before = (Body.objects.count(), Person.objects.count(), Entry.objects.count())
    tried = try_out(path, "system")
    assert (Body.objects.count(), Person.objects.count(), Entry.objects.count()) == before
    done = read_in(path, "system")
    assert [each.why for each in tried.fates] == [each.why for each in done.fates]
    assert [each.adds for each in done.doing] == [("body",), ("person", "post"), ("person", "post")]
    assert (len(done.refused), done.same) == (6, 1)
    assert Post.objects.held().get(person__username="zhangsan").title == "科员"
    assert not Person.objects.filter(username__in=("wangwu", "qianqi", "sunba")).exists()


def test_reading_the_same_table_again_changes_nothing(office, tmp_path):
    path = file_of(tmp_path, GOOD)
    read_in(path, "system")
    before = Entry.objects.count()
    again = read_in(path, "system")
    assert (again.doing, again.refused, again.same) == ([], [], 4)
    assert Entry.objects.count() == before


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_is_taken_out_can_be_read_in_again(office, client_of, tmp_path, kind):
    Person.objects.filter(username="handler").update(name="=HYPERLINK(1)", phone="-1+2")
    taken = client_of("administrator").get(f"/people/people.{kind}").getvalue()
    path = tmp_path / f"people.{kind}"
    path.write_bytes(taken)
    if kind == "csv":
        assert ",'=HYPERLINK" in taken.decode("utf-8-sig")
    outcome = try_out(path, "system")
    assert (outcome.doing, outcome.refused) == ([], [])


def test_a_table_is_given_looked_at_and_done_on_pages(office, client_of):
    client = client_of("administrator")
    file = SimpleUploadedFile("人员.csv", (HEAD + GOOD + BAD).encode("gb18030"))
    look = client.post("/people/import/", {"file": file}).url
    page = client.get(look).content.decode()
    assert "zhaoliu" not in page
    assert "赵六" in page
    assert not Body.objects.filter(code="health").exists()
    assert client.post(look).url == "/people/"
    assert Body.objects.filter(code="health").exists()
    assert client.post(look).status_code == 404


@pytest.mark.parametrize(
    ("name", "data"),
    [("people.exe", b"MZ"), ("people.xlsx", b"PK\x03\x04 no workbook"), ("people.csv", b""),
     ("people.csv", "列一,列二\n1,2\n".encode()), ("people.xlsx", b"<html>"),
     ("people.csv", b"\x00\xff\xfe\x00" * 50)],
)  # fmt: skip
def test_a_wrong_file_is_refused_in_a_sentence_without_where_it_lies(office, client_of, name, data):
    answer = client_of("administrator").post("/people/import/", {"file": io_file(name, data)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert "cache" not in page


def io_file(name: str, data: bytes) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = name
    return file


def test_the_file_of_another_administrator_is_not_there(office, client_of, client):
    file = SimpleUploadedFile("a.csv", (HEAD + GOOD).encode())
    look = client_of("administrator").post("/people/import/", {"file": file}).url
    second = Person.objects.create_user("second", password="a long pass phrase")
    Post.objects.create(person=second, body=office.bodies["government"], role="administrator")
    client.force_login(second, "urbanwork.office.people.backend.PersonBackend")
    assert client.get(look).status_code == 404
    assert client.get("/people/import/forged/").status_code == 404
