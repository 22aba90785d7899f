"""A backup of the whole office in one file, taken while it runs.

The database is copied first, as it stands at one moment, then the evidence: files of evidence are
never changed, so every row of the copy finds its file. What the backup says of its database (the
head of the chain, the tables) is read from that copy, not from the office, which goes on. The key
of sessions is left out.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final

from pydantic import AfterValidator, BaseModel, Field

from urbanwork.errors import UserError
from urbanwork.office.evidence.store import INCOMING
from urbanwork.office.operation.postgresql import connected, run_program
from urbanwork.office.place import OfficePlace
from urbanwork.version import __version__

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
SQLITE: Final = "database.sqlite3"
POSTGRESQL: Final = "database.dump"
KEPT: Final = ("anchors.log", "office.yaml", "rules", "templates", "evidence")
"""What of the office's folder is in a backup beside the database."""


def _is_inside(name: str) -> str:
    """A path below the folder of the office, and no other."""
    if not name or "\x00" in name or any(part in ("", ".", "..") for part in name.split("/")):
        raise ValueError(f"no file of an office: {name[:80]!r}")
    return name


Inside = Annotated[str, AfterValidator(_is_inside)]


class HeadOfChain(BaseModel):
    """The last entry of the chain in a backup."""

    number: int = Field(ge=0)
    digest: str = Field(pattern=r"^([0-9a-f]{64})?$")


class Manifest(BaseModel):
    """What a backup says of itself."""

    format: int = Field(ge=1)
    version: str = Field(max_length=40)
    at: datetime
    files: dict[Inside, str]
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


@dataclass(frozen=True, slots=True)
class Copied:
    """What a database says of itself: the last entry of its chain, the digest of the first, by
    which one office is told from another (empty before it), and its migrations."""

    number: int
    digest: str
    first: str
    migrations: tuple[str, ...]


_SAYS: Final = (
    "SELECT number, digest FROM audit_head WHERE id = 1",
    "SELECT digest FROM audit_entry WHERE number = 1",
    "SELECT app, name FROM django_migrations",
)


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
    except sqlite3.Error as error:
        raise UserError(f"{path}: the database cannot be copied there ({error})") from error


def _written(place: OfficePlace, path: Path, at: datetime) -> Backup:
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".backup-") as folder:
        database, copied = _copy_database(Path(folder))
        part = Path(folder) / "whole.tar"
        digests: dict[str, str] = {}
        with tarfile.open(part, "w") as tar:
            for name, file in [(database.name, database), *_files(place)]:
                if (digest := _add(tar, name, file)) is not None:
                    digests[name] = digest
            _add_manifest(tar, digests, copied, at)
        _sync(part)
        os.chmod(part, 0o600)
        part.replace(path)
    return Backup(path, len(digests), path.stat().st_size, at)


def _files(place: OfficePlace) -> Iterator[tuple[str, Path]]:
    """Files of the office beside its database; those of evidence that are just written are none."""
    for name in KEPT:
        top = place.folder / name
        found = sorted(top.rglob("*")) if top.is_dir() else [top]
        for file in found:
            is_written = file.parent == place.evidence / INCOMING
            if file.is_file() and not file.is_symlink() and not is_written:
                yield file.relative_to(place.folder).as_posix(), file


class _Digested:
    """A file that is read once: what went into the backup is what the digest is of."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.sha256.update(data)
        return data


def _add(tar: tarfile.TarFile, name: str, file: Path) -> str | None:
    """Add a file as long as it is now, for anchors and pieces of uploads grow meanwhile; its
    digest, or None where it went away since it was listed."""
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        return None
    with opened:
        entry = tarfile.TarInfo(name)
        found = os.fstat(opened.fileno())
        entry.size, entry.mtime, entry.mode = found.st_size, found.st_mtime, 0o600
        read = _Digested(opened)
        tar.addfile(entry, read)
    return read.sha256.hexdigest()


def _add_manifest(
    tar: tarfile.TarFile, digests: dict[str, str], copied: Copied, at: datetime
) -> None:
    manifest: dict[str, Any] = {
        "format": FORMAT, "version": __version__, "at": at.isoformat(), "files": digests,
        "head": {"number": copied.number, "digest": copied.digest}, "first": copied.first,
        "migrations": list(copied.migrations),
    }  # fmt: skip
    text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    entry = tarfile.TarInfo(MANIFEST)
    entry.size = len(text)
    tar.addfile(entry, io.BytesIO(text))


def copied_of(cursor: Any) -> Copied:
    """What a database of an office says of itself.

    Args:
        cursor: one of Django or of SQLite, at the moment that counts.
    """
    rows = []
    for statement in _SAYS:
        cursor.execute(statement)
        rows.append(cursor.fetchall())
    head, first, migrations = rows
    number, digest = head[0] if head else (0, "")
    return Copied(
        number, digest if number else "", first[0][0] if first else "",
        tuple(sorted(f"{app}.{name}" for app, name in migrations)),
    )  # fmt: skip


def _copy_database(folder: Path) -> tuple[Path, Copied]:
    """The database as it stands at one moment, while others write."""
    from django.db import connection

    connection.ensure_connection()
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(folder / SQLITE)) as copy:
            connection.connection.backup(copy)
            return folder / SQLITE, copied_of(copy.cursor())
    return folder / POSTGRESQL, _dumped(folder / POSTGRESQL)


def _dumped(file: Path) -> Copied:
    """Dump by a snapshot that stays open meanwhile, by which the head of the chain is read too."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        run_program(
            "pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={file}",
            *connected(),
        )  # fmt: skip
        return copied_of(cursor)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
