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


def test_systemd_finds_no_fault_in_the_unit(tmp_path):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze")
    text = UNIT.read_text(encoding="utf-8")
    unit = tmp_path / UNIT.name
    unit.write_text(text.replace("/opt/urbanwork/bin/urbanwork", "/bin/true"), encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False
    )
    assert "urbanwork.service" not in done.stdout + done.stderr


def test_kernels_are_kept_where_the_unit_may_write():
    text = UNIT.read_text(encoding="utf-8")
    kept = re.search(r"^Environment=NUMBA_CACHE_DIR=(.+)$", text, re.M)[1]
    writable = re.search(r"^CacheDirectory=(.+)$", text, re.M)[1]
    assert kept == f"/var/cache/{writable}"


def test_what_the_container_copies_is_there():
    for copied in re.findall(r"^COPY (.+)$", CONTAINER.read_text(encoding="utf-8"), re.M):
        for name in copied.split()[:-1]:
            assert (ROOT / name).exists(), name
