"""`{% load map_tags %}{% task_map task %}`: where a task lies, for its page."""

from __future__ import annotations

from typing import Any

from django import template

from urbanwork.office.ledger.models import Task
from urbanwork.office.pages.language import language

register = template.Library()


@register.inclusion_tag("maps/task_map.html")
def task_map(task: Task) -> dict[str, Any]:
    """The place of a task on a picture of the city, its figure there, and its correction."""
    from urbanwork.office.maps.located import located

    return located(task, language())
