"""The ledger as a list: filters, order, pages, counts, files, and what stays hidden."""

import csv
import io
import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone
from openpyxl import load_workbook

from urbanwork.office.audit.models import Entry
from urbanwork.office.ledger.acting import Doing, Draft, act, register
from urbanwork.office.ledger.listing import MOST, counted, found, page_of
from urbanwork.office.ledger.models import SavedFilter, Task
from urbanwork.office.ledger.visibility import visible
from urbanwork.office.ledger.wanted import Wanted, wanted
from urbanwork.office.ledger.word_index import COMMON, keep_words
from urbanwork.office.people.models import Body, Post

ROLES = ("leader", "handler", "oversight")


@pytest.fixture
def seen(client_of):
    def text(role, path, lang="en"):
        client = client_of(role)
        client.cookies["language"] = "zh-hans" if lang == "zh" else "en"
        answer = client.get(path)
        assert answer.status_code == 200, answer.content[:500]
        return answer.content.decode()

    return text


def numbers(office, role="leader", **asked):
    """Numbers of the tasks of a list, in its order, page by page."""
    rows = found(office.rights[role], Wanted(**asked))
    listed, after = [], ""
    while True:
        page = page_of(rows, Wanted(**asked).sort, after, size=2)
        listed += [each.number for each in page.rows]
        after = page.after
        if not after:
            break
    assert counted(rows) == len(listed)
    assert set(rows.tasks.values_list("number", flat=True)) == set(listed)
    return listed


def assigned(office, days=30, body="education", **fields):
    task = office.task(**fields)
    deadline = timezone.now() + timedelta(days=days)
    office.do("dispatcher", task, "assign", lead=office.bodies[body].pk, deadline=deadline)
    task.refresh_from_db()
    return task


def test_the_ledger_shows_a_task_in_both_languages(office, seen):
    task = office.assigned()
    for lang in ("en", "zh"):
        assert task.number in seen("leader", "/ledger/", lang)
        assert task.title in seen("leader", f"/ledger/{task.number}/", lang)


@pytest.mark.parametrize("role", ROLES)
def test_a_list_holds_what_the_post_may_see_and_nothing_else(office, role):
    for visibility in ("public", "internal", "restricted"):
        office.task(visibility=visibility)
        assigned(office, visibility=visibility)
        assigned(office, body="inspection", visibility=visibility)
    allowed = set(visible(office.rights[role]).values_list("number", flat=True))
    assert set(numbers(office, role)) == allowed
    assert len(allowed) == {"leader": 9, "handler": 3, "oversight": 6}[role]


@pytest.mark.parametrize("sort", ["deadline", "newest", "people"])
@pytest.mark.parametrize("role", ["leader", "handler"])
def test_pages_give_each_task_once_and_in_order(office, role, sort):
    tasks = [
        assigned(office, days=days, people=people)
        for days, people in ((5, 10.0), (3, 20.0), (5, 20.0), (9, None), (1, 0.5))
    ]
    same = timezone.now() + timedelta(days=4)
    Task.objects.filter(pk__in=[tasks[0].pk, tasks[2].pk]).update(deadline=same)
    for task in (tasks[0], tasks[2]):
        task.bodies.update(deadline=same)
    rows = {each.number: each for each in Task.objects.all()}
    keys = {
        "deadline": lambda each: (each.deadline, each.pk),
        "newest": lambda each: -each.pk,
        "people": lambda each: (each.people is None, -(each.people or 0), each.pk),
    }
    expected = [each.number for each in sorted(rows.values(), key=keys[sort])]
    assert numbers(office, role, sort=sort) == expected


def test_tasks_without_a_deadline_come_last(office):
    bare, dated = office.task(), assigned(office)
    assert numbers(office) == [dated.number, bare.number]


def test_each_filter_keeps_what_it_says(office):
    me = office.rights["leader"].person
    there = assigned(
        office, areas=["a1", "a2"], point="p1", source="ask", indicator="life.x",
        weight="urgent", leader=me, title="修复道路",
    )  # fmt: skip
    other = assigned(office, body="inspection", days=90, areas=["a3"])
    helper = office.bodies["congress"].pk
    third = office.task()
    act(office.rights["dispatcher"], third.pk, Doing(
        "assign", lead=office.bodies["education"].pk, helpers=[helper],
        deadline=timezone.now() + timedelta(days=60),
    ))  # fmt: skip
    Task.objects.filter(pk=other.pk).update(report_due=timezone.now() - timedelta(days=1))
    day = timezone.localdate(there.deadline)
    for asked in (
        {"area": "a2"}, {"point": "p1"}, {"source": "ask"}, {"indicator": "life.x"},
        {"weight": "urgent"}, {"mine": True}, {"q": "道路"}, {"q": there.number},
        {"begin": day, "end": day},
    ):  # fmt: skip
        assert numbers(office, **asked) == [there.number], asked
    assert numbers(office, lead=office.bodies["inspection"].pk) == [other.number]
    assert len(numbers(office, lead=office.bodies["government"].pk)) == 3
    assert numbers(office, helper=helper) == [third.number]
    assert numbers(office, owes=True) == [other.number]
    assert numbers(office, lead=999_999) == []
    assert numbers(office, state="closed") == []
    assert len(numbers(office, state="assigned")) == 3


def test_overdue_is_what_runs_past_its_deadline(office):
    late, waits = assigned(office, days=30), assigned(office, days=30)
    past = timezone.now() - timedelta(days=1)
    for task in (late, waits):
        Task.objects.filter(pk=task.pk).update(deadline=past)
        task.bodies.update(deadline=past)
    Task.objects.filter(pk=waits.pk).update(state="submitted")
    waits.bodies.update(state="submitted")
    for role in ("leader", "handler"):
        assert numbers(office, role, overdue=True) == [late.number]


@pytest.mark.parametrize(
    "words", ["幼儿园", "补建幼儿", "kindergarten", "KINDERGARTEN 12", "第12期"]
)
def test_words_are_found_in_chinese_and_latin(office, words):
    task = office.task(title="补建幼儿园 Kindergarten 12", text="第12期")
    office.task(title="修复道路")
    assert numbers(office, q=words) == [task.number]


@pytest.mark.parametrize("character", ["补", "儿", "园", "期", "园 补", "园 12"])
def test_one_chinese_character_is_found_wherever_it_stands(office, character):
    task = office.task(title="补建幼儿园 Kindergarten 12", text="第12期")
    office.task(title="修复道路")
    assert numbers(office, q=character) == [task.number]
    assert numbers(office, q="路补") == []


def test_common_words_are_found_as_rare_ones_are(office, monkeypatch):
    tasks = [assigned(office, title="补建幼儿园").number for _ in range(3)]
    assigned(office, title="修复道路")
    for rare, common in ((10, 20), (0, 20), (0, 1)):
        monkeypatch.setattr("urbanwork.office.ledger.word_index.RARE", rare)
        monkeypatch.setitem(COMMON, connection.vendor, common)
        for role in ("leader", "handler"):
            assert sorted(numbers(office, role, q="幼儿园")) == tasks
            assert sorted(numbers(office, role, q="园")) == tasks


@pytest.mark.parametrize("common", [20, 1])
def test_words_go_with_every_other_filter(office, monkeypatch, common):
    monkeypatch.setitem(COMMON, connection.vendor, common)
    area = "it's \\ one"
    wanted_one = assigned(office, title="补建幼儿园", areas=[area, "b"], weight="urgent")
    for fields in ({"title": "修复道路"}, {"areas": ["b"]}, {"weight": "normal"}, {"days": 3}):
        given = {"title": "补建幼儿园", "areas": [area], "weight": "urgent", "days": 30, **fields}
        assigned(office, **given)
    bodies = office.bodies
    asked = {
        "q": "幼儿 园", "area": area, "weight": "urgent", "lead": bodies["education"].pk,
        "begin": timezone.localdate() + timedelta(days=20),
    }  # fmt: skip
    for role in ("leader", "handler"):
        assert numbers(office, role, **asked) == [wanted_one.number]
    assert numbers(office, **{**asked, "lead": bodies["inspection"].pk}) == []
    office.do("leader", wanted_one, "void", reason="重复")
    assert numbers(office, **asked) == []
    assert numbers(office, **asked, state="all") == [wanted_one.number]


def test_words_follow_the_text_of_a_task(office):
    task = office.task(title="补建幼儿园")
    Task.objects.filter(pk=task.pk).update(sought=" 修复 ")
    assert numbers(office, q="幼儿园") == []
    assert numbers(office, q="修复") == [task.number]


def test_a_body_sees_what_bodies_below_it_work_on_once(office):
    below = Body.objects.create(code="below", name="学前科", parent=office.bodies["education"])
    task = office.task()
    act(office.rights["dispatcher"], task.pk, Doing(
        "assign", lead=office.bodies["education"].pk, helpers=[below.pk],
        deadline=timezone.now() + timedelta(days=9),
    ))  # fmt: skip
    assert numbers(office, "handler") == [task.number]


def test_counts_stop_at_a_thousand_and_say_so(office, seen, monkeypatch):
    assert MOST == 1_000
    monkeypatch.setattr("urbanwork.office.ledger.listing.MOST", 2)
    monkeypatch.setattr("urbanwork.office.ledger.views.MOST", 2)
    monkeypatch.setattr("urbanwork.office.ledger.listing.PAGE", 2)
    for _ in range(4):
        office.task()
    rows = found(office.rights["leader"], Wanted())
    assert counted(rows) == 3


def test_a_task_of_an_area_shows_to_posts_of_any_of_its_areas(office):
    post = office.rights["leader"].post
    task = office.task(areas=["a1", "a2"])
    far = office.task(areas=["a3"])
    Post.objects.filter(pk=post.pk).update(areas=["a2"])
    post.refresh_from_db()
    assert numbers(office) == [task.number]
    assert far not in visible(office.rights["leader"])


@pytest.mark.parametrize("query", [
    "state=x", "light=mauve", "lead=abc", "lead=-1", "lead=99999999999999999999",
    "begin=2026-13-01", "begin=0001-01-01", "end=9999-12-31", "end=yesterday",
    "mine=perhaps", "source=%00", "sort=password",
    "weight=1%27%20OR%201=1--",
    "after=x", "after=W251bGwsICJ4Il0=", "after=WyJuYW4iLCAxXQ==",
])  # fmt: skip
def test_a_filter_that_cannot_be_read_is_said_and_filters_nothing(office, seen, query):
    task = office.assigned()
    text = seen("leader", f"/ledger/?{query}")
    assert task.number in text
    assert 'role="alert"' in text or query == "source=%00"


HOSTILE = (
    "'; DROP TABLE ledger_task; --", "<script>alert(1)</script>", '" OR 1=1', "\0", "%", "_", "*",
    '"幼儿', "幼儿 OR 1", "NEAR(a b)", "a" * 5_000, "{{ 7|add:7 }}", "\ud83d\ude00", "∞",
)  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_filters_are_only_words(office, client_of, value):
    task = office.assigned()
    for role in ("leader", "handler"):
        client = client_of(role)
        for name in ("q", "area", "point", "indicator", "state", "after"):
            answer = client.get("/ledger/", {name: value.encode("utf-8", "replace").decode()})
            assert answer.status_code == 200
            assert "<script>alert" not in answer.content.decode()
    assert Task.objects.filter(pk=task.pk).exists()


@pytest.mark.parametrize("role", ["leader", "handler"])
def test_a_list_asks_the_database_the_same_however_long_it_is(
    office, client_of, role, django_assert_max_num_queries
):
    client = client_of(role)
    assigned(office)
    client.get("/ledger/")
    with django_assert_max_num_queries(15) as few:
        client.get("/ledger/")
    asked = len(few)
    for _ in range(8):
        assigned(office)
    with django_assert_max_num_queries(asked):
        client.get("/ledger/")


def test_a_row_that_the_tick_has_not_reached_shows_the_light_of_now(office, seen, monkeypatch):
    now = timezone.now()
    with monkeypatch.context() as past:
        past.setattr(timezone, "now", lambda: now - timedelta(days=40))
        task = office.assigned()
    assert 'class="light red"' in seen("leader", "/ledger/")
    assert Task.objects.get(pk=task.pk).light == "green"


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =cmd|' /C calc'!A0")


def test_files_run_no_formulas_and_hold_what_the_list_holds(office, client_of):
    for formula in FORMULAS:
        office.task(title=formula, text="=2+2")
    hidden = office.task(visibility="restricted", title="秘密")
    client = client_of("oversight")
    body = b"".join(client.get("/ledger/tasks.csv").streaming_content).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(body)))
    assert len(lines) == len(FORMULAS)
    assert all(line["task"].startswith("'") and line["text"] == "'=2+2" for line in lines)
    sheet = load_workbook(
        io.BytesIO(b"".join(client.get("/ledger/tasks.xlsx").streaming_content))
    ).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert hidden.title not in body + str([cell.value for cell in cells])


def test_a_map_file_holds_points_and_properties(office, client_of):
    office.task(longitude=121.6, latitude=38.9)
    office.task()
    content = b"".join(client_of("leader").get("/ledger/tasks.geojson").streaming_content)
    features = json.loads(content)["features"]
    assert [each["geometry"] and each["geometry"]["coordinates"] for each in features] == [
        [121.6, 38.9], None,
    ]  # fmt: skip


def test_a_file_of_a_filter_that_cannot_be_read_is_refused(client_of):
    assert client_of("leader").get("/ledger/tasks.csv?light=mauve").status_code == 422


def test_a_handler_takes_out_their_own_only(office, client_of):
    ours, theirs = office.assigned(), office.task()
    content = b"".join(client_of("handler").get("/ledger/tasks.csv").streaming_content).decode()
    assert ours.number in content
    assert theirs.number not in content


def test_a_filter_is_kept_used_and_forgotten_by_its_owner_only(office, client_of):
    client, query = client_of("leader"), "q=%E9%81%93%E8%B7%AF&mine=1"
    before = Entry.objects.count()
    client.post("/ledger/filters/", {"name": "我的道路", "query": query + "&evil=<script>"})
    kept = SavedFilter.objects.get()
    assert (kept.query, Entry.objects.count()) == (query, before + 1)
    assert "我的道路" in client.get("/ledger/").content.decode()
    client_of("handler").post(f"/ledger/filters/{kept.pk}/forget/")
    assert SavedFilter.objects.count() == 1
    client.post(f"/ledger/filters/{kept.pk}/forget/")
    assert SavedFilter.objects.count() == 0


def test_a_filter_says_the_same_in_its_address():
    asked, faults = wanted({"q": "幼儿园", "mine": "on", "lead": "3", "begin": "2026-01-02"})
    assert not faults
    again, _ = wanted(dict(each.split("=") for each in _plain(asked.query).split("&")))
    assert again == asked


def _plain(query):
    from urllib.parse import unquote

    return unquote(query)


def test_an_unknown_number_is_not_found_and_tells_nothing(office, client_of):
    hidden = office.task(visibility="restricted")
    client = client_of("oversight")
    for number in (hidden.number, "2026-999999", "x", quote("\0x"), "..", "a" * 3_000):
        assert client.get(f"/ledger/{number}/").status_code == 404, number
        assert client.get(f"/ledger/{number}/edit/").status_code == 404, number


def test_who_may_not_enter_tasks_finds_no_form(office, client_of):
    register(office.rights["oversight"], Draft({"title": "议案", "source": "motion"}))
    assert client_of("handler").get("/ledger/new/").status_code == 403
    assert "/ledger/new/" not in client_of("handler").get("/ledger/").content.decode()


def test_the_index_over_words_is_made_again_where_the_database_lost_it(office):
    on_sqlite = connection.vendor == "sqlite"
    names = ("insert", "update", "delete")
    lost = [f"DROP TRIGGER ledger_words_{name}" for name in names]
    with connection.cursor() as cursor:
        for statement in lost if on_sqlite else ():
            cursor.execute(statement)
        task = office.task(title="修复道路")
        if on_sqlite:
            assert numbers(office, q="道路") == []
        else:
            cursor.execute("DROP TABLE ledger_taskwords")
    keep_words()
    assert numbers(office, q="道路") == [task.number]
