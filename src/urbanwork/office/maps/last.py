"""The last examination of the city of this office, and the key under which it is cached."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from urbanwork.examination.frozen import report_of
from urbanwork.examination.run import last_folder
from urbanwork.office.place import office_place


def last_examination() -> Path | None:
    """The folder of the examination that was asked for last; None before the first."""
    return last_folder(office_place().city)


def key_of(exam: Path) -> str:
    """A digest of what the examination shows: its report, with its errata once there are any."""
    report = report_of(exam)
    stat = report.stat()
    return _digest(report, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=8)
def _digest(report: Path, _changed: int, _size: int) -> str:
    return hashlib.sha256(report.read_bytes()).hexdigest()[:16]


def manifest_of(exam: Path) -> Mapping[str, Any]:
    """What the examination was made from."""
    return _manifest(exam, (exam / "manifest.json").stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _manifest(exam: Path, _changed: int) -> dict[str, Any]:
    return dict(json.loads((exam / "manifest.json").read_text(encoding="utf-8")))
