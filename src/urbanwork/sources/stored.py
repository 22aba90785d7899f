"""Frozen dataclasses of arrays as files of the cache: written plain, read back the same.

Numbers are .npy, texts and geometries (WKB) Arrow columns, the rest JSON. One function each way
serves every record (layers, networks, the prepared city): its fields say how.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Record = TypeVar("Record")


def save(record: Any, folder: Path) -> None:
    """Write a dataclass of arrays, texts, geometries, numbers and such dataclasses."""
    folder.mkdir(parents=True, exist_ok=True)
    plain: dict[str, Any] = {}
    for field in dataclasses.fields(record):
        _save_value(getattr(record, field.name), field.name, folder, plain)
    (folder / "plain.json").write_text(
        json.dumps(plain, ensure_ascii=False, sort_keys=True), encoding="utf-8"
    )


def empty(cls: type[Record], **given: Any) -> Record:
    """A record of nothing: arrays of length 0, records likewise; `given` fields as they are.

    Every field without a default must be an array or a record, or be given.
    """
    hints = typing.get_type_hints(cls)
    return cls(**given, **{
        field.name: _nothing(hints[field.name])
        for field in dataclasses.fields(cls)  # type: ignore[arg-type]
        if field.name not in given
        and field.default is dataclasses.MISSING
        and field.default_factory is dataclasses.MISSING
    })  # fmt: skip


def _nothing(hint: Any) -> Any:
    if typing.get_origin(hint) is np.ndarray:
        return np.zeros(0, typing.get_args(typing.get_args(hint)[1])[0])
    return empty(hint)


def _save_value(value: Any, name: str, folder: Path, plain: dict[str, Any]) -> None:
    if isinstance(value, np.ndarray):
        _save_array(value, folder / name)
    elif isinstance(value, BaseGeometry):
        (folder / f"{name}.wkb").write_bytes(shapely.to_wkb(value))
    elif dataclasses.is_dataclass(value):
        save(value, folder / name)
    elif isinstance(value, dict) and any(_is_rich(item) for item in value.values()):
        plain[name] = {"keys": list(value)}
        for number, item in enumerate(value.values()):
            _save_value(item, f"{name}.{number}", folder, plain)
    else:
        plain[name] = value


def _is_rich(value: Any) -> bool:
    return isinstance(value, np.ndarray) or dataclasses.is_dataclass(value)


def _save_array(array: NDArray[Any], path: Path) -> None:
    if array.dtype != object:
        np.save(path.with_name(path.name + ".npy"), array, allow_pickle=False)
        return
    is_geometry = any(isinstance(item, BaseGeometry) for item in array[:1000]) or (
        len(array) > 1000 and any(isinstance(item, BaseGeometry) for item in array)
    )
    suffix = ".geometry.arrow" if is_geometry else ".text.arrow"
    column = pa.array(shapely.to_wkb(array), pa.large_binary()) if is_geometry else pa.array(
        array, pa.large_string(), from_pandas=True
    )  # fmt: skip
    table = pa.table({"value": column})
    target = str(path.with_name(path.name + suffix))
    with pa.OSFile(target, "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def load(cls: type[Record], folder: Path) -> Record:
    """Read what `save` wrote of a dataclass `cls`."""
    plain = json.loads((folder / "plain.json").read_text(encoding="utf-8"))
    hints = typing.get_type_hints(cls)
    values = {
        field.name: _load_value(hints[field.name], field.name, folder, plain)
        for field in dataclasses.fields(cls)  # type: ignore[arg-type]
    }
    return cls(**values)


def _load_value(hint: Any, name: str, folder: Path, plain: dict[str, Any]) -> Any:
    nested = _dataclass_in(hint)
    if (folder / name).is_dir() and nested is not None:
        return load(nested, folder / name)
    for suffix, read in _READERS.items():
        path = folder / f"{name}{suffix}"
        if path.exists():
            return read(path)
    value = plain.get(name)
    if isinstance(value, dict) and list(value) == ["keys"]:
        inner = typing.get_args(hint)[1]
        return {
            key: _load_value(inner, f"{name}.{number}", folder, plain)
            for number, key in enumerate(value["keys"])
        }
    return _as_declared(value, hint)


def _as_declared(value: Any, hint: Any) -> Any:
    """What JSON cannot tell apart: a tuple from a list, a member of an enumeration from a text."""
    inner = typing.get_args(hint)
    if isinstance(value, list) and typing.get_origin(hint) is tuple:
        return tuple(value)
    if isinstance(value, dict) and typing.get_origin(hint) is dict:
        return {key: _as_declared(item, inner[1]) for key, item in value.items()}
    options = inner if isinstance(hint, types.UnionType) else (hint,)
    kinds = [each for each in options if isinstance(each, type) and issubclass(each, Enum)]
    return kinds[0](value) if kinds and isinstance(value, str) else value


def _dataclass_in(hint: Any) -> Any:
    options = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    return next((option for option in options if dataclasses.is_dataclass(option)), None)


def _numbers(path: Path) -> NDArray[Any]:
    return np.asarray(np.load(path, allow_pickle=False))


def _column(path: Path) -> pa.ChunkedArray:
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all().column("value")


def _texts(path: Path) -> NDArray[np.object_]:
    return np.asarray(_column(path).to_numpy(), np.object_)


def _geometries(path: Path) -> NDArray[np.object_]:
    return np.asarray(shapely.from_wkb(_column(path).to_numpy()), np.object_)


def _geometry(path: Path) -> BaseGeometry:
    return shapely.from_wkb(path.read_bytes())


_READERS = {
    ".npy": _numbers,
    ".text.arrow": _texts,
    ".geometry.arrow": _geometries,
    ".wkb": _geometry,
}
