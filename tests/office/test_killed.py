"""kill -9 at random moments while sixteen clients write: what was confirmed is there, once."""

import http.client
import json
import os
import random
import threading
import time
import uuid

import pytest

from served_office import ServedOffice, own_database

CLIENTS, KILLS = 16, 20
KEYS = """
import json
from urbanwork.office.ledger.models import TaskEvent
print(json.dumps(list(TaskEvent.objects.exclude(key=None).values_list("key", flat=True))))
"""


@pytest.fixture
def served(tmp_path):
    url = os.environ.get("DATABASE_URL")
    found = ServedOffice(tmp_path, url and own_database(url, f"killed_{uuid.uuid4().hex[:8]}"))
    yield found
    found.stop()


class Writer(threading.Thread):
    """Reports on a task again and again; what got no answer is sent again with the same key."""

    def __init__(self, port, key, number):
        super().__init__(daemon=True)
        self.port, self.number = port, number
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self.confirmed, self.refused = [], []
        self.is_over = threading.Event()

    def run(self):
        while not self.is_over.is_set():
            self.report(uuid.uuid4().hex)

    def report(self, key):
        body = json.dumps({"action": "report", "reason": "进展", "key": key})
        while not self.is_over.is_set():
            try:
                status, answer = self.post(body)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            if status == 201:
                self.confirmed.append(key)
                return
            if status < 500:
                self.refused.append((status, answer))
                return

    def post(self, body):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("POST", f"/api/tasks/{self.number}/events", body, self.headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


@pytest.mark.slow
def test_what_was_confirmed_is_there_once_after_twenty_kills_and_the_chain_holds(served):
    filled = served.filled(CLIENTS)
    served.start()
    writers = [Writer(served.port, filled["key"], task["number"]) for task in filled["tasks"]]
    for writer in writers:
        writer.start()
    moments = random.Random(7)
    for _ in range(KILLS):
        time.sleep(moments.uniform(0.1, 0.9))
        served.kill()
        served.start()
    time.sleep(1)
    for writer in writers:
        writer.is_over.set()
    for writer in writers:
        writer.join(60)
    served.stop()
    assert [writer.refused for writer in writers if writer.refused] == []
    confirmed = [key for writer in writers for key in writer.confirmed]
    assert len(confirmed) > KILLS * 5, "too few were written to show anything"
    there = json.loads(served.python(KEYS).splitlines()[-1])
    assert len(there) == len(set(there))
    assert set(confirmed) <= set(there)
    assert len(set(there) - set(confirmed)) <= CLIENTS  # under way when the writers were stopped
    verified = served.urbanwork("audit", "verify", str(served.city))
    assert verified.returncode == 0, verified.stdout
