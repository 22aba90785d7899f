"""PDF: refused where it can do something by itself; all others are given for download only."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

from urbanwork.office.evidence.kinds import RefusedFileError
from urbanwork.quantities.bilingual import Bilingual

MOST_BYTES: Final = 60 * 2**20
"""Of all packed objects together, unpacked."""
ACTIVE: Final = frozenset(
    {b"JavaScript", b"JS", b"Launch", b"EmbeddedFile", b"EmbeddedFiles", b"RichMedia", b"XFA",
     b"SubmitForm", b"ImportData", b"GoToE", b"GoToR", b"Movie", b"Sound", b"Rendition"}
)  # fmt: skip
"""Names of what runs, starts, sends, or carries other files."""
_NAME: Final = re.compile(rb"/([^\x00\t\n\f\r ()<>\[\]{}/%]{1,60})")
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.S)
_ODD: Final = frozenset(
    {b"LZWDecode", b"ASCII85Decode", b"ASCIIHexDecode", b"RunLengthDecode", b"Crypt",
     b"DecodeParms"}
)  # fmt: skip
_HEAD: Final = 1_500
"""Bytes before a stream in which its dictionary stands."""
_TOLD_BY_CHANCE: Final = 5
"""Names this long do not come about by chance in packed bytes, so they count there too: what looks
like the begin of a stream may be a remark that hides an object."""


def check_pdf(data: bytes) -> None:
    """Look for active content, in the open and in packed objects.

    Raises:
        RefusedFileError: it has some, is locked, cut off, or something else as well.
    """
    if b"%%EOF" not in data[-2_048:] or b"PK\x05\x06" in data[-66_000:]:
        raise _refused("The PDF is cut off or damaged.", "PDF不完整或已损坏。")
    names = _names(_STREAM.sub(b"stream", data))
    names |= {each for each in _names(data) if len(each) >= _TOLD_BY_CHANCE}
    for each in _packed_objects(data):
        names |= _names(each)
    if b"Encrypt" in names:
        raise _refused("The PDF is locked.", "PDF已加密，无法检查。")
    if names & ACTIVE:
        raise _refused(
            "The PDF holds scripts, forms that send, or other files.",
            "PDF含有脚本、可提交的表单或附件。",
        )


def _names(data: bytes) -> set[bytes]:
    """All names in a piece, their escapes undone: `/J#53` is `/JS`."""
    return {
        _ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), each) for each in _NAME.findall(data)
    }


def _packed_objects(data: bytes) -> Iterator[bytes]:
    """Streams that hold objects, unpacked; pictures and text are none."""
    left = MOST_BYTES
    for match in _STREAM.finditer(data):
        own = _dictionary(data[max(0, match.start() - _HEAD) : match.start()])
        if own is not None and b"ObjStm" not in own:
            continue
        if own is not None and own & _ODD:
            raise _refused("The PDF hides its objects.", "PDF对象采用了无法检查的压缩方式。")
        unpacked = _unpacked(match[1], left) if match[1][:1] == b"x" else match[1]
        left -= len(unpacked)
        yield unpacked


def _dictionary(head: bytes) -> set[bytes] | None:
    """Names in the dictionary of a stream; None where it is too long to be seen."""
    begin = head.rfind(b" obj")
    return None if begin < 0 else _names(head[begin:])


def _unpacked(data: bytes, most: int) -> bytes:
    try:
        opened = zlib.decompressobj()
        unpacked = opened.decompress(data, most + 1)
    except zlib.error as error:
        raise _refused("The PDF is damaged.", "PDF已损坏。") from error
    if len(unpacked) > most:
        raise _refused("The PDF unpacks to too much.", "PDF解压后过大。")
    return unpacked


def _refused(en: str, zh: str) -> RefusedFileError:
    return RefusedFileError(
        Bilingual(
            f"{en} Print it to a new PDF, or send pictures of its pages.",
            f"{zh}请重新打印为PDF，或发送页面图片。",
        )
    )
