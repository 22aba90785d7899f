"""A draft of an arrangement from the text of a document: paragraphs as points, sentences as asks.

What stands in the draft is a proposal: every ask carries `state: to_be_bound` until a person has
checked its codes and indicators and has put it into own words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from urbanwork.arrangement.fields import TO_BE_BOUND
from urbanwork.arrangement.models import Level
from urbanwork.arrangement.suggesting import Suggester
from urbanwork.arrangement.texts import Document, TextParagraph
from urbanwork.catalogue.models import Catalogue

LONGEST_TITLE = 60
_FIRST_WORDS = 4
_FIRST_LETTERS = 8

_HEAD = {
    "en": (
        "# A draft made from a text. For each ask: say it in your own words, check `codes` and",
        "# `indicators` (`urbanwork indicators` lists them), name who leads, or say in `gap` what",
        f"# cannot be measured yet; then take `state: {TO_BE_BOUND}` out. Delete what asks for",
        "# nothing.",
        "# `urbanwork arrangement check THIS_FILE` says what is left to do.",
    ),
    "zh": (
        "# 由文本生成的草稿。请逐条用自己的文字改写，核对 `codes` 与 `indicators`",
        "# （`urbanwork indicators` 列出全部指标），填写主办机构 `lead`，或在 `gap` 中说明缺口，",
        f"# 然后删去 `state: {TO_BE_BOUND}`；不是要求的句子请删除。",
        "# `urbanwork arrangement check 本文件` 会列出尚未完成之处。",
    ),
}
_WORDS = {
    "en": ("The body that issued the document", "The asks of the document"),
    "zh": ("发文机构", "文件要求"),
}


def draft(document: Document, catalogue: Catalogue, *, name: str, date: str, level: Level) -> str:
    """The text of a file that `urbanwork arrangement check` reads without a fault.

    `name` is the id of the document, `date` an ISO date. Same text, same catalogue, same draft.
    """
    suggester = Suggester(catalogue)
    lines = [*_HEAD[document.language], *_opening(document, name, date, level)]
    for number, paragraph in enumerate(document.paragraphs, start=1):
        lines += _point(number, paragraph, document.language, suggester)
    return "\n".join(lines) + "\n"


def document_id(word: str) -> str:
    """A file's name as an id of a document; "" where nothing of it can be one.

    >>> document_id("Our Plan_2026"), document_id("部署")
    ('our-plan-2026', '')
    """
    return re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-")


def _opening(document: Document, name: str, date: str, level: Level) -> Iterator[str]:
    language = document.language
    body, section = _WORDS[language]
    title = _said(document.title or name, language)
    yield from (f"id: {_quoted(name)}", f"title: {title}", f"date: {date}", f"level: {level}")
    yield from ("body: issuer", "source:", f"  title: {title}", f"  language: {language}")
    yield from (f"  sha256: {_quoted(document.sha256)}", "  paragraphs:")
    for number, paragraph in enumerate(document.paragraphs, start=1):
        begins = _quoted(_beginning(paragraph.sentences[0]))
        about = _said(_title(paragraph), language)
        yield f"    - {{id: p{number}, begins: {begins}, about: {about}}}"
    yield from ("bodies:", f"  - {{id: issuer, title: {_said(body, language)}, kind: government}}")
    yield from (
        "sections:",
        "  - id: asks",
        f"    title: {_said(section, language)}",
        "    points:",
    )


def _point(
    number: int, paragraph: TextParagraph, language: str, suggester: Suggester
) -> Iterator[str]:
    yield f"      - id: point_{number}"
    yield f"        title: {_said(_title(paragraph), language)}"
    yield f"        anchor: p{number}"
    yield "        asks:"
    for place, sentence in enumerate(paragraph.sentences, start=1):
        found = suggester.suggest(sentence)
        yield f"          - id: ask_{number}_{place}"
        yield f"            text: {_said(sentence, language)}"
        yield f"            anchor: p{number}"
        yield f"            codes: {_listed(found.codes)}"
        yield f"            indicators: {_listed(found.indicators)}"
        yield f"            state: {TO_BE_BOUND}"


def _title(paragraph: TextParagraph) -> str:
    """The heading before it, else its first words."""
    text = paragraph.heading or paragraph.sentences[0]
    return text if len(text) <= LONGEST_TITLE else f"{text[:LONGEST_TITLE].rstrip()} …"


def _beginning(sentence: str) -> str:
    """Enough of a sentence to find it again."""
    parts = sentence.split()
    start = " ".join(parts[:_FIRST_WORDS])
    return start if len(parts) > 1 and start.isascii() else sentence[:_FIRST_LETTERS]


def _said(text: str, language: str) -> str:
    return f"{{{language}: {_quoted(text)}}}"


def _listed(names: tuple[str, ...]) -> str:
    return f"[{', '.join(map(_quoted, names))}]"


def _quoted(text: str) -> str:
    """Text as YAML in double quotes; JSON is a part of YAML. Letters YAML forbids are left out."""
    return json.dumps("".join(filter(str.isprintable, text)), ensure_ascii=False)
