"""Codes of the ledger in words: `{{ task.source|source_word }}`."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from urbanwork.office.ledger import said_words
from urbanwork.office.pages.language import said
from urbanwork.office.rules import lifecycle
from urbanwork.quantities.bilingual import Bilingual

register = template.Library()


def _word(table: Mapping[str, Bilingual], code: str | None) -> str:
    return said(table.get(code or "", code))


@register.filter
def source_word(code: str) -> str:
    """Where a task comes from."""
    return _word(said_words.SOURCES, code)


@register.filter
def weight_word(code: str) -> str:
    """How weighty a task is."""
    return _word(said_words.WEIGHTS, code)


@register.filter
def visibility_word(code: str) -> str:
    """Who may see a task."""
    return _word(said_words.VISIBILITIES, code)


@register.filter
def light_word(code: str | None) -> str:
    """The colour of a light; nothing where there is none."""
    return _word(said_words.LIGHTS, code)


@register.filter
def state_word(code: str) -> str:
    """The state of a task, by the table that is enforced."""
    state = lifecycle().states.get(code)
    return said(state.title if state else code)
