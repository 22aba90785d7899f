"""Words in the language of the page: `{% t "Ledger" "台账" %}`, and filters for people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from urbanwork.office.pages.language import language, said
from urbanwork.reporting.numbers import format_value

register = template.Library()


@register.simple_tag
def t(en: str, zh: str, **values: Any) -> str:
    """One of two texts, with values put in: `{% t "{n} tasks" "{n}项任务" n=count %}`."""
    text = zh if language() == "zh" else en
    return text.format(**values) if values else text


@register.filter
def words(value: Any) -> str:
    """A bilingual text, or an object with a title in two languages, in the language of the page."""
    return said(value)


@register.filter
def moment(at: datetime | None) -> str:
    """A time to the minute, in the zone of the office."""
    return "" if at is None else f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


@register.filter
def day(at: datetime | None) -> str:
    """The day of a time, in the zone of the office."""
    return "" if at is None else f"{timezone.localtime(at):%Y-%m-%d}"


@register.filter
def in_unit(value: float | None, unit: str | None) -> str:
    """A figure as people read it: `{{ 15000|in_unit:"people/km2" }}` is 15,000 people/km²."""
    return format_value(value, unit or "", language())


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """What a mapping holds under a key; nothing where it has none."""
    return mapping.get(key) if hasattr(mapping, "get") else getattr(mapping, str(key), None)
