"""The frame of a PBF file, checked before anything is read: whole, and of a kind we can read.

A PBF is a row of blobs, each a 4-byte length, a small header and its content; the first blob says
who wrote the file, from when it is and which box it covers.

Source: https://wiki.openstreetmap.org/wiki/PBF_Format
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import BinaryIO

from urbanwork.errors import UserError
from urbanwork.sources.osm.wire import Message, fields, signed

READABLE_FEATURES = frozenset({"OsmSchema-V0.6", "DenseNodes"})
LONGEST_BLOB_HEADER = 64 * 1024
LONGEST_BLOB = 32 * 1024 * 1024
RAW, ZLIB = 1, 3
OTHER_COMPRESSIONS = {4: "LZMA", 5: "bzip2", 6: "LZ4", 7: "Zstandard"}

_DAMAGE = (KeyError, IndexError, AttributeError, TypeError, ValueError, OverflowError)
"""What decoding nonsense runs into."""

FOREIGN_FILES = (
    (b"PK\x03\x04", "a ZIP archive", "unpack it and give the .osm.pbf inside"),
    (b"\x1f\x8b", "a gzip archive", "unpack it (gunzip) and give the .osm.pbf inside"),
    (b"BZh", "a bzip2 archive", "unpack it and convert the .osm inside: osmium cat -o x.osm.pbf"),
    (b"<!DOCTYPE html", "a web page", "the download went wrong: fetch the extract again"),
    (b"<html", "a web page", "the download went wrong: fetch the extract again"),
    (b"<?xml", "OpenStreetMap XML", "convert it: osmium cat city.osm -o city.osm.pbf"),
    (b"<osm", "OpenStreetMap XML", "convert it: osmium cat city.osm -o city.osm.pbf"),
    (b"\xff\xe0", "an o5m file", "convert it: osmconvert city.o5m -o=city.osm.pbf"),
    (b"SQLite format 3", "a SQLite or GeoPackage file", "give the .osm.pbf it was made from"),
    (b"PAR1", "a Parquet file", "give the .osm.pbf it was made from"),
    (b"{", "JSON or GeoJSON", "give the .osm.pbf it was made from"),
)


@dataclass(frozen=True, slots=True)
class Header:
    """What the first blob says. `bbox` is west, south, east, north in degrees."""

    bbox: tuple[float, float, float, float] | None
    program: str | None
    data_date: str | None  # ISO date of the state of OpenStreetMap
    has_plain_nodes: bool  # nodes stand one by one rather than in the usual dense columns


def checked_header(path: Path) -> Header:
    """The header of a PBF file whose every blob is there in full.

    Reads the frame only, some tens of bytes a blob, so that a large file costs milliseconds.

    Raises:
        UserError: missing, unreadable, empty, another kind of file, truncated, or written with a
            feature or compression that cannot be read.
    """
    try:
        if path.is_dir():
            raise UserError(f"{path}: this is a folder; give an OpenStreetMap extract (.osm.pbf)")
        with path.open("rb") as file:
            return _checked(file, path)
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such file; check the path") from None
    except OSError as error:
        raise UserError(f"{path}: the file cannot be read ({error.strerror})") from None


def _checked(file: BinaryIO, path: Path) -> Header:
    size = os.fstat(file.fileno()).st_size
    if size == 0:
        raise UserError(f"{path}: the file is empty (0 bytes); fetch the extract again")
    _refuse_foreign(file.read(512), path)
    first: dict[str, tuple[bytes, int]] = {}  # content and place of the first block of each kind
    for kind, at, length in _blobs(file, size, path):
        file.seek(at)
        content = file.read(16 if kind in first else length)
        _refuse_compression(content, at, path)
        if kind not in first:
            first[kind] = _inflated(content, at, path), at
    return _header(first["OSMHeader"], first.get("OSMData", (b"", 0)), path)


def _refuse_foreign(start: bytes, path: Path) -> None:
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    for sign, what, remedy in FOREIGN_FILES:
        if text[: len(sign)].lower() == sign.lower():
            raise UserError(f"{path}: this is no OpenStreetMap PBF; it looks like {what}; {remedy}")
    if len(start) < 4 or not 0 < int.from_bytes(start[:4], "big") <= LONGEST_BLOB_HEADER:
        raise _not_pbf(path)


def _not_pbf(path: Path) -> UserError:
    return UserError(
        f"{path}: this is no OpenStreetMap PBF (it does not begin with an OSMHeader block); "
        "give an extract whose name ends in .osm.pbf"
    )


def _blobs(file: BinaryIO, size: int, path: Path) -> Iterator[tuple[str, int, int]]:
    """Kind, first byte and length of the content of each blob."""
    at = 0
    while at < size:
        file.seek(at)
        length = int.from_bytes(file.read(4), "big")
        header = file.read(min(length, LONGEST_BLOB_HEADER))
        if at + 4 + length > size:
            raise _truncated(path, at, size) if at or b"OSMHeader" in header else _not_pbf(path)
        kind, blob_length = _blob_header(header, at, path)
        content = at + 4 + length
        if content + blob_length > size:
            raise _truncated(path, content, size)
        yield kind, content, blob_length
        at = content + blob_length


def _blob_header(content: bytes, at: int, path: Path) -> tuple[str, int]:
    try:
        message = Message(content)
        kind, length = message.content(1).decode(), message.number(3)
    except _DAMAGE:
        kind, length = "", 0
    if at == 0 and kind != "OSMHeader":
        raise _not_pbf(path)
    if not kind or not 0 < length <= LONGEST_BLOB:
        raise _damaged(path, at)
    return kind, length


def _damaged(path: Path, at: int) -> UserError:
    return UserError(
        f"{path}: the file is damaged in the block at byte {at:,}; fetch the extract again"
    )


def _truncated(path: Path, at: int, size: int) -> UserError:
    return UserError(
        f"{path}: the file is truncated: it ends at byte {size:,} within the block that begins at "
        f"byte {at:,}; fetch the extract again"
    )


def _refuse_compression(content: bytes, at: int, path: Path) -> None:
    """Look at the first fields of a blob for content that we can inflate."""
    try:
        for field in fields(content):
            if field.key in OTHER_COMPRESSIONS:
                raise UserError(
                    f"{path}: the block at byte {at:,} is compressed with "
                    f"{OTHER_COMPRESSIONS[field.key]}, only zlib is read; "
                    "convert it: osmium cat in.osm.pbf -o out.osm.pbf"
                )
            if field.key in (RAW, ZLIB):
                return
    except _DAMAGE:
        pass
    raise _damaged(path, at)


def _inflated(content: bytes, at: int, path: Path) -> bytes:
    try:
        blob = Message(content)
        return blob.content(RAW) if RAW in blob else zlib.decompress(blob.content(ZLIB))
    except (zlib.error, *_DAMAGE):
        raise _damaged(path, at) from None


def _header(header: tuple[bytes, int], data: tuple[bytes, int], path: Path) -> Header:
    content, at = header
    try:
        block = Message(content)
        _refuse_features([name.decode() for name in block.contents(4)], path)
        bbox, date_ = _bbox(block.content(1)), _date(block.number(32), block.contents(5))
        program = block.content(16).decode("utf-8", "replace") or None
        content, at = data
        return Header(bbox, program, date_, _has_plain_nodes(content, path))
    except _DAMAGE:
        raise _damaged(path, at) from None


def _refuse_features(required: list[str], path: Path) -> None:
    foreign = [name for name in required if name not in READABLE_FEATURES]
    if foreign:
        raise UserError(
            f"{path}: the file needs {', '.join(foreign)}, which cannot be read; "
            "write a plain extract first: osmium time-filter in.osm.pbf -o out.osm.pbf"
        )


def _has_plain_nodes(data: bytes, path: Path) -> bool:
    """How the first block of elements writes nodes; all blocks of a file are written alike."""
    block = Message(data)
    if block.number(17, default=100) != 100 or block.number(19) or block.number(20):
        raise UserError(
            f"{path}: coordinates are stored with an offset or an unusual granularity, which "
            "cannot be read; write the file anew: osmium cat in.osm.pbf -o out.osm.pbf"
        )
    return 1 in Message(block.content(2))


def _bbox(content: bytes) -> tuple[float, float, float, float] | None:
    """West, south, east, north in degrees; the file has them as west, east, north, south."""
    sides = {field.key: signed(field.number) * 1e-9 for field in fields(content)}
    if not {1, 2, 3, 4} <= sides.keys():
        return None
    return sides[1], sides[4], sides[2], sides[3]


def _date(seconds: int, optional: list[bytes]) -> str | None:
    if seconds:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    for feature in optional:
        if feature.startswith(b"timestamp="):
            return date.fromisoformat(feature[10:20].decode()).isoformat()
    return None
