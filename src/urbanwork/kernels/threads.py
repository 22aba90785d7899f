"""Work shared by a few threads whose results do not depend on how many there are.

The compiled kernels let go of Python's lock, so plain threads run them side by side. Numba's own
threads would compile slower and must not be started from two threads at once.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


_ALONE: ContextVar[bool] = ContextVar("alone", default=False)


class _Setting:
    threads = max(
        1, min(8, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
    )


def set_threads(threads: int) -> None:
    """Let the kernels use so many threads from now on; the results stay the same.

    Raises:
        ValueError: fewer than one thread.
    """
    if threads < 1:
        raise ValueError(f"a kernel needs at least one thread, got {threads}")
    _Setting.threads = threads


def threads_in_use() -> int:
    """Return how many threads the kernels may use."""
    return _Setting.threads


def shared_out(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    """Return `[work(item) for item in items]`, done by several threads, in the order of `items`.

    >>> shared_out(abs, [-1, 2, -3])
    [1, 2, 3]
    """
    threads = 1 if _ALONE.get() else min(_Setting.threads, len(items))
    if threads <= 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, items))


@contextmanager
def alone() -> Iterator[None]:
    """No other threads within: work so small that starting one takes longer."""
    token = _ALONE.set(True)
    try:
        yield
    finally:
        _ALONE.reset(token)


def even_parts(count: int, parts: int) -> list[tuple[int, int]]:
    """Return `parts` ranges (first, behind last) of nearly even length that cover `count` rows.

    >>> even_parts(10, 3)
    [(0, 3), (3, 6), (6, 10)]
    >>> even_parts(1, 2)
    [(0, 1)]
    """
    bounds = [count * part // parts for part in range(parts + 1)]
    return [(a, b) for a, b in itertools.pairwise(bounds) if a < b]
