"""Content hashes and the cache."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from urbanwork.city.store import (
    Cache,
    hash_file,
    hash_parts,
    storage_fault,
    write_file,
    write_folder,
)
from urbanwork.errors import UserError

DIFFERENT: list[tuple[Any, ...]] = [
    (), ("",), (None,), (0,), (0.0,), (False,), ("0",), (b"0",), ((),), ({},), ("a", "b"),
    ("ab",), ("b", "a"), (["a", "b"],), (["a"], "b"), ({"a": "b"},), (date(2023, 1, 2),),
    ("2023-01-02",), (np.zeros(2),), (np.zeros(2, np.int64),), (np.zeros((2, 1)),), ([0.0, 0.0],),
    (1,), (1.0,), (True,), (1.5,), (float("nan"),), ("大连",),
]  # fmt: skip


def test_no_two_different_inputs_share_a_hash() -> None:
    assert len({hash_parts(*parts) for parts in DIFFERENT}) == len(DIFFERENT)


def test_the_hash_does_not_depend_on_the_process() -> None:
    code = "from urbanwork.city.store import hash_parts; print(hash_parts({'b': 1, 'a': [2, 'ü']}))"
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert there.stdout.strip() == hash_parts({"a": [2, "ü"], "b": 1})


def test_what_cannot_be_hashed_by_value_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot hash a set"):
        hash_parts({"a", "b"})


def test_a_file_is_hashed_by_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"city" * 100_000)
    assert hash_file(tmp_path / "a") == hashlib.sha256(b"city" * 100_000).hexdigest()


def test_a_missing_file_and_a_folder_are_the_users_faults(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no such file"):
        hash_file(tmp_path / "none.pbf")
    with pytest.raises(UserError, match="cannot be read"):
        hash_file(tmp_path)


def _one_file(folder: Path) -> None:
    (folder / "table.parquet").write_text("rows")


def _cut(file: Path) -> None:
    file.write_text(file.read_text()[:2])


def _touched(file: Path) -> None:
    file.write_text("rowz")


@pytest.mark.parametrize("damage", [_cut, _touched, Path.unlink])
def test_a_damaged_entry_is_noticed_and_made_anew(damage: Any, tmp_path: Path) -> None:
    cache = Cache.of(tmp_path)
    file = cache.write("osm", "abc", _one_file) / "table.parquet"
    assert cache.has("osm", "abc")
    damage(file)
    assert not cache.has("osm", "abc")
    cache.write("osm", "abc", _one_file)
    assert cache.has("osm", "abc")
    assert file.read_text() == "rows"


def test_an_entry_is_written_once_and_found_again(tmp_path: Path) -> None:
    cache = Cache.of(tmp_path)
    assert not cache.has("osm", "abc")
    folder = cache.write("osm", "abc", _one_file)
    assert cache.has("osm", "abc")
    assert (folder / "table.parquet").read_text() == "rows"
    assert folder == tmp_path / ".urbanwork" / "cache" / "osm" / "abc"

    def never(_: Path) -> None:
        raise AssertionError("an entry that exists is not written again")

    assert cache.write("osm", "abc", never) == folder


def test_a_writer_that_fails_leaves_nothing(tmp_path: Path) -> None:
    cache = Cache(tmp_path)

    def fails(folder: Path) -> None:
        _one_file(folder)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cache.write("osm", "abc", fails)
    assert list((tmp_path / "osm").iterdir()) == []


def test_of_two_writers_the_first_stays(tmp_path: Path) -> None:
    cache = Cache(tmp_path)

    def overtaken(folder: Path) -> None:
        (folder / "table.parquet").write_text("late")
        write_folder(cache.folder_for("osm", "abc"), _one_file)

    folder = cache.write("osm", "abc", overtaken)
    assert (folder / "table.parquet").read_text() == "rows"
    assert [path.name for path in (tmp_path / "osm").iterdir()] == ["abc"]


def test_a_killed_writer_leaves_no_entry_and_is_tidied_up(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from urbanwork.city.store import Cache\n"
        "def slow(folder):\n"
        "    (folder / 'half').write_text('x'); print('writing', flush=True); time.sleep(60)\n"
        "Cache(Path(sys.argv[1])).write('osm', 'abc', slow)"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == "writing\n"
    cache = Cache(tmp_path)
    assert cache.tidy() == 0, "the folder of a living writer stays"
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    assert not cache.has("osm", "abc")
    assert cache.tidy() == 1
    assert list((tmp_path / "osm").iterdir()) == []


def test_what_an_earlier_process_of_our_number_left_is_tidied_up(tmp_path: Path) -> None:
    (tmp_path / "osm" / f".writing-{os.getpid()}-abc").mkdir(parents=True)
    assert Cache(tmp_path).tidy() == 1


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "a b", "a" * 121, "大"])
def test_an_entry_cannot_leave_the_cache(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        Cache(tmp_path).folder_for("osm", name)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, "the disk is full; free some space"),
        (errno.EDQUOT, "the disk is full; free some space"),
        (errno.EACCES, "this folder cannot be written to"),
        (errno.EROFS, "this folder cannot be written to"),
        (errno.EIO, "cannot be written"),
    ],
)
def test_a_failure_of_the_disk_is_one_sentence_and_leaves_nothing(
    tmp_path: Path, code: int, sentence: str
) -> None:
    def fails(folder: Path) -> None:
        _one_file(folder)
        raise OSError(code, os.strerror(code))

    with pytest.raises(UserError, match=sentence) as fault:
        Cache(tmp_path).write("osm", "abc", fails)
    assert "\n" not in str(fault.value)
    assert list((tmp_path / "osm").iterdir()) == []


def test_a_file_in_place_of_the_folder_is_the_users_fault(tmp_path: Path) -> None:
    (tmp_path / ".urbanwork").write_text("a file")
    with pytest.raises(UserError, match="cannot be written"):
        Cache.of(tmp_path).write("osm", "abc", _one_file)


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "new" / "city.yaml"
    write_file(target, b"name: A\n")
    write_file(target, b"name: B\n")
    assert target.read_bytes() == b"name: B\n"
    assert [path.name for path in target.parent.iterdir()] == ["city.yaml"]


def test_an_error_without_a_number_still_says_what_happened() -> None:
    assert "broken pipe of ours" in str(storage_fault(Path("x"), OSError("broken pipe of ours")))


def test_entries_may_be_read_by_others_as_the_umask_allows(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        folder = Cache(tmp_path).write("osm", "abc", _one_file)
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o750


def test_hashing_is_quick(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(bytes(50_000_000))
    start = time.perf_counter()
    hash_file(tmp_path / "big")
    assert time.perf_counter() - start < 1.0
