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
from typing import Any, Final

from urbanwork.city.store import hash_file
from urbanwork.errors import UserError
from urbanwork.office.place import OfficePlace
from urbanwork.version import __version__

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SQLITE: Final = "database.sqlite3"
POSTGRESQL: Final = "database.dump"
KEPT: Final = ("anchors.log", "office.yaml", "rules", "templates", "evidence")
"""What of the office's folder is in a backup beside the database."""


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
    manifest = {
        "format": FORMAT, "version": __version__, "at": at.isoformat(), "files": digests,
        "head": _head(),
    }  # fmt: skip
    text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(text)
    tar.addfile(entry, io.BytesIO(text))


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
        UserError: no backup, a damaged one, one of a newer version, or of another database.
    """
    with tempfile.TemporaryDirectory(dir=place.folder, prefix=".restore-") as folder:
        manifest = _unpacked(path, Path(folder))
        database = _database_of(Path(folder), path)
        kept = place.folder / "backups"
        kept.mkdir(exist_ok=True)
        back_up(place, kept / f"before-restore-{at:%Y%m%d-%H%M%S}.tar", at)
        _put_back(Path(folder), place)
        _load(database)
        head = manifest["head"]
        with place.anchors.open("a", encoding="utf-8") as file:
            if head["number"]:
                file.write(f"{head['number']} {head['digest']} {at.isoformat()} restored\n")
        return Backup(path, len(manifest["files"]), path.stat().st_size, at)


def _unpacked(path: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(path) as tar:
            tar.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files: dict[str, str] = manifest["files"]
        wrong = [name for name, digest in files.items() if hash_file(folder / name) != digest]
    except (OSError, UserError, tarfile.TarError, ValueError, KeyError, EOFError) as error:
        raise UserError(
            f"{path}: this is no whole backup of an office; nothing was changed"
        ) from error
    if wrong:
        raise UserError(f"{path}: '{wrong[0]}' is damaged; nothing was changed")
    if manifest["format"] > FORMAT:
        raise UserError(
            f"{path}: made by urbanwork {manifest['version']}, this is {__version__}; update first"
        )
    return manifest


def _database_of(folder: Path, path: Path) -> Path:
    from django.db import connection

    name = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    if not (folder / name).exists():
        raise UserError(
            f"{path}: a backup of another kind of database than this office uses "
            f"({connection.vendor}); set DATABASE_URL as it was then"
        )
    return folder / name


def _put_back(folder: Path, place: OfficePlace) -> None:
    """Files of the folder, anchors excepted: those only grow."""
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        is_ours = name.split("/")[0] in KEPT and name != place.anchors.name
        if file.is_file() and is_ours:
            target = place.folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            file.replace(target)


def _load(database: Path) -> None:
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(database)) as copy:
            copy.backup(connection.connection)
    else:
        connection.close()
        _postgresql(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction",
            "--exit-on-error", str(database),
        )  # fmt: skip
    call_command("migrate", verbosity=0, interactive=False)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
