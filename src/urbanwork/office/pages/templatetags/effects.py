"""`{% effect_of task %}`: the measured effect of a task beside the expected one."""

from __future__ import annotations

from typing import Any

from django import template

from urbanwork.office.ledger.models import Task
from urbanwork.office.pages import effects
from urbanwork.office.pages.language import language

register = template.Library()


@register.inclusion_tag("effect_of.html")
def effect_of(task: Task) -> dict[str, Any]:
    """What was measured, or why it is not known yet."""
    effect, lang = effects.effect_of(task), language()
    told = effect.told if effect and effect.told else {}
    return {"task": task, "effect": effect, "told": told, "sentence": told.get(f"sentence_{lang}")}
