"""A seal on an entry of the cache: its files with size and checksum, so that damage is noticed.

A disk that fails or a file that was touched by hand would else end in wrong numbers, since the
entry is found by what it was made from and not by what it holds. CRC-32 sees every accident and
costs a second per gigabyte; it is no guard against someone who means to deceive.
"""

from __future__ import annotations

import zlib
from pathlib import Path

SEAL = ".seal"
_CHUNK = 1 << 20


def seal(folder: Path) -> None:
    """Write down what the folder holds."""
    (folder / SEAL).write_text(_contents(folder), encoding="utf-8")


def is_unbroken(folder: Path) -> bool:
    """Whether the folder holds what it held when it was sealed."""
    try:
        return (folder / SEAL).read_text(encoding="utf-8") == _contents(folder)
    except (OSError, UnicodeDecodeError):
        return False


def _contents(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SEAL)
    return "".join(
        f"{_checksum(path):08x} {path.stat().st_size} {path.relative_to(folder).as_posix()}\n"
        for path in files
    )


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            checksum = zlib.crc32(chunk, checksum)
    return checksum
