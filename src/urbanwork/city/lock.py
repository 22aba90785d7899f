"""One examination of a city at a time.

The lock belongs to the open file, so the system frees it when its process ends in any way, kill -9
included: no lock is ever stale, and the file that stays behind means nothing by itself.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from urbanwork.city.store import PRIVATE, storage_fault
from urbanwork.errors import UserError


@contextmanager
def city_lock(city: Path | str) -> Iterator[None]:
    """Hold the city for the time of a `with` block.

    Raises:
        UserError: another process holds it (says which, and since when), or the folder cannot be
            written to.
    """
    path = Path(city) / PRIVATE / "lock"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise storage_fault(path, error) from error
    try:
        _take(handle, Path(city))
        yield
    finally:
        os.close(handle)


def _take(handle: int, city: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise UserError(
            f"{city}: this city is being worked on by {_holder(handle)}; wait until it has "
            "ended, or end it, then start again"
        ) from None
    except OSError as error:
        raise storage_fault(city, error) from error
    _sign(handle)


def _sign(handle: int) -> None:
    since = datetime.now().astimezone().isoformat(timespec="seconds")
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps({"process": os.getpid(), "since": since}).encode(), 0)


def _holder(handle: int) -> str:
    """Who signed the lock; between taking and signing there is a moment without a name."""
    try:
        signed: dict[str, Any] = json.loads(os.pread(handle, 1000, 0))
        process, since = int(signed["process"]), str(signed["since"])
    except (ValueError, KeyError, TypeError):
        return "another process"
    who = "this process" if process == os.getpid() else f"process {process}"
    return f"{who} (since {since.replace('T', ' ')})"
