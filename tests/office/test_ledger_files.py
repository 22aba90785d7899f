"""A bureau's own ledger comes in after a dry run, goes out, and comes in again as a comparison."""

import io
from contextlib import suppress
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from urbanwork.office.api.keys import make_key
from urbanwork.office.audit.models import Entry
from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger_files.columns import guessed
from urbanwork.office.ledger_files.dates import day_of
from urbanwork.office.ledger_files.models import Reading

HEADS = [
    "序号",
    "工作任务",
    "具体措施",
    "牵头领导",
    "牵头单位",
    "配合单位",
    "责任人",
    "完成时限",
    "进展情况",
]
ROWS = [
    [
        1,
        "补建幼儿园",
        "选址、立项",
        "leader",
        "市教育局",
        "督查室",
        "handler",
        "2027年6月底",
        "已选址",
    ],
    [2, "老旧小区加装电梯", "", "", "教育局、督查室", "", "", "长期坚持", ""],
    [3, "雨污分流改造", "", "", "水务局", "", "", "2027.9.30", ""],
]


def workbook(rows=ROWS, heads=HEADS, above=("重点任务督办台账",), merged=()):
    book = openpyxl.Workbook()
    sheet = book.active
    for text in above:
        sheet.append([text])
    sheet.append(heads)
    for row in rows:
        sheet.append(row)
    for block in merged:
        sheet.merge_cells(block)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def give(client, data=None, name="重点任务台账2026年11月.xlsx", **fields):
    file = SimpleUploadedFile(name, workbook() if data is None else data)
    return client.post(reverse("ledger_read_in"), {"file": file, **fields})


def given_reading(client, data=None, **fields):
    answer = give(client, data, **fields)
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def carried_out(client, where, **fields):
    answer = client.post(where, {"carry": "1", "assign": "on", **fields}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def dispatcher(client_of):
    client = client_of("dispatcher")
    client.cookies["language"] = "zh-hans"
    return client


def test_a_dry_run_enters_nothing_and_says_why_a_row_is_refused(dispatcher):
    page = dispatcher.get(given_reading(dispatcher)).content.decode()
    assert Task.objects.count() == 0
    assert "没有名为“水务局”的机构" in page
    assert "“长期坚持”不是日期" in page
    assert "主办机构不止一个" in page


def test_rows_become_tasks_with_bodies_people_and_deadlines(dispatcher, office):
    carried_out(dispatcher, given_reading(dispatcher))
    task = Task.objects.get(title="补建幼儿园")
    assert (task.state, task.lead) == ("assigned", office.bodies["education"])
    assert list(task.bodies.filter(part="helper").values_list("body__name", flat=True)) == [
        "督查室"
    ]
    assert timezone.localtime(task.deadline).date() == date(2027, 6, 30)
    assert task.leader == office.rights["leader"].person
    assert "已选址" in task.text
    assert Task.objects.get(title="老旧小区加装电梯").state == "registered"
    assert Task.objects.count() == 2


def test_carrying_out_twice_enters_once(dispatcher):
    where = given_reading(dispatcher)
    carried_out(dispatcher, where)
    Reading.objects.update(done=None)
    carried_out(dispatcher, where)
    assert Task.objects.count() == 2


def test_the_same_ledger_again_is_a_comparison(dispatcher):
    carried_out(dispatcher, given_reading(dispatcher))
    rows = [list(row) for row in ROWS]
    rows[0][2] = "选址、立项、开工"
    rows[0][7] = "2027年12月底"
    page = dispatcher.get(given_reading(dispatcher, workbook(rows[:1]))).content.decode()
    assert "选址、立项、开工" in page
    assert "老旧小区加装电梯" in page.partition("系统中有、文件中没有")[2]
    carried_out(dispatcher, given_reading(dispatcher, workbook(rows[:1])))
    task = Task.objects.get(title="补建幼儿园")
    assert "开工" in task.text
    assert timezone.localtime(task.deadline).month == 6  # a deadline moves with an approval only
    assert Task.objects.count() == 2


def test_what_goes_out_comes_back_without_a_change(dispatcher):
    carried_out(dispatcher, given_reading(dispatcher))
    out = dispatcher.get(reverse("ledger_export", args=["xlsx"]) + "?state=all")
    page = dispatcher.get(
        given_reading(dispatcher, b"".join(out.streaming_content), ledger="重点任务台账")
    ).content.decode()
    kinds = {kind: int(page.split("<strong>")[at].split("<")[0]) for at, kind in
             enumerate(("new", "changed", "same", "done", "refused"), start=1)}  # fmt: skip
    assert kinds == {"new": 0, "changed": 0, "same": 2, "done": 0, "refused": 0}


def test_columns_that_somebody_set_are_remembered_for_files_like_it(dispatcher):
    heads = ["甲", "乙", "丙"]
    data = workbook([["修路", "教育局", "2027-01-15"]], heads, above=())
    where = given_reading(dispatcher, data)
    assert "请指定“任务”所在列" in dispatcher.get(where).content.decode()
    columns = {"column-title": "0", "column-lead": "1", "column-deadline": "2"}
    dispatcher.post(where, {"columns": "1", **columns})
    again = given_reading(dispatcher, workbook([["修桥", "教育局", ""]], heads, above=()))
    assert "修桥" in dispatcher.get(again).content.decode()
    entry = Entry.objects.get(action="ledger.mapping")
    assert entry.facts["mapping"] == {"title": 0, "lead": 1, "deadline": 2}


def test_merged_cells_hold_for_all_their_rows(dispatcher, office):
    rows = [
        ["1", "甲事", "", "", "教育局", "", "", "2027年3月"],
        ["2", "乙事", "", "", None, "", "", None],
    ]
    carried_out(dispatcher, given_reading(dispatcher, workbook(rows, merged=("E3:E4", "H3:H4"))))
    assert {task.lead for task in Task.objects.all()} == {office.bodies["education"]}


def test_rows_that_are_done_are_left_out_with_the_reason(dispatcher):
    heads = ["工作任务", "责任单位", "状态"]
    data = workbook([["甲事", "教育局", "已办结"], ["乙事", "教育局", "办理中"]], heads)
    where = given_reading(dispatcher, data)
    assert "须有佐证" in dispatcher.get(where + "rejected.csv").content.decode()
    carried_out(dispatcher, where)
    assert list(Task.objects.values_list("title", flat=True)) == ["乙事"]


def test_formulas_and_scripts_in_a_ledger_stay_text(dispatcher):
    bad = '=HYPERLINK("http://x")', "<script>alert(1)</script>"
    rows = [[1, bad[1], bad[0], "", "教育局"], [2, "另一件", "", "", "<b>局</b>"]]
    where = given_reading(dispatcher, workbook(rows))
    page = dispatcher.get(where).content.decode()
    assert "<script>alert" not in page
    assert "<b>局" not in page
    assert "\n=" not in dispatcher.get(where + "rejected.csv").content.decode()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"MZ\x90\x00" * 50, "台账.exe"),
        (b"not a workbook", "台账.xlsx"),
        (workbook()[:900], "台账.xlsx"),
        (b"", "台账.csv"),
    ],
)
def test_a_wrong_file_is_refused_in_one_sentence(dispatcher, data, name):
    answer = give(dispatcher, data, name)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert "/tmp" not in answer.content.decode()
    assert Reading.objects.count() == 0


def test_the_file_of_another_is_not_there(dispatcher, client_of):
    where = given_reading(dispatcher)
    assert client_of("supervisor").get(where).status_code == 404
    assert client_of("supervisor").get(where + "rejected.csv").status_code == 404


def test_handlers_read_no_ledgers_in(client_of):
    assert client_of("handler").get(reverse("ledger_read_in")).status_code == 403


def test_a_program_reads_a_ledger_in_as_the_pages_do(office):
    key = make_key(office.rights["dispatcher"], "import")
    client = Client(headers={"Authorization": f"Bearer {key}"})
    file = SimpleUploadedFile("台账.xlsx", workbook())
    given = client.post("/api/ledger-files", {"file": file}).json()
    where = f"/api/ledger-files/{given['id']}"
    look = client.get(f"{where}/rows").json()
    assert [row["kind"] for row in look["rows"]] == ["new", "new", "rejected"]
    assert Task.objects.count() == 0
    for _ in range(2):
        told = client.post(f"{where}/entries", {}, content_type="application/json").json()["told"]
    assert (told["entered"], told["assigned"], len(told["rejected"])) == (2, 1, 1)
    assert Task.objects.count() == 2


def test_a_program_of_a_handler_reads_nothing_in(office):
    key = make_key(office.rights["handler"], "import")
    client = Client(headers={"Authorization": f"Bearer {key}"})
    file = SimpleUploadedFile("台账.xlsx", workbook())
    assert client.post("/api/ledger-files", {"file": file}).status_code == 403


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026年12月31日前", (2026, 12, 31)), ("2027/3/5", (2027, 3, 5)),
        ("2027-03-05", (2027, 3, 5)),
        ("12月底", (2026, 12, 31)), ("10月", (2027, 10, 31)), ("11月中旬", (2027, 11, 20)),
        ("年底前", (2026, 12, 31)), ("2027年", (2027, 12, 31)), ("第三季度", (2027, 9, 30)),
        ("二〇二七年六月三十日", (2027, 6, 30)), ("２０２７年６月", (2027, 6, 30)),
        ("2028年2月底", (2028, 2, 29)),
        ("2026-12-31 00:00:00", (2026, 12, 31)),
    ],
)  # fmt: skip
def test_a_day_as_ledgers_write_it(text, day):
    assert day_of(text, date(2026, 11, 22)) == date(*day)


@pytest.mark.parametrize("text", ["长期坚持", "13月底", "2027年2月30日", "持续推进", "12", "-"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011
        day_of(text, date(2026, 11, 22))


@given(st.lists(st.text(max_size=12), max_size=12))
def test_guessing_uses_each_column_once(heads):
    found = list(guessed(heads).values())
    assert len(found) == len(set(found))
    assert all(0 <= at < len(heads) for at in found)


@given(st.text(max_size=20))
def test_a_day_is_told_or_refused_and_nothing_else(text):
    with suppress(ValueError, OverflowError):
        assert isinstance(day_of(text, date(2026, 11, 22)), date)
