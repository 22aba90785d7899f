"""Whether the folder of an examination holds all that was written, before anything is read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from urbanwork.errors import UserError
from urbanwork.examination.frozen import check_frozen
from urbanwork.examination.tables import SCHEMA_VERSION

TABLES = ("cells.parquet", "areas.parquet", "indicators.parquet", "problems.parquet")
MANIFEST, FINDINGS = "manifest.json", "findings.json"
BESIDE = ("details.json", "points.json")
"""What explanations and the summary by point read."""
REPORT = "report.html"
REPORT_ENDS = b"</html>"


def check_whole(folder: Path, *, versions: Sequence[int] = (SCHEMA_VERSION,)) -> None:
    """Raises UserError where a file is missing, cut short, or written by another version.

    Of a frozen examination, also where any of its files was changed. `versions` are those of the
    tables that the caller can read.
    """
    for name in (MANIFEST, FINDINGS, *TABLES, *BESIDE, REPORT):
        fault = _fault(folder / name, versions)
        if fault and not (name in BESIDE and _is_of_long_ago(folder, name)):
            raise UserError(
                f"{folder / name}: {fault}; move the folder of this examination away and examine "
                "the city again"
            )
    check_frozen(folder)


def _fault(file: Path, versions: Sequence[int]) -> str | None:
    try:
        if file.name in TABLES:
            pq.read_metadata(file)
        elif file.name in (FINDINGS, *BESIDE):
            json.loads(file.read_bytes())
        elif file.name == MANIFEST:
            return _of_another_version(json.loads(file.read_bytes()), versions)
        elif not _end_of(file).rstrip().endswith(REPORT_ENDS):
            return "the file was cut short"
    except FileNotFoundError:
        return "the file is missing"
    except (ValueError, pa.ArrowException):  # also of JSON and of UTF-8
        return "the file is damaged"
    return None


def _of_another_version(manifest: Any, versions: Sequence[int]) -> str | None:
    found = manifest.get("schema_version") if isinstance(manifest, dict) else None
    if found in versions:
        return None
    reads = " and ".join(map(str, versions))
    return f"the results have schema version {found}, this urbanwork reads {reads}"


def _is_of_long_ago(folder: Path, name: str) -> bool:
    """Whether the examination was written before such a file was, rather than having lost it."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    return not (folder / name).exists() and manifest["schema_version"] != SCHEMA_VERSION


def _end_of(file: Path) -> bytes:
    with file.open("rb") as opened:
        opened.seek(max(0, file.stat().st_size - 64))
        return opened.read()
