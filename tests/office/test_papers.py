"""Papers: what they say, their numbers, what a template may hold, who may take which."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from docx import Document

from urbanwork.office.audit.models import Entry
from urbanwork.office.ledger.models import Task
from urbanwork.office.meetings import deciding, holding
from urbanwork.office.meetings.minutes import minutes
from urbanwork.office.papers import make_defaults, making, originals
from urbanwork.office.papers.bulletin import Month
from urbanwork.office.papers.filling import fill
from urbanwork.office.papers.kinds import ASSIGNMENT, BULLETIN, KINDS
from urbanwork.office.papers.models import Paper
from urbanwork.office.place import office_place
from urbanwork.office.supervising.models import Order
from urbanwork.office.supervising.ordering import Deciding, decide
from urbanwork.supervision.refusing import RefusedError

HOSTILE = "=1+1<script>&\x00\x0b\u202e{{ 7*7 }}{% for x in y %}\"']]>\ud800"


def words_of(data: bytes) -> str:
    """All words of a paper: text, tables, head and foot."""
    made = Document(io.BytesIO(data))
    paragraphs = list(made.element.body.iter(f"{{{made.element.nsmap['w']}}}t"))
    return "\n".join(each.text or "" for each in paragraphs)


def template_saying(*paragraphs: str) -> bytes:
    made, out = Document(), io.BytesIO()
    for each in paragraphs:
        made.add_paragraph(each)
    made.save(out)
    return out.getvalue()


@pytest.fixture
def ordered(office):
    """A late task with a blue order."""
    now = timezone.now
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now() - timedelta(days=50))
        task = office.assigned(title="清理河道")
        office.do("handler", task, "accept")
    until = now() + timedelta(days=5)
    decide(office.rights["supervisor"], task.pk,
           Deciding("issue", "blue", until=until, reason="逾期未办结"))  # fmt: skip
    return Order.objects.get()


@pytest.fixture
def clean_templates():
    yield
    for path in (office_place().templates / "papers").glob("*"):
        path.unlink()


def this_month() -> Month:
    return Month.of(f"{timezone.localdate():%Y-%m}")


# templates


def test_the_templates_of_the_product_are_what_their_script_makes():
    made = make_defaults.make()
    assert set(made) == {f"{kind}.{lang}.docx" for kind in KINDS for lang in ("zh", "en")}
    for name, data in made.items():
        assert (originals.DEFAULTS / name).read_bytes() == data, f"{name}: make the defaults anew"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_default_can_be_filled_with_full_and_with_empty_values(kind, lang):
    data = (originals.DEFAULTS / f"{kind.name}.{lang}.docx").read_bytes()
    originals.try_out(kind, data)
    text = words_of(fill(data, kind.sample, kind.sample))
    assert "{" not in text
    assert "例 example" in text


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("{{ nobody }}", "nobody"),
        ("{{ task.secret }}", "task.secret"),
        ("{% if issuer %}x{% else %}{{ hidden_fault }}{% endif %}", "hidden_fault"),
        ("{% for each in milestones %}{{ each.password }}{% endfor %}", "each.password"),
        ("{% for each in task %}x{% endfor %}", "task"),
        ("{{ ''.__class__.__mro__ }}", ""),
        ("{{ task.__class__ }}", ""),
        ("{{ milestones.append(1) }}", "Call"),
        ("{{ 'a' * 1000000000 }}", "Mul"),
        ("{{ 2 ** 99999999 }}", "Pow"),
        ("{{ '%999999999d' % 1 }}", "Mod"),
        ("{% set x = task ~ task %}{{ x }}", ""),
        ("{% for a in range(1000000) %}x{% endfor %}", ""),
        ("{{ task|safe }}", "safe"),
        ("{{ task|center(1000000000) }}", "center"),
        ("{% include '/etc/passwd' %}", "Include"),
        ("{% import 'os' as os %}", "Import"),
        ("{% macro m() %}x{% endmacro %}", "Macro"),
        ("{% for a in milestones %}{% for b in milestones %}{% for c in milestones %}x"
         "{% endfor %}{% endfor %}{% endfor %}", "for"),
        ("{% if task %}no end", ""),
        ("{{ task", ""),
        ("{{ cycler }}", "cycler"),
    ],
)  # fmt: skip
def test_a_template_that_asks_for_more_than_the_paper_knows_is_refused(said, named):
    with pytest.raises(RefusedError) as refused:
        originals.try_out(ASSIGNMENT, template_saying(said))
    assert named in refused.value.sentence.en
    assert refused.value.sentence.zh


def macro_file() -> bytes:
    data = io.BytesIO(template_saying("{{ task }}"))
    with zipfile.ZipFile(data, "a") as file:
        file.writestr("word/vbaProject.bin", b"x")
    return data.getvalue()


def bomb() -> bytes:
    data = io.BytesIO(template_saying("{{ task }}"))
    with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/more.xml", b"0" * 130_000_000)
    return data.getvalue()


def with_part(name: str, text: bytes) -> bytes:
    data, out = io.BytesIO(template_saying("{{ task }}")), io.BytesIO()
    with zipfile.ZipFile(data) as source, zipfile.ZipFile(out, "w") as target:
        for each in source.namelist():
            target.writestr(each, text if each == name else source.read(each))
    return out.getvalue()


@pytest.mark.parametrize("data", [
    b"", b"hello", b"PK\x03\x04", b"PK\x03\x04 word/document.xml", b"x" * (3 * 2**20),
    template_saying("{{ task }}")[:2000], macro_file(), bomb(),
    with_part("word/document.xml", b"<a/>"), with_part("word/document.xml", b"no xml"),
    with_part("word/document.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "/etc/passwd">]><a>&b;</a>'),
    with_part("[Content_Types].xml", b"<Types/>"),
], ids=range(12))  # fmt: skip
def test_a_file_that_is_no_template_is_refused_in_one_sentence(data):
    with pytest.raises(RefusedError) as refused:
        originals.try_out(ASSIGNMENT, data)
    assert refused.value.sentence.en.endswith(".")


def test_what_people_wrote_stays_text():
    values = {**ASSIGNMENT.sample, "task": HOSTILE, "text": "甲\n乙\r\n丙"}
    for lang in originals.LANGUAGES:
        template = (originals.DEFAULTS / f"assignment.{lang}.docx").read_bytes()
        text = words_of(fill(template, values, ASSIGNMENT.sample))
        assert "=1+1<script>&{{ 7*7 }}{% for x in y %}\"']]>" in text
        assert "49" not in text
        assert "丙" in text


# papers


def test_an_assignment_order_says_the_task_and_keeps_its_number(office):
    task = office.assigned(title="补建幼儿园", text="六班", legal_basis="条例第三条")
    first = making.assignment_order(office.rights["dispatcher"], task, "zh")
    again = making.assignment_order(office.rights["handler"], task, "zh")
    assert first.data == again.data
    assert first.paper == again.paper
    text = words_of(first.data)
    year = timezone.localtime().year
    for said in ("交办单", f"交办〔{year}〕1号", task.number, "补建幼儿园", "六班", "教育局",
                 "条例第三条", "dispatcher"):  # fmt: skip
        assert said in text
    other = making.assignment_order(office.rights["leader"], office.assigned(title="乙"), "en")
    assert other.paper.code == f"交办〔{year}〕2号"
    assert "Assignment order" in words_of(other.data)
    made = Entry.objects.filter(action__in=["paper.made", "paper.take"]).order_by("number")
    assert [each.facts["digest"] for each in made] == [first.digest, again.digest, other.digest]
    assert made[1].actor == f"person:{office.rights['handler'].person.pk}"


def test_a_task_assigned_anew_gets_a_new_order(office):
    task = office.assigned()
    old = making.assignment_order(office.rights["leader"], task, "zh")
    office.do("handler", task, "dispute", reason="不属本单位")
    office.do("leader", task, "assign", lead=office.bodies["inspection"].pk,
              deadline=timezone.now() + timedelta(days=9))  # fmt: skip
    new = making.assignment_order(office.rights["leader"], Task.objects.get(), "zh")
    assert new.paper != old.paper
    assert "督查室" in words_of(new.data)


def test_a_handler_takes_only_what_was_issued(office):
    task = office.assigned()
    with pytest.raises(RefusedError):
        making.assignment_order(office.rights["handler"], task, "zh")
    with pytest.raises(RefusedError):
        making.assignment_order(office.rights["leader"], office.task(title="未交办"), "zh")
    assert not Paper.objects.exists()


@pytest.mark.parametrize(
    ("step", "title"),
    [("blue", "蓝色督办单"), ("remind", "提醒"), ("interview", "约谈通知"), ("red", "红色督办单")],
)
def test_every_step_of_supervision_has_its_paper_under_the_number_of_the_order(
    ordered, office, step, title
):
    Order.objects.update(step=step)
    made = making.supervision_order(office.rights["handler"], Order.objects.get(), "zh")
    text = words_of(made.data)
    assert made.paper.code == ordered.code
    for said in (title, ordered.code, "清理河道", "逾期未办结", "教育局"):
        assert said in text
    english = words_of(making.supervision_order(office.rights["leader"], ordered, "en").data)
    assert ordered.code in english


def test_the_bulletin_has_no_restricted_task_and_no_number_that_counts_one(ordered, office):
    rights = office.rights["supervisor"]
    before = words_of(making.bulletin(rights, this_month(), "zh").data)
    Task.objects.update(visibility="restricted")
    after = words_of(making.bulletin(rights, this_month(), "zh").data)
    assert "清理河道" in before
    assert "未结任务1项，其中逾期1项；本月销号0项，签发督办单1份" in before
    assert "0/1" not in after
    assert "未结任务0项，其中逾期0项；本月销号0项，签发督办单0份" in after
    assert "清理河道" not in after
    assert ordered.code not in after


def test_a_rate_of_few_is_silent_but_shows_what_was_counted(ordered, office):
    office.assigned(title="新任务")
    text = words_of(making.bulletin(office.rights["leader"], this_month(), "zh").data)
    assert "–（0/1）" in text
    assert "不足20件" in text


def test_the_bulletin_of_a_month_has_one_number_and_other_reach_another(office):
    rights = office.rights["leader"]
    first = making.bulletin(rights, this_month(), "zh")
    assert making.bulletin(office.rights["dispatcher"], this_month(), "en").paper == first.paper
    rights.post.areas = ["东区"]
    assert making.bulletin(rights, this_month(), "zh").paper != first.paper


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2999-01", "0001-01", "x", "2026-1-1"])
def test_a_month_that_is_none_is_refused(text):
    with pytest.raises(RefusedError):
        Month.of(text)


def test_a_long_list_says_how_many_more_there_are(ordered, office, monkeypatch):
    monkeypatch.setattr("urbanwork.office.papers.bulletin.MOST", 0)
    text = words_of(making.bulletin(office.rights["leader"], this_month(), "zh").data)
    assert "另有1项" in text


def test_minutes_are_of_the_fixed_text_and_an_extract_for_those_who_see_less(office):
    rights = office.rights["leader"]
    meeting = holding.call(rights, holding.Calling("调度会", timezone.now(), "三楼"))
    item = holding.put_in(rights, meeting.pk, "校舍", "讨论记录")
    wanted = deciding.NewTask("修缮", "restricted")
    deciding.make_task(rights, item, "机密的修缮", wanted)
    deciding.write_down(rights, item, "各单位自查")
    with pytest.raises(RefusedError):
        minutes(rights, meeting, "zh")
    meeting = holding.close(rights, meeting.pk)
    whole, part = minutes(rights, meeting, "zh"), minutes(office.rights["oversight"], meeting, "zh")
    assert whole.paper == part.paper
    for said in ("调度会", "三楼", "校舍", "讨论记录", "各单位自查"):
        assert said in words_of(whole.data)
        assert said in words_of(part.data)
    assert "机密的修缮" in words_of(whole.data)
    assert "机密的修缮" not in words_of(part.data)
    assert "摘录" in words_of(part.data)
    assert "Minutes" in words_of(minutes(rights, meeting, "en").data)


# pages


def upload(data: bytes):
    return {"file": SimpleUploadedFile("x.docx", data)}


def test_a_changed_template_is_used_and_the_default_comes_back(office, client_of, clean_templates):
    client, task = client_of("administrator"), office.assigned(title="补建幼儿园")
    path = reverse("paper_template", args=["assignment", "zh"])
    answer = client.post(path, upload(template_saying("本市专用 {{ task }}")))
    assert answer.status_code == 302
    made = making.assignment_order(office.rights["leader"], task, "zh")
    assert "本市专用 补建幼儿园" in words_of(made.data)
    refused = client.post(path, upload(template_saying("{{ nobody }}")))
    assert refused.status_code == 422
    assert "nobody" in refused.content.decode()
    assert "本市专用" in words_of(client.get(path).content)
    client.post(path, {"default": "1"})
    assert "本市专用" not in words_of(client.get(path).content)
    actions = [each.action for each in Entry.objects.filter(subject="template:assignment")]
    assert actions == ["template.change", "template.default"]


def test_a_page_takes_papers_and_lists_them(ordered, office, client_of):
    client, task = client_of("supervisor"), ordered.task
    page = client.get(reverse("task", args=[task.number])).content.decode()
    for path in (reverse("paper_assignment", args=[task.number]),
                 reverse("paper_order", args=[ordered.pk])):  # fmt: skip
        assert path in page
        answer = client.post(path, {"lang": "en"})
        assert answer.content.startswith(b"PK")
        assert "attachment" in answer["Content-Disposition"]
    answer = client.post(reverse("paper_bulletin"), {"month": str(this_month())})
    assert answer.content.startswith(b"PK")
    shown = client.get(reverse("papers")).content.decode()
    assert ordered.code in shown
    assert "清理河道" in shown
    wrong = client.post(reverse("paper_bulletin"), {"month": "2999-01"}, follow=True)
    assert wrong.status_code == 200


def test_papers_of_a_task_that_is_not_visible_are_not_found(ordered, client_of):
    task = ordered.task
    Task.objects.update(visibility="restricted")
    client = client_of("oversight")
    assert client.post(reverse("paper_assignment", args=[task.number])).status_code == 404
    assert client.post(reverse("paper_order", args=[ordered.pk])).status_code == 404
    assert "清理河道" not in client.get(reverse("papers")).content.decode()


def test_the_kinds_name_every_value_once():
    for kind in KINDS.values():
        names = [name for name, _ in kind.named()]
        assert len(names) == len(set(names)), kind.name
    assert BULLETIN.sample["bodies"][0]["counts"][0]["count"] == 1
