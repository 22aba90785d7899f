"""The words that officials use, one for each thing, in English and Chinese (glossary.yaml)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from urbanwork.catalogue.models import Bilingual

FILE = Path(__file__).with_name("glossary.yaml")


@dataclass(frozen=True, slots=True)
class Term:
    """One word: what it means, other forms that are used, and words that are not."""

    id: str
    group: str
    word: Bilingual
    meaning: Bilingual
    also_zh: tuple[str, ...]
    not_en: tuple[str, ...]
    not_zh: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Misused:
    """A word that is not used, as it was found in a text, and the term that takes its place."""

    found: str
    term: Term


@cache
def load_glossary() -> tuple[Term, ...]:
    """All terms, in the order of the file.

    >>> next(term.word.zh for term in load_glossary() if term.id == "ledger")
    '台账'
    """
    return tuple(_term(row) for row in _file()["terms"])


@cache
def groups() -> Mapping[str, Bilingual]:
    """Titles of the groups of terms."""
    return {key: Bilingual(**row) for key, row in _file()["groups"].items()}


@cache
def _file() -> Any:
    from urbanwork.quantities.kept_yaml import load_own_yaml

    return load_own_yaml(FILE)[0]


def _term(row: Mapping[str, Any]) -> Term:
    return Term(
        id=row["id"], group=row["group"], word=Bilingual(row["en"], row["zh"]),
        meaning=Bilingual(row["in_en"], row["in_zh"]),
        **{name: tuple(row.get(name, ())) for name in ("also_zh", "not_en", "not_zh")},
    )  # fmt: skip


def terms_in(text: str) -> tuple[Term, ...]:
    """The terms whose Chinese word stands in a Chinese text, each word once.

    >>> [term.word.en for term in terms_in("由主办单位交办，纳入台账。")]
    ['ledger', 'assign', 'lead']
    """
    found = {term.word.zh: term for term in reversed(load_glossary()) if term.word.zh in text}
    return tuple(term for term in load_glossary() if found.get(term.word.zh) is term)


def misused_zh(text: str) -> list[Misused]:
    """Words in a Chinese text that the glossary says otherwise.

    >>> [(each.found, each.term.word.zh) for each in misused_zh("纳入台帐管理")]
    [('台帐', '台账')]
    """
    return [Misused(word, term) for term in load_glossary() for word in term.not_zh if word in text]


def misused_en(text: str) -> list[Misused]:
    """Words in an English text that the glossary says otherwise; whole words, any case.

    >>> [each.found for each in misused_en("Key metric of the metrical foot")]
    ['metric']
    """
    return [
        Misused(word, term) for term in load_glossary() for word in term.not_en
        if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)
    ]  # fmt: skip


def wrong_label(english: str, chinese: str) -> Term | None:
    """The term that an English label names and its Chinese label does not.

    >>> wrong_label("Ledger", "台账"), wrong_label("Ledger", "名单").word.zh
    (None, '台账')
    """
    named = english.strip(" .:").casefold()
    for term in load_glossary():
        if term.word.en.casefold() == named:
            return None if chinese.strip(" 。：") in (term.word.zh, *term.also_zh) else term
    return None


def as_markdown() -> str:
    """The section of GLOSSARY.md: a table by group."""
    parts = []
    for key, title in groups().items():
        rows = [
            f"| {term.word.en} | {term.word.zh} | {term.meaning.en} | {term.meaning.zh} | "
            f"{'、'.join(term.not_zh) or '–'} |"
            for term in load_glossary()
            if term.group == key
        ]
        head = "| word | 中文 | what it means | 含义 | not 不用 |\n|---|---|---|---|---|"
        parts.append(f"### {title.en} {title.zh}\n\n{head}\n" + "\n".join(rows) + "\n")
    return "\n".join(parts)
