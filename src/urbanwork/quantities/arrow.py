"""Arrow arrays from numpy and back without pyarrow's own converters.

`pa.array(...)` and `.to_numpy()` import pandas (0.3 s in a new process) whether it is needed or
not; these functions work on the buffers and do not. Nulls are handled where stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_TYPES = {
    "int8": pa.int8(), "int16": pa.int16(), "int32": pa.int32(), "int64": pa.int64(),
    "uint8": pa.uint8(), "uint16": pa.uint16(), "uint32": pa.uint32(), "uint64": pa.uint64(),
    "float32": pa.float32(), "float64": pa.float64(),
}  # fmt: skip

_NAMES = {kind: name for name, kind in _TYPES.items()}


def from_numpy(values: NDArray[Any], *, is_missing: NDArray[np.bool_] | None = None) -> pa.Array:
    """Numbers or flags as an Arrow array; `is_missing` marks nulls.

    >>> from_numpy(np.array([1.5, 2.0]), is_missing=np.array([False, True])).to_pylist()
    [1.5, None]
    """
    if values.dtype == np.bool_:
        data, kind = _bits(values), pa.bool_()
    else:
        data, kind = pa.py_buffer(np.ascontiguousarray(values)), _TYPES[values.dtype.name]
    validity = None if is_missing is None else _bits(~is_missing)
    return pa.Array.from_buffers(kind, len(values), [validity, data])


def from_text(words: Sequence[str | None] | NDArray[np.object_]) -> pa.Array:
    """Texts as an Arrow array of strings, None as null.

    >>> from_text(["大连", None, "a"]).to_pylist()
    ['大连', None, 'a']
    """
    encoded = [b"" if word is None else word.encode("utf-8", "replace") for word in words]
    lengths = np.fromiter((len(word) for word in encoded), dtype=np.int64, count=len(encoded))
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    is_large = offsets[-1] > np.iinfo(np.int32).max
    kind, width = (pa.large_string(), np.int64) if is_large else (pa.string(), np.int32)
    is_known = np.fromiter((word is not None for word in words), dtype=np.bool_, count=len(words))
    validity = None if is_known.all() else _bits(is_known)
    buffers = [validity, pa.py_buffer(offsets.astype(width)), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(kind, len(encoded), buffers)


def to_numpy(array: pa.Array | pa.ChunkedArray) -> NDArray[Any]:
    """Numbers or flags without nulls as a numpy array (read-only, shared where possible).

    Raises:
        ValueError: the array has nulls; fill them first (`pyarrow.compute.fill_null`).

    >>> to_numpy(from_numpy(np.array([True, False])))
    array([ True, False])
    """
    if isinstance(array, pa.ChunkedArray):
        return np.concatenate([to_numpy(chunk) for chunk in array.chunks] or [_none(array.type)])
    if array.null_count:
        raise ValueError(f"{array.null_count} nulls; fill them before")
    if not len(array):
        return _none(array.type)
    if pa.types.is_boolean(array.type):
        return to_numpy(pc.cast(array, pa.uint8())).astype(np.bool_)
    values: NDArray[Any] = np.frombuffer(array.buffers()[1], dtype=_dtype(array.type))
    return values[array.offset : array.offset + len(array)]


def _dtype(kind: pa.DataType) -> np.dtype[Any]:
    return np.dtype("bool" if pa.types.is_boolean(kind) else _NAMES[kind])


def _none(kind: pa.DataType) -> NDArray[Any]:
    return np.empty(0, dtype=_dtype(kind))


def _bits(flags: NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(flags, bitorder="little"))
