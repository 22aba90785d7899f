"""Nodes, ways and relations of one PBF as sorted arrays, through DuckDB's ST_ReadOSM."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from urbanwork.errors import UserError
from urbanwork.quantities.arrow import from_numpy, from_text, to_numpy
from urbanwork.sources.layers import Floats, Ints
from urbanwork.sources.osm.frames import Header
from urbanwork.sources.osm.parallel import THREADS, in_parallel
from urbanwork.sources.osm.ragged import Starts, starts_of, taken
from urbanwork.sources.osm.tags import Rows, Tags, filled, found_at

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NODE, WAY, RELATION = 0, 1, 2
ROWS_PER_BATCH = 500_000
AHEAD = "128MB"
"""How much DuckDB may decode while the last batch is still being taken in."""
PER_DEGREE = 1e7
"""OpenStreetMap keeps whole 100 nanodegrees, so an int32 holds a coordinate exactly."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """N nodes by ascending id."""

    id: Ints  # [N]
    lon: NDArray[np.int32]  # [N] 1e-7 degrees
    lat: NDArray[np.int32]  # [N]

    def rows_of(self, ids: Ints) -> Rows:
        """The row of each node id, -1 where the extract lacks the node."""
        if not len(self.id):
            return np.full(len(ids), -1, dtype=np.int32)
        return np.asarray(in_parallel(self._rows_of, ids), dtype=np.int32)

    def _rows_of(self, ids: Ints) -> Rows:
        places = np.searchsorted(self.id, ids).astype(np.int32)
        np.minimum(places, len(self.id) - 1, out=places)
        places[self.id[places] != ids] = -1
        return places

    def coordinates(self, rows: Rows) -> Floats:
        """Longitude and latitude [len(rows), 2] in degrees."""
        result = np.empty((len(rows), 2))
        np.divide(self.lon[rows], PER_DEGREE, out=result[:, 0])
        np.divide(self.lat[rows], PER_DEGREE, out=result[:, 1])
        return result


@dataclass(frozen=True, slots=True)
class Ways:
    """W ways by ascending id, with the node rows of their vertices."""

    id: Ints  # [W]
    start: Starts  # [W + 1]
    node: Rows  # [V] row of the node, -1 where it is missing
    is_whole: NDArray[np.bool_]  # [W] no node is missing
    is_closed: NDArray[np.bool_]  # [W] whole, ends where it begins, three corners at least


@dataclass(frozen=True, slots=True)
class Relations:
    """R relations by ascending id, with their members."""

    id: Ints  # [R]
    start: Starts  # [R + 1]
    ref: Ints  # [M] id of the member
    kind: NDArray[np.int8]  # [M] NODE, WAY, RELATION
    is_inner: NDArray[np.bool_]  # [M] role "inner"
    is_outer: NDArray[np.bool_]  # [M] role "outer" or none


@dataclass(frozen=True, slots=True)
class Elements:
    """One extract. Tags speak of features: tagged nodes, then ways, then relations."""

    nodes: Nodes
    ways: Ways
    relations: Relations
    tags: Tags
    tagged_node: Ints  # [T] id of each tagged node, ascending
    duplicates: int

    @property
    def first_way(self) -> int:
        """The feature row of the first way."""
        return len(self.tagged_node)

    @property
    def first_relation(self) -> int:
        """The feature row of the first relation."""
        return self.first_way + len(self.ways.id)


class _Raw(NamedTuple):
    """Elements in the order of reading: coordinates of nodes, all else of features."""

    node_id: Ints
    lon: NDArray[np.int32]
    lat: NDArray[np.int32]
    kind: NDArray[np.int8]  # of each feature
    id: Ints
    lengths: Ints  # how many refs each has
    ref: Ints
    member_kind: NDArray[np.int8]  # one for each ref of a relation
    is_inner: NDArray[np.bool_]
    is_outer: NDArray[np.bool_]
    tag_row: Rows
    tag_key: NDArray[np.int16]
    tag_value: pa.ChunkedArray


class _DamagedError(Exception):
    """Content that can be decoded but cannot be meant."""


def read_elements(path: Path, header: Header, keys: Sequence[str]) -> Elements:
    """All elements of a PBF whose frame has been checked, with the tags whose key is in `keys`.

    Raises:
        UserError: content that cannot be decoded, or no ways at all.
    """
    import duckdb

    try:
        return _read(path, header, keys, threads=THREADS)
    except (duckdb.Error, pa.ArrowException, _DamagedError) as error:
        reason = str(error).splitlines()[0]
        # An internal error of the decoder is one more sign of damage, but says nothing to a user.
        why = "" if reason.startswith("INTERNAL") else f" ({reason})"
        raise UserError(
            f"{path}: the content of the file is damaged{why}; fetch the extract again"
        ) from None


def _read(path: Path, header: Header, keys: Sequence[str], *, threads: int) -> Elements:
    raw = _raw(path, header, keys, threads)
    node_order, nodes_repeated = _order(raw.node_id)
    order, features_repeated = _order(raw.id, raw.kind)
    repeated = nodes_repeated + features_repeated
    if repeated and threads > 1:
        # Only one thread keeps the order of the file, which says which version is the newest.
        return _read(path, header, keys, threads=1)
    nodes = Nodes(raw.node_id[node_order], raw.lon[node_order], raw.lat[node_order])
    if not (raw.kind == WAY).any():
        raise UserError(
            f"{path}: the extract has {len(nodes.id):,} nodes but not one way: "
            "streets and buildings are ways; make the extract anew with ways and relations"
        )
    return _sorted(nodes, raw, order, keys, repeated)


def _order(ids: Ints, kind: NDArray[np.int8] | None = None) -> tuple[Ints, int]:
    """What sorts elements by kind and id with the last of equals only; how many are left out."""
    if kind is None and (ids[1:] > ids[:-1]).all():
        return np.arange(len(ids)), 0
    order = np.argsort(ids, kind="stable") if kind is None else np.lexsort((ids, kind))
    differs = ids[order][1:] != ids[order][:-1]
    if kind is not None:
        differs |= kind[order][1:] != kind[order][:-1]
    is_last = np.append(differs, np.ones(min(len(ids), 1), dtype=bool))
    return order[is_last], int(len(order) - is_last.sum())


def _connection(threads: int) -> DuckDBPyConnection:
    """DuckDB with its spatial extension from the installed package; never from the net."""
    import duckdb
    import duckdb_extension_spatial

    folder = Path(duckdb_extension_spatial.__file__).parent / "extensions"
    extension = folder / f"v{duckdb.__version__}" / "spatial.duckdb_extension"
    settings: dict[str, Any] = {
        "threads": threads,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        # Its signature would cost 0.3 s a run: the file comes with a package whose hash pip checks.
        "allow_unsigned_extensions": True,
    }
    connection = duckdb.connect(config=settings)
    connection.execute(f"LOAD {_quoted(str(extension))}")
    connection.execute(f"SET streaming_buffer_size = '{AHEAD}'")
    return connection


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _raw(path: Path, header: Header, keys: Sequence[str], threads: int) -> _Raw:
    reader = (
        _connection(threads)
        .execute(
            "SELECT kind, id, lat, lon, tags, refs, ref_roles, ref_types "  # noqa: S608
            f"FROM ST_ReadOSM({_quoted(str(path))}) "
            # A node beyond the poles or the date line is damage; it counts as missing.
            "WHERE kind IN ('way', 'relation') "
            "OR (lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180)"
        )
        .to_arrow_reader(ROWS_PER_BATCH)
    )
    wanted = from_text(keys)
    parts: list[_Raw] = []
    for batch in reader:
        parts.append(_batch(batch, wanted, sum(len(part.id) for part in parts), header))
    return _joined(parts)


def _batch(batch: pa.RecordBatch, wanted: pa.Array, first: int, header: Header) -> _Raw:
    kind = to_numpy(batch.column("kind").indices).astype(np.int8)
    ids = to_numpy(batch.column("id"))
    is_node = kind == NODE
    ids = np.where(is_node, _node_ids(ids, header), ids)
    tag_count = np.diff(to_numpy(batch.column("tags").offsets))
    is_feature = ~is_node | (tag_count > 0)
    feature = first + np.cumsum(is_feature, dtype=np.int32) - 1
    refs, roles = batch.column("refs"), batch.column("ref_roles")
    _check_members(batch, kind == RELATION)
    return _Raw(
        ids[is_node],
        _steps(batch.column("lon"), is_node),
        _steps(batch.column("lat"), is_node),
        kind[is_feature],
        ids[is_feature],
        np.diff(to_numpy(refs.offsets)).astype(np.int64)[is_feature],
        to_numpy(_items(refs)),
        to_numpy(_items(batch.column("ref_types")).indices).astype(np.int8),
        _equal(_items(roles), "inner"),
        _equal(_items(roles), "outer") | _equal(_items(roles), ""),
        *_tags(batch.column("tags"), np.repeat(feature, tag_count), wanted),
    )


def _check_members(batch: pa.RecordBatch, is_relation: NDArray[np.bool_]) -> None:
    refs, roles, types = (
        np.diff(to_numpy(batch.column(name).offsets))[is_relation]
        for name in ("refs", "ref_roles", "ref_types")
    )
    if (refs != roles).any() or (refs != types).any():
        raise _DamagedError("a relation has not as many roles as members")


def _node_ids(ids: Ints, header: Header) -> Ints:
    """ST_ReadOSM 1.5.5 leaves the ids of nodes that are not dense in their zigzag code."""
    return (ids >> 1) ^ -(ids & 1) if header.has_plain_nodes else ids


def _steps(degrees: pa.Array, is_node: NDArray[np.bool_]) -> NDArray[np.int32]:
    steps = to_numpy(filled(degrees, from_numpy(np.zeros(1))))[is_node] * PER_DEGREE
    return np.asarray(np.rint(steps), dtype=np.int32)


def _items(lists: pa.ListArray) -> pa.Array:
    offsets = lists.offsets
    return lists.values[offsets[0].as_py() : offsets[-1].as_py()]


def _equal(roles: pa.Array, role: str) -> NDArray[np.bool_]:
    return to_numpy(pc.equal(filled(roles, from_text([""])), from_text([role])[0]))


def _tags(
    tags: pa.MapArray, row: Rows, wanted: pa.Array
) -> tuple[Rows, NDArray[np.int16], pa.ChunkedArray]:
    first, end = tags.offsets[0].as_py(), tags.offsets[-1].as_py()
    key = found_at(tags.keys[first:end], wanted).astype(np.int16)
    is_wanted = key >= 0
    values = tags.items[first:end].filter(from_numpy(is_wanted))
    return row[is_wanted], key[is_wanted], pa.chunked_array([values])


def _joined(parts: list[_Raw]) -> _Raw:
    """All batches in one; frees each array of the parts as soon as it is copied."""
    arrays = [np.concatenate([part[place] for part in parts]) for place in range(12)]
    chunks = [chunk for part in parts for chunk in part.tag_value.chunks]
    return _Raw(*arrays, pa.chunked_array(chunks, pa.string()))  # type: ignore[call-arg]


def _sorted(
    nodes: Nodes, features: _Raw, order: Ints, keys: Sequence[str], repeated: int
) -> Elements:
    kind, ids = features.kind[order], features.id[order]
    first_way, first_relation = np.searchsorted(kind, [WAY, RELATION])
    starts = starts_of(features.lengths)
    return Elements(
        nodes,
        _ways(
            nodes, ids[first_way:first_relation], order[first_way:first_relation], starts, features
        ),
        _relations(ids[first_relation:], order[first_relation:], starts, features),
        _renumbered_tags(features, order, keys),
        ids[:first_way],
        repeated,
    )


def _ways(nodes: Nodes, ids: Ints, rows: Ints, starts: Starts, features: _Raw) -> Ways:
    places, start = taken(starts, rows)
    node = nodes.rows_of(features.ref[places])
    missing = starts_of(node < 0)
    is_whole = missing[start[1:]] == missing[start[:-1]]
    length = np.diff(start)
    is_closed = is_whole & (length >= 4)
    is_closed[is_closed] = node[start[:-1][is_closed]] == node[start[1:][is_closed] - 1]
    return Ways(ids, start, node, is_whole, is_closed)


def _relations(ids: Ints, rows: Ints, starts: Starts, features: _Raw) -> Relations:
    places, start = taken(starts, rows)
    # Roles and types stand for the refs of relations only, in the order of reading.
    is_relation = features.kind == RELATION
    member_start = starts_of(np.where(is_relation, features.lengths, 0))
    members, _ = taken(member_start, rows)
    return Relations(
        ids,
        start,
        features.ref[places],
        features.member_kind[members],
        features.is_inner[members],
        features.is_outer[members],
    )


def _renumbered_tags(features: _Raw, order: Ints, keys: Sequence[str]) -> Tags:
    new_row = np.full(len(features.id), -1, dtype=np.int32)
    new_row[order] = np.arange(len(order), dtype=np.int32)
    row, key, value = new_row[features.tag_row], features.tag_key, features.tag_value
    if len(order) < len(features.id):
        kept = row >= 0
        row, key, value = row[kept], key[kept], value.filter(from_numpy(kept))
    return Tags.of(row, key, value, keys, len(order))
