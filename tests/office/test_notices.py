"""Notices: told in the transaction, planned once, delivered to real servers of this machine."""

import base64
import hashlib
import hmac
import json
import socketserver
import threading
from contextlib import contextmanager, suppress
from datetime import datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from urbanwork.errors import ManyFaultsError
from urbanwork.office.audit.models import Entry
from urbanwork.office.ledger.models import Task
from urbanwork.office.notices.declared import Notices
from urbanwork.office.notices.delivering import CLAIM, MINUTES, deliver_due
from urbanwork.office.notices.models import Attempt, Delivery, News, Notice, Quiet, Wish
from urbanwork.office.notices.planning import plan
from urbanwork.office.notices.telling import news, tell
from urbanwork.office.notices.wishes import after_quiet
from urbanwork.office.notices.words import one_line
from urbanwork.office.office_file import read_office_file

SECRET = "SEC-very-secret-0123456789"


class Web:
    """A server of this machine: keeps what it was sent, answers as it was told."""

    def __init__(self):
        self.seen, self.answer, self.hangs_up = [], (200, {"errcode": 0, "code": "0"}), False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.seen.append((self.path, dict(self.headers), body))
                if outer.hangs_up:
                    self.connection.close()
                    return
                status, said = outer.answer
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "http://169.254.169.254/latest/meta-data")
                self.end_headers()
                self.wfile.write(json.dumps(said).encode())

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}/send"


class Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as a letter needs."""

    def handle(self):
        self.wfile.write(b"220 here\r\n")
        for line in self.rfile:
            word = line.decode().strip().upper()
            if word == "DATA":
                self.wfile.write(b"354 go on\r\n")
                self.server.letters.append(self._letter())
            if word.startswith("RCPT") and self.server.refuses:
                self.wfile.write(f"{self.server.refuses} no\r\n".encode())
            elif word == "QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 well\r\n")

    def _letter(self):
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line)
        return b"".join(lines)


@contextmanager
def served(server):
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def web():
    made = Web()
    with served(made.server):
        yield made


@pytest.fixture
def mail():
    with served(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mail)) as server:
        server.letters, server.refuses = [], 0
        yield server


@pytest.fixture
def declare(monkeypatch, office):
    """Declare channels; the handler can be reached by all of them."""
    monkeypatch.setenv("A_SECRET", SECRET)
    person = office.rights["handler"].person
    person.email, person.phone = "handler@city.example", "13900000000"
    person.save()

    def declared(**channels):
        made = Notices.model_validate({"address": "https://office.example", "channels": channels})
        for where in ("words", "wishes", "planning", "delivering", "views"):
            monkeypatch.setattr(f"urbanwork.office.notices.{where}.notices", lambda: made)

    return declared


def a_mail(server):
    return {"kind": "email", "host": "127.0.0.1", "port": server.server_address[1],
            "security": "none", "sender": "office@city.example"}  # fmt: skip


def a_chat(web, kind="wecom", **more):
    return {"kind": kind, "url": web.url, "key": {"env": "A_SECRET"}, **more}


def an_sms(web, **more):
    return {"kind": "sms", "url": web.url, "token": {"env": "A_SECRET"}, **more}


def test_news_are_there_only_if_what_they_tell_is(office):
    with suppress(ZeroDivisionError), transaction.atomic():
        office.assigned()
        print(1 / 0)
    assert not News.objects.exists()
    office.assigned()
    assert News.objects.get().kind == "task.assign"


def test_news_outside_a_transaction_are_refused(monkeypatch):
    apart = SimpleNamespace(in_atomic_block=False)
    monkeypatch.setattr("urbanwork.office.notices.telling.connection", apart)
    with pytest.raises(RuntimeError):
        tell([])


def test_the_handlers_of_the_lead_body_are_told_once(office):
    office.assigned()
    assert plan() == 1
    assert plan() == 0
    assert [each.person.username for each in Notice.objects.all()] == ["handler"]


def test_nobody_is_told_what_they_did_themselves(office):
    task = office.assigned()
    plan()
    Notice.objects.all().delete()
    office.do("handler", task, "accept")
    office.do("handler", task, "request_pause", reason="雨季")
    plan()
    assert [each.person.username for each in Notice.objects.all()] == ["supervisor"]


def test_a_letter_is_delivered_with_number_title_and_link(office, declare, mail):
    declare(mail=a_mail(mail))
    task = office.assigned(title="补建幼儿园")
    plan()
    assert deliver_due() == 1
    assert deliver_due() == 0
    from email import message_from_bytes, policy

    letter = message_from_bytes(mail.letters[0], policy=policy.default)
    assert letter["To"] == "handler@city.example"
    assert letter["Subject"] == f"已交办：{task.number} 补建幼儿园"
    assert f"https://office.example/ledger/{task.number}/" in letter.get_content()
    assert letter["Message-ID"].endswith("@city.example>")


def test_a_title_cannot_add_heads_to_a_letter(office, declare, mail):
    declare(mail=a_mail(mail))
    office.assigned(title="x\r\nBcc: all@city.example\r\n\r\nhello")
    plan()
    assert deliver_due() == 1
    assert b"\nBcc:" not in mail.letters[0]
    assert len(one_line("督" * 1000)) == 160


def test_a_mailbox_that_does_not_exist_is_given_up_and_a_busy_one_tried_again(
    office, declare, mail
):
    declare(mail=a_mail(mail))
    office.assigned()
    plan()
    mail.refuses = 451
    assert deliver_due() == 0
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == ("waiting", 1)
    mail.refuses = 550
    deliver_due(delivery.due)
    assert Delivery.objects.get().state == "given_up"
    assert [each.said for each in Attempt.objects.all()] == ["SMTP 451", "SMTP 550"]


def test_attempts_grow_apart_and_end(office, declare, web):
    declare(group=a_chat(web))
    web.answer = (503, {})
    office.assigned()
    plan()
    at, waits = timezone.now(), []
    for _ in range(len(MINUTES) + 1):
        deliver_due(at)
        delivery = Delivery.objects.get()
        waits.append((delivery.due - at) / timedelta(minutes=1))
        at = max(at, delivery.due)
    assert waits[:-1] == list(MINUTES)
    assert (delivery.state, delivery.attempts) == ("given_up", len(MINUTES) + 1)


def test_wecom_gets_a_text_of_number_and_title_alone(office, declare, web):
    declare(group=a_chat(web))
    task = office.assigned(title="补建幼儿园", text="联系人王某，电话13800000000")
    plan()
    assert deliver_due() == 1
    path, _, body = web.seen[0]
    assert parse_qs(urlsplit(path).query) == {"key": [SECRET]}
    sent = json.loads(body)
    assert sent["msgtype"] == "text"
    assert f"{task.number} 补建幼儿园" in sent["text"]["content"]
    for personal in ("王某", "13800000000", "13900000000", "handler"):
        assert personal not in sent["text"]["content"]


def test_dingtalk_is_signed(office, declare, web):
    declare(group=a_chat(web, "dingtalk", secret={"env": "A_SECRET"}))
    office.assigned()
    plan()
    assert deliver_due() == 1
    query = parse_qs(urlsplit(web.seen[0][0]).query)
    text = f"{query['timestamp'][0]}\n{SECRET}".encode()
    wanted = base64.b64encode(hmac.new(SECRET.encode(), text, hashlib.sha256).digest()).decode()
    assert query["sign"] == [wanted]
    assert query["access_token"] == [SECRET]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ((200, {"errcode": 45009, "errmsg": "too many"}), "waiting"),
        ((200, {"errcode": 93000, "errmsg": "invalid key"}), "given_up"),
        ((200, "no mapping"), "given_up"),
        ((429, {}), "waiting"),
        ((403, {}), "given_up"),
        ((302, {}), "given_up"),
    ],
)
def test_what_a_chat_answers_decides_what_follows(office, declare, web, answer, state):
    declare(group=a_chat(web))
    web.answer = answer
    office.assigned()
    plan()
    deliver_due()
    assert Delivery.objects.get().state == state
    assert len(web.seen) == 1


def test_a_chat_that_hangs_up_is_unsure_and_not_sent_again(office, declare, web):
    declare(group=a_chat(web))
    web.hangs_up = True
    office.assigned()
    plan()
    deliver_due()
    deliver_due(timezone.now() + timedelta(days=2))
    assert Delivery.objects.get().state == "unsure"
    assert len(web.seen) == 1


def test_a_short_message_that_may_be_lost_is_sent_again_under_the_same_key(office, declare, web):
    declare(sms=an_sms(web, said=["code", "0"]))
    Wish.objects.create(
        person=office.rights["handler"].person, channel="sms", topic="work", mode="at_once"
    )
    web.hangs_up = True
    office.assigned()
    plan()
    deliver_due()
    web.hangs_up = False
    assert deliver_due(Delivery.objects.get().due) == 1
    keys = {headers["Idempotency-Key"] for _, headers, _ in web.seen}
    assert len(web.seen) == 2
    assert len(keys) == 1
    assert web.seen[0][1]["Authorization"] == f"Bearer {SECRET}"
    assert json.loads(web.seen[1][2])["phone"] == "13900000000"


def test_a_process_that_dies_while_sending_leaves_nothing_hanging(office, declare, web):
    declare(group=a_chat(web), sms=an_sms(web))
    Wish.objects.create(
        person=office.rights["handler"].person, channel="sms", topic="work", mode="at_once"
    )
    office.assigned()
    plan()
    now = timezone.now()
    Delivery.objects.update(state="sending", claimed=now - CLAIM * 2)
    deliver_due(now + timedelta(hours=1))
    states = dict(Delivery.objects.values_list("channel", "state"))
    assert states == {"group": "unsure", "sms": "waiting"}


def test_two_workers_send_once(office, declare, web):
    declare(group=a_chat(web))
    office.assigned()
    plan()
    delivery = Delivery.objects.get()
    Delivery.objects.filter(pk=delivery.pk).update(state="sending", claimed=timezone.now())
    assert deliver_due() == 0
    assert not web.seen


def test_nothing_of_a_restricted_task_goes_to_a_chat_and_no_title_elsewhere(
    office, declare, web, mail
):
    declare(group=a_chat(web), mail=a_mail(mail))
    task = office.assigned(title="机密事项", visibility="restricted")
    plan()
    assert deliver_due() == 1
    assert not web.seen
    from email import message_from_bytes, policy

    letter = message_from_bytes(mail.letters[0], policy=policy.default)
    assert "机密" not in str(letter["Subject"]) + letter.get_content()
    assert task.number not in letter.get_content()


def test_a_task_that_becomes_restricted_before_it_is_sent_is_not_sent(office, declare, web):
    declare(group=a_chat(web))
    office.assigned()
    plan()
    Task.objects.update(visibility="restricted")
    deliver_due()
    assert not web.seen


def test_a_chat_of_bodies_hears_of_their_tasks_only(office, declare, web):
    declare(ours=a_chat(web, bodies=["education"]), theirs=a_chat(web, bodies=["congress"]))
    office.assigned()
    plan()
    assert [each.channel for each in Delivery.objects.all()] == ["ours"]


def test_a_digest_is_one_letter_of_many_notices(office, declare, mail):
    declare(mail=a_mail(mail))
    Wish.objects.create(
        person=office.rights["handler"].person, channel="mail", topic="work", mode="digest"
    )
    for number in range(3):
        office.assigned(title=f"任务{number}")
    plan()
    assert deliver_due() == 0
    delivery = Delivery.objects.get()
    assert timezone.localtime(delivery.due).time() == time(8, 30)
    assert deliver_due(delivery.due) == 1
    from email import message_from_bytes, policy

    letter = message_from_bytes(mail.letters[0], policy=policy.default)
    assert letter["Subject"] == "通知3条"
    assert "任务2" in letter.get_content()


@pytest.mark.parametrize(
    ("hour", "hours", "wanted"),
    [
        (23, (time(21), time(8)), 8),
        (3, (time(21), time(8)), 8),
        (12, (time(21), time(8)), 12),
        (13, (time(12), time(14)), 14),
        (12, None, 12),
        (12, (time(8), time(8)), 12),
    ],
)
def test_nothing_goes_out_in_quiet_hours(hour, hours, wanted):
    moment = timezone.make_aware(datetime(2026, 5, 4, hour))
    found = timezone.localtime(after_quiet(moment, hours))
    assert found.hour == wanted
    assert found >= moment


def test_a_person_keeps_wishes_of_their_own(office, declare, web, client_of):
    declare(sms=an_sms(web))
    client = client_of("handler")
    fields = {f"sms.{topic}": "never" for topic in
              ("work", "deadlines", "orders", "decisions", "documents")}  # fmt: skip
    given = {**fields, "sms.work": "at_once", "begin": "21:00", "end": "07:00"}
    assert client.post(reverse("wishes"), given).status_code == 302
    assert Quiet.objects.get().begin == time(21)
    assert client.post(reverse("wishes"), {**given, "end": ""}).status_code == 422
    assert client.post(reverse("wishes"), {**given, "sms.work": "http://x"}).status_code == 422
    page = client.get(reverse("wishes")).content.decode()
    assert SECRET not in page
    assert web.url not in page


def test_the_log_shows_attempts_and_no_secret_to_administrators(office, declare, web, client_of):
    declare(group=a_chat(web))
    web.answer = (403, {"errmsg": SECRET})
    office.assigned(title="机密")
    plan()
    deliver_due()
    client = client_of("administrator")
    page = client.get(reverse("deliveries")).content.decode()
    assert "HTTP 403" in page
    assert SECRET not in page
    assert "机密" not in page
    web.answer = (200, {"errcode": 0})
    client.post(reverse("delivery_again", args=[Delivery.objects.get().pk]))
    assert deliver_due() == 1


def test_a_notice_of_what_one_may_no_longer_see_is_not_shown(office, client_of):
    task = office.assigned(title="移交事项")
    plan()
    client = client_of("handler")
    assert "移交事项" in client.get(reverse("told")).content.decode()
    office.do("handler", task, "dispute", reason="非本单位职责")
    deadline = timezone.now() + timedelta(days=9)
    lead = office.bodies["inspection"].pk
    office.do("dispatcher", task, "assign", lead=lead, deadline=deadline)
    assert "移交事项" not in client.get(reverse("told")).content.decode()


def test_one_marks_ones_own_notices_as_seen(office, client_of):
    office.assigned()
    plan()
    newest = Notice.objects.get().pk
    client_of("leader").post(reverse("notices_seen"), {"newest": newest})
    assert Notice.objects.get().seen is None
    client_of("handler").post(reverse("notices_seen"), {"newest": newest})
    assert Notice.objects.get().seen is not None


@pytest.mark.parametrize("way", ["page", "program"])
def test_that_notices_were_seen_stands_in_the_chain_once(office, client_of, way):
    office.assigned()
    plan()
    newest, client = Notice.objects.get().pk, client_of("handler")
    for _ in range(2):
        if way == "page":
            client.post(reverse("notices_seen"), {"newest": newest})
        else:
            given = {"newest": newest}
            client.post("/api/notices/seen", given, content_type="application/json")
    entry = Entry.objects.get(action="notices.seen")
    assert entry.facts == {"newest": newest, "marked": 1}
    assert entry.actor == f"person:{office.rights['handler'].person.pk}"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("kind: wecom\n      url: http://10.0.0.8/x\n      key: {env: A}", "wanted https://"),
        ("kind: wecom\n      url: https://a:b@x.cn/\n      key: {env: A}", "use a secret"),
        ("kind: wecom\n      url: file:///etc/passwd\n      key: {env: A}", "wanted https://"),
        ("kind: email\n      host: mx.city.cn\n      security: none\n      sender: a@b", "use tls"),
        ("kind: wecom\n      url: https://x.cn/\n      key: {env: A, file: b}", "one place"),
    ],
)
def test_a_channel_that_is_not_safe_is_refused_with_file_and_line(tmp_path, text, fault):
    (tmp_path / "office.yaml").write_text(
        f"notices:\n  channels:\n    one:\n      {text}\n", encoding="utf-8"
    )
    with pytest.raises(ManyFaultsError, match=fault):
        read_office_file(tmp_path)


def test_a_missing_secret_is_said_in_the_log_and_tried_again(office, declare, web, monkeypatch):
    declare(group=a_chat(web))
    monkeypatch.delenv("A_SECRET")
    office.assigned()
    plan()
    assert deliver_due() == 0
    assert "office.yaml" in Attempt.objects.get().said
    assert Delivery.objects.get().state == "waiting"


def test_a_kind_of_news_that_does_not_exist_is_refused():
    with pytest.raises(KeyError):
        news("task.sing", "k", timezone.now())


def test_a_channel_that_is_down_is_left_alone_for_a_round(office, declare, web, mail):
    declare(group=a_chat(web), mail=a_mail(mail))
    web.answer = (503, {})
    for _ in range(6):
        office.assigned()
    plan()
    assert deliver_due() == 6
    assert len(mail.letters) == 6
    assert len(web.seen) == 3
    web.answer = (200, {"errcode": 0})
    assert deliver_due(timezone.now() + timedelta(minutes=2)) == 6
