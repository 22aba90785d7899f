"""Tables and texts of office programs (XLSX, DOCX): opened as a zip, and every part looked at."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Final

from urbanwork.office.evidence.kinds import RefusedFileError
from urbanwork.quantities.bilingual import Bilingual

MOST_PARTS: Final = 3_000
MOST_BYTES: Final = 120 * 2**20
"""Of all parts together, unpacked."""
_FAULTS: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError,
    NotImplementedError, LookupError,
)  # fmt: skip
_ACTIVE_NAME: Final = re.compile(
    r"vbaproject|vbadata|activex|/embeddings/.*\.bin$|macrosheets", re.I
)
_ACTIVE: Final = re.compile(rb"macroEnabled|ms-office\.vbaProject|ms-excel\.intlmacrosheet", re.I)
_RELATION: Final = re.compile(rb"<[^>]*Relationship\s[^>]*>", re.I)
_DRAWN_IN: Final = re.compile(
    rb"/(attachedTemplate|oleObject|frame|subDocument|package)[\"']", re.I
)


def check_office_file(data: bytes) -> None:
    """Look through all parts of a file.

    Raises:
        RefusedFileError: it is damaged, unpacks to too much, holds macros or draws in other files.
    """
    if b"%PDF-" in data[:1_024]:
        raise _damaged()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            _check_list(file, len(data))
            for part in file.infolist():
                _check_part(part.filename, _unpacked(file, part))
    except _FAULTS as error:
        raise _damaged() from error


def _check_list(file: zipfile.ZipFile, size: int) -> None:
    parts = file.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise _too_much()
    ends = len(file.comment) or sum(part.compress_size for part in parts) > size
    strays = any(".." in name.split("/") or name.startswith("/") or "\\" in name for name in names)
    if ends or strays or len(set(names)) < len(names) or "[Content_Types].xml" not in names:
        raise _damaged()
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedFileError(
            Bilingual(
                "The file is locked with a password.", "文件设有密码，无法检查，请解除后发送。"
            )
        )


def _unpacked(file: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """A part in memory; the digest and length that the zip states are held against it."""
    with file.open(part) as opened:
        data = opened.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _too_much()
    return data


def _check_part(name: str, data: bytes) -> None:
    if _ACTIVE_NAME.search(name) or (name == "[Content_Types].xml" and _ACTIVE.search(data)):
        raise RefusedFileError(
            Bilingual(
                "The file holds macros or embedded programs; save it without them.",
                "文件含有宏或嵌入程序，请去除后另存再发送。",
            )
        )
    if name.endswith((".xml", ".rels")) and re.search(rb"<!(DOCTYPE|ENTITY)", data):
        raise _damaged()
    if name.endswith(".rels") and any(map(_draws_in, _RELATION.findall(data))):
        raise RefusedFileError(
            Bilingual(
                "The file draws in other files from the network; save it without them.",
                "文件会从网络引入其他文件，请去除后另存再发送。",
            )
        )


def _draws_in(relation: bytes) -> bool:
    return b"External" in relation and _DRAWN_IN.search(relation) is not None


def _damaged() -> RefusedFileError:
    return RefusedFileError(
        Bilingual(
            "The file is damaged or not what it says; open it, save it again, and send that.",
            "文件已损坏或与格式不符，请打开后另存再发送。",
        )
    )


def _too_much() -> RefusedFileError:
    return RefusedFileError(
        Bilingual(
            f"The file unpacks to more than {MOST_BYTES // 2**20} MB; send less.",
            f"文件解压后超过{MOST_BYTES // 2**20} MB，请减少内容后发送。",
        )
    )
