"""Files that come in pieces over a connection that breaks: begun once, continued, ended once.

The sender begins with a key, the size and the digest, and gets an address. It asks there how much
has come (`Upload-Offset`), and sends the next piece from there. What is answered is on disk. The
piece that completes the file makes evidence of it; a lost answer is asked for again.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedRandom
from pathlib import Path
from typing import Final, Protocol

from django.db import IntegrityError, transaction
from django.http import UnreadablePostError

from urbanwork.office.evidence.kinds import RefusedFileError
from urbanwork.office.evidence.models import Upload
from urbanwork.office.evidence.pictures import Position
from urbanwork.office.evidence.preparing import MOST_BYTES, too_large
from urbanwork.office.evidence.storing import DISK_FULL, NoRoomError, may_give, store
from urbanwork.office.ledger.models import Task
from urbanwork.office.people.rights import Rights
from urbanwork.office.place import office_place
from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError

FOLDER: Final = "uploads"
MOST_OPEN: Final = 60
"""Uploads that one person may have under way."""
MOST_PIECE: Final = 4 * 2**20
_READ: Final = 2**18


class OtherOffsetError(RefusedError):
    """A piece that does not follow on what has come; `offset` is where the next one begins."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        super().__init__(
            Bilingual(
                f"The next piece begins at byte {offset:,}.", f"应从第{offset:,}字节继续发送。"
            )
        )


class Readable(Protocol):
    """What gives bytes: the body of a request."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True)
class Begun:
    """A file that somebody is about to send."""

    key: str
    name: str
    size: int
    sha256: str = ""
    position: Position | None = None


def begin(rights: Rights, task: Task, begun: Begun) -> Upload:
    """Begin to send a file, or find what was begun with the same key.

    The caller has made sure that the post may see the task.

    Raises:
        RefusedError: the post may not, the file is too large or empty, or too many are under way.
    """
    may_give(rights, task)
    if (found := _found(rights, task, begun)) is not None:
        return found
    _check(rights, begun)
    where = begun.position
    try:
        with transaction.atomic():
            return Upload.objects.create(
                key=begun.key, task=task, person=rights.person, name=begun.name[:200],
                size=begun.size, sha256=begun.sha256.lower(),
                longitude=where and where.longitude, latitude=where and where.latitude,
            )  # fmt: skip
    except IntegrityError:
        return Upload.objects.get(person=rights.person, key=begun.key)


def _found(rights: Rights, task: Task, begun: Begun) -> Upload | None:
    found = Upload.objects.filter(person=rights.person, key=begun.key).first()
    if found is not None and (found.task_id, found.size) != (task.pk, begun.size):
        raise RefusedError(
            Bilingual(
                "This key was used for something else; send it again with a new one.",
                "此标识已用于其他内容，请重新发送。",
            )
        )
    return found


def _check(rights: Rights, begun: Begun) -> None:
    if begun.size > MOST_BYTES:
        raise too_large()
    if begun.size < 1:
        raise RefusedFileError(Bilingual("The file is empty.", "文件为空。"))
    if Upload.objects.filter(person=rights.person, evidence=None, refusal={}).count() >= MOST_OPEN:
        raise RefusedError(
            Bilingual(
                f"{MOST_OPEN} files are under way already; let them end first.",
                f"已有{MOST_OPEN}个文件正在发送，请等待完成。",
            )
        )


def partial(upload: Upload) -> Path:
    """Where the pieces of a file lie."""
    return office_place().evidence / FOLDER / upload.pk.hex


def offset(upload: Upload) -> int:
    """How many bytes have come."""
    if upload.evidence_id is not None or upload.refusal:
        return upload.size
    path = partial(upload)
    return path.stat().st_size if path.exists() else 0


def add(rights: Rights, upload: Upload, start: int, body: Readable) -> Upload:
    """Add a piece that begins at `start`; with the last one, make evidence of the file.

    Of two that send the same piece at once, the second is told where to go on.

    Raises:
        OtherOffsetError: the piece does not follow on what has come.
        RefusedFileError: the whole file is not taken; the upload is over.
    """
    if _is_over(upload):
        return upload
    with _held(upload) as file:
        upload.refresh_from_db()
        if _is_over(upload):  # while this one waited for the file
            return upload
        have = os.fstat(file.fileno()).st_size
        if start != have:
            raise OtherOffsetError(have)
        have += _append(file, body, min(upload.size - have, MOST_PIECE))
        return upload if have < upload.size else _ended(rights, upload, file)


def _is_over(upload: Upload) -> bool:
    """Whether evidence came of it. Raises RefusedFileError where it was refused."""
    if upload.refusal:
        raise RefusedFileError(Bilingual(**upload.refusal))
    return upload.evidence_id is not None


@contextmanager
def _held(upload: Upload) -> Iterator[BufferedRandom]:
    """The file of pieces, locked against other processes and threads."""
    path = partial(upload)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(opened, "r+b") as file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        yield file


def _append(file: BufferedRandom, body: Readable, most: int) -> int:
    """Add what comes, even where the connection breaks in the middle of a piece."""
    file.seek(0, os.SEEK_END)
    added = 0
    try:
        while added < most and (read := body.read(min(_READ, most - added))):
            added += file.write(read)
    except UnreadablePostError:
        pass  # the connection broke: what has come counts, and the rest will follow
    except OSError as error:
        if error.errno in DISK_FULL:
            raise NoRoomError from error
        raise
    finally:
        file.flush()
        os.fsync(file.fileno())
    return added


def _ended(rights: Rights, upload: Upload, file: BufferedRandom) -> Upload:
    """Make evidence of a file that has come whole; what it is made of goes away afterwards."""
    try:
        _check_digest(upload, file)
        file.seek(0)
        upload.evidence = store(
            rights, upload.task, file, upload.name, f"upload:{upload.pk.hex}", _position(upload)
        )
    except RefusedFileError as error:
        upload.refusal = {"en": error.sentence.en, "zh": error.sentence.zh}
        upload.save(update_fields=["refusal"])
        partial(upload).unlink(missing_ok=True)
        raise
    upload.save(update_fields=["evidence"])
    partial(upload).unlink(missing_ok=True)
    return upload


def _position(upload: Upload) -> Position | None:
    if upload.longitude is None or upload.latitude is None:
        return None
    return Position(upload.longitude, upload.latitude)


def _check_digest(upload: Upload, file: BufferedRandom) -> None:
    file.seek(0)
    if upload.sha256 and hashlib.file_digest(file, "sha256").hexdigest() != upload.sha256:
        raise RefusedFileError(
            Bilingual(
                "What arrived is not what was sent; choose the file again.",
                "收到的内容与发送的不一致，请重新选择文件。",
            )
        )
