"""When kernels compile, where their machine code goes, and who shares the work."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from urbanwork.kernels.compiled import compiled, given
from urbanwork.kernels.threads import even_parts, set_threads, shared_out, threads_in_use


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_importing_the_kernels_does_not_load_the_compiler():
    code = """
import sys
import urbanwork.kernels, urbanwork.kernels.graph, urbanwork.kernels.threads
print("numba" in sys.modules)
"""
    assert run(code).strip() == "False"


@pytest.mark.slow
def test_warming_compiles_everything_once_for_all_processes(tmp_path: Path):
    code = """
from numba.core import event
compiled = []
class Listener(event.Listener):
    def on_start(self, started): compiled.append(started.data["dispatcher"].py_func.__name__)
    def on_end(self, ended): pass
event.register("numba:compile", Listener())
import numpy as np
from urbanwork.kernels.warm import warm
if {first}: warm(every=True)
else:
    # what a run asks for, from arrays that cannot be written, as those of files are
    from urbanwork.kernels.graph import Snaps, build_graph
    from urbanwork.kernels.reach import nearest, counts_within
    arrays = [np.array(column, np.int32) for column in [[0, 0], [0, 9], [9, 0], [0, 0]]]
    for array in arrays: array.flags.writeable = False
    street = build_graph(2, [0], [1], [9])
    nearest(street, Snaps(*arrays), [0, 0], 1)
    counts_within(street, Snaps(*arrays), [0, 1], [0, 0], 1, Snaps(*arrays)[:1], [5])
print(len(compiled))
"""
    folder = {"NUMBA_CACHE_DIR": str(tmp_path)}
    assert int(run(code.replace("{first}", "True"), **folder)) > 5
    assert int(run(code.replace("{first}", "True"), **folder)) == 0
    assert int(run(code.replace("{first}", "False"), **folder)) == 0


def test_who_waits_for_a_kernel_is_told_once_and_only_when_one_compiles(tmp_path: Path):
    code = """
from urbanwork.kernels.waiting import tell_of_compiling
tell_of_compiling(lambda: print("told"))
from urbanwork.kernels.graph import build_graph
from urbanwork.kernels.components import components
components(build_graph(2, [0], [1], [9]))
"""
    folder = {"NUMBA_CACHE_DIR": str(tmp_path)}
    assert run(code, **folder) == "told\n"
    assert run(code, **folder) == ""


def test_examining_needs_no_kernel_of_planning():
    code = """
import sys
from urbanwork.kernels.warm import warm
warm()
print([name for name in sys.modules if name.startswith("urbanwork.kernels.")])
"""
    loaded = run(code)
    assert "urbanwork.kernels.reach" in loaded
    assert not any(name in loaded for name in ("incremental", "facility", "automaton"))


def test_kernels_take_views_not_copies_and_cannot_write_to_them():
    array = np.arange(5, dtype=np.int32)
    view = given(array, np.int32)
    assert np.shares_memory(array, view)
    assert not view.flags.writeable
    assert array.flags.writeable


def test_work_is_shared_out_in_order():
    before = threads_in_use()
    for threads in (1, 3):
        set_threads(threads)
        assert shared_out(lambda number: number * 2, range(7)) == [0, 2, 4, 6, 8, 10, 12]
    set_threads(before)


def test_a_fault_in_one_part_is_not_lost():
    with pytest.raises(ZeroDivisionError):
        shared_out(lambda number: 1 // number, [1, 0, 2])


def test_no_threads_at_all_are_refused():
    with pytest.raises(ValueError, match="at least one thread"):
        set_threads(0)


def test_parts_cover_every_row_once():
    for count in (0, 1, 5, 64):
        rows = [row for a, b in even_parts(count, 7) for row in range(a, b)]
        assert rows == list(range(count))


def test_kernels_run_even_where_no_folder_can_be_written(monkeypatch: pytest.MonkeyPatch):
    from numba.core import caching

    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    twice = compiled(lambda number: 2 * number)
    assert twice(21) == 42
