"""Arrays and a header as one compressed blob that a browser opens with DecompressionStream.

Layout before compression: uint32 length of the header (little endian), the header as JSON, then
the arrays in the order of `header["arrays"]`, each as byte planes: all first bytes, all second
bytes and so on, because like bytes beside each other compress well.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

KINDS = {"u1": "<u1", "i1": "<i1", "u2": "<u2", "u4": "<u4", "i4": "<i4", "f4": "<f4"}
LEVEL = 6
"""Of zlib: 9 takes three times as long for 2 % less."""

Plain = NDArray[Any]


def pack(header: Mapping[str, Any], arrays: Mapping[str, Plain]) -> bytes:
    """Header and arrays as one zlib stream; the kinds of array are `KINDS`.

    >>> header, arrays = unpack(pack({"step": 0.5}, {"x": np.array([1, 300], "<u2")}))
    >>> header["step"], arrays["x"].tolist()
    (0.5, [1, 300])
    """
    listed = [[name, _kind(values), len(values)] for name, values in arrays.items()]
    text = json.dumps({**header, "arrays": listed}, ensure_ascii=False, separators=(",", ":"))
    head = text.encode()
    planes = [_planes(values) for values in arrays.values()]
    return zlib.compress(b"".join([struct.pack("<I", len(head)), head, *planes]), LEVEL)


def unpack(blob: bytes) -> tuple[dict[str, Any], dict[str, Plain]]:
    """What `pack` was given; `arrays` of the header lists name, kind and length of each."""
    raw = zlib.decompress(blob)
    (length,) = struct.unpack_from("<I", raw)
    header = json.loads(raw[4 : 4 + length])
    at, arrays = 4 + length, {}
    for name, kind, count in header["arrays"]:
        size = np.dtype(KINDS[kind]).itemsize
        planes = np.frombuffer(raw, np.uint8, count * size, at).reshape(size, count)
        arrays[name] = np.ascontiguousarray(planes.T).view(KINDS[kind]).ravel()
        at += count * size
    return header, arrays


def _kind(values: Plain) -> str:
    return values.dtype.str.lstrip("<|=")


def _planes(values: Plain) -> bytes:
    little = np.ascontiguousarray(values, KINDS[_kind(values)])
    return little.view(np.uint8).reshape(len(values), little.itemsize).T.tobytes()


def deltas(values: ArrayLike) -> Plain:
    """Differences from one whole number to the next, signs folded so that small stays small.

    >>> deltas([5, 4, 7]).tolist()
    [10, 1, 6]
    """
    whole = np.asarray(values, np.int64)
    return folded(np.concatenate([whole[:1], whole[1:] - whole[:-1]]))


def folded(values: NDArray[np.int64]) -> Plain:
    """Whole numbers with the sign in the last bit, so that small ones of either sign stay small."""
    return ((values << 1) ^ (values >> 63)).astype("<u4")


def rounded(values: ArrayLike) -> Plain:
    """Numbers as float32 with 4.8 significant digits: the last byte is 0 and costs nothing."""
    bits = np.asarray(values, "<f4").view("<u4")
    finite = np.isfinite(bits.view("<f4"))
    return np.where(finite, (bits + 0x80) & 0xFFFFFF00, bits).astype("<u4").view("<f4")
