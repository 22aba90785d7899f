"""Text as Markdown: escaped words, links, tables, headings with anchors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_SPECIAL = {ord(sign): f"&#{ord(sign)};" for sign in "\\`*_{}[]|#~^$"} | {
    ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;",
}  # fmt: skip
_STARTS_A_LIST = re.compile(r"^(\d+)[.)](?=\s)|^([-+:=])(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Page:
    """One page of one language; `path` ends with `.md` and is the same in both."""

    path: str
    title: str  # as navigation and search show it
    text: str


def plain(text: str) -> str:
    """Words as they are: no sign of Markdown or HTML in them has a meaning.

    >>> plain("a_b <c> [1]"), plain("1. of May"), plain("- 5")
    ('a&#95;b &lt;c&gt; &#91;1&#93;', '1&#46; of May', '&#45; 5')
    """
    text = " ".join(text.split()).translate(_SPECIAL)
    return _STARTS_A_LIST.sub(lambda hit: f"{hit[0][:-1]}&#{ord(hit[0][-1])};", text)


def code(text: str) -> str:
    """A name that programs read; what is long may break anywhere."""
    return f"<code>{plain(text)}</code>"


def link(text: str, target: str) -> str:
    """A link to a page of the site, from its root: `/words/glossary.md#ask`."""
    return f"[{plain(text)}]({target})"


def heading(level: int, text: str, anchor: str) -> str:
    """A heading with an anchor that is the same in both languages."""
    return f"{'#' * level} {plain(text)} {{ #{anchor} }}"


def aside_heading(level: int, text: str, anchor: str) -> str:
    """A heading of what repeats things that stand elsewhere: search leaves its section out."""
    return f"{'#' * level} {plain(text)} {{ #{anchor} data-search-exclude }}"


def hidden_from_search(text: str) -> str:
    """A page that only lists what has pages of its own."""
    return f"---\nsearch:\n  exclude: true\n---\n\n{text}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already; empty without rows."""
    lines = [f"| {' | '.join(cell or '–' for cell in row)} |" for row in rows]
    if not lines:
        return ""
    rule = "|" + "---|" * len(head)
    return "\n".join([f"| {' | '.join(head)} |", rule, *lines])


def bullets(items: Iterable[str]) -> str:
    """A list of what is Markdown already."""
    return "\n".join(f"- {item}" for item in items)


def blocks(*parts: str) -> str:
    """Paragraphs, headings and tables one below the other; empty ones are left out."""
    return "\n\n".join(part for part in parts if part) + "\n"


def aside(kind: str, title: str, text: str) -> str:
    """A boxed remark: `info`, `warning`."""
    body = "\n".join(f"    {line}" if line else "" for line in text.splitlines())
    quoted = title.replace('"', "'")
    return f'!!! {kind} "{quoted}"\n\n{body}'


def anchor_of(name: str) -> str:
    """A name as part of an address.

    >>> anchor_of("raster:built_up"), anchor_of("C1"), anchor_of("per 1,000 people")
    ('raster-built_up', 'C1', 'per-1-000-people')
    """
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-") or "1"
