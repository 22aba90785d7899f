"""Make a large SYNTHETIC extract: shifted copies of a real one, side by side, with fresh ids.

    python benchmarks/tile.py city.osm.pbf tiled.osm.pbf 8 4

writes 8 x 4 copies. Only ids and the first coordinates of a block are rewritten, so that 32 copies
of a city of 380,000 nodes take 10 seconds. Streets of neighbouring copies do not join. The header
names this program, so that nobody takes the result for a real city.
"""

from __future__ import annotations

import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

ID_STEP = 2**34
"""Larger than any id of OpenStreetMap, so that the ids of no two copies meet."""

NODES, DENSE, WAYS, RELATIONS = 1, 2, 3, 4
FIRST_REF = {WAYS: 8, RELATIONS: 9}
MOVED = (1, 9, 8)
"""Fields of dense nodes that begin with a whole number: id, longitude, latitude."""
NANO = 100
"""Nanodegrees of one step of a coordinate, as all common programs write them."""


class Element(NamedTuple):
    """One way or relation, taken apart where ids stand; both ids are re-encoded in each copy."""

    id: int
    between: bytes  # all fields but the id and the references
    first: int  # the first reference
    rest: bytes  # the others, as differences


class Block(NamedTuple):
    """A block of one kind of element."""

    strings: bytes
    kind: int
    dense: list[tuple[int, int, bytes]]  # fields of dense nodes: number, first value, others
    elements: list[Element]
    others: bytes


def tile(source: Path, target: Path, columns: int, rows: int) -> list[tuple[float, float]]:
    """Write `columns` x `rows` copies of the extract, from west to east and south to north.

    Returns by how many degrees of longitude and latitude each copy was shifted.
    """
    header, blocks = _read(source)
    box = _bbox(blocks, header)
    width, height = box[2] - box[0], box[3] - box[1]
    shifts = [
        (column * width // NANO, row * height // NANO)
        for row in range(rows)
        for column in range(columns)
    ]
    with target.open("wb") as file:
        whole = (box[0], box[1], box[0] + columns * width, box[1] + rows * height)
        _write_header(file, whole, f"benchmarks/tile.py: SYNTHETIC, {len(shifts)} x {source.name}")
        for kind in (DENSE, WAYS, RELATIONS):
            for copy, shift in enumerate(shifts):
                for block in blocks:
                    if block.kind == kind:
                        _write_blob(file, b"OSMData", _encoded(block, copy * ID_STEP, shift))
    return [(lon * NANO / 1e9, lat * NANO / 1e9) for lon, lat in shifts]


def _read(source: Path) -> tuple[bytes, list[Block]]:
    header, blocks = b"", []
    data, at = source.read_bytes(), 0
    while at < len(data):
        length = struct.unpack(">I", data[at : at + 4])[0]
        fields = dict(_fields(data[at + 4 : at + 4 + length]))
        at += 4 + length
        blob = dict(_fields(data[at : at + fields[3]]))
        content = blob[1] if 1 in blob else zlib.decompress(blob[3])
        at += fields[3]
        if fields[1] == b"OSMHeader":
            header = content
        else:
            blocks += _blocks(content)
    return header, blocks


def _blocks(content: bytes) -> Iterator[Block]:
    strings, groups, others = b"", [], b""
    for field, value in _fields(content):
        if field == 1:
            strings = value
        elif field == 2:
            groups.append(value)
        else:
            others += _number(field, value)
    for group in groups:
        yield from _groups(group, strings, others)


def _groups(group: bytes, strings: bytes, others: bytes) -> Iterator[Block]:
    elements: dict[int, list[Element]] = {WAYS: [], RELATIONS: []}
    for field, value in _fields(group):
        if field == NODES:
            sys.exit("tile.py copies dense nodes only: osmium cat the extract first")
        if field == DENSE:
            yield Block(strings, DENSE, list(_dense(value)), [], others)
        elif field in elements:
            elements[field].append(_element(value, FIRST_REF[field]))
    for kind, listed in elements.items():
        if listed:
            yield Block(strings, kind, [], listed, others)


def _dense(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    for field, value in _fields(content):
        if field in MOVED:
            first, at = _varint(value, 0)
            yield field, _signed(first), value[at:]
        elif field != 5:  # versions and authors are of no use here
            yield field, 0, value


def _element(content: bytes, ref_field: int) -> Element:
    number, between, first, rest = 0, b"", 0, b""
    for field, value in _fields(content):
        if field == 1:
            number = value
        elif field == ref_field:
            code, at = _varint(value, 0)
            first, rest = _signed(code), value[at:]
        elif field != 4:
            between += _number(field, value) if isinstance(value, int) else _bytes(field, value)
    return Element(number, between, first, rest)


def _encoded(block: Block, id_step: int, shift: tuple[int, int]) -> bytes:
    field = 1 if block.kind == DENSE else block.kind
    if block.kind == DENSE:
        parts = []
        for field, first, content in block.dense:
            step = (id_step, *shift)[MOVED.index(field)] if field in MOVED else 0
            start = _varint_of(_zigzag(first + step)) if field in MOVED else b""
            parts.append(_bytes(field, start + content))
        group = _bytes(DENSE, b"".join(parts))
    else:
        refs = FIRST_REF[block.kind]
        group = b"".join(_bytes(block.kind, _one(item, refs, id_step)) for item in block.elements)
    return _bytes(1, block.strings) + _bytes(2, group) + block.others


def _one(item: Element, ref_field: int, id_step: int) -> bytes:
    refs = _varint_of(_zigzag(item.first + id_step)) + item.rest if item.first else b""
    return _number(1, item.id + id_step) + item.between + (_bytes(ref_field, refs) if refs else b"")


def _bbox(blocks: list[Block], header: bytes) -> tuple[int, int, int, int]:
    """West, south, east, north in nanodegrees, from the nodes where the header has none."""
    box = dict(_fields(header)).get(1)
    if box:
        sides = {field: _signed(value) for field, value in _fields(box)}
        return sides[1], sides[4], sides[2], sides[3]
    lon = [value * NANO for block in blocks for value in _sums(block, 9)]
    lat = [value * NANO for block in blocks for value in _sums(block, 8)]
    return min(lon), min(lat), max(lon), max(lat)


def _sums(block: Block, wanted: int) -> Iterator[int]:
    for field, first, content in block.dense:
        if field == wanted:
            yield first
        total, at = first, 0
        while field == wanted and at < len(content):
            code, at = _varint(content, at)
            total += _signed(code)
            yield total


def _write_header(file: BinaryIO, box: tuple[int, int, int, int], program: str) -> None:
    west, south, east, north = box
    sides = ((1, west), (2, east), (3, north), (4, south))
    body = _bytes(1, b"".join(_number(field, _zigzag(side)) for field, side in sides))
    body += _bytes(4, b"OsmSchema-V0.6") + _bytes(4, b"DenseNodes") + _bytes(16, program.encode())
    _write_blob(file, b"OSMHeader", body)


def _write_blob(file: BinaryIO, kind: bytes, content: bytes) -> None:
    blob = _number(2, len(content)) + _bytes(3, zlib.compress(content, 1))
    header = _bytes(1, kind) + _number(3, len(blob))
    file.write(struct.pack(">I", len(header)) + header + blob)


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(content):
        key, at = _varint(content, at)
        if key & 7 == 2:
            length, at = _varint(content, at)
            yield key >> 3, content[at : at + length]
            at += length
        else:
            value, at = _varint(content, at)
            yield key >> 3, value


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _varint_of(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _signed(code: int) -> int:
    return (code >> 1) ^ -(code & 1)


def _zigzag(number: int) -> int:
    return number * 2 if number >= 0 else -number * 2 - 1


def _number(field: int, value: int) -> bytes:
    return _varint_of(field << 3) + _varint_of(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint_of(field << 3 | 2) + _varint_of(len(content)) + content


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    tile(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
