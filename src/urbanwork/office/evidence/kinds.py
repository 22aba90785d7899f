"""What kind of file something is, by its content: a name or a header says nothing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from urbanwork.quantities.bilingual import Bilingual
from urbanwork.supervision.refusing import RefusedError


class RefusedFileError(RefusedError):
    """A file that the office does not take; `sentence` says why and what to do."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its media type, the endings of names, the first of them ours."""

    mime: str
    endings: tuple[str, ...]
    title: Bilingual
    is_picture: bool = False


JPEG: Final = Kind("image/jpeg", (".jpg", ".jpeg"), Bilingual("photo", "照片"), True)
PNG: Final = Kind("image/png", (".png",), Bilingual("picture", "图片"), True)
WEBP: Final = Kind("image/webp", (".webp",), Bilingual("picture", "图片"), True)
PDF: Final = Kind("application/pdf", (".pdf",), Bilingual("PDF", "PDF文件"))
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
XLSX: Final = Kind(f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",), Bilingual("table", "表格"))
DOCX: Final = Kind(f"{_OFFICE}.wordprocessingml.document", (".docx",), Bilingual("text", "文档"))
TEXT: Final = Kind("text/plain", (".txt", ".csv"), Bilingual("plain text", "文本"))
KINDS: Final = {each.mime: each for each in (JPEG, PNG, WEBP, PDF, XLSX, DOCX, TEXT)}

ACCEPTED: Final = ".jpg,.jpeg,.png,.webp,.pdf,.xlsx,.docx,.txt,.csv"
"""For fields of files: what phones then turn photos of other formats into."""

NAME_LENGTH: Final = 120
_BEGINS: Final = ((b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"%PDF-", PDF))
_HEIC: Final = (b"heic", b"heix", b"hevc", b"heim", b"mif1", b"msf1")
_MARKUP: Final = re.compile(r"\s*(<[a-z!?/]|#!)", re.I)
_UNWANTED: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SEPARATORS: Final = re.compile(r"[/\\]")
_UNSAFE: Final = re.compile(r'[<>:"|?*\s]+')


def kind_of(data: bytes, name: str) -> Kind:
    """The kind of a file by its content.

    Raises:
        RefusedFileError: it is empty, or of no kind that counts as evidence.
    """
    if not data:
        raise RefusedFileError(Bilingual("The file is empty.", "文件为空。"))
    for begin, kind in _BEGINS:
        if data.startswith(begin):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(b"PK\x03\x04"):
        return _office_kind(data)
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        raise RefusedFileError(
            Bilingual(
                "Photos of the HEIC format cannot be read here; set the camera to 'most "
                "compatible', or send the photo as JPEG.",
                "无法读取HEIC格式的照片，请将相机格式设为“兼容性最佳”，或以JPEG格式发送。",
            )
        )
    if PurePosixPath(name.lower()).suffix in TEXT.endings and _is_text(data):
        return TEXT
    raise _of_no_kind()


def _of_no_kind() -> RefusedFileError:
    return RefusedFileError(
        Bilingual(
            "The content of the file is none of: JPEG, PNG or WebP picture, PDF, XLSX, DOCX, plain "
            "text or CSV. Send it as one of these.",
            "文件内容不属于JPEG、PNG、WebP图片、PDF、XLSX、DOCX、纯文本或CSV，请转换后再发送。",
        )
    )


def _office_kind(data: bytes) -> Kind:
    if b"xl/workbook.xml" in data:
        return XLSX
    if b"word/document.xml" in data:
        return DOCX
    raise _of_no_kind()


def _is_text(data: bytes) -> bool:
    """Whether bytes are text in UTF-8 or GB 18030, and no markup or script."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _UNWANTED.search(text) is None and _MARKUP.match(text) is None
    return False


def clean_name(name: str, kind: Kind) -> str:
    r"""The name of a file without folders, controls and marks of direction, with a true ending.

    >>> clean_name("..\\..\\etc/\u202egpj.exe", JPEG)
    'gpj.jpg'
    >>> clean_name("", PDF)
    'evidence.pdf'
    """
    last = _SEPARATORS.split(unicodedata.normalize("NFC", name[:2_000]))[-1]
    kept = "".join(each for each in last if unicodedata.category(each)[0] != "C")
    kept = _UNSAFE.sub(" ", kept).strip(" .")
    path = PurePosixPath(kept or "evidence")
    ending = path.suffix.lower()
    stem = path.stem[:NAME_LENGTH].strip() or "evidence"
    return stem + (ending if ending in kind.endings else kind.endings[0])
