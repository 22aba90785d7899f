"""One examination of a city at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from urbanwork.city.lock import city_lock
from urbanwork.errors import UserError

HOLD = (
    "import sys, time; from urbanwork.city.lock import city_lock\n"
    "with city_lock(sys.argv[1]):\n"
    "    print('held', flush=True); time.sleep(60)"
)


def _holder(city: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(city)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_second_is_told_who_and_since_when_and_kill_9_frees_the_city(tmp_path: Path) -> None:
    holder = _holder(tmp_path)
    try:
        with (
            pytest.raises(
                UserError,
                match=rf"is being worked on by process {holder.pid} \(since 20\d\d-.*\); wait",
            ),
            city_lock(tmp_path),
        ):
            pass
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with city_lock(tmp_path):
        pass


def test_the_city_is_free_after_the_block_even_when_it_failed(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), city_lock(tmp_path):
        raise ZeroDivisionError
    with city_lock(tmp_path):
        pass


def test_the_same_process_cannot_hold_it_twice(tmp_path: Path) -> None:
    with (
        city_lock(tmp_path),
        pytest.raises(UserError, match="by this process"),
        city_lock(tmp_path),
    ):
        pass


def test_two_cities_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with city_lock(tmp_path / "a"), city_lock(tmp_path / "b"):
        pass


def test_an_unsigned_lock_is_still_a_lock(tmp_path: Path) -> None:
    with city_lock(tmp_path):
        os.truncate(tmp_path / ".urbanwork" / "lock", 0)
        with pytest.raises(UserError, match="by another process"), city_lock(tmp_path):
            pass


def test_a_folder_that_cannot_be_made_is_the_users_fault(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(UserError, match="cannot be written"), city_lock(tmp_path / "file"):
        pass
