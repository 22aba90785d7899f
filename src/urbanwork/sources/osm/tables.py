"""An extract as Arrow files in a folder, for the cache: exact, quick, the same bytes each time.

One table a layer; geometries are WKB, text that repeats is numbered.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

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
        "way_id": pa.array(streets.way_id),
        "length": pa.array(np.diff(streets.start)),
        "is_cut_at_start": pa.array(streets.is_cut_at_start),
        "is_cut_at_end": pa.array(streets.is_cut_at_end),
    }
    ways |= {TAG + key: _text(values) for key, values in streets.tags.items()}
    _write(folder / "streets.arrow", ways)
    vertices = {name: pa.array(getattr(streets, name)) for name in VERTEX_FIELDS}
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
    encode = {"Text": _text, "Geometries": _wkb}
    return {
        field.name: encode.get(str(field.type), pa.array)(getattr(layer, field.name))
        for field in dataclasses.fields(layer)
    }


def _layer(kind: type[Layer], path: Path) -> Layer:
    decode = {"Text": _words, "Geometries": _geometries}
    columns = _read(path)
    return kind(
        **{
            field.name: decode.get(str(field.type), _values)(columns[field.name])
            for field in dataclasses.fields(kind)
        }
    )


def _text(words: Text) -> pa.Array:
    """Numbered where words repeat, as the values of tags do; ids stay as they are."""
    plain = pa.array(words, pa.string())
    numbered = plain.dictionary_encode()
    return numbered if len(numbered.dictionary) * 2 < len(plain) else plain


def _words(column: pa.Array) -> Text:
    if not isinstance(column, pa.DictionaryArray):
        return np.asarray(column.to_numpy(zero_copy_only=False), dtype=object)
    words = np.array([*column.dictionary.to_pylist(), None], dtype=object)
    places = pc.fill_null(column.indices, -1).to_numpy(zero_copy_only=False)
    return np.asarray(words[places], dtype=object)


def _wkb(geometries: Geometries) -> pa.Array:
    return pa.array(in_parallel(shapely.to_wkb, geometries), pa.large_binary())


def _geometries(column: pa.Array) -> Geometries:
    content = np.asarray(column.to_numpy(zero_copy_only=False), dtype=object)
    return np.asarray(in_parallel(shapely.from_wkb, content), dtype=object)


def _values(column: pa.Array) -> Array:
    # A copy: arrays that cannot be written would make compiled kernels compile once more.
    return np.array(column.to_numpy(zero_copy_only=False))


def _write(path: Path, columns: dict[str, pa.Array]) -> None:
    table = pa.table(columns)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def _read(path: Path) -> dict[str, pa.Array]:
    with pa.memory_map(str(path)) as file:
        table = pa.ipc.open_file(file).read_all()
    return {name: _whole(table[name]) for name in table.column_names}


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
