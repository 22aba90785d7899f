"""An extract as Arrow files in a folder, for the cache: exact, quick, the same bytes each time.

One table a layer; geometries are WKB, text that repeats is numbered.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from urbanwork.quantities.arrow import from_numpy, from_text, to_numpy
from urbanwork.sources.layers import (
    Boundaries,
    Buildings,
    Extent,
    Geometries,
    Land,
    OsmExtract,
    Places,
    Streets,
    Text,
)
from urbanwork.sources.osm.parallel import in_parallel
from urbanwork.sources.osm.tags import filled

FORMAT = "1"
"""Goes into the cache key: raise it when what is written or read changes."""

LAYERS = {"buildings": Buildings, "places": Places, "land": Land, "boundaries": Boundaries}
VERTEX_FIELDS = ("node", "lon", "lat")
TAG = "tag:"

Layer = TypeVar("Layer", Buildings, Places, Land, Boundaries)
Array = NDArray[Any]


def save(extract: OsmExtract, folder: Path) -> None:
    """Write an extract into a folder, which is made if need be.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in LAYERS:
        _write(folder / f"{name}.arrow", _columns(getattr(extract, name)))
    streets = extract.streets
    ways: dict[str, pa.Array] = {
        "way_id": from_numpy(streets.way_id),
        "length": from_numpy(np.diff(streets.start)),
        "is_cut_at_start": from_numpy(streets.is_cut_at_start),
        "is_cut_at_end": from_numpy(streets.is_cut_at_end),
    }
    ways |= {TAG + key: _text(values) for key, values in streets.tags.items()}
    _write(folder / "streets.arrow", ways)
    vertices = {name: from_numpy(getattr(streets, name)) for name in VERTEX_FIELDS}
    _write(folder / "street_vertices.arrow", vertices)
    _write(folder / "coastline.arrow", {"geometry": _wkb(extract.coastline)})
    about = {
        "extent": shapely.to_wkb(extract.extent.polygon, hex=True),
        "known_from": extract.extent.known_from,
        "report": extract.report,
    }
    (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")


def load(folder: Path) -> OsmExtract:
    """The extract that `save` wrote, equal to it in every value.

    Raises:
        OSError: a file of the folder is missing or damaged (pyarrow's errors among them).
    """
    about = json.loads((folder / "about.json").read_text(encoding="utf-8"))
    return OsmExtract(
        streets=_streets(folder),
        buildings=_layer(Buildings, folder / "buildings.arrow"),
        places=_layer(Places, folder / "places.arrow"),
        land=_layer(Land, folder / "land.arrow"),
        coastline=_geometries(_read(folder / "coastline.arrow")["geometry"]),
        boundaries=_layer(Boundaries, folder / "boundaries.arrow"),
        extent=Extent(shapely.from_wkb(about["extent"]), about["known_from"]),
        report=about["report"],
    )


def _streets(folder: Path) -> Streets:
    ways = _read(folder / "streets.arrow")
    vertices = _read(folder / "street_vertices.arrow")
    start = np.concatenate([[0], np.cumsum(_values(ways["length"]))]).astype(np.int64)
    return Streets(
        way_id=_values(ways["way_id"]),
        start=start,
        node=_values(vertices["node"]),
        lon=_values(vertices["lon"]),
        lat=_values(vertices["lat"]),
        tags={
            name.removeprefix(TAG): _words(column)
            for name, column in ways.items()
            if name.startswith(TAG)
        },
        is_cut_at_start=_values(ways["is_cut_at_start"]),
        is_cut_at_end=_values(ways["is_cut_at_end"]),
    )


def _columns(layer: Any) -> dict[str, pa.Array]:
    columns = {}
    for field in dataclasses.fields(layer):
        encode: Callable[[Array], Any] = _ENCODERS.get(str(field.type), from_numpy)
        columns[field.name] = encode(getattr(layer, field.name))
    return columns


def _layer(kind: type[Layer], path: Path) -> Layer:
    columns, decoded = _read(path), {}
    for field in dataclasses.fields(kind):
        decode: Callable[[Any], Array] = _DECODERS.get(str(field.type), _values)
        decoded[field.name] = decode(columns[field.name])
    return kind(**decoded)


def _text(words: Text) -> pa.Array:
    """Numbered where words repeat, as the values of tags do; ids stay as they are."""
    plain = from_text(words)
    numbered = plain.dictionary_encode()
    return numbered if len(numbered.dictionary) * 2 < len(plain) else plain


def _words(column: pa.Array) -> Text:
    if not isinstance(column, pa.DictionaryArray):
        return np.array(column.to_pylist(), dtype=object)
    words = np.array([*column.dictionary.to_pylist(), None], dtype=object)
    places = to_numpy(filled(column.indices, from_numpy(np.array([-1], dtype=np.int32))))
    return np.asarray(words[places], dtype=object)


def _wkb(geometries: Geometries) -> pa.Array:
    parts = [content or b"" for content in in_parallel(shapely.to_wkb, geometries)]
    ends = np.cumsum([0, *map(len, parts)], dtype=np.int64)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(parts))]
    return pa.Array.from_buffers(pa.large_binary(), len(parts), buffers)


def _geometries(column: pa.Array) -> Geometries:
    content: Array = np.empty(len(column), dtype=object)
    content[:] = [wkb or None for wkb in column.to_pylist()]
    return np.asarray(in_parallel(shapely.from_wkb, content), dtype=object)


def _values(column: pa.Array) -> Array:
    # A copy: arrays that cannot be written would make compiled kernels compile once more.
    return np.array(to_numpy(column))


_ENCODERS: dict[str, Callable[[Array], Any]] = {"Text": _text, "Geometries": _wkb}
_DECODERS: dict[str, Callable[[Any], Array]] = {"Text": _words, "Geometries": _geometries}


def _write(path: Path, columns: dict[str, pa.Array]) -> None:
    batch = pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, batch.schema) as writer:
        writer.write_batch(batch)


def _read(path: Path) -> dict[str, pa.Array]:
    with pa.memory_map(str(path)) as file:
        batch = pa.ipc.open_file(file).get_batch(0)
    return dict(zip(batch.schema.names, batch.columns, strict=True))
