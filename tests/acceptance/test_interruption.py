"""A kill at any moment loses nothing that was there and leaves nothing half-written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from .conftest import URBANWORK, MakeCity, Run

HELSINKI = "cities/helsinki_a.osm.pbf"


def started(city: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [URBANWORK, "examine", city], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip


def whole_examinations(city: Path) -> list[str]:
    """The examinations there are, each read to its end."""
    found = [path for path in city.glob("examinations/*") if not path.name.startswith(".")]
    for folder in found:
        json.loads((folder / "manifest.json").read_text())
        assert (folder / "report.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
        for name in ("cells", "areas", "indicators", "problems"):
            pq.read_table(folder / f"{name}.parquet")
    return sorted(path.name for path in found)


@pytest.mark.slow
@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGINT], ids=["kill", "ctrl-c"])
def test_an_examination_interrupted_at_any_moment_is_whole_or_not_there(
    signal_number: signal.Signals, shared: Path, make_city: MakeCity, run: Run
) -> None:
    city = make_city(f"osm: {shared / HELSINKI}")
    began = time.perf_counter()
    complete = run("examine", city)
    assert complete.code == 0, complete
    took = time.perf_counter() - began
    before = whole_examinations(city)
    for moment in range(8):
        _forget(city)
        process = started(city)
        time.sleep(took * (moment + 0.5) / 8)
        os.kill(process.pid, signal_number)
        _, err = process.communicate()
        assert b"Traceback" not in err
        assert whole_examinations(city) in ([], before)
    assert run("examine", city).code == 0
    assert whole_examinations(city) == before
    assert not list(city.rglob(".writing-*"))


def _forget(city: Path) -> None:
    import shutil

    shutil.rmtree(city / ".urbanwork", ignore_errors=True)
    shutil.rmtree(city / "examinations", ignore_errors=True)


def test_the_second_of_two_examinations_at_once_is_told_who_works(
    shared: Path, make_city: MakeCity, run: Run
) -> None:
    city = make_city(f"osm: {shared / HELSINKI}")
    first = started(city)
    lock = city / ".urbanwork" / "lock"
    while not (lock.exists() and lock.stat().st_size):
        assert first.poll() is None
        time.sleep(0.01)
    second = run("examine", city)
    first.communicate()
    assert first.returncode == 0
    assert second.code == 2
    assert str(first.pid) in second.err


def test_a_full_disk_gets_one_clear_sentence(
    shared: Path, make_city: MakeCity, tmp_path: Path
) -> None:
    city = make_city(f"osm: {shared / HELSINKI}")
    limit = 200 * 1024  # bytes a file may have: writing the cache fails as on a full disk
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
        "from urbanwork.cli.main import run; "
        "sys.argv = ['urbanwork', 'examine', sys.argv[1]]; run()"
    )
    ended = subprocess.run(
        [URBANWORK.with_name("python"), "-c", script, str(city)], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert ended.returncode == 2, ended
    assert "disk is full" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not list(city.glob("examinations/*"))
    assert not list(city.rglob(".writing-*"))
