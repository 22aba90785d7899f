"""The language of the page that is being made, in the product's two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from django.utils.translation import get_language, override

from urbanwork.quantities.bilingual import Bilingual

Lang = Literal["en", "zh"]


def language() -> Lang:
    """The language of the page: Chinese where Django's is, else English."""
    return "zh" if (get_language() or "en").startswith("zh") else "en"


def said(value: Any) -> str:
    """A text in the language of the page: a `Bilingual`, a mapping with `en` and `zh`, a title.

    >>> said("as it is")
    'as it is'
    """
    lang = language()
    if isinstance(value, dict):
        return str(value.get(lang, ""))
    if callable(getattr(value, "title", None)) and not isinstance(value, str):
        return str(value.title(lang))
    if hasattr(value, lang):
        return str(getattr(value, lang))
    if hasattr(value, "title") and hasattr(value.title, lang):
        return str(getattr(value.title, lang))
    return "" if value is None else str(value)


def in_both(made: Callable[[], str]) -> Bilingual:
    """A text that depends on the language of the page, made in both."""
    with override("en"):
        en = made()
    with override("zh-hans"):
        return Bilingual(en, made())
