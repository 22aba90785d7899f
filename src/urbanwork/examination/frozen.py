"""A frozen examination: the hashes of its files, so that any later change of one is noticed.

`frozen.json` names every file of the examination with its SHA-256 and carries a seal over itself.
What can be made again from these files (exports) and what comes after freezing (errata) is not in
it.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from urbanwork.city.store import hash_file, hash_parts, write_file
from urbanwork.errors import UserError
from urbanwork.examination.comments import FROZEN as FILE
from urbanwork.examination.comments import unanswered
from urbanwork.examination.journal import held, to_disk

CORRECTED = "report-corrected.html"
"""The frozen page with its errata; made again with each of them."""
AFTERWARDS = (FILE, "errata.jsonl", "errata.head", CORRECTED)
EXPORTS = (".xlsx", ".gpkg", ".csv", ".docx", ".pdf")
"""What `export` writes and can write again."""


def report_of(folder: Path) -> Path:
    """The page of an examination: with its errata once there are any, else as it was made."""
    corrected = folder / CORRECTED
    return corrected if corrected.exists() else folder / "report.html"


def is_frozen(folder: Path) -> bool:
    """Whether the examination in `folder` was frozen."""
    return (folder / FILE).exists()


def freeze(folder: Path, *, by: str | None = None, force: str | None = None) -> dict[str, Any]:
    """Freeze a whole examination; returns what `frozen.json` says.

    `force` is the reason for freezing though comments are unanswered; it is recorded.

    Raises:
        UserError: it is frozen already, or comments are unanswered and no reason is given.
    """
    with held(folder):
        if is_frozen(folder):
            raise UserError(f"{folder}: this examination is frozen already; nothing was changed")
        open_ = [each["number"] for each in unanswered(folder)]
        if open_ and not (force and force.strip()):
            numbers = ", ".join(map(str, open_))
            raise UserError(
                f"{folder}: not answered yet: comment {numbers}; answer "
                "with 'urbanwork comment --answer N --text ...', or give --force with a reason"
            )
        record = {
            "format": 1,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "by": by,
            "unanswered": open_,
            "forced": force if open_ else None,
            "files": {name: hash_file(folder / name) for name in _names(folder)},
        }
        full = {**record, "seal": hash_parts(record)}
        text = json.dumps(full, ensure_ascii=False, indent=1, sort_keys=True)
        write_file(folder / FILE, f"{text}\n".encode())
        to_disk(folder)
        return full


def frozen_record(folder: Path) -> dict[str, Any] | None:
    """What was recorded when it was frozen; None for one that is not.

    Raises:
        UserError: the record itself was changed.
    """
    try:
        record = json.loads((folder / FILE).read_bytes())
        seal = record.pop("seal")
        is_ours = seal == hash_parts(record)
    except FileNotFoundError:
        return None
    except (ValueError, AttributeError, KeyError, TypeError):
        is_ours = False
    if not is_ours:
        raise UserError(f"{folder / FILE}: the record of freezing was changed; take it from a copy")
    return dict(record)


def check_frozen(folder: Path) -> None:
    """Hold every file of a frozen examination against its hash; one that is not frozen passes.

    Raises:
        UserError: names the file that was changed, or that is missing.
    """
    record = frozen_record(folder)
    for name, digest in (record or {"files": {}})["files"].items():
        file = folder / name
        if not file.exists() or hash_file(file) != digest:
            how = "was changed" if file.exists() else "is missing"
            raise UserError(
                f"{file}: this examination is frozen and the file {how} since; take it from a "
                "copy. A frozen figure is corrected by 'urbanwork erratum' only"
            )


def root_of_errata(folder: Path) -> str:
    """What the first erratum is bound to: the bytes of the record of freezing."""
    return hashlib.sha256((folder / FILE).read_bytes()).hexdigest()


def _names(folder: Path) -> list[str]:
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.is_file()
        and path.name not in AFTERWARDS
        and not path.name.startswith(".")
        and path.suffix not in EXPORTS
    )
