"""A backup taken while the office runs, and going back to it."""

import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

import office_settings

pytestmark = pytest.mark.sqlite

CITY_YAML = "name: Town\njurisdiction: CN\nas_of: 2026-06-30\nareas: areas.geojson\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An office that nobody has used, and one backup of it."""
    folder = tmp_path_factory.mktemp("made") / "city"
    folder.mkdir()
    (folder / "city.yaml").write_text(CITY_YAML, encoding="utf-8")
    (folder / "areas.geojson").write_bytes((office_settings.CITY / "areas.geojson").read_bytes())
    python(folder, ADD)
    assert urbanwork("backup", folder, folder.parent / "kept.tar").returncode == 0
    return folder


@pytest.fixture
def city(made, tmp_path):
    """A copy of it, with the backup beside it."""
    shutil.copy(made.parent / "kept.tar", tmp_path)
    return Path(shutil.copytree(made, tmp_path / "city"))


@pytest.fixture
def kept(city):
    return city.parent / "kept.tar"


def run(*arguments):
    """The command as a user runs it, on SQLite."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "urbanwork.office.settings"}
    for name in ("DATABASE_URL", "URBANWORK_CITY", "URBANWORK_OFFICE"):
        environment.pop(name, None)
    return subprocess.run(
        [sys.executable, *map(str, arguments)], env=environment, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip


def urbanwork(*arguments):
    return run("-m", "urbanwork.cli.main", *arguments)


def python(folder: Path, code: str):
    opened = (
        "from pathlib import Path; from urbanwork.office.opening import open_office; "
        f"open_office(Path({str(folder)!r}))\n"
    )
    done = run("-c", opened + code)
    assert done.returncode == 0, done.stderr


def asked(city: Path, statement: str):
    with closing(sqlite3.connect(city / "office" / "office.sqlite3")) as database, database:
        return database.execute(statement).fetchall()


def rename(city: Path, name: str):
    asked(city, f"UPDATE people_body SET name = '{name}'")


def names(city: Path):
    return [name for (name,) in asked(city, "SELECT name FROM people_body")]


ADD = """
from django.db import transaction
from urbanwork.office.audit.record import record
from urbanwork.office.people.models import Body
for name in ("first", "second"):
    with transaction.atomic():
        Body.objects.filter(code="a").delete()
        body = Body.objects.create(code="a", name=name)
        record("body.add", f"body:{body.pk}", {}, actor="system")
"""


def test_an_office_goes_back_to_its_backup_and_its_chain_holds(city, kept):
    proof = city / "office" / "evidence" / "ab" / "proof"
    proof.parent.mkdir(parents=True)
    proof.write_text("proof", encoding="utf-8")
    assert urbanwork("backup", city, kept).returncode == 0
    proof.unlink()
    python(city, ADD.replace("first", "third"))
    done = urbanwork("restore", city, kept)
    assert done.returncode == 0, done.stderr
    assert names(city) == ["second"]
    assert proof.read_text(encoding="utf-8") == "proof"
    told = urbanwork("audit", "verify", city)
    assert told.returncode == 0, told.stdout
    assert "went back to 2" in told.stdout


def test_what_was_there_before_restoring_is_kept(city, kept):
    rename(city, "late")
    urbanwork("restore", city, kept)
    assert names(city) == ["second"]
    urbanwork("restore", city, next((city / "office" / "backups").glob("before-restore-*.tar")))
    assert names(city) == ["late"]


def test_a_backup_is_whole_while_others_write(city, kept, tmp_path):
    """A writer in the middle of a transaction neither waits nor shows."""
    writer = sqlite3.connect(city / "office" / "office.sqlite3", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE people_body SET name = 'half done'")
    assert urbanwork("backup", city, kept).returncode == 0
    writer.execute("COMMIT")
    writer.close()
    with tarfile.open(kept) as tar:
        tar.extract("database.sqlite3", tmp_path, filter="data")
    with closing(sqlite3.connect(tmp_path / "database.sqlite3")) as copy:
        assert copy.execute("SELECT name FROM people_body").fetchall() == [("second",)]


def test_the_key_of_sessions_is_in_no_backup(kept):
    with tarfile.open(kept) as tar:
        assert not [name for name in tar.getnames() if "secret" in name]


def test_a_backup_is_for_its_owner_only(city, tmp_path):
    urbanwork("backup", city, tmp_path / "own.tar")
    assert (tmp_path / "own.tar").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["cut", "not a tar", "changed inside"])
def test_a_damaged_backup_is_refused_in_one_sentence_and_changes_nothing(city, kept, damage):
    rename(city, "now")
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
    assert names(city) == ["now"]


def remade(
    kept: Path, manifest=None, database: Path | None = None, more=(), name="database.sqlite3"
):
    """The backup with another manifest or database in it, and what else somebody puts there."""
    with tarfile.open(kept) as tar:
        parts = {each.name: tar.extractfile(each).read() for each in tar.getmembers()}
    told = json.loads(parts.pop("manifest.json"))
    parts |= {} if database is None else {name: database.read_bytes()}
    told["files"][name] = hashlib.sha256(parts[name]).hexdigest()
    parts |= dict.fromkeys(more, b"<script>")
    parts["manifest.json"] = json.dumps(manifest(told) if manifest else told).encode()
    with tarfile.open(kept, "w") as tar:
        for each, data in parts.items():
            entry = tarfile.TarInfo(each)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))


MANIFESTS = {
    "a list": lambda told: [],
    "files as a list": lambda told: {**told, "files": ["x"]},
    "no head": lambda told: {name: each for name, each in told.items() if name != "head"},
    "a head of lines": lambda told: {**told, "head": {"number": 5, "digest": "x\n9 y"}},
    "a format in words": lambda told: {**told, "format": "x"},
    "a file elsewhere": lambda told: {**told, "files": {**told["files"], "/etc/passwd": "x"}},
    "a newer format": lambda told: {**told, "format": 99},
    "tables of a newer version": lambda told: {**told, "migrations": ["audit.9000_new"]},
    "another office": lambda told: {**told, "first": "0" * 64},
    "a way out": lambda told: {**told, "files": {**told["files"], "evidence/../../x": "0" * 64}},
    "another moment": lambda told: {**told, "head": {"number": 1, "digest": "0" * 64}},
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_a_backup_that_says_what_cannot_be_is_refused_and_changes_nothing(city, kept, name):
    rename(city, "now")
    remade(kept, MANIFESTS[name])
    is_refused(city, kept)


def is_refused(city, kept):
    done = urbanwork("restore", city, kept)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert names(city) == ["now"]


@pytest.mark.parametrize("content", ["nothing", "another program"])
def test_a_backup_with_a_database_that_is_no_office_is_refused(city, kept, tmp_path, content):
    rename(city, "now")
    other = tmp_path / "other.sqlite3"
    other.write_bytes(b"")
    if content == "another program":
        with closing(sqlite3.connect(other)) as database:
            database.execute("CREATE TABLE x (a)")
    remade(kept, database=other)
    is_refused(city, kept)


def test_files_that_the_manifest_does_not_name_are_not_put_back(city, kept):
    remade(kept, more=["office.yaml", "evidence/ab/cd/x"])
    assert urbanwork("restore", city, kept).returncode == 0
    assert not (city / "office" / "office.yaml").exists()
    assert not (city / "office" / "evidence" / "ab").exists()


def test_an_office_moves_into_a_city_whose_office_has_not_begun(city, kept, tmp_path):
    new = tmp_path / "new"
    new.mkdir()
    for each in ("city.yaml", "areas.geojson"):
        shutil.copy(city / each, new)
    done = urbanwork("restore", new, kept)
    assert done.returncode == 0, done.stderr
    assert names(new) == ["second"]


def test_a_backup_replaces_files_only(city, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done = urbanwork("backup", city, pipe)
    assert done.returncode == 2
    assert "no file" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("office", "export", "{}", "--until", "0001-01-01"),
        ("office", "export", "{}", "--until", "9999-12-31"),
        ("office", "person", "{}", "wang", "--name", "n" * 121),
    ],
)
def test_what_commands_cannot_do_is_refused_in_one_sentence(city, arguments):
    done = urbanwork(*(str(city) if each == "{}" else each for each in arguments))
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_anchors_of_nonsense_are_told_and_no_fault_of_ours(city):
    (city / "office" / "anchors.log").write_bytes(b"\xff\xfe\x00\n9 x y\n")
    done = urbanwork("audit", "verify", city)
    assert done.returncode == 4, done.stderr


def test_a_backup_into_nowhere_is_refused_in_one_sentence(city, tmp_path):
    done = urbanwork("backup", city, tmp_path / "no" / "where.tar")
    assert done.returncode == 2
    assert "make it first" in done.stderr


def with_member(kept: Path, entry: tarfile.TarInfo, data: bytes = b""):
    with tarfile.open(kept, "a") as tar:
        entry.size = entry.size or len(data)
        tar.addfile(entry, io.BytesIO(data) if data else None)


def test_a_backup_of_a_terabyte_of_nothing_or_with_links_is_refused_before_it_is_unpacked(
    city, kept, tmp_path
):
    rename(city, "now")
    whole = kept.read_bytes()
    link = tarfile.TarInfo("evidence/link")
    link.type, link.linkname = tarfile.SYMTYPE, "office.sqlite3"
    twice = tarfile.TarInfo("manifest.json")
    for entry, data in ((link, b""), (twice, b"{}")):
        kept.write_bytes(whole)
        with_member(kept, entry, data)
        is_refused(city, kept)
    huge = tmp_path / "database.sqlite3"
    with huge.open("wb") as file:
        file.truncate(2**36)
    subprocess.run(["tar", "--sparse", "-cf", kept, "-C", tmp_path, huge.name], check=True)
    is_refused(city, kept)
    assert not list((city / "office").glob(".restore-*"))


def test_evidence_may_lie_on_a_disk_of_its_own(monkeypatch, tmp_path):
    import errno

    from urbanwork.office.operation.restoring import _move

    def apart(*_):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    (tmp_path / "a").write_bytes(b"proof")
    monkeypatch.setattr(Path, "replace", apart)
    with pytest.raises(OSError, match="cross-device"):
        _move(tmp_path / "a", tmp_path / "b")
    assert [each.name for each in tmp_path.iterdir()] == ["a"]
    monkeypatch.undo()
    real, asked = Path.replace, []

    def once(self, target):
        asked.append(self)
        return apart() if len(asked) == 1 else real(self, target)

    monkeypatch.setattr(Path, "replace", once)
    _move(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"proof"
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0


def test_a_database_that_cannot_be_written_leaves_settings_as_they_were(city, kept):
    (city / "office" / "office.yaml").write_text("# before\n", encoding="utf-8")
    assert urbanwork("backup", city, kept).returncode == 0
    (city / "office" / "office.yaml").write_text("# now\n", encoding="utf-8")
    python(
        city,
        "import pytest\n"
        "from datetime import datetime\n"
        "from urbanwork.errors import UserError\n"
        "from urbanwork.office.operation import restoring\n"
        "from urbanwork.office.place import office_place\n"
        "def refused(*_): raise UserError('the database cannot be written')\n"
        "restoring._load = refused\n"
        "with pytest.raises(UserError):\n"
        "    now = datetime.now().astimezone()\n"
        f"    restoring.restore(office_place(), Path({str(kept)!r}), now)\n",
    )
    assert (city / "office" / "office.yaml").read_text(encoding="utf-8") == "# now\n"


def test_what_grows_while_it_is_copied_comes_with_its_own_digest(tmp_path):
    from urbanwork.office.operation.backup import _add

    path = tmp_path / "anchors.log"
    path.write_bytes(b"1 a\n")
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        real = tar.addfile

        def grown(entry, file):
            path.write_bytes(b"1 a\n2 b\n")
            real(entry, file)

        tar.addfile = grown
        assert _add(tar, "anchors.log", path) == hashlib.sha256(b"1 a\n").hexdigest()
        assert _add(tar, "gone", tmp_path / "gone") is None


def test_an_office_that_moves_takes_its_anchors_along(city, kept, tmp_path):
    new = tmp_path / "new"
    new.mkdir()
    for each in ("city.yaml", "areas.geojson"):
        shutil.copy(city / each, new)
    assert urbanwork("restore", new, kept).returncode == 0
    before = (city / "office" / "anchors.log").read_text(encoding="utf-8").splitlines()
    assert (new / "office" / "anchors.log").read_text(encoding="utf-8").splitlines()[:2] == before


@pytest.fixture
def small(tmp_path):
    """A small disk with the folder of a city on it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_and_a_read_only_one_are_told_and_leave_the_office_as_it_was(city, kept, small):
    moved = Path(shutil.copytree(city, small / "city"))
    rename(moved, "now")
    free = os.statvfs(small)
    for left in (600_000, 1_500_000, 3_000_000):
        with (small / "filler").open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize - left)
        done = urbanwork("restore", moved, kept)
        assert done.returncode in ((2,) if left < 1_000_000 else (0, 2)), done.stderr
        if done.returncode == 2:
            assert len(done.stderr.strip().splitlines()) == 1, done.stderr
            assert names(moved) == ["now"]
        (small / "filler").unlink()
        assert not list((moved / "office").glob(".restore-*"))
    before = names(moved)
    subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
    done = urbanwork("restore", moved, kept)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    subprocess.run(["mount", "-o", "remount,rw", str(small)], check=True)
    assert names(moved) == before
