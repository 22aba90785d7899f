"""Content hashes, and the cache of a city: entries that exist whole or not at all.

An entry is a folder `<kind>/<key>`, where the key is the hash of everything that the entry was
made from: inputs, version of the reader, parameters. A changed parameter is another key, so that
no stale result can be reused.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from urbanwork.city.seal import is_unbroken, seal
from urbanwork.errors import UserError

PRIVATE = ".urbanwork"
"""The folder of a city that holds what urbanwork keeps for itself: cache, lock, schema."""

_TEMPORARY = ".writing-"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_NAME = re.compile(r"[\w.-]{1,120}", re.ASCII)


GEODATABASE = ".gdb"


def is_geodatabase(path: Path) -> bool:
    """Whether this is a FileGDB: a folder that counts as one file."""
    return path.suffix.lower() == GEODATABASE and path.is_dir()


def hash_file(path: Path | str) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal; of a FileGDB that of all in it.

    Raises:
        UserError: the file is missing, a folder, or cannot be read.
    """
    if is_geodatabase(Path(path)):
        files = sorted(each for each in Path(path).iterdir() if each.suffix != ".lock")
        return hash_parts([[each.name, hash_file(each)] for each in files])
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such file; check the path") from None
    except OSError as error:
        raise UserError(f"{path}: the file cannot be read ({error.strerror})") from None


def hash_parts(*parts: Any) -> str:
    """Return one SHA-256 for a sequence of values, in hexadecimal.

    Text, bytes, numbers, booleans, None, dates, numpy arrays, and lists, tuples and mappings of
    these. Each value goes in with its type and length, so that no two sequences look alike; a
    mapping counts by its keys in order, a list and a tuple alike.

    >>> hash_parts("ab", "c") == hash_parts("a", "bc")
    False
    >>> hash_parts({"a": 1, "b": 2}) == hash_parts({"b": 2, "a": 1})
    True

    Raises:
        TypeError: a value of any other type, whose bytes we could not vouch for.
    """
    digest = hashlib.sha256()
    for part in parts:
        _feed(part, digest.update)
    return digest.hexdigest()


def _feed(part: Any, update: Callable[[bytes], None]) -> None:
    if isinstance(part, Mapping):
        update(b"{%d:" % len(part))
        for key in sorted(part, key=str):
            _feed(key, update)
            _feed(part[key], update)
    elif isinstance(part, list | tuple):
        update(b"[%d:" % len(part))
        for item in part:
            _feed(item, update)
    else:
        kind, data = _plain(part)
        update(b"%s%d:" % (kind, len(data)))
        update(data)


def _plain(part: Any) -> tuple[bytes, bytes]:
    if isinstance(part, np.ndarray) and part.dtype != object:
        return f"a{part.dtype.str}{part.shape}".encode(), part.tobytes()
    if isinstance(part, bytes):
        return b"b", part
    if part is None or isinstance(part, bool | int | float | str | date):
        return type(part).__name__.encode(), str(part).encode("utf-8", "surrogatepass")
    if isinstance(part, np.generic):
        return _plain(part.item())
    raise TypeError(f"cannot hash a {type(part).__name__}; give text, numbers or arrays")


@dataclass(frozen=True, slots=True)
class Cache:
    """Entries under one folder; `Cache.of(city_folder)` is a city's own.

    Writers of one entry at once are harmless: the first to finish wins, the others' work goes.
    """

    folder: Path

    @classmethod
    def of(cls, city: Path | str) -> Cache:
        return cls(Path(city) / PRIVATE / "cache")

    def folder_for(self, kind: str, key: str) -> Path:
        """Return where the entry is, or would be; `kind` and `key` are plain names."""
        for name in (kind, key):
            if not _NAME.fullmatch(name) or name.startswith("."):
                raise ValueError(f"not a plain name for an entry of the cache: {name!r}")
        return self.folder / kind / key

    def has(self, kind: str, key: str) -> bool:
        """Whether the entry is there as it was written; a damaged one is removed."""
        folder = self.folder_for(kind, key)
        if not folder.is_dir():
            return False
        if is_unbroken(folder):
            return True
        shutil.rmtree(folder, ignore_errors=True)
        return False

    def write(self, kind: str, key: str, writer: Callable[[Path], None]) -> Path:
        """Return the entry's folder, filled by `writer(temporary folder)` if it is not there yet.

        A kill at any moment leaves no half entry, only a temporary folder for `tidy` to remove.

        Raises:
            UserError: the folder cannot be written to, or the disk is full.
        """
        target = self.folder_for(kind, key)
        if not target.is_dir():
            write_folder(target, lambda temporary: _sealed(temporary, writer))
        return target

    def tidy(self) -> int:
        """Remove what killed writers have left in the cache; see `tidy`."""
        return tidy(self.folder)


def _sealed(folder: Path, writer: Callable[[Path], None]) -> None:
    writer(folder)
    seal(folder)


def tidy(folder: Path) -> int:
    """Remove what killed writers have left in a folder and the folders in it; return how many.

    Call it before this process writes there: what bears our own number is of an earlier process
    that had the same (in a container every run may be number 7).
    """
    left = [*folder.glob(f"{_TEMPORARY}*"), *folder.glob(f"*/{_TEMPORARY}*")]
    left = [path for path in left if not _has_writer(path)]
    for path in left:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(left)


def write_folder(target: Path, writer: Callable[[Path], None]) -> None:
    """Fill the new folder `target` by `writer(temporary folder)`: whole, or not at all.

    The files are on the disk before the folder takes its name. If another process has made
    `target` meanwhile, that one stays.

    Raises:
        UserError: the folder cannot be written to, or the disk is full.
    """
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = _temporary_folder(target.parent)
        writer(temporary)
        temporary.chmod(0o777 & ~_umask())
        _to_disk(temporary)
        _take_name(temporary, target)
    except OSError as error:
        raise storage_fault(target, error) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def write_file(target: Path, data: bytes) -> None:
    """Write the file `target`: whole, or not at all; an older file of this name is replaced.

    Raises:
        UserError: the folder cannot be written to, or the disk is full.
    """
    temporary = target.with_name(f"{_TEMPORARY}{os.getpid()}-{target.name}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        raise storage_fault(target, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def storage_fault(path: Path, error: OSError) -> UserError:
    """Return what to tell the user when writing to `path` failed."""
    was_cut_short = error.errno is None and "requested and" in str(error)  # numpy says it so
    if error.errno in _FULL or was_cut_short:
        return UserError(
            f"{path}: the disk is full; free some space, or move the city to a larger disk"
        )
    if error.errno in _CLOSED:
        return UserError(
            f"{path}: this folder cannot be written to ({error.strerror}); change its "
            "permissions, or copy the city to a folder of your own"
        )
    return UserError(f"{path}: cannot be written ({error.strerror or error}); check the disk")


def _temporary_folder(parent: Path) -> Path:
    return Path(tempfile.mkdtemp(prefix=f"{_TEMPORARY}{os.getpid()}-", dir=parent))


def _has_writer(temporary: Path) -> bool:
    """Whether another process that is alive makes this; its number is in the name."""
    text = temporary.name.removeprefix(_TEMPORARY).partition("-")[0]
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number in (0, os.getpid()):
        return False
    try:
        os.kill(number, 0)  # signal 0 only asks
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _take_name(temporary: Path, target: Path) -> None:
    try:
        temporary.rename(target)
    except OSError as error:
        if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
            raise
    _sync(target.parent)


def _to_disk(folder: Path) -> None:
    for parent, _, names in os.walk(folder):
        for name in names:
            _sync(Path(parent, name))
        _sync(Path(parent))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    """What the user's files are not open to; Python can read the mask only by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
