"""The private store: a file lies under the digest of its content, and nothing is served by path.

A file is written beside its place, forced to disk, and renamed: it is there whole or not at all.
The row of the database follows. A crash between the two leaves a file without a row, which
`check.py` finds; a row without a file cannot come about.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from urbanwork.office.place import office_place

INCOMING: Final = "incoming"
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def path_of(digest: str) -> Path:
    """Where the content with a digest lies, or would lie.

    Raises:
        ValueError: that is no SHA-256.
    """
    if not _DIGEST.fullmatch(digest):
        raise ValueError("no digest")
    return office_place().evidence / digest[:2] / digest[2:4] / digest


def put(data: bytes) -> str:
    """Keep content for good; returns its digest when it is safely on disk.

    Raises:
        OSError: the disk is full or cannot be written; nothing is left behind.
    """
    digest = hashlib.sha256(data).hexdigest()
    path = path_of(digest)
    if path.exists() and path.stat().st_size == len(data):
        os.utime(path)  # young again, so that no sweep of files without a row takes it now
        return digest
    missing = [each for each in (path.parent.parent, path.parent) if not each.exists()]
    for folder in missing:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write_whole(path, data)
    for folder in missing:
        _force(folder.parent)
    return digest


def _write_whole(path: Path, data: bytes) -> None:
    beside = incoming() / secrets.token_hex(16)
    try:
        opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.rename(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _force(path.parent)


def _force(folder: Path) -> None:
    """Force the list of a folder to disk, so that a rename outlives a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def incoming() -> Path:
    """Where files lie while they are written."""
    folder = office_place().evidence / INCOMING
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def kept() -> Iterator[tuple[str, Path]]:
    """All digests in the store with their files, in order of digests."""
    root = office_place().evidence
    for outer in _folders(root):
        for inner in _folders(outer):
            for path in sorted(inner.iterdir()):
                if _DIGEST.fullmatch(path.name):
                    yield path.name, path


def _folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(each for each in folder.iterdir() if re.fullmatch("[0-9a-f]{2}", each.name))
