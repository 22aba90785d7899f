"""A backup of the whole office in one file, taken while it runs, and going back to it.

The database is copied first, as it stands at one moment, then the evidence: files of evidence are
never changed, so every row of the copy finds its file. The key of sessions is left out.
"""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field

from urbanwork.city.store import hash_file
from urbanwork.errors import UserError
from urbanwork.office.place import OfficePlace
from urbanwork.office.tables import applied, bring_up_to_date, known
from urbanwork.version import __version__

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SQLITE: Final = "database.sqlite3"
POSTGRESQL: Final = "database.dump"
KEPT: Final = ("anchors.log", "office.yaml", "rules", "templates", "evidence")
"""What of the office's folder is in a backup beside the database."""


class HeadOfChain(BaseModel):
    """The last entry of the chain in a backup."""

    number: int = Field(ge=0)
    digest: str = Field(pattern=r"^([0-9a-f]{64})?$")


class Manifest(BaseModel):
    """What a backup says of itself."""

    format: int = Field(ge=1)
    version: str = Field(max_length=40)
    at: datetime
    files: dict[Annotated[str, Field(pattern=r"^[^/\x00][^\x00]*$")], str]
    head: HeadOfChain
    first: str = ""
    migrations: list[str] = []


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup file, what it holds, and when it was taken."""

    path: Path
    files: int
    size: int
    at: datetime


def back_up(place: OfficePlace, path: Path, at: datetime) -> Backup:
    """Write a backup; the file is there whole or not at all.

    Raises:
        UserError: the file cannot be written, or the database cannot be copied.
    """
    if path.is_dir():
        path = path / f"office-{at:%Y%m%d-%H%M%S}.tar"
    if not path.parent.is_dir():
        raise UserError(f"{path.parent}: there is no such folder for the backup; make it first")
    if path.exists() and not path.is_file():
        raise UserError(f"{path}: this is no file that a backup can replace; give another name")
    try:
        return _written(place, path, at)
    except OSError as error:
        raise UserError(f"{path}: the backup cannot be written ({error.strerror})") from error


def _written(place: OfficePlace, path: Path, at: datetime) -> Backup:
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        database = _copy_database(Path(folder))
        part = Path(folder) / "whole.tar"
        digests: dict[str, str] = {}
        with tarfile.open(part, "w") as tar:
            for name, file in [(database.name, database), *_files(place)]:
                digests[name] = hash_file(file)
                tar.add(file, name)
            _add_manifest(tar, digests, at)
        _sync(part)
        os.chmod(part, 0o600)
        part.replace(path)
    return Backup(path, len(digests), path.stat().st_size, at)


def _files(place: OfficePlace) -> Iterator[tuple[str, Path]]:
    for name in KEPT:
        top = place.folder / name
        found = sorted(top.rglob("*")) if top.is_dir() else [top]
        for file in found:
            if file.is_file() and not file.is_symlink():
                yield file.relative_to(place.folder).as_posix(), file


def _add_manifest(tar: tarfile.TarFile, digests: dict[str, str], at: datetime) -> None:
    manifest: dict[str, Any] = {
        "format": FORMAT, "version": __version__, "at": at.isoformat(), "files": digests,
        "head": _head(), "first": first_of_chain(), "migrations": applied(),
    }  # fmt: skip
    text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(text)
    tar.addfile(entry, io.BytesIO(text))


def first_of_chain() -> str:
    """The digest of the first entry, by which one office is told from another; empty before it."""
    from urbanwork.office.audit.models import Entry

    found = Entry.objects.filter(number=1).values_list("digest", flat=True).first()
    return found or ""


def _head() -> dict[str, Any]:
    from urbanwork.office.audit.models import Head

    head = Head.objects.filter(id=1).first()
    return {"number": head.number, "digest": head.digest} if head else {"number": 0, "digest": ""}


def _copy_database(folder: Path) -> Path:
    """The database as it stands at one moment, while others write."""
    from django.db import connection

    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(folder / SQLITE)) as copy:
            connection.connection.backup(copy)
        return folder / SQLITE
    _postgresql("pg_dump", "--format=custom", f"--file={folder / POSTGRESQL}")
    return folder / POSTGRESQL


def _postgresql(program: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on the office's database; the password goes by environment."""
    from django.db import connection

    given = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    environment = {name: str(given[key]) for name, key in named.items() if given[key]}
    command = [program, "--no-password", f"--dbname={given['NAME']}", *arguments]
    try:
        done = subprocess.run(
            command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise UserError(
            f"{program} is not installed; a backup of PostgreSQL needs the package "
            "postgresql-client of the version of the server"
        ) from error
    if done.returncode:
        raise UserError(f"{program}: {(done.stderr.strip().splitlines() or ['failed'])[-1]}")


def restore(place: OfficePlace, path: Path, at: datetime) -> Backup:
    """Go back to a backup, while the office runs; what is there now is backed up first.

    Every file is held against its digest before anything is changed. Evidence that came later
    stays in the store. The anchors outside keep what they knew, and note that the office went back.

    Raises:
        UserError: no backup, a damaged one, one of a newer version, of another kind of database, or
            of another office.
    """
    with tempfile.TemporaryDirectory(dir=place.folder, prefix=".restore-") as folder:
        manifest = _unpacked(path, Path(folder))
        database = _database_of(Path(folder), path)
        _check_known(path, manifest, database)
        kept = place.folder / "backups"
        kept.mkdir(exist_ok=True)
        back_up(place, kept / f"before-restore-{at:%Y%m%d-%H%M%S}.tar", at)
        _put_back(Path(folder), manifest, place)
        _load(database, place)
        with place.anchors.open("a", encoding="utf-8") as file:
            if manifest.head.number:
                number, digest = manifest.head.number, manifest.head.digest
                file.write(f"{number} {digest} {at.isoformat()} restored\n")
        return Backup(path, len(manifest.files), path.stat().st_size, at)


def _unpacked(path: Path, folder: Path) -> Manifest:
    try:
        with tarfile.open(path, "r:") as tar:
            tar.extractall(folder, filter="data")
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
        wrong = [name for name, each in manifest.files.items() if hash_file(folder / name) != each]
    except (OSError, UserError, tarfile.TarError, ValueError, EOFError) as error:
        raise UserError(
            f"{path}: this is no whole backup of an office; nothing was changed"
        ) from error
    if manifest.format > FORMAT:
        raise UserError(
            f"{path}: made by urbanwork {manifest.version}, this is {__version__}; update first"
        )
    if wrong:
        raise UserError(f"{path}: '{wrong[0]}' is damaged; nothing was changed")
    return manifest


def _check_known(path: Path, manifest: Manifest, database: Path) -> None:
    """Hold what is in the backup against this office and this version, before anything changes."""
    if unknown := sorted(set(manifest.migrations) - known()):
        raise UserError(
            f"{path}: made by urbanwork {manifest.version}, whose tables this {__version__} does "
            f"not know ({unknown[0]}); update first"
        )
    if database.name == SQLITE and not _is_office(database):
        raise UserError(f"{path}: its database is no whole one of an office; nothing was changed")
    here = first_of_chain()
    if here and manifest.first and here != manifest.first:
        raise UserError(
            f"{path}: the backup of another office; to move that one here, restore it into a city "
            "whose office has not begun"
        )


def _is_office(database: Path) -> bool:
    """Whether a file of SQLite is whole and has the tables of an office."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
            opened.execute("SELECT COUNT(*) FROM audit_entry")
            return bool(opened.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.Error:
        return False


def _database_of(folder: Path, path: Path) -> Path:
    from django.db import connection

    name = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    if not (folder / name).exists():
        raise UserError(
            f"{path}: a backup of another kind of database than this office uses "
            f"({connection.vendor}); set DATABASE_URL as it was then"
        )
    return folder / name


def _put_back(folder: Path, manifest: Manifest, place: OfficePlace) -> None:
    """Files that the manifest names, anchors excepted: those only grow."""
    for name in sorted(manifest.files):
        is_ours = name.split("/")[0] in KEPT and name != place.anchors.name
        if is_ours:
            target = place.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            (folder / name).replace(target)


def _load(database: Path, place: OfficePlace) -> None:
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.ensure_connection()
        try:
            with closing(sqlite3.connect(database)) as copy:
                copy.backup(connection.connection)
        except sqlite3.Error as error:
            raise UserError(
                f"{place.database}: the database cannot be written ({error}); stop the office, "
                "then restore again"
            ) from error
    else:
        connection.close()
        _postgresql(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
            "--exit-on-error", str(database),
        )  # fmt: skip
    bring_up_to_date(place)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
