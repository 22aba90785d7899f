"""From a file that somebody sent to what the store keeps: checked, and pictures made again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Final

from urbanwork.office.evidence.kinds import (
    DOCX,
    HEIC,
    JPEG,
    PDF,
    XLSX,
    Kind,
    RefusedFileError,
    clean_name,
    kind_of,
)
from urbanwork.office.evidence.office_files import check_office_file
from urbanwork.office.evidence.pdf_files import check_pdf
from urbanwork.office.evidence.pictures import Position, remade
from urbanwork.quantities.bilingual import Bilingual

MOST_BYTES: Final = 20 * 2**20
"""Of one file as it is sent."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the store keeps of a file, and what the file said about itself."""

    data: bytes
    kind: Kind
    name: str
    original_digest: str
    width: int | None = None
    height: int | None = None
    taken: datetime | None = None
    position: Position | None = None


def prepared(file: IO[bytes], name: str) -> Prepared:
    """Check a file by its content. Takes no lock and writes nothing.

    Raises:
        RefusedFileError: it is too large, of no kind that is taken, damaged or dangerous.
    """
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise too_large()
    kind = kind_of(data, name)
    digest = hashlib.sha256(data).hexdigest()
    if kind.is_picture:
        made, kept = remade(data, kind), JPEG if kind is HEIC else kind
        return Prepared(
            made.data, kept, clean_name(name, kept), digest, made.width, made.height, made.taken,
            made.position,
        )  # fmt: skip
    _check(data, kind)
    return Prepared(data, kind, clean_name(name, kind), digest)


def _check(data: bytes, kind: Kind) -> None:
    if kind in (XLSX, DOCX):
        check_office_file(data)
    elif kind is PDF:
        check_pdf(data)


def too_large() -> RefusedFileError:
    """A file larger than the office takes."""
    return RefusedFileError(
        Bilingual(
            f"The file is larger than {MOST_BYTES // 2**20} MB; send a smaller one.",
            f"文件超过{MOST_BYTES // 2**20} MB，请缩小后发送。",
        )
    )
