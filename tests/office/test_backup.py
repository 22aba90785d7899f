"""A backup taken while the office runs, and going back to it."""

import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

CITY_YAML = "name: Town\njurisdiction: CN\nas_of: 2026-06-30\nareas: areas.geojson\n"


@pytest.fixture
def city(tmp_path):
    import office_settings

    folder = tmp_path / "city"
    folder.mkdir()
    (folder / "city.yaml").write_text(CITY_YAML, encoding="utf-8")
    (folder / "areas.geojson").write_bytes((office_settings.CITY / "areas.geojson").read_bytes())
    python(folder, "pass", is_made=False)
    return folder


def run(*arguments):
    """The command as a user runs it, on SQLite."""
    import os

    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "urbanwork.office.settings"}
    for name in ("DATABASE_URL", "URBANWORK_CITY", "URBANWORK_OFFICE"):
        environment.pop(name, None)
    return subprocess.run(
        [sys.executable, *map(str, arguments)], env=environment, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip


def urbanwork(*arguments):
    return run("-m", "urbanwork.cli.main", *arguments)


def python(folder: Path, code: str, *, is_made=True):
    opened = (
        "from pathlib import Path; from urbanwork.office.opening import open_office; "
        f"open_office(Path({str(folder)!r}), is_made={is_made})\n"
    )
    done = run("-c", opened + code)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


ADD = """
from django.db import transaction
from urbanwork.office.audit.record import record
from urbanwork.office.people.models import Body
with transaction.atomic():
    body = Body.objects.create(code="{0}", name="{0}")
    record("body.add", f"body:{{body.pk}}", {{}}, actor="system")
"""
NAMES = """
from urbanwork.office.people.models import Body
print(",".join(Body.objects.order_by("code").values_list("code", flat=True)))
"""


def test_an_office_goes_back_to_its_backup_and_its_chain_holds(city, tmp_path):
    python(city, ADD.format("a"))
    (city / "office" / "evidence" / "ab").mkdir(parents=True)
    (city / "office" / "evidence" / "ab" / "proof").write_text("proof", encoding="utf-8")
    kept = tmp_path / "kept.tar"
    assert urbanwork("backup", city, kept).returncode == 0
    python(city, ADD.format("b"))
    (city / "office" / "evidence" / "ab" / "proof").unlink()
    done = urbanwork("restore", city, kept)
    assert done.returncode == 0, done.stderr
    assert python(city, NAMES) == "a"
    assert (city / "office" / "evidence" / "ab" / "proof").read_text(encoding="utf-8") == "proof"
    told = urbanwork("audit", "verify", city)
    assert told.returncode == 0, told.stdout
    assert "went back to 1" in told.stdout


def test_what_was_there_before_restoring_is_kept(city, tmp_path):
    kept = tmp_path / "kept.tar"
    urbanwork("backup", city, kept)
    python(city, ADD.format("late"))
    urbanwork("restore", city, kept)
    before = next((city / "office" / "backups").glob("before-restore-*.tar"))
    urbanwork("restore", city, before)
    assert python(city, NAMES) == "late"


def test_a_backup_is_whole_while_others_write(city, tmp_path):
    """A writer in the middle of a transaction neither waits nor shows."""
    python(city, ADD.format("a"))
    writer = sqlite3.connect(city / "office" / "office.sqlite3", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE people_body SET name = 'half done'")
    kept = tmp_path / "kept.tar"
    assert urbanwork("backup", city, kept).returncode == 0
    writer.execute("COMMIT")
    writer.close()
    with tarfile.open(kept) as tar:
        tar.extract("database.sqlite3", tmp_path, filter="data")
    with sqlite3.connect(tmp_path / "database.sqlite3") as copy:
        assert copy.execute("SELECT name FROM people_body").fetchall() == [("a",)]


def test_the_key_of_sessions_is_in_no_backup(city, tmp_path):
    kept = tmp_path / "kept.tar"
    urbanwork("backup", city, kept)
    with tarfile.open(kept) as tar:
        assert not [name for name in tar.getnames() if "secret" in name]
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["cut", "not a tar", "changed inside"])
def test_a_damaged_backup_is_refused_in_one_sentence_and_changes_nothing(city, tmp_path, damage):
    python(city, ADD.format("a"))
    kept = tmp_path / "kept.tar"
    urbanwork("backup", city, kept)
    whole = kept.read_bytes()
    kept.write_bytes({
        "cut": whole[: len(whole) // 2],
        "not a tar": b"nothing of a tar",
        "changed inside": whole.replace(b"SQLite format 3", b"SQLite format X"),
    }[damage])  # fmt: skip
    done = urbanwork("restore", city, kept)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "nothing was changed" in done.stderr
    assert python(city, NAMES) == "a"


def test_a_backup_into_nowhere_is_refused_in_one_sentence(city, tmp_path):
    done = urbanwork("backup", city, tmp_path / "no" / "where.tar")
    assert done.returncode == 2
    assert "make it first" in done.stderr
