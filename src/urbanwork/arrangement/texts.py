"""The text of a policy document: from a file to paragraphs and sentences."""

from __future__ import annotations

import hashlib
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from urbanwork.errors import UserError

PLAIN = (".txt", ".md")
WORD_FILE = ".docx"
MAX_BYTES = 8 * 1024**2
"""A policy document is far smaller; the limit keeps a wrong file from eating time and memory."""
MAX_UNPACKED_BYTES = 100 * 1024**2
MAX_PARAGRAPHS = 2_000
LONGEST_HEADING = 40
"""Letters, a Chinese one as two: a longer line without a full stop is a paragraph all the same."""
LONGEST_TITLE = 120
"""The same of the first line of the text."""

_ENDS = "。！？；.!?;…"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")
_CHINESE_SENTENCE = re.compile(r"(?<=[。！？；])(?![”’」』）])|(?<=[。！？；][”’」』）])")
_ENGLISH_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[\"“‘(]?[A-Z0-9])")
_ABBREVIATION = re.compile(r"\b(?:No|Nos|Mr|Mrs|Ms|Dr|St|e\.g|i\.e|cf|approx|Art)\.$")
_MARK = re.compile(
    r"^\s*(?:[-*+•]\s+|\d{1,3}[.)、．]\s*|[（(][一二三四五六七八九十\d]{1,3}[)）]\s*"
    r"|[一二三四五六七八九十]{1,3}、\s*)"
)
_DATES = (
    re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日"),
    re.compile(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b"),
)


@dataclass(frozen=True, slots=True)
class TextParagraph:
    """A paragraph, with the heading that stands before it, if any."""

    heading: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A text taken apart."""

    title: str  # its first heading, "" without
    language: Literal["en", "zh"]
    date: str  # the first that it names, ISO; "" without
    sha256: str  # of the file
    paragraphs: tuple[TextParagraph, ...]


def read_document(path: Path) -> Document:
    """The paragraphs and sentences of a text: .txt, .md or .docx.

    Raises:
        UserError: missing, of another kind, too large, not readable, or without a sentence.
    """
    data = _bytes(path)
    lines = _word_lines(path) if path.suffix.lower() == WORD_FILE else _plain_lines(data, path)
    whole = "\n".join(lines)
    is_chinese = len(_HAN.findall(whole)) * 2 > len(_LATIN.findall(whole))
    title, paragraphs = _paragraphs(_blocks(lines))
    if not paragraphs:
        raise UserError(f"{path}: the text has no paragraph; is it the right file?")
    if len(paragraphs) > MAX_PARAGRAPHS:
        raise UserError(f"{path}: more than {MAX_PARAGRAPHS:,} paragraphs; is it the right file?")
    digest = hashlib.sha256(data).hexdigest()
    return Document(title, "zh" if is_chinese else "en", _date(whole), digest, tuple(paragraphs))


# Files


def _bytes(path: Path) -> bytes:
    if path.suffix.lower() not in (*PLAIN, WORD_FILE):
        raise UserError(f"{path}: texts are read from .txt, .md and .docx; save it as one of them")
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UserError(f"{path}: the file has more than {MAX_BYTES:,} bytes; is it the right "
                            "file?")  # fmt: skip
        return path.read_bytes()
    except FileNotFoundError:
        raise UserError(f"{path}: there is no such file; check the path") from None
    except OSError as error:
        raise UserError(f"{path}: the file cannot be read ({error.strerror})") from None


def _plain_lines(data: bytes, path: Path) -> list[str]:
    text = _decoded(data, path)
    if "\0" in text:
        raise UserError(f"{path}: this is not a text; save it as .txt, .md or .docx")
    return text.splitlines()


def _decoded(data: bytes, path: Path) -> str:
    encodings = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UserError(f"{path}: the text is neither UTF-8 nor GB18030; save the file as UTF-8")


def _word_lines(path: Path) -> list[str]:
    """The paragraphs of a .docx, an empty line between them; headings are marked as in .md."""
    _check_unpacked(path)
    try:
        import docx
    except ImportError:
        raise UserError(
            f"{path}: reading .docx needs the package python-docx, which is not installed; "
            "save the text as .txt"
        ) from None
    try:
        paragraphs = docx.Document(str(path)).paragraphs
    except Exception:  # python-docx meets damaged files with errors of many kinds
        raise UserError(f"{path}: this is not a document that can be read; save it anew") from None
    lines: list[str] = []
    for each in paragraphs:
        style = (each.style.name if each.style is not None else "") or ""
        mark = "# " if style.startswith(("Heading", "Title", "标题")) else ""
        lines += [mark + " ".join(each.text.split()), ""]
    return lines


def _check_unpacked(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        raise UserError(f"{path}: this is not a .docx that can be read; save it anew") from None
    if size > MAX_UNPACKED_BYTES:
        raise UserError(f"{path}: the document unfolds to {size:,} bytes; is it the right file?")


# From lines to paragraphs


def _blocks(lines: list[str]) -> list[str]:
    """Paragraphs and headings as single lines, with plain single spaces.

    Lines up to an empty one are a paragraph that an editor has wrapped, unless all of them end
    like sentences: then, and in a text without empty lines, each is a paragraph.
    """
    stripped = [" ".join(line.split()) for line in lines]
    if "" not in stripped:
        return stripped
    blocks: list[str] = []
    group: list[str] = []
    for line in [*stripped, ""]:
        if line and not _begins_anew(line):
            group.append(line)
            continue
        blocks += _joined(group)
        group = [line] if line and not line.startswith("#") else []
        blocks += [line] if line.startswith("#") else []
    return blocks


def _begins_anew(line: str) -> bool:
    return line.startswith("#") or _MARK.match(line) is not None


def _joined(group: list[str]) -> list[str]:
    if len(group) > 1 and all(line[-1] in _ENDS for line in group):
        return group
    text = ""
    for line in group:
        gap = "" if not text or (_HAN.match(text[-1]) or text[-1] in "，、；：") else " "
        text += gap + line
    return [text] if text else []


def _paragraphs(blocks: list[str]) -> tuple[str, list[TextParagraph]]:
    title, heading = "", ""
    found: list[TextParagraph] = []
    for block in blocks:
        text = _MARK.sub("", block.lstrip("# ")).strip()
        if not text:
            continue
        longest = LONGEST_HEADING if title or found else LONGEST_TITLE
        if _is_heading(block, text, longest):
            title, heading = title or text, text
        else:
            found.append(TextParagraph(heading if heading != title else "", sentences(text)))
            heading = ""
    return title, found


def _is_heading(block: str, text: str, longest: int) -> bool:
    width = len(text) + len(_HAN.findall(text))
    return block.startswith("#") or (width <= longest and text[-1] not in _ENDS + "：:，,")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a paragraph, Chinese or English.

    >>> sentences("Build No. 5 school. Then plant trees; Water them.")
    ('Build No. 5 school.', 'Then plant trees;', 'Water them.')
    >>> sentences("加强规划。“保护生态。”建设公园")
    ('加强规划。', '“保护生态。”', '建设公园')
    """
    parts: list[str] = []
    for piece in _CHINESE_SENTENCE.split(text):
        for part in _ENGLISH_SENTENCE.split(piece):
            if parts and _ABBREVIATION.search(parts[-1]):
                parts[-1] += f" {part.strip()}"
            elif part.strip():
                parts.append(part.strip())
    return tuple(parts)


def _date(text: str) -> str:
    """The first day that the text names as a number, ISO."""
    from datetime import date

    for pattern in _DATES:
        for found in pattern.finditer(text):
            try:
                return date(*map(int, found.groups())).isoformat()
            except ValueError:
                continue
    return ""
