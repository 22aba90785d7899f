"""Writers of SQLite wait in a queue that wakes the next one at once, and that no crash blocks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from urbanwork.office.queued_sqlite.base import ENDING, DatabaseWrapper


@pytest.fixture
def connect(tmp_path, django_db_blocker):
    """Opens connections to one file, as threads and processes of a server do."""
    from django.db.utils import ConnectionHandler

    made = []
    given = {
        "ENGINE": "urbanwork.office.queued_sqlite", "NAME": tmp_path / "a.sqlite3",
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20},
    }  # fmt: skip

    def connected() -> DatabaseWrapper:
        opened = ConnectionHandler({"default": given}).create_connection("default")
        opened.inc_thread_sharing()
        made.append(opened)
        return opened

    with django_db_blocker.unblock():
        yield connected
    for each in made:
        each.close()


def begin(connection: DatabaseWrapper) -> None:
    connection.ensure_connection()
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def end(connection: DatabaseWrapper, *, by: str) -> None:
    getattr(connection, by)()
    connection.set_autocommit(True)


@pytest.mark.parametrize("by", ["commit", "rollback", "close"])
def test_the_next_writer_is_woken_at_once(connect, by):
    first, second, began = connect(), connect(), []
    begin(first)

    def write() -> None:
        begin(second)
        began.append(time.perf_counter())
        end(second, by="commit")

    waiting = threading.Thread(target=write)
    waiting.start()
    waiting.join(0.25)
    assert not began, "both write"
    left = time.perf_counter()
    getattr(first, by)()
    waiting.join(5)
    assert began[0] - left < 0.05, "it slept"


def test_a_writer_that_is_killed_blocks_nobody(connect, tmp_path):
    file = tmp_path / f"a.sqlite3{ENDING}"
    holding = (
        "import fcntl, sys, time\n"
        f"file = open({str(file)!r}, 'w')\n"
        "fcntl.flock(file, fcntl.LOCK_EX)\nprint('holds', flush=True)\ntime.sleep(60)\n"
    )
    held = subprocess.Popen([sys.executable, "-c", holding], stdout=subprocess.PIPE)
    held.stdout.readline()
    os.kill(held.pid, signal.SIGKILL)
    held.wait()
    connection = connect()
    begin(connection)
    end(connection, by="commit")


def test_a_child_that_is_forked_meanwhile_holds_no_turn(connect):
    connection, next_one = connect(), connect()
    begin(connection)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(reading, 1)
        os._exit(0)
    end(connection, by="commit")
    begin(next_one)
    end(next_one, by="commit")
    os.write(writing, b"x")
    os.waitpid(child, 0)
    os.close(reading)
    os.close(writing)


def test_a_transaction_within_a_transaction_takes_one_turn(connect):
    connection = connect()
    begin(connection)
    turn = connection._turn
    connection.savepoint_commit(connection.savepoint())
    assert connection._turn == turn is not None
    end(connection, by="rollback")
    assert connection._turn is None


def test_the_office_uses_it(tmp_path):
    from urbanwork.office.database import database_settings

    engine = database_settings(None, Path(tmp_path / "x"))["ENGINE"]
    assert engine == DatabaseWrapper.__module__.removesuffix(".base")
