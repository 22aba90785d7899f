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
HEIC: Final = Kind("image/heic", (".heic", ".heif"), Bilingual("photo", "照片"), True)
"""What iPhones write; it is kept as JPEG."""
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
_HEIC: Final = (b"heic", b"heix", b"heim", b"heis", b"mif1")
_VIDEO: Final = (b"\x1aE\xdf\xa3", b"FLV\x01", b"\0\0\x01\xba", b"\0\0\x01\xb3")
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
        return HEIC
    if _is_video(data):
        raise _of_video()
    if PurePosixPath(name.lower()).suffix in TEXT.endings and _is_text(data):
        return TEXT
    raise _of_no_kind()


def _is_video(data: bytes) -> bool:
    """MP4, MOV, 3GP and what else has a `ftyp`, AVI, Matroska and WebM, FLV, MPEG."""
    in_boxes = data[4:8] in (b"ftyp", b"moov", b"mdat", b"wide") and data[8:12] != b"avif"
    is_avi = data[:4] == b"RIFF" and data[8:12] == b"AVI "
    return in_boxes or is_avi or data.startswith(_VIDEO)


def _of_video() -> RefusedFileError:
    return RefusedFileError(
        Bilingual(
            "Videos are not taken, since where they were taken cannot be taken out of them. Send "
            "photos of what is to be seen (JPEG, PNG, WebP, HEIC), or single pictures of the "
            "video (screenshots).",
            "不接收视频，因无法去除其中的位置信息。请改为发送照片（JPEG、PNG、WebP、HEIC），"
            "或发送视频画面的截图。",
        )
    )


def _of_no_kind() -> RefusedFileError:
    return RefusedFileError(
        Bilingual(
            "The content of the file is none of: JPEG, PNG, WebP or HEIC picture, PDF, XLSX, DOCX, "
            "plain text or CSV. Send it as one of these.",
            "文件内容不属于JPEG、PNG、WebP、HEIC图片、PDF、XLSX、DOCX、纯文本或CSV，"
            "请转换后再发送。",
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
