"""A server that is killed while photos arrive: what it confirmed is there, whole, and once."""

from __future__ import annotations

import http.client
import re
import sqlite3
import threading
import time
from uuid import uuid4

import pytest

from sent_files import photo
from served_office import ServedOffice

BOUNDARY = "----test"


def form(token: str, key: str, number: int) -> bytes:
    fields = {"csrfmiddlewaretoken": token, "key": key, "action": "report", "text": "x"}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="files"; filename="a.jpg"\r\n\r\n'
    picture = photo(60 + number % 40, 60 + number // 40)
    return "".join([*parts, head]).encode() + picture + f"\r\n--{BOUNDARY}--\r\n".encode()


def sends(port: int, session: str, number: str, confirmed: list[str], first: int) -> None:
    """Report again and again until the server is gone."""
    path, cookie = f"/ledger/{number}/report/", f"sessionid={session}"
    try:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        line.request("GET", path, headers={"Cookie": cookie})
        answer = line.getresponse()
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())[1]
        cookie += "; " + re.search(r"csrftoken=\w+", str(answer.headers))[0]
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        for each in range(first, first + 400):
            key = uuid4().hex
            line.request("POST", path, form(token, key, each),
                         {"Cookie": cookie, "Content-Type": kind})  # fmt: skip
            answer = line.getresponse()
            answer.read()
            assert answer.status == 302
            confirmed.append(key)
    except (OSError, http.client.HTTPException):
        return


@pytest.mark.slow
def test_nothing_that_was_confirmed_is_lost_when_the_server_is_killed(tmp_path):
    served = ServedOffice(tmp_path)
    served.environment |= {"URBANWORK_LANG": "en", "URBANWORK_WORKERS": "2"}
    served.filled(8)
    confirmed: list[str] = []
    for each in range(2):
        killed_while_they_send(served, confirmed, each)
    assert len(confirmed) > 10
    office = served.city / "office"
    with sqlite3.connect(office / "office.sqlite3") as opened:
        events = [key for (key,) in opened.execute("SELECT key FROM ledger_taskevent")]
        files = dict(opened.execute("SELECT key, digest FROM evidence_evidence"))
    assert set(confirmed) <= set(events)
    assert {f"{key}:0" for key in confirmed} <= files.keys()
    for digest in files.values():
        assert (office / "evidence" / digest[:2] / digest[2:4] / digest).stat().st_size
    verified = served.urbanwork("audit", "verify", str(served.city))
    assert verified.returncode == 0, verified.stderr


def killed_while_they_send(served: ServedOffice, confirmed: list[str], more: int) -> None:
    served.start()
    before, session = len(confirmed), served.made["sessions"]["handler"]
    threads = [
        threading.Thread(
            target=sends, args=(served.port, session, task["number"], confirmed, 400 * place)
        )
        for place, task in enumerate(served.made["tasks"])
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    until = time.monotonic() + 30
    while len(confirmed) < before + 8 + 5 * more and time.monotonic() < until:
        threads[0].join(0.02)
    served.kill()
    for thread in threads:
        thread.join()
