"""Writes a small OpenStreetMap PBF from plain Python data, so that tests can draw tiny towns.

Follows https://wiki.openstreetmap.org/wiki/PBF_Format: blobs of at most 8,000 elements, one
string table each, dense nodes, whole coordinates of 100 nanodegrees.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

Tags = Mapping[str, str]
Nodes = Mapping[int, tuple[float, float, Tags]]  # id -> lon, lat, tags
Ways = Mapping[int, tuple[Sequence[int], Tags]]  # id -> node ids, tags
Member = tuple[str, int, str]  # "node", "way" or "relation"; id; role
Relations = Mapping[int, tuple[Sequence[Member], Tags]]
MEMBER_TYPES = {"node": 0, "way": 1, "relation": 2}
PER_BLOB = 8_000


def write_pbf(
    path: Path,
    nodes: Nodes,
    ways: Ways | None = None,
    relations: Relations | None = None,
    *,
    bbox: tuple[float, float, float, float] | None = None,
    program: str = "tests/osmfile.py",
    timestamp: int | None = None,
    required: Sequence[str] = ("OsmSchema-V0.6", "DenseNodes"),
    is_dense: bool = True,
) -> Path:
    """Write the file and return its path; `bbox` is west, south, east, north in degrees."""
    blobs = [_blob("OSMHeader", _header(bbox, program, timestamp, required))]
    node_group = _dense_group if is_dense else _node_group
    for part in _parts(sorted(nodes.items())):
        blobs.append(_blob("OSMData", _block(part, node_group)))
    for part in _parts(sorted((ways or {}).items())):
        blobs.append(_blob("OSMData", _block(part, _way_group)))
    for part in _parts(sorted((relations or {}).items())):
        blobs.append(_blob("OSMData", _block(part, _relation_group)))
    path.write_bytes(b"".join(blobs))
    return path


class _Strings:
    """The string table of a block; index 0 is the empty string that ends a dense node's tags."""

    def __init__(self) -> None:
        self.index = {"": 0}

    def __call__(self, text: str) -> int:
        return self.index.setdefault(text, len(self.index))

    def encoded(self) -> bytes:
        return b"".join(_bytes(1, text.encode()) for text in self.index)


def _block(part: list, group: Callable[[list, _Strings], bytes]) -> bytes:
    strings = _Strings()
    body = group(part, strings)
    return _bytes(1, strings.encoded()) + _bytes(2, body)


def _dense_group(part: list, strings: _Strings) -> bytes:
    tags: list[int] = []
    for _, (_, _, node_tags) in part:
        for key, value in node_tags.items():
            tags += [strings(key), strings(value)]
        tags.append(0)
    ids = _packed(1, _deltas(id for id, _ in part))
    lats = _packed(8, _deltas(_whole(lat) for _, (_, lat, _) in part))
    lons = _packed(9, _deltas(_whole(lon) for _, (lon, _, _) in part))
    return _bytes(2, ids + lats + lons + _packed(10, tags))


def _node_group(part: list, strings: _Strings) -> bytes:
    groups = []
    for id, (lon, lat, tags) in part:
        place = _number(8, _zigzag(_whole(lat))) + _number(9, _zigzag(_whole(lon)))
        groups.append(_bytes(1, _number(1, _zigzag(id)) + _tags(tags, strings) + place))
    return b"".join(groups)


def _way_group(part: list, strings: _Strings) -> bytes:
    return b"".join(
        _bytes(3, _number(1, id) + _tags(tags, strings) + _packed(8, _deltas(refs)))
        for id, (refs, tags) in part
    )


def _relation_group(part: list, strings: _Strings) -> bytes:
    groups = []
    for id, (members, tags) in part:
        roles = _packed(8, [strings(role) for _, _, role in members])
        refs = _packed(9, _deltas(ref for _, ref, _ in members))
        types = _packed(10, [MEMBER_TYPES[kind] for kind, _, _ in members])
        groups.append(_bytes(4, _number(1, id) + _tags(tags, strings) + roles + refs + types))
    return b"".join(groups)


def _header(
    bbox: tuple[float, float, float, float] | None,
    program: str,
    timestamp: int | None,
    required: Sequence[str],
) -> bytes:
    body = b""
    if bbox is not None:
        west, south, east, north = (_zigzag(round(side * 1e9)) for side in bbox)
        sides = [_number(field, side) for field, side in enumerate((west, east, north, south), 1)]
        body += _bytes(1, b"".join(sides))
    body += b"".join(_bytes(4, feature.encode()) for feature in required)
    body += _bytes(16, program.encode())
    return body if timestamp is None else body + _number(32, timestamp)


def _blob(kind: str, content: bytes) -> bytes:
    blob = _number(2, len(content)) + _bytes(3, zlib.compress(content))
    header = _bytes(1, kind.encode()) + _number(3, len(blob))
    return struct.pack(">I", len(header)) + header + blob


def _parts(items: Iterable) -> Iterator[list]:
    rest = iter(items)
    while part := list(islice(rest, PER_BLOB)):
        yield part


def _tags(tags: Tags, strings: _Strings) -> bytes:
    keys = _packed(2, [strings(key) for key in tags])
    return keys + _packed(3, [strings(value) for value in tags.values()])


def _deltas(numbers: Iterable[int]) -> list[int]:
    before, deltas = 0, []
    for number in numbers:
        deltas.append(_zigzag(number - before))
        before = number
    return deltas


def _whole(degrees: float) -> int:
    return round(degrees * 1e7)


def _zigzag(number: int) -> int:
    return number * 2 if number >= 0 else -number * 2 - 1


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _packed(field: int, numbers: Iterable[int]) -> bytes:
    content = b"".join(_varint(number) for number in numbers)
    return _bytes(field, content) if content else b""
