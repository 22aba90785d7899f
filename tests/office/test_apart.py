"""What-ifs of all workers are answered by one process, which goes when nobody asks any more."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from threading import Thread
from types import SimpleNamespace

import pytest

from examined_city import PHARMACY, examined  # noqa: F401
from urbanwork.errors import ManyFaultsError, UserError
from urbanwork.office.maps import apart, standing
from urbanwork.office.maps.turns import BusyError

PUBLIC = ("public", "internal")
PLACE = {"id": "c1", "kind": "add_place", "category": "pharmacy", "lon": 24.9440, "lat": 60.1650}


@contextmanager
def answering(unused_s):
    """Questions go through the socket, and are answered by a thread of this process."""

    def answer(listening):
        with suppress(OSError):  # the door is closed
            apart.answer(listening, unused_s=unused_s)

    with apart.door() as listening:
        thread = Thread(target=answer, args=(listening,), daemon=True)
        thread.start()
        yield thread


@pytest.fixture
def through_the_door(monkeypatch):
    monkeypatch.setattr(standing._kept, "now", None)
    with answering(0.05) as thread:
        yield thread


def plain(answer):
    """As JSON has it, without how long it took."""
    return {key: each for key, each in json.loads(json.dumps(answer)).items() if "_ms" not in key}


def test_the_answer_is_the_same_through_the_door(examined):  # noqa: F811
    assert standing.standing().opened.wait(60)
    here = plain(apart.tried([PLACE], PHARMACY, "1", PUBLIC, "en")), plain(apart.zones(PUBLIC))
    with answering(60.0):
        there = plain(apart.tried([PLACE], PHARMACY, "1", PUBLIC, "en")), plain(apart.zones(PUBLIC))
        assert apart.held()["is_held"] is True
        assert apart.held()["bytes"] > 2**20
    assert there == here
    assert there[0]["cells"]["rows"]
    assert len(there[1]["zones"]) == 2


def test_faults_and_a_full_queue_come_through_as_what_they_are(through_the_door, monkeypatch):
    def fails(fault):
        def answer():
            raise fault

        return answer

    for fault in (UserError("one"), ManyFaultsError(["one", "two"]), BusyError()):
        monkeypatch.setitem(apart._ANSWERS, "state", fails(fault))
        with pytest.raises(type(fault)) as told:
            apart.state()
        assert str(told.value) == str(fault)


def test_what_breaks_is_said_and_the_next_question_is_answered(through_the_door, monkeypatch):
    monkeypatch.setitem(apart._ANSWERS, "state", lambda: 1 / 0)
    with pytest.raises(UserError, match="interrupted"):
        apart.state()
    monkeypatch.setitem(apart._ANSWERS, "state", lambda: {"state": "ready", "fault": ""})
    assert apart.state()["state"] == "ready"


def test_it_ends_when_a_city_is_held_that_nobody_asks_for(through_the_door, monkeypatch):
    city = SimpleNamespace(opened=SimpleNamespace(is_set=lambda: False))
    monkeypatch.setattr(standing._kept, "now", city)
    through_the_door.join(0.3)
    assert through_the_door.is_alive()  # it is being opened
    city.opened.is_set = lambda: True
    city.turns = SimpleNamespace(waiting=1)
    through_the_door.join(0.3)
    assert through_the_door.is_alive()  # somebody waits
    city.turns.waiting = 0
    through_the_door.join(5)
    assert not through_the_door.is_alive()


OTHERS = """
import os
from urbanwork.office.operation.beside import end, run_beside
import django
django.setup()
from urbanwork.office.maps import apart

apart._ANSWERS["state"] = lambda: {"state": str(os.getpid()), "fault": ""}
with apart.door() as listening:
    beside = run_beside(lambda: apart.hold(listening))
    for _ in range(3):
        print(apart.state()["state"], flush=True)
    input()
    print(apart.state()["state"], flush=True)
    end([beside])
"""


def test_when_the_process_dies_the_next_one_answers(tmp_path):
    given = {**os.environ, "DJANGO_SETTINGS_MODULE": "office_settings"}
    asking = subprocess.Popen(
        [sys.executable, "-c", OTHERS], env=given, text=True, cwd=os.path.dirname(__file__) + "/..",
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    first = {int(asking.stdout.readline()) for _ in range(3)}
    assert len(first) == 1
    os.kill(first.pop(), signal.SIGKILL)
    second, _ = asking.communicate("\n", timeout=30)
    assert int(second) > 0
    assert asking.returncode == 0


@pytest.mark.parametrize("deep", range(880, 1_000, 5))
def test_no_depth_of_a_question_ends_the_process(through_the_door, monkeypatch, deep):
    nested: list = []
    for _ in range(deep):
        nested = [nested]
    with pytest.raises(UserError):
        apart.tried(nested, PHARMACY, "1", PUBLIC, "en")
    monkeypatch.setitem(apart._ANSWERS, "state", lambda: {"state": "ready", "fault": ""})
    assert apart.state()["state"] == "ready"


KILLED = """
import os, pathlib, signal, sys, time
from urbanwork.errors import UserError
from urbanwork.office.operation.beside import end, run_beside
import django
django.setup()
from urbanwork.office.maps import apart

once = pathlib.Path(sys.argv[1])

def state():
    if not once.exists():
        once.touch()
        os.kill(os.getpid(), signal.SIGKILL)  # while somebody waits for the answer
    return {"state": "ready", "fault": ""}

apart._ANSWERS["state"] = state
with apart.door() as listening:
    beside = run_beside(lambda: apart.hold(listening))
    try:
        apart.state()
    except UserError as error:
        print(error.faults[0].zh, flush=True)
    print(apart.state()["state"], flush=True)
    end([beside])
"""


def test_killed_in_the_middle_of_a_question_it_is_told_and_the_next_is_answered(tmp_path):
    given = {**os.environ, "DJANGO_SETTINGS_MODULE": "office_settings"}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "once")], env=given, text=True, timeout=60,
        cwd=os.path.dirname(__file__) + "/..", capture_output=True, check=True,
    )  # fmt: skip
    first, second = done.stdout.splitlines()
    assert ("推演" in first, "重试" in first) == (True, True)
    assert second == "ready"


GONE = """
import os, signal, time
from pathlib import Path
from urbanwork.errors import UserError
import django
django.setup()
from urbanwork.office.maps import apart

apart._ANSWERS["state"] = lambda: {"state": str(os.getpid()), "fault": ""}
with apart.held_beside() as child:
    answering = int(apart.state()["state"])
    for process in (child, answering):
        os.kill(process, signal.SIGKILL)
    os.waitpid(child, 0)
    stat = Path(f"/proc/{answering}/stat")
    while stat.exists() and " Z " not in stat.read_text():
        time.sleep(0.02)
    began = time.monotonic()
    try:
        apart.state()
    except UserError as error:
        print(time.monotonic() - began, error)
"""


def test_when_nobody_is_left_to_answer_nobody_waits(tmp_path):
    given = {**os.environ, "DJANGO_SETTINGS_MODULE": "office_settings"}
    done = subprocess.run(
        [sys.executable, "-c", GONE], env=given, text=True, timeout=60, capture_output=True,
        cwd=os.path.dirname(__file__) + "/..", check=True,
    )  # fmt: skip
    seconds, _, said = done.stdout.partition(" ")
    assert (float(seconds) < 5, "do not answer" in said) == (True, True)
