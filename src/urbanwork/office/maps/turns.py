"""Whose turn it is: one thing that many use, in the order in which they came, none twice ahead."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Final

MOST_WAITING: Final = 64
MOST_OF_ONE: Final = 2
"""How many of one person may wait: a finger that drags must not push others back."""


class BusyError(Exception):
    """Too many wait already, or the turn did not come in time."""


class Turns:
    """First come, first served; whoever waits too long, or too often, is told so.

    >>> turns = Turns()
    >>> with turns.turn("li", seconds=1.0):
    ...     turns.waiting
    1
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._queue: deque[tuple[str, object]] = deque()

    @property
    def waiting(self) -> int:
        """How many are served or wait."""
        return len(self._queue)

    @contextmanager
    def turn(self, who: str, *, seconds: float) -> Iterator[float]:
        """Wait for the turn of `who`, at most so long; gives the seconds waited.

        Raises:
            BusyError: the queue is full, `who` waits already, or the turn did not come in time.
        """
        began = time.perf_counter()
        ticket = self._join(who)
        try:
            with self._changed:
                if not self._changed.wait_for(lambda: self._queue[0] is ticket, seconds):
                    raise BusyError
            yield time.perf_counter() - began
        finally:
            with self._changed:
                self._queue.remove(ticket)
                self._changed.notify_all()

    def _join(self, who: str) -> tuple[str, object]:
        ticket = (who, object())
        with self._changed:
            of_one = sum(name == who for name, _ in self._queue)
            if len(self._queue) >= MOST_WAITING or of_one >= MOST_OF_ONE:
                raise BusyError
            self._queue.append(ticket)
        return ticket
