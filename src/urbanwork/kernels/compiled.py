"""How kernels are compiled: once, kept on disk, without Python's lock.

Numba keeps machine code beside the source, or in the user's cache folder where the package is
read-only, or in NUMBA_CACHE_DIR where that is set. Where none of these can be written, the
kernels still run, compiled anew in each process.

All compiled functions that call each other stand in one file: numba looks for changes only in the
file of the function it loads.

A kernel that is not on disk compiles when it is called first; `waiting.py` tells whoever waits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numba.core import event
from numpy.typing import DTypeLike, NDArray

from urbanwork.kernels.waiting import compiling_begins


class _Begins(event.Listener):
    def on_start(self, event: event.Event) -> None:
        compiling_begins()

    def on_end(self, event: event.Event) -> None:
        pass


event.register("numba:compile", _Begins())  # type: ignore[no-untyped-call]


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile `function` at its first call with given types, and keep it on disk if possible."""
    try:
        return njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # numba found no folder that it may write
        return njit(nogil=True, error_model="numpy")(function)


def given(array: NDArray[Any], dtype: DTypeLike) -> NDArray[Any]:
    """Return a read-only view (a copy only if need be) as every kernel takes its inputs.

    Arrays from files are read-only and others are not; numba would compile each kernel for both.
    """
    view = np.ascontiguousarray(array, dtype).view()
    view.flags.writeable = False
    return view
