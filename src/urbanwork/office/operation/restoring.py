"""Going back to a backup, while the office runs.

Everything is looked at before anything is changed. Then: the files of evidence, which are only ever
added; the database, whole or not at all; settings and templates, which are renamed into their
place. So where the disk is full or the database does not let us, the office is as it was.
"""

from __future__ import annotations

import errno
import logging
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from urbanwork.city.store import hash_file, storage_fault
from urbanwork.errors import UserError
from urbanwork.office.operation.backup import (
    FORMAT,
    KEPT,
    MANIFEST,
    POSTGRESQL,
    SQLITE,
    Backup,
    Copied,
    HeadOfChain,
    Manifest,
    back_up,
    copied_of,
)
from urbanwork.office.operation.dumps import SIGNED_OUT, copied_of_dump, load_dump
from urbanwork.office.place import OfficePlace
from urbanwork.office.tables import bring_up_to_date, known
from urbanwork.version import __version__

log = logging.getLogger("urbanwork.restore")
LARGEST_MANIFEST: Final = 256 * 2**20
EVIDENCE: Final = "evidence"


def restore(place: OfficePlace, path: Path, at: datetime) -> Backup:
    """Go back to a backup; what is there now is backed up first.

    Evidence that came later stays in the store. The anchors outside keep what they knew, and note
    that the office went back; where there are none, those of the backup come with it. Everybody
    signs in anew: sessions and links that had ended since would open again.

    Raises:
        UserError: no backup, a damaged one, one of a newer version, of another kind of database, or
            of another office; or the folder of the office cannot be written.
    """
    from django.db import DatabaseError

    try:
        with tempfile.TemporaryDirectory(dir=place.folder, prefix=".restore-") as folder:
            return _restored(place, path, Path(folder), at)
    except OSError as error:
        raise storage_fault(place.folder, error) from error
    except DatabaseError as error:
        raise UserError(
            f"{place.folder}: the database cannot be read or written ({error}); free some space or "
            "mend it, then restore again"
        ) from error


def _restored(place: OfficePlace, path: Path, folder: Path, at: datetime) -> Backup:
    manifest = _unpacked(path, folder)
    database = _database_of(folder, path)
    _check_known(path, manifest, database)
    kept = place.folder / "backups"
    kept.mkdir(exist_ok=True, mode=0o700)
    back_up(place, kept / f"before-restore-{at:%Y%m%d-%H%M%S}.tar", at)
    names = sorted(name for name in manifest.files if name.split("/")[0] in KEPT)
    anchors = [name for name in names if name == place.anchors.name and not place.anchors.exists()]
    evidence = [name for name in names if name.startswith(f"{EVIDENCE}/")]
    rest = [name for name in names if name not in evidence and name != place.anchors.name]
    _put_back(folder, evidence, place)
    _load(database, place)
    _put_back(folder, [*rest, *anchors], place)
    _note(place, manifest.head, at)
    return Backup(path, len(manifest.files), path.stat().st_size, at)


def _unpacked(path: Path, folder: Path) -> Manifest:
    """The files of a backup in a folder, each as its manifest says."""
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
            members = _members(tar, path.stat().st_size)
            tar.extractall(folder, members, filter="data")
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (tarfile.TarError, ValueError, EOFError) as error:
        raise UserError(
            f"{path}: this is no whole backup of an office; nothing was changed"
        ) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            raise
        raise UserError(
            f"{path}: the backup cannot be read ({error.strerror or error}); nothing was changed"
        ) from error
    if manifest.format > FORMAT:
        raise UserError(
            f"{path}: made by urbanwork {manifest.version}, this is {__version__}; update first"
        )
    there = {member.name for member in members}
    wrong = [
        name for name, each in manifest.files.items()
        if name not in there or hash_file(folder / name) != each
    ]  # fmt: skip
    if wrong:
        raise UserError(f"{path}: '{wrong[0]}' is damaged; nothing was changed")
    return manifest


def _members(tar: tarfile.TarFile, size: int) -> list[tarfile.TarInfo]:
    """The files in a backup: plain ones, each once, no larger in all than the backup itself.

    A tar can say that a file of some bytes is to be a terabyte of nothing (sparse), or be a link.

    Raises:
        ValueError: it is none that we made.
    """
    members = tar.getmembers()
    names = {member.name for member in members}
    plain = all(member.isreg() and not member.issparse() for member in members)
    if not plain or len(names) < len(members) or sum(member.size for member in members) > size:
        raise ValueError("links, sparse files or files twice")
    if MANIFEST not in names or tar.getmember(MANIFEST).size > LARGEST_MANIFEST:
        raise ValueError("no manifest")
    return members


def _check_known(path: Path, manifest: Manifest, database: Path) -> None:
    """Hold what is in the backup against this office and this version, before anything changes."""
    from django.db import connection

    copied = _copied(database)
    if copied is None:
        raise UserError(f"{path}: its database is no whole one of an office; nothing was changed")
    if unknown := sorted({*manifest.migrations, *copied.migrations} - known()):
        raise UserError(
            f"{path}: made by urbanwork {manifest.version}, whose tables this {__version__} does "
            f"not know ({unknown[0]}); update first"
        )
    is_told = (copied.number, copied.digest) == (manifest.head.number, manifest.head.digest)
    if not is_told or copied.first not in ("", manifest.first):
        raise UserError(
            f"{path}: its database is not the one of which it tells, of another office or moment; "
            "nothing was changed"
        )
    with connection.cursor() as cursor:
        here = copied_of(cursor).first
    if here and manifest.first and here != manifest.first:
        raise UserError(
            f"{path}: the backup of another office; to move that one here, restore it into a city "
            "whose office has not begun"
        )


def _copied(database: Path) -> Copied | None:
    """What the database of a backup says of itself; None where it is no whole one of an office."""
    if database.name == POSTGRESQL:
        return copied_of_dump(database)
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as opened:
            if opened.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                return None
            return copied_of(opened.cursor())
    except sqlite3.Error:
        return None


def _database_of(folder: Path, path: Path) -> Path:
    from django.db import connection

    name = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    if not (folder / name).exists():
        raise UserError(
            f"{path}: a backup of another kind of database than this office uses "
            f"({connection.vendor}); set DATABASE_URL as it was then"
        )
    return folder / name


def _put_back(folder: Path, names: list[str], place: OfficePlace) -> None:
    for name in names:
        target = place.folder / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _move(folder / name, target)


def _move(file: Path, target: Path) -> None:
    """Put a file in its place at once, also where evidence lies on a disk of its own."""
    try:
        file.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside = target.with_name(f"{target.name}.restored")
        try:
            shutil.copyfile(file, beside)
            beside.chmod(0o600)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


def _load(database: Path, place: OfficePlace) -> None:
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.ensure_connection()
        try:
            with closing(sqlite3.connect(database)) as copy:
                _sign_all_out(copy)
                copy.backup(connection.connection)
        except sqlite3.Error as error:
            raise UserError(
                f"{place.database}: the database cannot be written ({error}); stop the office, "
                "then restore again"
            ) from error
    else:
        connection.close()
        load_dump(database)
    bring_up_to_date(place)


def _sign_all_out(copy: sqlite3.Connection) -> None:
    with copy:
        for statement in SIGNED_OUT:
            copy.execute(statement)


def _note(place: OfficePlace, head: HeadOfChain, at: datetime) -> None:
    """Say in the anchors to which entry the office went back, then in its chain that it did.

    That entry is the last one of the backup: somebody may have written since it was loaded.
    """
    from django.db import DatabaseError, transaction

    from urbanwork.office.audit.record import record

    if not head.number:
        return
    with place.anchors.open("a", encoding="utf-8") as file:
        file.write(f"{head.number} {head.digest} {at.isoformat()} restored\n")
    try:
        with transaction.atomic():
            record("office.restore", "office", {"to": head.number}, actor="system")
    except DatabaseError:
        log.exception("the office went back; its chain could not note it, the anchors did")
