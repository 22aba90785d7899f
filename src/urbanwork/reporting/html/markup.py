"""Two languages in one page: every text stands in both, and CSS shows one."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from markupsafe import Markup, escape

from urbanwork.catalogue.models import Bilingual
from urbanwork.reporting.html.texts import TEXTS
from urbanwork.reporting.numbers import Lang

LANG_TAGS: dict[Lang, str] = {"en": "en", "zh": "zh-Hans"}


def both(say: Callable[[Lang], str]) -> Bilingual:
    """A text made once in each language.

    >>> both(lambda lang: {"en": "a", "zh": "b"}[lang])
    Bilingual(en='a', zh='b')
    """
    return Bilingual(say("en"), say("zh"))


@lru_cache(8192)
def bi(text: Bilingual) -> Markup:
    """Both languages, escaped; plain where they are the same.

    >>> bi(Bilingual("<b>", "<b>")), bi(Bilingual("a", "b"))
    (Markup('&lt;b&gt;'), Markup('<span lang="en">a</span><span lang="zh-Hans">b</span>'))
    """
    if text.en == text.zh:
        return escape(text.en)
    return _pair("span", text)


def bi_svg(text: Bilingual) -> Markup:
    """The same inside an SVG text."""
    if text.en == text.zh:
        return escape(text.en)
    return _pair("tspan", text)


def _pair(tag: str, text: Bilingual) -> Markup:
    return Markup(  # noqa: S704
        f'<{tag} lang="en">{escape(text.en)}</{tag}><{tag} lang="zh-Hans">{escape(text.zh)}</{tag}>'
    )


def text(key: str, **values: object) -> Bilingual:
    """A fixed text with its values put in."""
    found = TEXTS[key]
    return Bilingual(found.en.format(**values), found.zh.format(**values)) if values else found


def attributes(name: str, value: Bilingual, lang: Lang) -> Markup:
    """An attribute in both languages: the script swaps them with the language.

    >>> attributes("aria-label", Bilingual("Map", "地图"), "en")
    Markup('aria-label="Map" data-en-aria-label="Map" data-zh-aria-label="地图"')
    """
    shown = value.zh if lang == "zh" else value.en
    return Markup('{0}="{1}" data-en-{0}="{2}" data-zh-{0}="{3}"').format(
        name, shown, value.en, value.zh
    )
