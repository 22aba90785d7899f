"""What takes long to make from files that do not change: made once, kept under their digest."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Final

from urbanwork.city.store import write_file
from urbanwork.errors import UserError
from urbanwork.office.place import office_place

FOLDER: Final = "overview"
_log = logging.getLogger(__name__)
_lock = Lock()
_being_made: set[Path] = set()


def kept(name: str, make: Callable[[], Any]) -> Any:
    """What is kept under a name; made now where it is not there yet."""
    path = _path(name)
    if not path.exists():
        write_file(path, json.dumps(make(), ensure_ascii=False).encode())
    return _read(path)


def kept_or_begun(name: str, make: Callable[[], Any]) -> Any | None:
    """What is kept under a name; None while it is being made beside the pages."""
    path = _path(name)
    if path.exists():
        return _read(path)
    with _lock:
        if path not in _being_made:
            _being_made.add(path)
            Thread(target=_make, args=(path, make), name=f"make {name}", daemon=True).start()
    return None


def _make(path: Path, make: Callable[[], Any]) -> None:
    """What went wrong is kept too, so that it is not tried again for each page."""
    try:
        made = make()
    except UserError as error:
        made = {"fault": str(error)}
    except Exception as error:
        _log.exception("could not make %s", path.name)
        made = {"fault": f"{type(error).__name__}: {error}"}
    try:
        write_file(path, json.dumps(made, ensure_ascii=False).encode())
    finally:
        with _lock:
            _being_made.discard(path)


def _path(name: str) -> Path:
    return office_place().cache / FOLDER / f"{name}.json"


@lru_cache(maxsize=8)
def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
