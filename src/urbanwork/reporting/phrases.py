"""Clauses, editions and reasons of standards, which the catalogue writes in one language."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from urbanwork.catalogue.models import Bilingual
from urbanwork.reporting.numbers import Lang

FILE = Path(__file__).with_name("phrases.yaml")


@cache
def _phrases() -> Any:
    from urbanwork.quantities.kept_yaml import load_own_yaml

    return load_own_yaml(FILE)[0]


def phrase(text: str, lang: Lang) -> str:
    """A phrase of a standard as a report says it; one that is not known stays as it is.

    >>> phrase("list of indicators", "zh"), phrase("list of indicators", "en"), phrase("4.1", "zh")
    ('指标表', 'list of indicators', '4.1')
    """
    return str(_phrases().get(text, text)) if lang == "zh" else text


def in_both(text: str) -> Bilingual:
    """The phrase in both languages."""
    return Bilingual(text, phrase(text, "zh"))
