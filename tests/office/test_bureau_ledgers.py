"""Ledgers as bureaus write them: titles in two rows, merged tasks, several sheets, own names."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from urbanwork.office.api.keys import make_key
from urbanwork.office.ledger.models import Task
from urbanwork.office.ledger_files.models import BodyName
from urbanwork.office.people.models import Post

TITLES = (
    ["序号", "重点任务", "具体措施", "责任分工", "", "", "完成时限", "是否销号"],
    ["", "", "", "牵头单位", "配合单位", "责任人", "", ""],
)
MERGED = ("A2:A3", "B2:B3", "C2:C3", "D2:F2", "G2:G3", "H2:H3")


def sheet_of(book, name, rows, merged=()):
    sheet = book.create_sheet(name)
    for row in (["城市体检问题整改工作台账"], *TITLES, *rows):
        sheet.append(row)
    for block in ("A1:H1", *MERGED, *merged):
        sheet.merge_cells(block)
    return sheet


def saved(book):
    if "Sheet" in book.sheetnames and len(book.sheetnames) > 1:
        del book["Sheet"]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def ledger(*rows, merged=(), hidden=()):
    book = openpyxl.Workbook()
    sheet = sheet_of(book, "台账", rows, merged)
    for row in hidden:
        sheet.row_dimensions[row].hidden = True
    return saved(book)


@pytest.fixture
def dispatcher(client_of):
    client = client_of("dispatcher")
    client.cookies["language"] = "zh-hans"
    return client


def given(client, data, name="整改台账.xlsx"):
    answer = client.post(reverse("ledger_read_in"), {"file": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.content.decode()
    return answer["Location"]


def page_of(client, data, name="整改台账.xlsx"):
    return client.get(given(client, data, name)).content.decode()


def carried_out(client, data, name="整改台账.xlsx"):
    answer = client.post(given(client, data, name), {"carry": "1", "assign": "on"}, follow=True)
    assert answer.status_code == 200


def test_titles_in_two_rows_are_read_as_one(dispatcher, office):
    row = ["1", "补建幼儿园", "选址", "教育局", "督查室", "handler", "2027年6月底前完成", "否"]
    carried_out(dispatcher, ledger(row))
    task = Task.objects.get()
    assert (task.title, task.text, task.lead) == ("补建幼儿园", "选址", office.bodies["education"])
    assert task.bodies.get(part="helper").body == office.bodies["inspection"]
    assert timezone.localdate(task.deadline) == date(2027, 6, 30)


def test_the_person_of_the_row_is_named_where_they_serve_in_its_bodies(dispatcher, office):
    rows = (
        ["1", "补建幼儿园", "", "教育局", "", "handler", "2027年6月底", ""],
        ["2", "加装电梯", "", "督查室", "", "handler", "2027年6月底", ""],
    )
    assert "未在该行的机构任职" in page_of(dispatcher, ledger(*rows))
    carried_out(dispatcher, ledger(*rows))
    assert Task.objects.get(title="补建幼儿园").handler == office.rights["handler"].person
    elsewhere = Task.objects.get(title="加装电梯")
    assert (elsewhere.state, elsewhere.handler) == ("assigned", None)


MEASURES = (
    ["1", "补建幼儿园", "选址立项", "教育局", "", "", "2027年3月底前", ""],
    ["", "", "开工建设", "督查室", "教育局", "", "2027年9月底前完成", ""],
)


def test_a_task_over_several_rows_is_decomposed_into_its_measures(dispatcher, office):
    data = ledger(*MEASURES, merged=("A4:A5", "B4:B5"))
    assert "分解为2项措施" in page_of(dispatcher, data)
    carried_out(dispatcher, data)
    whole = Task.objects.get(title="补建幼儿园")
    parts = {each.title: each for each in Task.objects.filter(parent=whole)}
    assert {title: part.lead for title, part in parts.items()} == {
        "选址立项": office.bodies["education"], "开工建设": office.bodies["inspection"],
    }  # fmt: skip
    assert timezone.localdate(parts["开工建设"].deadline) == date(2027, 9, 30)
    assert (whole.state, whole.lead) == ("registered", None)


def test_a_decomposed_task_that_comes_again_is_the_same(dispatcher):
    data = ledger(*MEASURES, merged=("A4:A5", "B4:B5"))
    carried_out(dispatcher, data)
    carried_out(dispatcher, data)
    assert Task.objects.count() == 3
    assert "<strong>3</strong> 无变化" in page_of(dispatcher, data)


def test_headings_of_sections_are_no_tasks(dispatcher):
    rows = (["一、补短板"], ["1", "加装电梯", "", "教育局", "", "", "", ""])
    carried_out(dispatcher, ledger(*rows, merged=("A4:H4",)))
    assert list(Task.objects.values_list("title", flat=True)) == ["加装电梯"]


def test_sheets_with_the_same_columns_are_read_together(dispatcher):
    book = openpyxl.Workbook()
    sheet_of(book, "一季度", [["1", "加装电梯", "", "教育局", "", "", "", ""]])
    sheet_of(book, "二季度", [["1", "口袋公园", "", "教育局", "", "", "", ""]])
    book.create_sheet("填表说明").append(["任务请如实填写"])
    data = saved(book)
    where = given(dispatcher, data)
    page = dispatcher.get(where).content.decode()
    assert "加装电梯" in page
    assert "口袋公园" in page
    assert "二季度!4" in page
    dispatcher.post(where, {"sheet": "二季度"})
    page = dispatcher.get(where).content.decode()
    assert "加装电梯" not in page
    assert "口袋公园" in page
    dispatcher.post(where, {"carry": "1"})
    assert list(Task.objects.values_list("title", flat=True)) == ["口袋公园"]


def test_a_sheet_that_is_not_there_is_refused(dispatcher):
    where = given(dispatcher, ledger(["1", "加装电梯", "", "教育局"]))
    answer = dispatcher.post(where, {"sheet": "三季度"}, follow=True)
    assert "there is no sheet" in answer.content.decode()


def test_a_hidden_row_is_told(dispatcher):
    rows = (["1", "加装电梯", "", "教育局"], ["2", "口袋公园", "", "教育局"])
    page = page_of(dispatcher, ledger(*rows, hidden=(5,)))
    assert page.count("该行在文件中被隐藏") == 1


def test_a_name_of_a_body_is_said_once_for_all_ledgers(dispatcher, office):
    data = ledger(["1", "补建幼儿园", "", "市教体局", "", "", "2027年6月底", ""])
    where = given(dispatcher, data)
    assert "没有名为“市教体局”的机构" in dispatcher.get(where).content.decode()
    body = office.bodies["education"]
    dispatcher.post(where, {"names": "1", "name": ["市教体局", "乙"], "body": [str(body.pk), "x"]})
    assert BodyName.objects.get().body == body
    carried_out(dispatcher, data, "另一台账.xlsx")
    assert Task.objects.get().lead == body


def test_a_program_says_which_body_and_which_sheet_is_meant(office):
    key = make_key(office.rights["dispatcher"], "import")
    client = Client(headers={"Authorization": f"Bearer {key}"})
    data = ledger(["1", "补建幼儿园", "", "市教体局", "", "", "2027年6月底", ""])
    where = client.post("/api/ledger-files", {"file": SimpleUploadedFile("台账.xlsx", data)})
    path = f"/api/ledger-files/{where.json()['id']}"
    assert where.json()["sheets"] == [{"name": "台账", "is_read": True}]
    assert client.get(f"{path}/rows").json()["unknown"] == ["市教体局"]
    said = {"bodies": {"市教体局": office.bodies["education"].pk}}
    look = client.put(f"{path}/bodies", said, content_type="application/json").json()
    assert [row["kind"] for row in look["rows"]] == ["new"]
    there_is_none = {"bodies": {"甲": 999_999}}
    wrong = client.put(f"{path}/bodies", there_is_none, content_type="application/json")
    assert wrong.status_code == 422
    wrong = client.put(f"{path}/sheet", {"sheet": "无"}, content_type="application/json")
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("lead", "helpers"),
    [
        ("督查室、教育局（牵头）", ["督查室"]),
        ("牵头单位：教育局；配合单位：督查室", ["督查室"]),
        ("教育局\n督查室", ["督查室"]),
        ("市教育局", []),
    ],
)
def test_who_leads_is_read_from_the_cell(dispatcher, office, lead, helpers):
    carried_out(dispatcher, ledger(["1", "补建幼儿园", "", lead, "", "", "", "2027年6月底"]))
    carried_out(dispatcher, ledger(["2", "加装电梯", "", lead, "", "", "2027年6月底", ""]))
    task = Task.objects.get(title="加装电梯")
    assert task.lead == office.bodies["education"]
    assert [each.body.name for each in task.bodies.filter(part="helper")] == helpers


def test_of_several_days_the_last_is_the_deadline_and_the_others_are_milestones(dispatcher):
    when = "2027年1月15日前完成方案，6月底前建成"
    carried_out(dispatcher, ledger(["1", "补建幼儿园", "", "教育局", "", "", when, ""]))
    task = Task.objects.get()
    assert timezone.localdate(task.deadline) == date(2027, 6, 30)
    milestone = task.milestones.get()
    assert milestone.title == "2027年1月15日前完成方案"
    assert timezone.localdate(milestone.due) == date(2027, 1, 15)


@pytest.mark.parametrize(
    ("state", "is_entered"),
    [("已完成50%", True), ("已完成选址", True), ("未完成", True), ("基本完成", True), ("否", True),
     ("已销号", False), ("√", False), ("已整改完成", False), ("已办结（3月）", False),
     ("是", False)],
)  # fmt: skip
def test_only_what_is_wholly_done_is_left_out(dispatcher, state, is_entered):
    carried_out(dispatcher, ledger(["1", "加装电梯", "", "教育局", "", "", "", state]))
    assert Task.objects.exists() is is_entered


def test_a_deadline_that_was_changed_in_the_file_is_told_on_the_page(dispatcher):
    carried_out(dispatcher, ledger(["1", "加装电梯", "", "教育局", "", "", "2027年6月底", ""]))
    page = page_of(dispatcher, ledger(["1", "加装电梯", "", "教育局", "", "", "2027年9月底", ""]))
    assert "时限不同（2027-09-30）" in page
    assert "<strong>1</strong> 无变化" in page


def test_a_task_without_a_body_is_assigned_when_the_ledger_names_one(dispatcher, office):
    carried_out(dispatcher, ledger(["A-1", "加装电梯", "", "", "", "", "长期坚持", ""]))
    assert Task.objects.get().state == "registered"
    later = ledger(["A-1", "加装电梯", "", "教育局", "", "handler", "2027年6月底", ""])
    assert "教育局" in page_of(dispatcher, later)
    carried_out(dispatcher, later)
    task = Task.objects.get()
    assert (task.state, task.lead) == ("assigned", office.bodies["education"])
    assert task.handler == office.rights["handler"].person


def test_a_ledger_of_gb18030_text_is_read(dispatcher):
    text = "序号,工作任务,牵头单位,完成时限\n1,加装电梯,教育局,2027年3月底前\n"
    page = page_of(dispatcher, text.encode("gb18030"), "台账.csv")
    assert "加装电梯" in page
    assert "2027-03-31" in page


def test_a_handler_whose_post_ended_is_not_named(dispatcher, office):
    Post.objects.filter(role="handler").update(end=date(2020, 1, 1))
    carried_out(dispatcher, ledger(["1", "加装", "", "教育局", "", "handler", "2027年6月底", ""]))
    assert Task.objects.get().handler is None
