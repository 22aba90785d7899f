"""The files by which an office is installed say what the product understands."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "deploy" / "urbanwork.service"
NIGHTLY = ROOT / "deploy" / "urbanwork-nightly.service"
MONTHLY = ROOT / "deploy" / "urbanwork-examination.service"
UNITS = [
    UNIT,
    *(each.with_suffix(kind) for each in (NIGHTLY, MONTHLY) for kind in (".service", ".timer")),
]
CONTAINER = ROOT / "deploy" / "Containerfile"


def options_of(*command):
    done = subprocess.run(
        [sys.executable, "-m", "urbanwork.cli.main", *command, "--help"],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return set(re.findall(r"--[a-z-]+", done.stdout))


def commands():
    started = re.search(r"^ExecStart=(.+)$", UNIT.read_text(encoding="utf-8"), re.M)[1]
    yield shlex.split(started)[1:]
    run = re.findall(r"^CMD \[(.+)\]$", CONTAINER.read_text(encoding="utf-8"), re.M)[-1]
    yield re.findall(r'"([^"]+)"', run)[1:]


@pytest.mark.parametrize("command", list(commands()), ids=["unit", "container"])
def test_the_server_is_started_by_a_command_with_options_that_exist(command):
    assert command[0] == "serve"
    given = {word for word in command if word.startswith("--")}
    assert given <= options_of("serve")


def done_by(unit):
    text = unit.read_text(encoding="utf-8")
    return [shlex.split(each)[1:] for each in re.findall(r"^ExecStart=(.+)$", text, re.M)]


@pytest.mark.parametrize("command", [*done_by(NIGHTLY), *done_by(MONTHLY)], ids=" ".join)
def test_what_is_done_by_the_calendar_is_a_command_with_options_that_exist(command):
    where = command.index("/srv/urbanwork/city")
    given = {word for word in command if word.startswith("--")}
    assert given <= options_of(*command[:where])


@pytest.mark.parametrize(
    ("unit", "order"),
    [
        (NIGHTLY, ["backup", "audit verify", "office retain"]),
        (MONTHLY, ["office export", "examine"]),
    ],
    ids=["night", "month"],
)
def test_nothing_is_deleted_before_a_backup_nor_exported_without_an_examination(unit, order):
    done = [" ".join(each[: each.index("/srv/urbanwork/city")]) for each in done_by(unit)]
    assert done == order


@pytest.mark.parametrize("unit", [NIGHTLY, MONTHLY], ids=["night", "month"])
def test_what_runs_by_the_calendar_may_do_what_the_office_may_and_no_more(unit):
    held = r"^(?:User|Protect\w+|Private\w+|Restrict\w+|ReadWrite\w+|Capab\w+|UMask|Env\w+File)=.+$"
    office, by_calendar = (
        re.findall(held, each.read_text(encoding="utf-8"), re.M) for each in (UNIT, unit)
    )
    assert office == by_calendar


@pytest.mark.parametrize("named", UNITS, ids=lambda each: each.name)
def test_systemd_finds_no_fault_in_the_units(tmp_path, named):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze")
    for each in UNITS:
        text = each.read_text(encoding="utf-8").replace("/opt/urbanwork/bin/urbanwork", "/bin/true")
        (tmp_path / each.name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", tmp_path / named.name],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "urbanwork" not in done.stdout + done.stderr


def test_kernels_are_kept_where_the_unit_may_write():
    text = UNIT.read_text(encoding="utf-8")
    kept = re.search(r"^Environment=NUMBA_CACHE_DIR=(.+)$", text, re.M)[1]
    writable = re.search(r"^CacheDirectory=(.+)$", text, re.M)[1]
    assert kept == f"/var/cache/{writable}"


def test_what_the_container_copies_is_there():
    for copied in re.findall(r"^COPY (.+)$", CONTAINER.read_text(encoding="utf-8"), re.M):
        for name in copied.split()[:-1]:
            assert (ROOT / name).exists(), name
