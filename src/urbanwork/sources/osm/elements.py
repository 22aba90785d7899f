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
from urbanwork.sources.layers import Floats, Ints
from urbanwork.sources.osm.frames import Header
from urbanwork.sources.osm.ragged import Starts, starts_of, taken
from urbanwork.sources.osm.tags import RawTags, Rows, Tags

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NODE, WAY, RELATION = 0, 1, 2
THREADS = 2
ROWS_PER_BATCH = 500_000
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


class _Features(NamedTuple):
    """Features in the order of reading."""

    kind: NDArray[np.int8]
    id: Ints
    lengths: Ints
    ref: Ints
    member_kind: NDArray[np.int8]  # one for each ref of a relation
    is_inner: NDArray[np.bool_]
    is_outer: NDArray[np.bool_]
    tags: RawTags


def read_elements(path: Path, header: Header, keys: Sequence[str]) -> Elements:
    """All elements of a PBF whose frame has been checked, with the tags whose key is in `keys`.

    Raises:
        UserError: content that cannot be decoded, or no ways at all.
    """
    import duckdb

    try:
        return _read(path, header, keys, threads=THREADS)
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise UserError(
            f"{path}: the content of the file is damaged ({reason}); fetch the extract again"
        ) from None


def _read(path: Path, header: Header, keys: Sequence[str], *, threads: int) -> Elements:
    connection = _connection(threads)
    nodes, repeated_nodes = _nodes(connection, path, header)
    features = _features(connection, path, header, keys)
    order = np.lexsort((features.id, features.kind))
    is_last = _is_last(features.kind[order], features.id[order])
    repeated = repeated_nodes + len(order) - int(is_last.sum())
    if repeated and threads > 1:
        # Only one thread keeps the order of the file, which says which version is the newest.
        return _read(path, header, keys, threads=1)
    if not (features.kind == WAY).any():
        raise UserError(
            f"{path}: the extract has {len(nodes.id):,} nodes but not one way: "
            "streets and buildings are ways; make the extract anew with ways and relations"
        )
    return _sorted(nodes, features, order[is_last], keys, repeated)


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
    return connection


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _nodes(connection: DuckDBPyConnection, path: Path, header: Header) -> tuple[Nodes, int]:
    table = connection.execute(
        "SELECT id, TRY_CAST(lat * 1e7 AS INTEGER) AS lat, TRY_CAST(lon * 1e7 AS INTEGER) AS lon "  # noqa: S608
        f"FROM ST_ReadOSM({_quoted(str(path))}) WHERE kind = 'node' AND lat BETWEEN -90 AND 90 "
        "AND lon BETWEEN -180 AND 180"
    ).to_arrow_table()
    ids, lat, lon = (table.column(name).to_numpy() for name in ("id", "lat", "lon"))
    ids = _node_ids(ids, header)
    if (np.diff(ids) > 0).all():
        return Nodes(ids, lon, lat), 0
    order = np.argsort(ids, kind="stable")
    ids = ids[order]
    is_last = np.append(ids[1:] != ids[:-1], np.ones(min(len(ids), 1), dtype=bool))
    order = order[is_last]
    return Nodes(ids[is_last], lon[order], lat[order]), int((~is_last).sum())


def _node_ids(ids: Ints, header: Header) -> Ints:
    """ST_ReadOSM 1.5.5 leaves the ids of nodes that are not dense in their zigzag code."""
    return (ids >> 1) ^ -(ids & 1) if header.has_plain_nodes else ids


def _features(
    connection: DuckDBPyConnection, path: Path, header: Header, keys: Sequence[str]
) -> _Features:
    reader = connection.execute(
        "SELECT kind, id, tags, refs, ref_roles, ref_types "  # noqa: S608
        f"FROM ST_ReadOSM({_quoted(str(path))}) "
        "WHERE kind IN ('way', 'relation') OR (kind = 'node' AND tags IS NOT NULL)"
    ).to_arrow_reader(ROWS_PER_BATCH)
    wanted = pa.array(keys, pa.string())
    parts, first = [], 0
    for batch in reader:
        parts.append(_batch(batch, wanted, first, header))
        first += len(batch)
    return _joined(parts) if parts else _joined([_nothing()])


def _batch(batch: pa.RecordBatch, wanted: pa.Array, first: int, header: Header) -> _Features:
    kind = batch.column("kind").indices.to_numpy(zero_copy_only=False).astype(np.int8)
    ids = batch.column("id").to_numpy(zero_copy_only=False)
    refs = batch.column("refs")
    roles = pc.list_flatten(batch.column("ref_roles"))
    member_kind = pc.list_flatten(batch.column("ref_types")).indices
    is_node = kind == NODE
    return _Features(
        kind,
        np.where(is_node, _node_ids(ids, header), ids),
        pc.list_value_length(refs).fill_null(0).to_numpy(zero_copy_only=False).astype(np.int64),
        pc.list_flatten(refs).to_numpy(zero_copy_only=False),
        member_kind.to_numpy(zero_copy_only=False).astype(np.int8),
        _equal(roles, "inner"),
        _equal(roles, "outer") | _equal(roles, ""),
        _tags(batch.column("tags"), wanted, first),
    )


def _equal(roles: pa.Array, role: str) -> NDArray[np.bool_]:
    flags = pc.equal(roles.fill_null(""), role)
    return np.asarray(flags.to_numpy(zero_copy_only=False), dtype=bool)


def _tags(tags: pa.MapArray, wanted: pa.Array, first: int) -> RawTags:
    offsets = tags.offsets.to_numpy()
    keys = tags.keys[offsets[0] : offsets[-1]]
    code = pc.index_in(keys, value_set=wanted).fill_null(-1).to_numpy(zero_copy_only=False)
    is_wanted = code >= 0
    row = np.repeat(np.arange(first, first + len(tags), dtype=np.int32), np.diff(offsets))
    values = tags.items[offsets[0] : offsets[-1]].filter(pa.array(is_wanted))
    return RawTags(row[is_wanted], code[is_wanted].astype(np.int16), pa.chunked_array([values]))


def _nothing() -> _Features:
    none, small, flags = np.empty(0, np.int64), np.empty(0, np.int8), np.empty(0, bool)
    values = pa.chunked_array([pa.array([], pa.string())])
    raw = RawTags(np.empty(0, np.int32), np.empty(0, np.int16), values)
    return _Features(small, none, none, none, small, flags, flags, raw)


def _joined(parts: list[_Features]) -> _Features:
    arrays = [np.concatenate([part[place] for part in parts]) for place in range(7)]
    values = [chunk for part in parts for chunk in part.tags.value.chunks]
    row = np.concatenate([part.tags.row for part in parts])
    key = np.concatenate([part.tags.key for part in parts])
    raw = RawTags(row, key, pa.chunked_array(values, pa.string()))
    return _Features(*arrays, raw)  # type: ignore[arg-type]


def _is_last(kind: NDArray[np.int8], ids: Ints) -> NDArray[np.bool_]:
    differs = (kind[1:] != kind[:-1]) | (ids[1:] != ids[:-1])
    return np.append(differs, np.ones(min(len(ids), 1), dtype=bool))


def _sorted(
    nodes: Nodes, features: _Features, order: Ints, keys: Sequence[str], repeated: int
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


def _ways(nodes: Nodes, ids: Ints, rows: Ints, starts: Starts, features: _Features) -> Ways:
    places, start = taken(starts, rows)
    node = nodes.rows_of(features.ref[places])
    missing = starts_of(node < 0)
    is_whole = missing[start[1:]] == missing[start[:-1]]
    length = np.diff(start)
    is_closed = is_whole & (length >= 4)
    is_closed[is_closed] = node[start[:-1][is_closed]] == node[start[1:][is_closed] - 1]
    return Ways(ids, start, node, is_whole, is_closed)


def _relations(ids: Ints, rows: Ints, starts: Starts, features: _Features) -> Relations:
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


def _renumbered_tags(features: _Features, order: Ints, keys: Sequence[str]) -> Tags:
    new_row = np.full(len(features.id), -1, dtype=np.int32)
    new_row[order] = np.arange(len(order), dtype=np.int32)
    row = new_row[features.tags.row]
    raw = features.tags._replace(row=row)
    if len(order) < len(features.id):
        kept = row >= 0
        raw = RawTags(row[kept], raw.key[kept], raw.value.filter(pa.array(kept)))
    return Tags.of(raw, keys, len(order))
