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
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from urbanwork.errors import UserError

READABLE_FEATURES = frozenset({"OsmSchema-V0.6", "DenseNodes"})
LONGEST_BLOB_HEADER = 64 * 1024
LONGEST_BLOB = 32 * 1024 * 1024
OTHER_COMPRESSIONS = {4: "LZMA", 5: "bzip2", 6: "LZ4", 7: "Zstandard"}

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
    required: tuple[str, ...]
    program: str | None
    data_date: str | None  # ISO date of the state of OpenStreetMap

    @property
    def has_plain_nodes(self) -> bool:
        """Whether nodes are written one by one: a dense node must be announced as required."""
        return "DenseNodes" not in self.required


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
    header: Header | None = None
    for kind, at, length in _blobs(file, size, path):
        file.seek(at)
        content = file.read(length if kind == "OSMHeader" else 16)
        _refuse_compression(content, at, path)
        if header is None:
            header = _header(content, kind, path)
    assert header is not None  # noqa: S101  a file that is not empty has a blob or raised
    return header


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
        if at + 4 + length > size and at > 0:
            raise _truncated(path, at, size)
        kind, blob_length = _blob_header(header, at, path)
        content = at + 4 + length
        if content + blob_length > size:
            raise _truncated(path, content, size)
        yield kind, content, blob_length
        at = content + blob_length


def _blob_header(content: bytes, at: int, path: Path) -> tuple[str, int]:
    try:
        fields = dict(_fields(content))
        kind, length = fields[1].decode(), fields[3]
    except (KeyError, IndexError, AttributeError, UnicodeDecodeError, ValueError):
        kind, length = "", 0
    if at == 0 and kind != "OSMHeader":
        raise _not_pbf(path)
    if not kind or not isinstance(length, int) or not 0 < length <= LONGEST_BLOB:
        raise UserError(
            f"{path}: the file is damaged at byte {at:,} (no block begins there); "
            "fetch the extract again"
        )
    return kind, length


def _truncated(path: Path, at: int, size: int) -> UserError:
    return UserError(
        f"{path}: the file is truncated: it ends at byte {size:,} within the block that begins at "
        f"byte {at:,}; fetch the extract again"
    )


def _refuse_compression(content: bytes, at: int, path: Path) -> None:
    for field, value in _fields(content):
        if field in (1, 3):
            return
        if field in OTHER_COMPRESSIONS:
            raise UserError(
                f"{path}: the block at byte {at:,} is compressed with {OTHER_COMPRESSIONS[field]}, "
                "only zlib is read; convert it: osmium cat in.osm.pbf -o out.osm.pbf"
            )
        if not isinstance(value, int):
            break
    raise UserError(f"{path}: the block at byte {at:,} has no content; fetch the extract again")


def _header(content: bytes, kind: str, path: Path) -> Header:
    if kind != "OSMHeader":
        raise _not_pbf(path)
    try:
        header = _read_header(content)
    except (zlib.error, IndexError, ValueError, KeyError, AttributeError):
        raise UserError(f"{path}: the header block is damaged; fetch the extract again") from None
    foreign = [name for name in header.required if name not in READABLE_FEATURES]
    if foreign:
        raise UserError(
            f"{path}: the file needs {', '.join(foreign)}, which cannot be read; "
            "write a plain extract first: osmium time-filter in.osm.pbf -o out.osm.pbf"
        )
    return header


def _read_header(content: bytes) -> Header:
    blob = dict(_fields(content))
    block = list(_fields(blob[1] if 1 in blob else zlib.decompress(blob[3])))
    single = dict(block)
    program = single[16].decode("utf-8", "replace") if 16 in single else None
    return Header(
        bbox=_bbox(single[1]) if 1 in single else None,
        required=tuple(value.decode() for field, value in block if field == 4),
        program=program,
        data_date=_date(single.get(32), [value for field, value in block if field == 5]),
    )


def _bbox(content: bytes) -> tuple[float, float, float, float] | None:
    sides = {field: ((value >> 1) ^ -(value & 1)) * 1e-9 for field, value in _fields(content)}
    if not {1, 2, 3, 4} <= sides.keys():
        return None
    return sides[1], sides[4], sides[2], sides[3]


def _date(seconds: int | None, optional: list[bytes]) -> str | None:
    if seconds:
        return datetime.fromtimestamp(seconds, UTC).date().isoformat()
    for feature in optional:
        if feature.startswith(b"timestamp="):
            return feature[10:20].decode("ascii", "replace")
    return None


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of one protocol buffer message: number and value, not decoded any deeper.

    Stops where the content is cut, as the first bytes of a blob are.
    """
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        if key & 7 == 0:
            value, at = _varint(content, at)
            yield key >> 3, value
        elif key & 7 == 2:
            length, at = _varint(content, at)
            yield key >> 3, content[at : at + length]
            at += length
        else:
            raise ValueError(f"wire type {key & 7}")


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
