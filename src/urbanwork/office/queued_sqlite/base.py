"""Django's backend of SQLite, with a lock of a file around each writing transaction.

SQLite lets one write at a time. Who finds it taken sleeps, up to a tenth of a second, and asks
again: under load the database idles while all sleep, and who is unlucky waits for seconds. A lock
of a file wakes the next one at once. It only orders: what is right or wrong SQLite itself decides,
and a program that knows nothing of the queue stays safe.
"""

from __future__ import annotations

import fcntl
import os
from typing import Any

from django.db.backends.sqlite3 import base

ENDING = ".queue"
_turns: set[int] = set()
"""Files by which this process holds a turn."""


def _forget() -> None:
    """A child of a fork has no turn; while it kept the file open, nobody else would get one."""
    for opened in _turns:
        os.close(opened)
    _turns.clear()


os.register_at_fork(after_in_child=_forget)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that waits its turn before it begins to write."""

    _turn: int | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._wait()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> Any:
        try:
            return super()._commit()  # type: ignore[misc]
        finally:
            if not self.connection.in_transaction:
                self._leave()

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._leave()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._leave()

    def _wait(self) -> None:
        if self.is_in_memory_db() or self._turn is not None:
            return
        opened = os.open(f"{self.settings_dict['NAME']}{ENDING}", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX)
        except BaseException:
            os.close(opened)
            raise
        _turns.add(opened)
        self._turn = opened

    def _leave(self) -> None:
        if self._turn in _turns:
            _turns.remove(self._turn)
            os.close(self._turn)
        self._turn = None
