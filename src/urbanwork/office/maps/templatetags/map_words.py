"""Small helpers of the templates of the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django import template

from urbanwork.office.pages.language import language
from urbanwork.quantities.bilingual import Bilingual

register = template.Library()

_LIGHTS: Final = {
    "red": Bilingual("red", "红灯"), "yellow": Bilingual("yellow", "黄灯"),
    "green": Bilingual("green", "绿灯"),
}  # fmt: skip


@register.filter
def of_pair(pair: Sequence[str]) -> str:
    """A text of the report, English and Chinese, in the language of the page."""
    return pair[language() == "zh"] if pair else ""


@register.filter
def split_words(text: str) -> list[str]:
    """The words of a text."""
    return text.split()


@register.filter
def light_word(light: str) -> str:
    """The word of a light."""
    return getattr(_LIGHTS[light], language()) if light in _LIGHTS else light


@register.filter
def task_page(number: str) -> str:
    """The address of the page of a task."""
    from urbanwork.office.maps.marks import task_page as address

    return address(number)
